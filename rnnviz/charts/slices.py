"""Slices as a picture: how good each contestant is on each, how surely that is known, and how good it is overall."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.style import FRAME, MARK, Spec, Style, picture, plain, titled
from rnnviz.evaluation.slices import Slice
from rnnviz.language import _, number

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star", "pentagon")
"""A second sign for a contestant, for those who can't tell the colours."""
SPREAD = 0.7
"""Of the room of a slice, what its contestants share."""
WIDE = 26
"""Letters of a slice's name in one line."""
MOST_LINES = 3


class Drawn(NamedTuple):
    """How a contestant is drawn."""

    title: str
    colour: str
    overall: float
    """Its accuracy on all texts."""


def slice_dots(slices: Sequence[Slice], contestants: Mapping[str, Drawn], title: str, style: Style) -> go.Figure:
    """The slices of one slicing down, accuracy with its 95% Wilson interval across.

    A dotted upright of the same colour is the accuracy on all texts; a ring marks a slice that is worse than
    the rest by more than chance. Under each name stands how many texts the slice has.
    """
    names = list(dict.fromkeys(each.name for each in slices))
    texts = {name: max(each.texts for each in slices if each.name == name) for name in names}
    traces: list[Spec] = []
    for place, (contestant, drawn) in enumerate(contestants.items()):
        own = [each for each in slices if each.contestant == contestant]
        shift = SPREAD * ((place + 0.5) / len(contestants) - 0.5)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": plain(drawn.title),
                "x": [each.accuracy for each in own],
                "y": [names.index(each.name) + shift for each in own],
                "error_x": {
                    "type": "data",
                    "array": [each.high - each.accuracy for each in own],
                    "arrayminus": [each.accuracy - each.low for each in own],
                    "thickness": 1.5,
                    "width": 4,
                },
                "marker": {
                    "color": drawn.colour,
                    "size": 10,
                    "symbol": SYMBOLS[place % len(SYMBOLS)],
                },
                "customdata": np.array(
                    [[plain(each.name), each.texts, each.low, each.high] for each in own], dtype=object
                ),
                "meta": {"columns": [_("slice"), _("Texts"), _("95% interval from"), _("95% interval to")]},
                "hovertemplate": "%{customdata[0]}: %{x:.1%}<br>"
                + _("95% interval %{customdata[2]:.1%} to %{customdata[3]:.1%}, %{customdata[1]} texts"),
            }
        )
    if any(each.worse for each in slices):
        traces.append(rings(traces, [each for name in contestants for each in slices if each.contestant == name]))
    layout: Spec = {
        "xaxis": {**titled(_("Accuracy")), "tickformat": ".0%", "gridcolor": style.faint},
        "yaxis": {
            **titled(plain(title)),
            "tickmode": "array",
            "tickvals": list(range(len(names))),
            "ticktext": [_label(name, texts[name]) for name in names],
            "range": [len(names) - 0.5, -0.5],
            "showgrid": False,
        },
        "shapes": [
            {
                "type": "line",
                "x0": drawn.overall,
                "x1": drawn.overall,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": drawn.colour, "width": 1.5, "dash": "dot"},
            }
            for drawn in contestants.values()
        ],
        "margin": {**FRAME["margin"], "t": 48},
    }
    room = max(44, 18 * len(contestants))
    return picture(traces, layout, height=120 + room * len(names))


def rings(dots: Sequence[Spec], slices: Sequence[Slice]) -> Spec:
    """A trace of its own, so that the legend explains it; `slices` are those of the dots, in their order."""
    places = [place for dot in dots for place in zip(dot["x"], dot["y"], strict=True)]
    ringed = [place for place, each in zip(places, slices, strict=True) if each.worse]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": _("worse than the rest"),
        "x": [x for x, _y in ringed],
        "y": [y for _x, y in ringed],
        "marker": {"color": MARK, "size": 18, "symbol": "circle-open", "line": {"width": 3}},
        "hoverinfo": "skip",
    }


def _label(name: str, texts: int) -> str:
    """A name in a few short lines, and how many texts there are below it."""
    lines = wrap(name, WIDE) or [name]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], "…"]
    return "<br>".join([*map(plain, lines), f"<i>n = {number(texts)}</i>"])
