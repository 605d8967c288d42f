"""What happened: the story of an experiment, told from the runs that are there now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from rnnviz.charts.spread import ACCURACIES, MEASURES, SeedGroup, final_points, spread_curves
from rnnviz.charts.style import cell_mark
from rnnviz.errors import BadInput
from rnnviz.evaluation.paired import Difference, paired_difference
from rnnviz.evaluation.spread import summary
from rnnviz.language import N_, _, ngettext, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.family import Family, family_of
from rnnviz.training.breaking import READY, ready_for
from rnnviz.training.experiment import setting_title
from rnnviz.training.presets import config_for
from rnnviz.training.ready import ReadyExperiment
from rnnviz.ui import link, resources
from rnnviz.ui.breaking import STORY
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.comparison import Comparison
from rnnviz.ui.experiments import group_title
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import TRAIN
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.table import Table, show_table

CURVE_KEY = "curve"


@dataclass(frozen=True)
class Told:
    """The runs that differ only in their seed, as the story tells of them."""

    group: SeedGroup
    value: Any
    runs: tuple[RunInfo, ...]


def show_story(comparison: Comparison) -> None:
    """Question, differences in words, figures and curves, and what was measured when the experiment was written."""
    try:
        family = family_of(comparison.runs, resources.runs().values())
    except BadInput as error:
        say_what_to_do(str(error))
        return
    told = told_of(family, comparison.part)
    if len(told) < 2:
        say_what_to_do(_("These runs differ in nothing but their seed, so nothing was changed between them."))
        return
    ready = ready_of(family)
    ask(family, ready)
    st.caption(
        ngettext(
            "Told from {count} run: those chosen above, and all of the store with their cells and values.",
            "Told from {count} runs: those chosen above, and all of the store with their cells and values.",
            len(family.runs),
        ).format(count=len(family.runs))
    )
    show_differences(told, comparison, across=ready is not None and bool(ready.own))
    measure = ask_curve(ready.curve if ready else "validation_accuracy")
    ends, course = st.columns(2)
    with ends:
        show_ends(told, comparison.part, family)
    with course:
        show_curves(told, family, measure)
    show_table(figures_table(told, comparison.part))
    if ready:
        with st.container(border=True):
            st.markdown("**" + _("What we measured") + "**")
            st.markdown(_(ready.measured))
            st.caption(_("From a run of this experiment when it was written; the figures above are yours."))


def say_what_to_do(reason: str) -> None:
    """Why there is no story, and how to get one."""
    st.info(
        escaped(reason)
        + " "
        + _("Choose runs that differ in one setting, or train one of the experiments below “Break it on purpose”."),
        icon=":material/auto_stories:",
    )
    st.page_link(TRAIN.file, label=_(TRAIN.title), icon=TRAIN.icon)


def ready_of(family: Family) -> ReadyExperiment | None:
    """The ready experiment that these runs belong to."""
    configs = [member.config for member in family.runs]
    if configs[0].dataset not in {ready.dataset for ready in READY.values()}:
        return None
    try:
        return ready_for(configs, config_for(resources.card(configs[0].dataset)))
    except BadInput:  # its dataset is gone
        return None


def ask(family: Family, ready: ReadyExperiment | None) -> None:
    """What was changed, and the question."""
    if ready:
        st.markdown(f"**{_(ready.title)}.** {_(ready.question)}")
    elif family.setting:
        st.markdown(_("What changes with “{setting}”?").format(setting=_(setting_title(family.setting))))
    else:
        st.markdown(_("What changes with the cell, all else as it was?"))


def told_of(family: Family, part: str) -> list[Told]:
    """The groups of a family with the accuracies of a part by seed."""
    groups = family.groups
    values = list(dict.fromkeys(group.value for group in groups))
    found = []
    for group in groups:
        runs = {member.seed: family.runs[member] for member in group.members}
        drawn = SeedGroup(
            group_title(group.cell, family.setting, group.value),
            group.cell,
            values.index(group.value),
            [run.history for run in runs.values()],
            {seed: run.report[part]["accuracy"] for seed, run in runs.items() if part in run.report},
        )
        found.append(Told(drawn, group.value, tuple(runs.values())))
    return found


def against(each: Told, told: list[Told], reference: Told) -> Told | None:
    """Whom a group is measured against: its own cell with the value of the reference, else the reference itself."""
    own = (other for other in told if other.group.cell == each.group.cell and other.value == reference.value)
    other = next(own, reference)
    other = reference if other is each else other
    return None if other is each else other


def show_differences(told: list[Told], comparison: Comparison, across: bool) -> None:
    """A sentence for each group: how far it is from the one it is measured against, and whether that may be luck.

    Where cells are what it is about (`across`), that is the reference of the page for all of them.
    """
    run = comparison.reference.run or comparison.runs[0]
    reference = next(each for each in told if run.config in [each.config for each in each.runs])
    found = [(each, reference if across else against(each, told, reference)) for each in told]
    pairs = [(each, other) for each, other in found if other is not None and other is not each]
    pairs.sort(key=lambda pair: pair[0].group.cell != pair[1].group.cell)  # values first, then cells
    lines = [
        sentence(each, other, difference)
        for each, other in pairs
        if (difference := paired_difference(each.group.accuracies, other.group.accuracies))
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.caption(
        _(
            "Differences in points of {measure}, run by run with the same seed, so with the same split; mean, and "
            "Student’s 95% interval. Each interval stands for itself: of twenty, about one misses by chance alone."
        ).format(measure=_(ACCURACIES[comparison.part]).lower())
    )


def sentence(each: Told, other: Told, difference: Difference) -> str:
    """ "LSTM · 8: −1.2 points against LSTM · 32 (−3.0 to 0.6; below in 3 of 3 seeds): chance may do as much." """
    if difference.low is None or difference.high is None:
        message = _("{title}: {points} points against {other}; with one seed nobody can say whether that is luck.")
        spread = ""
    elif difference.clear:
        message = _("{title}: **{points} points** against {other} ({spread}): more than the luck of the seeds.")
    else:
        message = _("{title}: {points} points against {other} ({spread}): the luck of the seeds may be as large.")
    if difference.low is not None and difference.high is not None:
        spread = _("{low} to {high}; above in {more}, below in {less} of {count} seeds").format(
            low=points(difference.low),
            high=points(difference.high),
            more=difference.more,
            less=difference.less,
            count=difference.count,
        )
    mark = cell_mark(each.group.cell)
    return message.format(
        title=f":{mark}[**{escaped(each.group.title)}**]",
        points=points(difference.mean),
        other=escaped(other.group.title),
        spread=spread,
    )


def points(share: float) -> str:
    """A difference of shares in points, with its sign."""
    return number(100 * share, "+.1f")


def show_ends(told: list[Told], part: str, family: Family) -> None:
    """What each run came to, as a dot."""
    setting = _(setting_title(family.setting)) if family.setting else ""
    show_picture(final_points([each.group for each in told], setting, part), _(ACCURACIES[part]), "story points")
    st.caption(_("A dot: one run. Beside the dots: their mean, with a bar of one standard deviation up and down."))


def figures_table(told: list[Told], part: str) -> Table:
    """A row a group, over its seeds: accuracy mean ± sd; then means: of the last epoch, the epoch kept, size, time."""

    def mean(values: list[float], spec: str) -> str:
        return number(sum(values) / len(values), spec)

    rows: dict[str, Mapping[str, str]] = {}
    for each in told:
        if not each.group.accuracies:
            continue
        found = summary(list(each.group.accuracies.values()))
        ends = [run.history[-1] for run in each.runs]
        rows[escaped(each.group.title)] = {
            _("{measure}, mean ± sd").format(measure=_(ACCURACIES[part])): number(found.mean, ".3f")
            + (f" ± {number(found.sd, '.3f')}" if found.sd is not None else ""),
            _("seeds"): str(found.count),
            _("training, last epoch"): mean([end["train_accuracy"] for end in ends], ".3f"),
            _("validation, last epoch"): mean([end["validation_accuracy"] for end in ends], ".3f"),
            _("epoch kept"): mean([run.best_epoch for run in each.runs], ".1f"),
            _("parameters"): mean([run.parameters for run in each.runs], ",.0f"),
            _("training time, s"): mean([run.seconds for run in each.runs], ".1f"),
        }
    return rows


def ask_curve(usual: str) -> str:
    """Which measure is drawn over the epochs."""
    link.take(CURVE_KEY, lambda given: link.one_of(_("Over the epochs"), MEASURES, given[-1]))
    link.offer(CURVE_KEY, usual)
    chosen: str = st.selectbox(
        _("Over the epochs"),
        list(MEASURES),
        format_func=lambda measure: _(MEASURES[measure]),
        key=CURVE_KEY,
        persist_state="session",
    )
    link.give(CURVE_KEY, [] if chosen == usual else [chosen])
    return chosen


def show_curves(told: list[Told], family: Family, measure: str) -> None:
    """How it came to that: one measure over the epochs, mean and range over the seeds."""
    setting = _(setting_title(family.setting)) if family.setting else ""
    epochs = max(len(run.history) - 1 for each in told for run in each.runs)
    figure = spread_curves([each.group for each in told], measure, epochs, setting)
    show_picture(figure, _(MEASURES[measure]), "story curves")
    st.caption(_("Lines: mean over the seeds; bands: from the lowest to the highest of them."))


WHAT_HAPPENED = View(
    STORY,
    N_("What happened"),
    ":material/auto_stories:",
    N_("One thing was changed, all else stayed: what did it do, and is that more than the luck of the seeds?"),
    N_(
        "An experiment changes **one** setting and trains each value with several **seeds**. A seed decides the split, "
        "the first weights and the order of the texts, so two runs of the same seed are judged on the same texts: "
        "their difference $d_s$ is free of the luck of the split. Over $n$ seeds the mean difference "
        "$\\bar d$ has the interval $\\bar d \\pm t_{0.975,\\,n-1}\\, s_d/\\sqrt n$ (Student 1908). "
        "Three seeds make wide intervals: that is honest, not a fault."
    ),
    show_story,
)
