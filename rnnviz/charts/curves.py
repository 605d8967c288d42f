"""Curves over epochs: loss and accuracy of all cells, and the fate of pinned names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.style import FRAME, Spec, axis_name, cell_colour, plain, spec_of, titled
from rnnviz.language import _

Epoch = dict[str, Any]

PANELS_IN_ROW = 2
PANEL = 150
"""Height of the panel of a pinned text, in pixels."""


@dataclass(frozen=True)
class Curve:
    """The epochs of one run, as its history holds them, and what the legend calls it."""

    title: str
    cell: str
    history: Sequence[Epoch]
    losses: Sequence[tuple[float, float]] = ()
    """Training loss between the epochs, as (place on the axis of epochs, loss)."""
    marks: Sequence[tuple[float, str]] = ()
    """What was done by hand, as (place on the axis of epochs, what)."""


def training_curves(curves: Sequence[Curve], measure: str, epochs: int) -> go.Figure:
    """ "loss" or "accuracy" over epochs, as `training_spec` says it."""
    return go.Figure(training_spec(curves, measure, epochs))


def training_spec(curves: Sequence[Curve], measure: str, epochs: int) -> Spec:
    """ "loss" or "accuracy" over epochs: solid for validation, dotted for training, faint inside the epochs.

    The axis reaches to `epochs` from the start, so that the picture does not jump while
    it fills. A diamond marks the epoch whose weights are kept, an upright what was done by hand.
    """
    data = []
    for curve in curves:
        if measure == "loss" and curve.losses:
            data.append(between_epochs(curve))
        data += [measured(curve, part, measure) for part in ("train", "validation")]
        data.append(best_mark(curve, measure))
        if curve.marks:
            data.append(hand_marks(curve, measure))
    share = measure == "accuracy"
    bare = {} if any(curve.history for curve in curves) else {"range": [0, 1]}
    layout = {
        "xaxis": {**titled(_("Epoch")), "range": [-0.5, max(epochs, 1) + 0.5]},
        "yaxis": {
            **titled(_("Accuracy") if share else _("Loss (cross-entropy, nats)")),
            "tickformat": ".0%" * share,
            **bare,
        },
        "hovermode": "x unified",
        "margin": {**FRAME["margin"], "t": 60},
    }
    return spec_of(data, layout, height=360)


def measured(curve: Curve, part: str, measure: str) -> Spec:
    """One measure of one part of the data over the epochs."""
    solid = part == "validation"
    part_title = _("validation") if solid else _("training")
    return {
        "type": "scatter",
        "x": [epoch["epoch"] for epoch in curve.history],
        "y": [epoch[f"{part}_{measure}"] for epoch in curve.history],
        "name": f"{curve.title} · {part_title}",
        "legendgroup": f"{curve.title} {part}",
        "mode": "lines+markers" if len(curve.history) == 1 else "lines",
        "line": {"color": cell_colour(curve.cell), "dash": "solid" if solid else "dot", "width": 2.5 if solid else 1.5},
        "hovertemplate": "%{y:.3f}",
    }


def between_epochs(curve: Curve) -> Spec:
    """The training loss as it goes inside the epochs, faint."""
    return {
        "type": "scatter",
        "x": [place for place, _loss in curve.losses],
        "y": [loss for _place, loss in curve.losses],
        "meta": {"name": _("{title} · inside the epochs").format(title=curve.title)},
        "legendgroup": f"{curve.title} train",
        "mode": "lines",
        "line": {"color": cell_colour(curve.cell), "width": 1},
        "opacity": 0.4,
        "showlegend": False,
        "hoverinfo": "skip",
    }


def best_mark(curve: Curve, measure: str) -> Spec:
    """The diamond at the best epoch so far."""
    best = [epoch for epoch in curve.history if epoch["best"]][-1:]
    return {
        "type": "scatter",
        "x": [epoch["epoch"] for epoch in best],
        "y": [epoch[f"validation_{measure}"] for epoch in best],
        "meta": {"name": _("{title} · the weights that are kept").format(title=curve.title)},
        "legendgroup": f"{curve.title} validation",
        "mode": "markers",
        "marker": {"color": cell_colour(curve.cell), "symbol": "diamond", "size": 10},
        "showlegend": False,
        "hoverinfo": "skip",
    }


def hand_marks(curve: Curve, measure: str) -> Spec:
    """A small upright on the validation curve wherever something was done by hand; the hover says what."""
    epochs = [epoch["epoch"] for epoch in curve.history]
    values = [epoch[f"validation_{measure}"] for epoch in curve.history]
    return {
        "type": "scatter",
        "x": [place for place, _what in curve.marks],
        "y": np.interp([place for place, _what in curve.marks], epochs, values).tolist(),
        "text": [what for _place, what in curve.marks],
        "name": _("{title} · by hand").format(title=curve.title),
        "mode": "markers",
        "marker": {"color": cell_colour(curve.cell), "symbol": "line-ns-open", "size": 22, "line": {"width": 2}},
        "hovertemplate": "%{text}",
    }


def pinned_curves(curves: Sequence[Curve], texts: Sequence[str], class_name: str, number: int) -> go.Figure:
    """The probability of one class for each pinned text over epochs, as `pinned_spec` says it."""
    return go.Figure(pinned_spec(curves, texts, class_name, number))


def pinned_spec(curves: Sequence[Curve], texts: Sequence[str], class_name: str, number: int) -> Spec:
    """The probability of one class for each pinned text over epochs: a panel a text, a line a cell."""
    columns = min(len(texts), PANELS_IN_ROW)
    rows = -(-len(texts) // columns)
    epochs = max((epoch["epoch"] for curve in curves for epoch in curve.history), default=1)
    head, foot, gap = 30, 50, 0.03
    whole = rows * (PANEL + head + foot)
    layout: Spec = {
        "annotations": [],
        "shapes": [],
        "hovermode": "x unified",
        "margin": {**FRAME["margin"], "t": 40},
        "legend": {**FRAME["legend"], "yref": "container", "yanchor": "top"},
        "showlegend": True,
    }
    data = []
    for place, text in enumerate(texts):
        row, column = divmod(place, columns)
        left, width = column / columns + (gap if column else 0), 1 / columns - (gap if column else 0)
        top = 1 - (row * (PANEL + head + foot) + head) / whole
        x, y = axis_name("x", place + 1), axis_name("y", place + 1)
        layout[axis_name("x", place + 1, layout=True)] = {
            **titled(_("Epoch")),
            "domain": [left, left + width],
            "anchor": y,
            "range": [-0.5, max(epochs, 1) + 0.5],
        }
        layout[axis_name("y", place + 1, layout=True)] = {
            "domain": [max(top - PANEL / whole, 0.0), top],
            "anchor": x,
            "range": [-0.02, 1.02],
            **(titled(_("P({name})").format(name=plain(class_name))) if column == 0 else {"showticklabels": False}),
        }
        layout["annotations"].append(panel_title(text, left + width / 2, top))
        layout["shapes"].append(undecided(x, y))
        data += [fate(curve, text, number, x, y, legend=place == 0) for curve in curves]
    return spec_of(data, layout, height=whole + 48)


def fate(curve: Curve, text: str, number: int, x: str, y: str, legend: bool) -> Spec:
    """The probability of class `number` for one text over the epochs of one run."""
    told = [epoch for epoch in curve.history if text in epoch.get("pinned", {})]
    return {
        "type": "scatter",
        "x": [epoch["epoch"] for epoch in told],
        "y": [epoch["pinned"][text][number] for epoch in told],
        "name": curve.title,
        "legendgroup": curve.title,
        "showlegend": legend,
        "mode": "lines+markers" if len(told) == 1 else "lines",
        "line": {"color": cell_colour(curve.cell), "width": 2},
        "hovertemplate": "%{y:.2f}",
        "xaxis": x,
        "yaxis": y,
    }


def panel_title(text: str, middle: float, top: float) -> Spec:
    place = {"xref": "paper", "yref": "paper", "x": middle, "y": top, "xanchor": "center", "yanchor": "bottom"}
    return {"text": plain(text), "showarrow": False, "font": {"size": 14}, **place}


def undecided(x: str, y: str) -> Spec:
    """The dotted level of one half."""
    line = {"color": "rgba(128,128,128,0.6)", "dash": "dot", "width": 1}
    return {"type": "line", "x0": 0, "x1": 1, "xref": f"{x} domain", "y0": 0.5, "y1": 0.5, "yref": y, "line": line}
