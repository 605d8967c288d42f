"""Train: three nets learn before your eyes."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.language import _, pgettext
from rnnviz.text.sources import DatasetCard
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.presets import config_for
from rnnviz.ui import resources
from rnnviz.ui.breaking import ask_ready, offer_story
from rnnviz.ui.choose import choose_cells, choose_dataset, dataset_examples, open_dataset
from rnnviz.ui.cleaning import show_cleaning
from rnnviz.ui.experiments import ask_experiment, is_experiment, show_experiment
from rnnviz.ui.growing import growing_of
from rnnviz.ui.growing.progress import AGAIN, show_pictures, show_progress
from rnnviz.ui.line_picture import bring_lines
from rnnviz.ui.page import TRAIN, live, page_setup
from rnnviz.ui.settings import ask_settings
from rnnviz.ui.steering import show_interrupted, show_steering, stop
from rnnviz.ui.training import (
    show_failures,
    show_missing,
    show_outcome,
    show_unkept,
    start,
    watch_for,
)
from rnnviz.ui.watched import Watched, await_first_epoch, rhythm, watched_runs

MOST_PINNED = 8
BUTTON = 165
"""Pixels: so wide that two stand side by side on a phone."""
CLOCK_KEY = "clock"


def ask(dataset: DatasetCard, cells: list[str]) -> None:
    """How to train, and the buttons."""
    config = changed(config_for(dataset), ask_settings(config_for(dataset)))
    show_cleaning(dataset, config)
    pinned = ask_pinned(dataset)
    configs = [changed(config, {"model.cell": cell}) for cell in cells]
    watched = watched_runs()
    running = any(run.active for run in watched)
    buttons = st.container(horizontal=True)
    if buttons.button(
        pgettext("button", "Train"),
        type="primary",
        icon=":material/play_arrow:",
        disabled=running or not cells,
        width=BUTTON,
        key="train",
    ):
        begin(configs, dataset.name, pinned)
    buttons.button(
        _("Stop"),
        icon=":material/stop:",
        disabled=not running,
        on_click=stop,
        args=(watched,),
        width=BUTTON,
        key="stop",
    )
    together = is_experiment([run.config for run in watched])
    if not running and not together and watched and all(run.stored for run in watched):
        buttons.button(
            _("Train again with another seed"), icon=":material/casino:", on_click=next_seed, key="another_seed"
        )
    if st.session_state.pop("train_now", False):
        begin(configs, dataset.name, pinned)
    if clock(watched) != st.session_state[CLOCK_KEY]:
        st.rerun()  # they have been stopped, or have come to their end since the last look
    if not cells:
        st.info(_("Choose at least one cell."))
    experiment = ask_experiment(config, cells, disabled=running)
    if experiment is not None:
        begin([member.config for member in experiment.runs()], dataset.name, [])
    ready = ask_ready(disabled=running)
    if ready is not None:
        begin([member.config for member in ready.runs()], ready.base.dataset, [])


def begin(configs: list[RunConfig], dataset: str, pinned: list[str]) -> None:
    start(configs, resources.to_train_on(dataset), watch_for(pinned))
    st.rerun()


def next_seed() -> None:
    st.session_state["seed"] += 1
    st.session_state["train_now"] = True


def ask_pinned(dataset: DatasetCard) -> list[str]:
    """Texts whose predictions are followed from epoch to epoch: names in a line, sentences one below the other."""
    words = dataset.unit == "word"
    between = "\n" if words else ", "
    key = f"pinned {dataset.name}"
    if key not in st.session_state:
        st.session_state[key] = between.join(followed_texts(dataset.name) or dataset_examples(dataset.name))
    text = (st.text_area if words else st.text_input)(
        _("Pinned texts") if words else _("Pinned names"),
        key=key,
        persist_state="session",
        help=(
            _(
                "Up to {count} texts, each on a line of its own: their predictions are drawn after every epoch, "
                "and for the first one the gradient over its words."
            )
            if words
            else _(
                "Up to {count} names, commas between: their predictions are drawn after every epoch, "
                "and for the first one the gradient over its letters."
            )
        ).format(count=MOST_PINNED),
    )
    return pinned_in(text, between.strip(" "))


def followed_texts(dataset: str) -> list[str]:
    """The texts that the runs on this page follow, as after a reload; none where they do not, or learn other data."""
    followed = (run.history[0] for run in watched_runs() if run.config.dataset == dataset and run.history)
    return list(next(followed, {}).get("pinned", ()))


def pinned_in(text: str, between: str) -> list[str]:
    return [each.strip() for each in text.split(between) if each.strip()][:MOST_PINNED]


def clock(watched: Sequence[Watched]) -> float | None:
    """Seconds after which this page draws again what is live on it; None where nothing moves any more."""
    if is_experiment([run.config for run in watched]):
        return rhythm(watched)
    return AGAIN if any(run.active for run in watched) else None


def watch_them(ready: bool) -> None:
    """Everything that grows while the nets learn; the page is drawn anew when its clock has to change.

    `ready` is whether a training could begin.

    The curves keep their place from before the first click on: what moves on a page is built
    anew by the browser, which for a picture takes longer than anything else here.
    """
    watched = await_first_epoch()
    together = is_experiment([run.config for run in watched])
    growing = growing_of([] if together else watched)
    with st.container(key="steady"):
        above, pictures = st.container(key="above"), st.container(key="pictures")
        with above:
            show_missing(watched)
            if watched and not together:
                show_progress(watched, growing)
                show_unkept(watched)
                show_failures(watched)
            elif ready and not watched:
                st.info(_("Press Train: the curves grow here while the nets learn."), icon=":material/show_chart:")
            show_steering(watched)
        with pictures:
            if together:
                show_experiment(watched)
                offer_story(watched)
            else:
                show_pictures(watched, growing)
    if watched and clock(watched) != st.session_state[CLOCK_KEY]:
        st.rerun()
    if watched and not together and not any(run.active for run in watched):
        show_outcome(watched)


page_setup(TRAIN)
followed = watched_runs()
st.session_state[CLOCK_KEY] = clock(followed)
left, right = st.columns(2)
with left:
    chosen = choose_dataset(usual=followed[0].config.dataset if followed else "")
with right:
    asked = choose_cells()
card = open_dataset(chosen)
if card is not None:
    live(ask)(card, asked)
bring_lines("curves")  # here, for what stands in `watch_them` is sent anew with every look
live(watch_them, run_every=st.session_state[CLOCK_KEY])(ready=card is not None and bool(asked))
show_interrupted()
