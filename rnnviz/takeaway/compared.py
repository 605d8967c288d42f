"""What a comparison is made of when it leaves the app, and its tables: of figures, of settings, of costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rnnviz.language import N_, _, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.config import CHOICES, LIMITS, value_at

PART_TITLES = {"train": N_("Training"), "validation": N_("Validation"), "test": N_("Test")}
FIGURES = {"precision": N_("precision"), "recall": N_("recall"), "f1-score": N_("F1"), "support": N_("support")}
AVERAGES = {"macro avg": N_("macro average"), "weighted avg": N_("weighted average")}
COSTS: dict[str, Callable[[RunInfo], str]] = {
    N_("parameters"): lambda run: number(run.parameters),
    N_("training time, s"): lambda run: number(run.seconds, ".1f"),
    N_("tokens a second"): lambda run: number(run.tokens_per_second, ",.0f"),
    N_("epochs, best one"): lambda run: f"{run.epochs}, {run.best_epoch}",
    N_("dataset"): lambda run: run.dataset.name,
    N_("run"): lambda run: run.name,
}


@dataclass(frozen=True, eq=False)
class Entry:
    """One of those that are compared: a run, or a baseline."""

    title: str
    """No two have the same."""
    colour: str
    classes: tuple[str, ...]
    report: dict[str, Any]
    """`train`, `validation`, `test` in scikit-learn's shape, and `confusion` of each."""
    run: RunInfo | None
    """None of a baseline."""


@dataclass(frozen=True)
class Line:
    """A figure of all entries."""

    name: str
    """Of the class or the average, as scikit-learn's report has it; "accuracy"."""
    figure: str
    """"precision", "recall", "f1-score", "support" or "accuracy"."""
    title: str
    values: tuple[float | None, ...]
    """In the order of the entries; None where one does not know the class."""

    @property
    def is_count(self) -> bool:
        return self.figure == "support"

    @property
    def best(self) -> tuple[bool, ...]:
        """Whether each value is the highest, where they differ at three digits."""
        known = [round(value, 3) for value in self.values if value is not None]
        contested = not self.is_count and len(set(known)) > 1
        return tuple(contested and value is not None and round(value, 3) == max(known) for value in self.values)


def parts_of(entries: Sequence[Entry]) -> list[str]:
    """The parts that all of them were judged on; runs of long ago know no validation."""
    return [
        part
        for part in PART_TITLES
        if all(part in each.report and part in each.report["confusion"] for each in entries)
    ]


def report_lines(entries: Sequence[Entry], part: str) -> list[Line]:
    """The reports of a part side by side."""
    tables = [each.report[part] for each in entries]
    lines = [Line("accuracy", "accuracy", _("accuracy"), tuple(table["accuracy"] for table in tables))]
    classes = list(dict.fromkeys(name for each in entries for name in each.classes))
    for name, title in [*((name, name) for name in classes), *((name, _(text)) for name, text in AVERAGES.items())]:
        for figure, figure_title in FIGURES.items():
            if figure == "support" and name in AVERAGES:
                continue
            values = tuple(
                table[name][figure] if name in AVERAGES or name in each.classes else None
                for each, table in zip(entries, tables, strict=True)
            )
            lines.append(Line(name, figure, f"{title} · {_(figure_title)}", values))
    return lines


Rows = list[tuple[str, list[str]]]
"""Title of a row, and what stands in it for each run."""


def setting_rows(runs: Sequence[RunInfo], say: Callable[[str, Any], str]) -> tuple[Rows, Rows]:
    """The settings in which runs differ, and those that all of them share; `say` puts a value into words."""
    titles = {path: title for path, (title, _allowed) in CHOICES.items()}
    titles |= {path: limit.title for path, limit in LIMITS.items()}
    differ: Rows = []
    shared: Rows = []
    for path, title in titles.items():
        values = [say(path, value_at(run.config, path)) for run in runs]
        (differ if len(set(values)) > 1 else shared).append((_(title), values))
    return differ, shared


def cost_rows(runs: Sequence[RunInfo]) -> Rows:
    """Size, time, epochs; which run it is."""
    return [(_(title), [show(run) for run in runs]) for title, show in COSTS.items()]
