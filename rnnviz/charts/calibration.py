"""Reliability diagrams: what was said against what was so, and below it how many texts that rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.style import FRAME, Spec, picture, plain, titled
from rnnviz.evaluation.calibration import Reliability
from rnnviz.language import _, number

SPLIT = 0.3
"""Of the height for the counts."""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """One of those that are compared: its diagram, and how it is drawn."""

    title: str
    colour: str
    dash: str
    diagram: Reliability


def reliability_diagram(calibrated: Sequence[Calibrated], stated_title: str, observed_title: str) -> go.Figure:
    """A point a bin; on the dotted diagonal it is as it was said, below it too much was promised."""
    data: list[Spec] = [
        {
            "type": "scatter",
            "x": [0, 1],
            "y": [0, 1],
            "meta": {"name": _("as said")},
            "mode": "lines",
            "line": {"color": "rgba(128,128,128,0.8)", "dash": "dot", "width": 1.5},
            "showlegend": False,
            "hoverinfo": "skip",
        }
    ]
    for each in calibrated:
        data += [_curve(each), _counts(each)]
    lowest = min((float(each.diagram.edges[each.diagram.numbers[0]]) for each in calibrated), default=0.0)
    left = 0.48 if lowest >= 0.5 else -0.02
    layout = {
        "xaxis": {**titled(stated_title), "range": [left, 1.02], "anchor": "y2", "tickformat": ".0%"},
        "yaxis": {
            **titled(observed_title),
            "range": [-0.02, 1.02],
            "domain": [SPLIT + 0.06, 1.0],
            "tickformat": ".0%",
        },
        "yaxis2": {**titled(_("Texts")), "domain": [0.0, SPLIT], "rangemode": "tozero", "anchor": "x"},
        "hovermode": "closest",
        "showlegend": True,
        "margin": {**FRAME["margin"], "t": 60},
    }
    return picture(data, layout, height=520)


def _curve(each: Calibrated) -> Spec:
    diagram = each.diagram
    return {
        "type": "scatter",
        "x": diagram.stated,
        "y": diagram.observed,
        "customdata": diagram.counts,
        "meta": {"columns": [_("Texts")]},
        "name": f"{plain(each.title)} · {number(diagram.expected_error, '.3f')}",
        "legendgroup": each.title,
        "mode": "lines+markers",
        "line": {"color": each.colour, "dash": each.dash, "width": 2},
        "marker": {"size": 7},
        "hovertemplate": _("said %{x:.1%}, was so %{y:.1%}, texts: %{customdata}") + "<extra>%{fullData.name}</extra>",
    }


def _counts(each: Calibrated) -> Spec:
    """A flat line over each bin at its number of texts, 0 where there are none."""
    diagram = each.diagram
    counts = np.zeros(len(diagram.edges) - 1)
    counts[diagram.numbers] = diagram.counts
    return {
        "type": "scatter",
        "x": np.repeat(diagram.edges, 2),
        "y": np.concatenate([[0.0], np.repeat(counts, 2), [0.0]]),
        "yaxis": "y2",
        "meta": {"name": _("{title} · texts in each bin").format(title=plain(each.title))},
        "legendgroup": each.title,
        "mode": "lines",
        "line": {"color": each.colour, "dash": each.dash, "width": 1.5},
        "showlegend": False,
        "hoverinfo": "skip",
    }
