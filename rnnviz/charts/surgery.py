"""Pictures of a surgery: the running prediction before and after, and what each unit is worth."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.style import MARK, Spec, cell_colour, class_colour, picture, plain, titled
from rnnviz.charts.token_axes import is_long, thinned_axis
from rnnviz.insight.ablation import UnitWorth
from rnnviz.insight.decisive import predicted
from rnnviz.insight.trace import Trace
from rnnviz.language import _


def before_and_after(before: Trace, after: Trace, step: int | None, first: int | None) -> go.Figure:
    """The probability of the class that the whole net answers, over the tokens; dashed before, solid after.

    `first` is the step from which on something is cut, in text order, `step` the present one.
    """
    number = predicted(before)
    name = plain(before.classes[number])
    data: list[Spec] = [
        {
            "type": "scatter",
            "y": trace.probabilities[:, number].tolist(),
            "name": title,
            "mode": "lines+markers" if len(trace.tokens) < 3 else "lines",
            "line": {
                "color": class_colour(number),
                "dash": dash,
                "width": width / 2 if is_long(trace.tokens) else width,
            },
            "hovertemplate": "%{y:.3f}",
        }
        for trace, title, dash, width in (
            (before, _("before"), "dot", 1.5),
            (after, _("after"), "solid", 2.5),
        )
    ]
    shapes = [upright(place, colour) for place, colour in ((step, MARK), (first, "#888888")) if place is not None]
    layout = {
        "xaxis": thinned_axis(before.tokens, _("Token"), range(len(before.tokens))),
        "yaxis": {**titled(_("Probability of “{name}”").format(name=name)), "range": [-0.03, 1.03]},
        "hovermode": "x unified",
        "shapes": shapes,
    }
    return picture(data, layout, height=260)


def upright(place: float, colour: str) -> Spec:
    """A dotted line across the picture at a step."""
    return {
        "type": "line",
        **{"x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper"},
        "line": {"color": colour, "dash": "dot", "width": 1.5},
    }


def worth_bars(worth: UnitWorth, cell: str, unit: int) -> go.Figure:
    """For each unit what the accuracy loses without it, the dearest first, and how well it does alone."""
    lost = (worth.accuracy - worth.without) * 100
    order = np.argsort(-lost, kind="stable")
    names = [str(place) for place in order.tolist()]
    outlines = [MARK if place == unit else "rgba(0,0,0,0)" for place in order.tolist()]
    data: list[Spec] = [
        {
            "type": "bar",
            "x": names,
            "y": lost[order].tolist(),
            "marker": {"color": cell_colour(cell), "line": {"color": outlines, "width": 2}},
            "name": _("lost without it"),
            "hovertemplate": _("unit %{x}: %{y:.2f} points lost without it") + "<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": names,
            "y": (worth.alone[order] * 100).tolist(),
            "yaxis": "y2",
            "marker": {"color": "#888888", "symbol": "diamond-open", "size": 8},
            "name": _("accuracy of it alone"),
            "hovertemplate": _("unit %{x} alone: %{y:.1f}%") + "<extra></extra>",
        },
    ]
    layout = {
        "xaxis": {**titled(_("Unit, the most needed first")), "type": "category"},
        "yaxis": {**titled(_("Accuracy lost, points"))},
        "yaxis2": {
            **titled(_("Accuracy alone, %")),
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
            "tickmode": "auto",  # else it has a tick wherever the other axis has one, at no round number
        },
    }
    return picture(data, layout, height=320)
