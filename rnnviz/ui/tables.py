"""Tables of figures, runs across, made ready for the eye: the best of each row stands out."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from rnnviz.language import N_, _, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.events import Reason
from rnnviz.ui.choose import dataset_title
from rnnviz.ui.markdown import escaped

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


def report_table(runs: Sequence[RunInfo], titles: dict[str, str], part: str) -> pd.DataFrame:
    """Precision, recall, F1 and support by class, accuracy, averages: a row a figure, a column a run."""
    reports = {titles[run.name]: run.report[part] for run in runs}
    classes = list(dict.fromkeys(name for run in runs for name in run.classes))
    rows: dict[str, dict[str, str]] = {
        _("accuracy"): starred({run: table["accuracy"] for run, table in reports.items()})
    }
    for name, title in [
        *((name, escaped(name)) for name in classes),
        *((key, _(text)) for key, text in AVERAGES.items()),
    ]:
        for figure, figure_title in FIGURES.items():
            values = {run: table.get(name, {}).get(figure) for run, table in reports.items()}
            if figure != "support":
                rows[f"{title} · {_(figure_title)}"] = starred(values)
            elif name in classes:
                rows[f"{title} · {_(figure_title)}"] = {run: _count(value) for run, value in values.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(reports))


def starred(values: dict[str, Any]) -> dict[str, str]:
    """Shares with three digits, the best (or the best ones) bold and starred where there is more than one value."""
    known = {run: round(value, 3) for run, value in values.items() if value is not None}
    best = max(known.values(), default=None)
    contested = len(set(known.values())) > 1
    return {
        run: "—"
        if run not in known
        else f"**{number(known[run], '.3f')}** ★"
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


def cost_table(runs: Sequence[RunInfo], titles: dict[str, str]) -> pd.DataFrame:
    """Parameters, time and settings: a row a figure, a column a run."""
    rows = {_(title): {titles[run.name]: show(run) for run in runs} for title, show in COSTS.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=[titles[run.name] for run in runs])
