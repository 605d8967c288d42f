"""Tables of figures, contestants across, made ready for the eye: the best of each row stands out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rnnviz.evaluation.figures import COLUMNS, Figure, figures_of, value_in
from rnnviz.language import N_, _, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.events import Reason
from rnnviz.ui.choose import dataset_title
from rnnviz.ui.contestant import Contestant
from rnnviz.ui.markdown import escaped
from rnnviz.ui.table import Table

if TYPE_CHECKING:
    import pandas as pd

FIGURES = {"precision": N_("precision"), "recall": N_("recall"), "f1-score": N_("F1"), "support": N_("support")}
AVERAGES = {"macro avg": N_("macro average"), "weighted avg": N_("weighted average")}
REASONS = {
    Reason.COMPLETED.value: N_("all epochs done"),
    Reason.EARLY.value: N_("stopped early: validation no longer improved"),
    Reason.STOPPED.value: N_("stopped by hand"),
    Reason.OUT_OF_TIME.value: N_("stopped: it took longer than this installation allows"),
    Reason.DIVERGED.value: N_(
        "diverged: the loss is no longer a number; try a smaller learning rate, or clip the gradient"
    ),
}


BLOCKS = " ▏▎▍▌▋▊▉█"
"""Eighths of a block: a bar in a line of text."""
LONGEST_BAR = 4
"""Blocks."""
TOGETHER = "\u00a0"
"""Between a figure, its star and its bar, which are read as one, and so stand in one line."""


def report_table(contestants: Sequence[Contestant], reference: Contestant, part: str) -> Table:
    """Accuracy, averages, then precision, recall, F1 and support by class: a row a figure, a column a contestant.

    Beside each figure stands its difference to that of the reference, as a number and as a bar. All bars of the
    table have one scale, that of the runs: a baseline may be so far off that theirs could not be seen.
    """
    reports = {each.title: each.report[part] for each in contestants}
    classes = list(dict.fromkeys(name for each in contestants for name in each.classes))
    values = {
        figure: {title: value_in(report, figure) for title, report in reports.items()} for figure in figures_of(classes)
    }
    gaps = {
        figure: {title: difference(value, found[reference.title]) for title, value in found.items()}
        for figure, found in values.items()
    }
    scale = {each.title for each in contestants if each.run} - {reference.title} or set(reports)
    widest = max((abs(found[title] or 0.0) for found in gaps.values() for title in scale), default=0.0)
    rows: dict[str, dict[str, str]] = {}
    for figure, found in values.items():
        shown = starred(found)
        rows[escaped_title(figure)] = {
            title: f"{shown[title]}{TOGETHER}{gap_bar(gap, widest)}".rstrip() for title, gap in gaps[figure].items()
        }
        if figure.column == COLUMNS[-1] and figure.row in classes:
            rows[f"{escaped(figure.row)} · {_(FIGURES['support'])}"] = {
                title: _count(report.get(figure.row, {}).get("support")) for title, report in reports.items()
            }
    return rows


def figure_title(figure: Figure) -> str:
    """What a person calls a figure: "cat · recall"."""
    if not figure.column:
        return _("accuracy")
    row = _(AVERAGES[figure.row]) if figure.row in AVERAGES else figure.row
    return f"{row} · {_(FIGURES[figure.column])}"


def escaped_title(figure: Figure) -> str:
    """The same for Markdown."""
    return figure_title(figure if figure.row in AVERAGES else replace(figure, row=escaped(figure.row)))


def difference(value: float | None, reference: float | None) -> float | None:
    """How much higher than the reference; None where one of them has no such figure."""
    return None if value is None or reference is None else value - reference


def gap_bar(gap: float | None, widest: float) -> str:
    """A difference for Markdown: sign, number and a bar, orange above the reference and blue below; nothing for 0.

    A bar that would be longer than the longest ends in an arrow.
    """
    if not gap:
        return ""
    eighths = LONGEST_BAR * 8 if abs(gap) >= widest else max(round(abs(gap) / widest * LONGEST_BAR * 8), 1)
    bar = BLOCKS[8] * (eighths // 8) + BLOCKS[eighths % 8].strip() + "▸" * (abs(gap) > widest)
    return f":{'orange' if gap > 0 else 'blue'}[{number(gap, '+.3f')}{TOGETHER}{bar}]"


def all_figures(contestants: Sequence[Contestant], part: str) -> "pd.DataFrame":
    """Every figure with all its digits, to be sorted: a row a figure, a column a contestant."""
    classes = list(dict.fromkeys(name for each in contestants for name in each.classes))
    rows = {
        figure_title(figure): {each.title: value_in(each.report[part], figure) for each in contestants}
        for figure in figures_of(classes)
    }
    import pandas as pd  # only where a table can be sorted

    return pd.DataFrame.from_dict(rows, orient="index", columns=[each.title for each in contestants], dtype=float)


def starred(values: dict[str, Any]) -> dict[str, str]:
    """Shares with three digits, the best (or the best ones) bold and starred where there is more than one value."""
    known = {run: round(value, 3) for run, value in values.items() if value is not None}
    best = max(known.values(), default=None)
    contested = len(set(known.values())) > 1
    return {
        run: "—"
        if run not in known
        else f"**{number(known[run], '.3f')}**{TOGETHER}★"
        if contested and known[run] == best
        else number(known[run], ".3f")
        for run in values
    }


def _count(value: float | None) -> str:
    return "—" if value is None else number(value, ",.0f")


COSTS: dict[str, Callable[[RunInfo], str]] = {
    N_("parameters"): lambda run: number(run.parameters),
    N_("training time, s"): lambda run: number(run.seconds, ".1f"),
    N_("tokens a second"): lambda run: number(run.tokens_per_second, ",.0f"),
    N_("epochs, best one"): lambda run: f"{run.epochs}, {run.best_epoch}",
    N_("ended because"): lambda run: _(REASONS.get(run.reason, run.reason)),
    N_("dataset"): lambda run: escaped(dataset_title(run.dataset.name)),
    N_("hidden size"): lambda run: str(run.config.model.hidden_size),
    N_("seed"): lambda run: str(run.config.seed),
    N_("run"): lambda run: escaped(run.name),
}


def cost_table(runs: Sequence[RunInfo], titles: dict[str, str]) -> Table:
    """Parameters, time and settings: a row a figure, a column a run."""
    return {_(title): {titles[run.name]: show(run) for run in runs} for title, show in COSTS.items()}
