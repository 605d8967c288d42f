"""ROC and precision-recall curves of one class against the rest, with a mark where the threshold is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from rnnviz.charts.style import FRAME, Spec, picture, plain, titled
from rnnviz.evaluation.curves import Floats, ThresholdCurve, drawn_points
from rnnviz.language import _, number

HEIGHT = 400
UNIT: Spec = {"range": [-0.02, 1.02], "tickformat": ".1f", "fixedrange": True}


@dataclass(frozen=True, eq=False)
class Judged:
    """One of those that are compared: its curve, its threshold, and how it is drawn."""

    title: str
    colour: str
    dash: str
    curve: ThresholdCurve
    threshold: float


def roc_curves(judged: Sequence[Judged]) -> go.Figure:
    """Recall over the share of false alarms; those whose area is not defined are left out.

    The dotted diagonal is what chance does. Lines are straight between the points, as the area counts them.
    """
    data: list[Spec] = [_chance([0, 1], [0, 1])]
    for each in judged:
        curve = each.curve
        if curve.roc_area is not None:
            name = f"{plain(each.title)} · {number(curve.roc_area, '.3f')}"
            data.append(_line(each, name, curve.fallout, curve.recall, curve.thresholds, "linear"))
    for each in judged:
        if each.curve.roc_area is not None:
            place = each.curve.place(each.threshold)
            data.append(_mark(each, each.curve.fallout[place], each.curve.recall[place]))
    return _unit_square(data, _("False alarms, share of the rest"), _("Recall, share of the class that is found"))


def precision_recall_curves(judged: Sequence[Judged]) -> go.Figure:
    """Precision over recall; those without a text of the class are left out.

    The dotted level is the share of the class, which guessing reaches. Steps, as the average precision counts them.
    """
    data: list[Spec] = []
    drawn = [each for each in judged if each.curve.average_precision is not None]
    for share in sorted({each.curve.positives / (each.curve.positives + each.curve.negatives) for each in drawn}):
        data.append(_chance([0, 1], [share, share]))
    for each in drawn:
        curve = each.curve
        name = f"{plain(each.title)} · {number(curve.average_precision or 0.0, '.3f')}"
        recall, precision = np.append(0.0, curve.recall[1:]), np.append(curve.precision[1], curve.precision[1:])
        data.append(_line(each, name, recall, precision, curve.thresholds, "vh"))
    for each in drawn:
        place = each.curve.place(each.threshold)
        if place:  # at the first point nothing is called positive: there is no precision
            data.append(_mark(each, each.curve.recall[place], each.curve.precision[place]))
    return _unit_square(data, _("Recall, share of the class that is found"), _("Precision, share that is right"))


def _unit_square(data: Sequence[Spec], x_title: str, y_title: str) -> go.Figure:
    layout = {
        "xaxis": {**titled(x_title), **UNIT},
        "yaxis": {**titled(y_title), **UNIT},
        "hovermode": "closest",
        "showlegend": True,
        "margin": {**FRAME["margin"], "t": 60},
    }
    return picture(data, layout, HEIGHT)


def _line(each: Judged, name: str, x: Floats, y: Floats, thresholds: npt.NDArray[np.floating], shape: str) -> Spec:
    kept = drawn_points(x, y)
    at = np.where(np.isfinite(thresholds), thresholds, 1.0)[kept]
    return {
        "type": "scatter",
        "x": x[kept].astype(np.float32),
        "y": y[kept].astype(np.float32),
        "customdata": at.astype(np.float32),
        "meta": {"columns": [_("threshold")]},
        "name": name,
        "mode": "lines",
        "line": {"color": each.colour, "dash": each.dash, "width": 2, "shape": shape, "simplify": False},
        "hovertemplate": "%{x:.3f}, %{y:.3f}<br>"
        + _("threshold")
        + " %{customdata:.3f}<extra>%{fullData.name}</extra>",
    }


def _mark(each: Judged, x: float, y: float) -> Spec:
    return {
        "type": "scatter",
        "x": [float(x)],
        "y": [float(y)],
        "customdata": [each.threshold],
        "meta": {
            "name": _("{title} · at its threshold").format(title=plain(each.title)),
            "columns": [_("threshold")],
        },
        "mode": "markers",
        "cliponaxis": False,
        "marker": {"color": each.colour, "size": 13, "line": {"color": "white", "width": 2}},
        "showlegend": False,
        "hovertemplate": "%{x:.3f}, %{y:.3f}<br>"
        + _("threshold")
        + " %{customdata:.2f}<extra>"
        + plain(each.title)
        + "</extra>",
    }


def _chance(x: Sequence[float], y: Sequence[float]) -> Spec:
    return {
        "type": "scatter",
        "x": list(x),
        "y": list(y),
        "meta": {"name": _("chance")},
        "mode": "lines",
        "line": {"color": "rgba(128,128,128,0.8)", "dash": "dot", "width": 1.5},
        "showlegend": False,
        "hoverinfo": "skip",
    }
