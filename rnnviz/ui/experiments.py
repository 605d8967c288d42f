"""Experiments on the page: one setting varied over cells and seeds, the spread of the curves, what it came to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from rnnviz.charts.spread import MEASURES, SeedGroup, final_points, spread_curves
from rnnviz.errors import BadInput
from rnnviz.evaluation.spread import summary
from rnnviz.language import _, ngettext, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.config import CHOICES, RunConfig
from rnnviz.training.experiment import (
    MOST_RUNS,
    OWN_LISTS,
    Experiment,
    Member,
    checked,
    differing,
    grouped,
    member_of,
    path_of,
    setting_title,
    short_name,
    trainable,
)
from rnnviz.ui import link, resources
from rnnviz.ui.choose import cell_title
from rnnviz.ui.folded import folded
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import say
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.setting_values import option_title, value_title
from rnnviz.ui.settings import GROUPS, IN_SIGHT, parsed
from rnnviz.ui.table import Table, show_table
from rnnviz.ui.training import show_failures
from rnnviz.ui.watched import Watched

VARY_KEY, VALUES_KEY, SEEDS_KEY = "vary", "values", "seeds"
MOST_SEEDS, USUAL_SEEDS = 10, 5

ASKED = (*IN_SIGHT, *(path for paths in GROUPS.values() for path in paths))
SETTINGS = tuple(path for path in ASKED if path not in OWN_LISTS)
"""What can be varied on the page: the settings that it asks for."""

SUGGESTED: Mapping[str, tuple[float, ...]] = {
    "epochs": (5, 10, 20),
    "patience": (0, 3, 10),
    "batch_size": (16, 64, 256),
    "model.hidden_size": (8, 16, 32),
    "model.embedding_size": (4, 16, 64),
    "model.layers": (1, 2, 3),
    "model.dropout": (0.0, 0.2, 0.5),
    "model.embedding_dropout": (0.0, 0.2, 0.5),
    "model.word_dropout": (0.0, 0.1, 0.3),
    "model.embedding_std": (0.1, 0.3, 1.0),
    "model.forget_bias": (-1.0, 0.0, 1.0),
    "optimiser.learning_rate": (0.001, 0.005, 0.02),
    "optimiser.momentum": (0.0, 0.5, 0.9),
    "optimiser.weight_decay": (0.0, 0.001, 0.01),
    "optimiser.clip_norm": (0.0, 1.0),
    "text.max_tokens": (8, 16, 32),
    "text.min_count": (1, 2, 5),
    "text.max_vocabulary": (100, 1000, 10_000),
}
"""Values to begin with, of the settings that are numbers."""


def ask_experiment(base: RunConfig, cells: Sequence[str], disabled: bool = False) -> Experiment | None:
    """Which setting to vary, over which values and how many seeds; the experiment when its button is pressed.

    Drawn when it is open, as it is at first where something in it is chosen.
    """
    opened = folded(_("As an experiment"), ":material/science:", "experiment", opened=is_asked_for())
    if not opened.open:
        return None
    with opened:
        st.caption(
            _(
                "One setting takes several values, and each net is trained with several seeds: the spread over the "
                "seeds shows which differences are more than luck. All other settings are those above."
            )
        )
        left, middle, right = st.columns([2, 3, 1])
        with left:
            setting = ask_setting()
        with middle:
            given = ask_values(setting) if setting else no_values()
        with right:
            count = ask_seeds()
        if not cells:
            return None
        if setting and not given:
            st.info(_("Choose at least one value."))
            return None
        try:
            experiment = described(base, cells, setting, given, count)
        except BadInput as error:
            say(error)
            return None
        pressed = st.button(
            ngettext("Train {count} net", "Train {count} nets", experiment.size).format(count=experiment.size),
            icon=":material/science:",
            disabled=disabled,
            help=size_said(experiment),
            key="experiment",
        )
        return experiment if pressed else None


def is_asked_for() -> bool:
    """Whether a link asks for an experiment, or one was chosen before."""
    state = st.session_state
    in_link = any(key in st.query_params for key in (VARY_KEY, VALUES_KEY, SEEDS_KEY))
    return in_link or bool(state.get(VARY_KEY)) or state.get(SEEDS_KEY, USUAL_SEEDS) != USUAL_SEEDS


def described(
    base: RunConfig, cells: Sequence[str], setting: str | None, given: Sequence[str], seeds: int
) -> Experiment:
    """The experiment that the widgets describe, its seeds counted from that of `base`; `BadInput` where it is none."""
    values = tuple(typed(setting, text) for text in given) if setting else ()
    name = _(setting_title(setting)) if setting else _("Seeds")
    every_seed = tuple(range(base.seed, base.seed + seeds))
    return trainable(checked(Experiment(name, base, tuple(cells), setting, values, every_seed)))


def typed(path: str, text: str) -> Any:
    """The value that somebody typed for a setting, with a decimal point or comma; `BadInput` where it is not one."""
    return parsed(path, text if path in CHOICES else text.strip().replace(",", "."))


def size_said(experiment: Experiment) -> str:
    """How many runs an experiment is, and why."""
    return _("Cells: {cells} × values: {values} × seeds: {seeds} = {runs}; at most {most} are allowed.").format(
        cells=len(experiment.cells),
        values=max(len(experiment.values), 1),
        seeds=len(experiment.seeds),
        runs=experiment.size,
        most=MOST_RUNS,
    )


def ask_setting() -> str | None:
    """The path of the setting to vary; None for seeds alone."""
    link.take(VARY_KEY, lambda given: varied_in_link(given[-1]))
    link.offer(VARY_KEY, "")
    path: str = st.selectbox(
        _("Setting to vary"),
        ["", *SETTINGS],
        format_func=lambda path: _(setting_title(path)) if path else _("none, only the seed"),
        key=VARY_KEY,
        on_change=suggest_values,
        persist_state="session",
    )
    link.give(VARY_KEY, [short_name(path)] if path else [])
    return path or None


def varied_in_link(name: str) -> str:
    """The path of the setting that a link asks for; `BadInput` where it can't be varied."""
    path = path_of(name)
    return link.one_of(_("Setting to vary"), SETTINGS, path)


def suggest_values() -> None:
    """Begin anew with the values of another setting; for callbacks."""
    path = st.session_state[VARY_KEY]
    st.session_state[VALUES_KEY] = suggested(path) if path else []


def suggested(path: str) -> list[str]:
    """The values of a setting to begin with, as they are typed."""
    return list(CHOICES[path][1]) if path in CHOICES else [str(value) for value in SUGGESTED[path]]


def ask_values(path: str) -> list[str]:
    """The values of a setting as they were chosen or typed."""
    begin = suggested(path)
    link.take(VALUES_KEY, lambda given: [str(typed(path, text)) for text in given[-1].split(",")])
    link.offer(VALUES_KEY, begin)
    choice = path in CHOICES
    if choice:  # what a link or another setting has left behind and this one does not know
        link.put(VALUES_KEY, [each for each in st.session_state[VALUES_KEY] if each in begin])
    chosen: list[str] = st.multiselect(
        _("Values"),
        list(dict.fromkeys([*begin, *st.session_state[VALUES_KEY]])),
        format_func=lambda each: option_title(path, each) if choice else each,
        accept_new_options=not choice,
        key=VALUES_KEY,
        help=None if choice else _("Choose from the list, or type a number and press Enter."),
        persist_state="session",
    )
    link.give(VALUES_KEY, [] if chosen == begin else [",".join(each.replace(",", ".") for each in chosen)])
    return chosen


def no_values() -> list[str]:
    """None are asked for, and none stand in the link."""
    link.give(VALUES_KEY, [])
    return []


def ask_seeds() -> int:
    link.take(SEEDS_KEY, link.whole_number(_("Seeds"), 1, MOST_SEEDS))
    link.offer(SEEDS_KEY, USUAL_SEEDS)
    count: int = st.number_input(
        _("Seeds"),
        1,
        MOST_SEEDS,
        key=SEEDS_KEY,
        help=_("So many, counted from the seed above. Of fewer than five the spread is a rough guess."),
        persist_state="session",
    )
    link.give(SEEDS_KEY, [] if count == USUAL_SEEDS else [str(count)])
    return count


def is_experiment(configs: Sequence[RunConfig]) -> bool:
    """Whether these are the runs of an experiment: all different, some cell more than once, at most one setting."""
    cells = {config.model.cell for config in configs}
    return (
        len(configs) == len(set(configs)) > len(cells)
        and len({config.dataset for config in configs}) == 1
        and len(differing(configs)) <= 1
    )


def varied(configs: Sequence[RunConfig]) -> str | None:
    """The path of the setting that the runs of an experiment vary; None where only cells and seeds differ."""
    return next(iter(differing(configs)), None)


def group_title(cell: str, setting: str | None, value: Any) -> str:
    return f"{cell_title(cell)} · {value_title(setting, value)}" if setting else cell_title(cell)


def titled(watched: Sequence[Watched], setting: str | None) -> list[Watched]:
    """The runs of an experiment, each with a title that tells it from the others: cell, value, seed."""
    return [replace(run, title=run_title(member_of(run.config, setting), setting)) for run in watched]


def run_title(member: Member, setting: str | None) -> str:
    return group_title(member.cell, setting, member.value) + " · " + _("seed {seed}").format(seed=member.seed)


def seed_groups(watched: Sequence[Watched], setting: str | None, known: Mapping[str, RunInfo]) -> list[SeedGroup]:
    """The runs of an experiment by cell and value: their histories so far, and what became of those in the store."""
    runs = {member_of(run.config, setting): run for run in watched}
    values = list(dict.fromkeys(member.value for member in runs))
    return [
        SeedGroup(
            title=group_title(group.cell, setting, group.value),
            cell=group.cell,
            place=values.index(group.value),
            histories=[runs[member].history for member in group.members if runs[member].history],
            accuracies={
                member.seed: known[stored].report["test"]["accuracy"]
                for member in group.members
                if (stored := runs[member].stored) is not None and stored in known
            },
        )
        for group in grouped(runs)
    ]


def show_experiment(watched: Sequence[Watched]) -> None:
    """How far the runs of an experiment are, their curves with the spread over the seeds, and what they came to."""
    setting = varied([run.config for run in watched])
    groups = seed_groups(watched, setting, resources.runs())
    title = _(setting_title(setting)) if setting else ""
    show_how_far(watched)
    show_failures(titled(watched, setting))
    reach = [run.config.epochs if run.active else len(run.history) - 1 for run in watched]
    for column, measure in zip(st.columns(2), ("validation_loss", "validation_accuracy"), strict=True):
        figure = spread_curves(groups, measure, max(reach), title)
        with column:
            show_picture(figure, _(MEASURES[measure]), f"spread {measure}")
    st.caption(
        _(
            "Lines: mean over the seeds; bands: from the lowest to the highest of them. A faint line is a mean over "
            "those seeds alone that have come so far, a thin one a single seed."
        )
    )
    if any(group.accuracies for group in groups):
        st.subheader(_("What they came to"))
        picture, table = st.columns(2)
        with picture:
            show_picture(final_points(groups, title), _("What they came to"), "final_points")
        with table:
            show_table(outcome_table(groups))


def show_how_far(watched: Sequence[Watched]) -> None:
    """One bar for all runs together."""
    done = sum(not run.active for run in watched)
    share = sum(run.live.progress if run.live else 1.0 for run in watched) / len(watched)
    text = ngettext("{done} of {count} run done", "{done} of {count} runs done", len(watched))
    st.progress(share, text=text.format(done=done, count=len(watched)))


def outcome_table(groups: Sequence[SeedGroup]) -> Table:
    """Test accuracy of each group: mean ± standard deviation, lowest to highest, over how many seeds."""
    found = {escaped(group.title): summary(list(group.accuracies.values())) for group in groups if group.accuracies}
    return {
        title: {
            _("test accuracy, mean ± sd"): number(each.mean, ".3f")
            + (f" ± {number(each.sd, '.3f')}" if each.sd is not None else ""),
            _("lowest to highest"): f"{number(each.low, '.3f')} – {number(each.high, '.3f')}",
            _("seeds"): str(each.count),
        }
        for title, each in found.items()
    }
