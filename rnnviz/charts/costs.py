"""What accuracy costs, as pictures: learning curves by what was paid so far, and accuracy against the price."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from rnnviz.charts.style import FRAME, Spec, picture, plain, titled
from rnnviz.language import N_, _, number

AXES = {"epoch": N_("Epoch"), "seconds": N_("Training time, s"), "tokens": N_("Tokens read in training")}
MEASURES = {
    "validation_loss": N_("Validation loss (cross-entropy, nats)"),
    "validation_accuracy": N_("Validation accuracy"),
    "train_loss": N_("Training loss (cross-entropy, nats)"),
    "train_accuracy": N_("Training accuracy"),
}


@dataclass(frozen=True)
class Learnt:
    """A run: its epochs, as its history holds them, which of them was kept, and how it is drawn."""

    title: str
    colour: str
    dash: str
    history: Sequence[Mapping[str, Any]]
    best_epoch: int


@dataclass(frozen=True)
class Level:
    """A value that cost no training, or of which nobody counted what it cost."""

    title: str
    colour: str
    value: float


def learning_curves(runs: Sequence[Learnt], axis: str, measure: str, levels: Sequence[Level] = ()) -> go.Figure:
    """A measure (of `MEASURES`) over what was spent so far (of `AXES`); a diamond marks the epoch that was kept."""
    data: list[Spec] = []
    for run in runs:
        points = run.history
        kept = [epoch for epoch in points if epoch["epoch"] == run.best_epoch]
        data.append(
            {
                "type": "scatter",
                "x": [epoch[axis] for epoch in points],
                "y": [epoch[measure] for epoch in points],
                "customdata": [epoch["epoch"] for epoch in points],
                "meta": {"columns": [_("Epoch")]},
                "name": plain(run.title),
                "mode": "lines+markers" if len(points) < 3 else "lines",
                "line": {"color": run.colour, "dash": run.dash, "width": 2},
                "hovertemplate": "%{y:.4f} · " + _("Epoch") + " %{customdata}<extra>%{fullData.name}</extra>",
            }
        )
        data.append(
            {
                "type": "scatter",
                "x": [epoch[axis] for epoch in kept],
                "y": [epoch[measure] for epoch in kept],
                "meta": {"name": _("{title} · the weights that are kept").format(title=plain(run.title))},
                "mode": "markers",
                "marker": {"color": run.colour, "symbol": "diamond", "size": 11},
                "showlegend": False,
                "hoverinfo": "skip",
            }
        )
    share = measure.endswith("accuracy")
    layout = {
        "xaxis": {**titled(_(AXES[axis])), "rangemode": "tozero"},
        "yaxis": {**titled(_(MEASURES[measure])), "tickformat": ".0%" * share},
        **_levels(levels),
        "hovermode": "closest",
        "showlegend": True,
        "margin": {**FRAME["margin"], "t": 60},
    }
    return picture(data, layout, height=380)


@dataclass(frozen=True)
class Bought:
    """What was paid, and what it brought."""

    title: str
    colour: str
    price: float
    accuracy: float


def accuracy_against_price(bought: Sequence[Bought], x_title: str, levels: Sequence[Level]) -> go.Figure:
    """A point with its name for each run; prices are logarithmic. Levels are what can be had without a net."""
    data: list[Spec] = [
        {
            "type": "scatter",
            "x": [each.price],
            "y": [each.accuracy],
            "name": plain(each.title),
            "text": [plain(each.title)],
            "textposition": "top center" if place % 2 == 0 else "bottom center",
            "mode": "markers+text",
            "marker": {"color": each.colour, "size": 13},
            "cliponaxis": False,
            "hovertemplate": "%{x:,.4g}, %{y:.1%}<extra>%{fullData.name}</extra>",
        }
        for place, each in enumerate(sorted(bought, key=lambda each: each.price))
    ]
    layout = {
        "xaxis": {**titled(x_title), "type": "log", "nticks": 6},
        "yaxis": {**titled(_("Accuracy")), "tickformat": ".1%"},
        **_levels(levels),
        "showlegend": False,
        "margin": {**FRAME["margin"], "t": 24, "r": 24},
    }
    return picture(data, layout, height=340)


def _levels(levels: Sequence[Level]) -> Spec:
    """Dotted lines with their names, those of one value together, else side by side: levels can be close."""
    shapes, names = [], []
    titles: dict[tuple[str, str], list[str]] = {}
    for level in levels:
        line = {"color": level.colour, "dash": "dot", "width": 1.5}
        across = {"x0": 0, "x1": 1, "xref": "paper", "y0": level.value, "y1": level.value}
        shapes.append({"type": "line", **across, "line": line})
        titles.setdefault((number(level.value, ".1%"), level.colour), []).append(plain(level.title))
    values = {number(level.value, ".1%"): level.value for level in levels}
    for place, ((share, colour), alike) in enumerate(titles.items()):
        at = {"xref": "paper", "x": 1 - place / len(titles), "y": values[share], "xanchor": "right"}
        text = f"{', '.join(alike)} {share}"
        font = {"size": 11, "color": colour}
        names.append({"text": text, "showarrow": False, "font": font, **at, "yanchor": "bottom"})
    return {"shapes": shapes, "annotations": names}
