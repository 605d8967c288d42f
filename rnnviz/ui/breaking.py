"""“Break it on purpose” on the page Train: ready experiments to start, and the way from their end to what happened."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.language import _, ngettext
from rnnviz.training.breaking import READY
from rnnviz.training.experiment import Experiment, member_of, representatives, setting_title
from rnnviz.training.presets import config_for
from rnnviz.training.ready import ReadyExperiment
from rnnviz.ui import link
from rnnviz.ui.choose import LATEST_KEY, MOST_RUNS, RUNS_KEY, cell_title, dataset_title, open_dataset
from rnnviz.ui.experiments import is_experiment, varied
from rnnviz.ui.folded import folded
from rnnviz.ui.page import COMPARE
from rnnviz.ui.setting_values import value_title
from rnnviz.ui.watched import Watched

READY_KEY = "ready"
STORY = "story"
"""How a link calls the view that says what happened."""
STORY_LINK = {"judged": STORY}


def ask_ready(disabled: bool = False) -> Experiment | None:
    """Which ready experiment, and what it asks, drawn when it is open; the experiment when its button is pressed."""
    link.take(READY_KEY, lambda given: link.one_of(_("Ready experiment"), ["", *READY], given[-1]))
    link.offer(READY_KEY, "")
    name: str = st.session_state[READY_KEY]
    link.give(READY_KEY, [name] if name else [])
    opened = folded(_("Break it on purpose"), ":material/build:", "breaking", opened=bool(name))
    if not opened.open:
        return None
    with opened:
        st.caption(
            _(
                "Ready experiments, each of which changes one thing and leaves the data and the seeds as they are. "
                "Say first what you expect; then train, and see on the page “Compare” what happened."
            )
        )
        name = st.selectbox(
            _("Ready experiment"),
            ["", *READY],
            format_func=lambda name: _(READY[name].title) if name else _("none"),
            key=READY_KEY,
            persist_state="session",
        )
        return offer(READY[name], disabled) if name else None


def offer(ready: ReadyExperiment, disabled: bool) -> Experiment | None:
    """The question, what will be trained, and the button."""
    st.markdown(_(ready.question))
    card = open_dataset(ready.dataset)
    if card is None:
        return None
    experiment = ready.experiment(config_for(card))
    st.markdown(described(ready))
    pressed = st.button(
        ngettext("Train {count} net", "Train {count} nets", experiment.size).format(count=experiment.size),
        icon=":material/build:",
        disabled=disabled,
        key="break",
    )
    return experiment if pressed else None


def described(ready: ReadyExperiment) -> str:
    """What differs, and what else is not as the app has it for the dataset, as lines of a list."""

    def titled(values: Sequence[object]) -> str:
        return ", ".join(value_title(ready.setting, value) for value in values)

    values = (
        "; ".join(f"{cell_title(cell)} {titled(values)}" for cell, values in ready.own.items())
        if ready.own
        else titled(ready.values)
    )
    lines = [
        _("Dataset: {dataset}").format(dataset=dataset_title(ready.dataset)),
        _("Cells: {cells}").format(cells=", ".join(map(cell_title, ready.cells))),
        f"**{_(setting_title(ready.setting))}: {values}**",
        _("Seeds: {seeds}").format(seeds=", ".join(map(str, ready.seeds))),
    ]
    lines += [f"{_(setting_title(path))}: {value_title(path, value)}" for path, value in ready.settings.items()]
    return "\n".join(f"- {line}" for line in lines)


def offer_story(watched: Sequence[Watched]) -> None:
    """The way to what happened, once all runs of an experiment are in the store."""
    if not is_experiment([run.config for run in watched]) or any(run.stored is None for run in watched):
        return
    setting = varied([run.config for run in watched])
    stored = {member_of(run.config, setting): str(run.stored) for run in watched}
    names = [stored[member] for member in representatives(list(stored), MOST_RUNS)]
    st.session_state[LATEST_KEY] = names
    st.page_link(
        COMPARE.file,
        label=_("What happened? The story of this experiment"),
        icon=":material/auto_stories:",
        query_params={RUNS_KEY: ",".join(names), **STORY_LINK},
    )
