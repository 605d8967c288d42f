"""Train: three nets learn before your eyes."""

import streamlit as st

from rnnviz.language import _, pgettext
from rnnviz.runs.work import Watch
from rnnviz.text.library import LIBRARY
from rnnviz.text.sources import DatasetCard
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.presets import config_for
from rnnviz.ui import resources
from rnnviz.ui.choose import choose_cells, choose_dataset
from rnnviz.ui.cleaning import show_cleaning
from rnnviz.ui.page import TRAIN, live, page_setup
from rnnviz.ui.settings import ask_settings
from rnnviz.ui.training import (
    Watched,
    rhythm,
    show_curves,
    show_failures,
    show_missing,
    show_outcome,
    show_pinned,
    show_profile,
    show_progress,
    start,
    stop,
    watched_runs,
)

MOST_PINNED = 8
RHYTHM_KEY = "rhythm"


def ask() -> None:
    """What to train, and the buttons."""
    left, right = st.columns(2)
    with left:
        dataset = resources.card(choose_dataset())
    with right:
        cells = choose_cells()
    config = changed(config_for(dataset), ask_settings(config_for(dataset)))
    show_cleaning(dataset, config)
    pinned = ask_pinned(dataset.name)
    configs = [changed(config, {"model.cell": cell}) for cell in cells]
    watched = watched_runs()
    running = any(run.active for run in watched)
    train_button, stop_button, again_button = st.columns([1, 1, 2])
    if train_button.button(
        pgettext("button", "Train"),
        type="primary",
        icon=":material/play_arrow:",
        disabled=running or not cells,
        width="stretch",
        key="train",
    ):
        begin(configs, dataset, pinned)
    stop_button.button(
        _("Stop"),
        icon=":material/stop:",
        disabled=not running,
        on_click=stop,
        args=(watched,),
        width="stretch",
        key="stop",
    )
    if not running and watched and all(run.stored for run in watched):
        again_button.button(
            _("Train again with another seed"), icon=":material/casino:", on_click=next_seed, key="another_seed"
        )
    if st.session_state.pop("train_now", False):
        begin(configs, dataset, pinned)
    if not cells:
        st.info(_("Choose at least one cell."))


def begin(configs: list[RunConfig], dataset: DatasetCard, pinned: list[str]) -> None:
    start(configs, dataset, Watch(tuple(pinned), pinned[0] if pinned else None))
    st.rerun()


def next_seed() -> None:
    st.session_state["seed"] += 1
    st.session_state["train_now"] = True


def ask_pinned(dataset: str) -> list[str]:
    """Texts whose predictions are followed from epoch to epoch."""
    key = f"pinned {dataset}"
    st.session_state.setdefault(key, ", ".join(LIBRARY[dataset].examples))
    text = st.text_input(
        _("Pinned names"),
        key=key,
        persist_state="session",
        help=_(
            "Up to {count} names, commas between: their predictions are drawn after every epoch, "
            "and for the first one the gradient over its letters."
        ).format(count=MOST_PINNED),
    )
    return [name.strip() for name in text.split(",") if name.strip()][:MOST_PINNED]


def watch_them() -> None:
    """Everything that grows while the nets learn; the page is drawn anew when its clock has to change."""
    watched = watched_runs()
    show_missing(watched)
    if not watched:
        st.info(_("Press Train: the curves grow here while the nets learn."), icon=":material/show_chart:")
        show_curves([])  # the axes stand ready, and the browser has loaded what draws them
        return
    show_progress(watched)
    show_failures(watched)
    drawn = [run for run in watched if run.history]
    show_curves(drawn)
    if drawn:
        show_details(drawn)
    if rhythm(watched) != st.session_state[RHYTHM_KEY]:
        st.rerun()
    if not any(run.active for run in watched):
        show_outcome(watched)


def show_details(drawn: list[Watched]) -> None:
    if texts := list(pinned_texts(drawn)):
        show_pinned(drawn, resources.card(drawn[0].config.dataset).classes, texts)
    show_profile(drawn)


def pinned_texts(drawn: list[Watched]) -> dict[str, None]:
    """The texts that these runs were asked to follow, in order."""
    return {text: None for run in drawn for epoch in run.history for text in epoch.get("pinned", {})}


page_setup(TRAIN)
live(ask)()
st.session_state[RHYTHM_KEY] = rhythm(watched_runs())
live(watch_them, run_every=st.session_state[RHYTHM_KEY])()
