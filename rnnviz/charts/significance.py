"""How sure figures are: each with its interval, the differences of all pairs, and the spread over seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.shading import shades
from rnnviz.charts.spread import SeedGroup, dots, mean_bar
from rnnviz.charts.style import FRAME, Spec, Style, picture, plain, titled
from rnnviz.evaluation.bootstrap import Interval
from rnnviz.evaluation.significance import Pair
from rnnviz.evaluation.verdicts import p_said, points
from rnnviz.language import _

REAL_MARK = "<br>★"
"""Below the figure: beside it, it would have no room on a phone."""
LEAST_SPAN = 0.05
"""Half the colour scale of differences at least: five points, so that noise is not painted in full colour."""


@dataclass(frozen=True)
class Estimate:
    """A contestant's figure with its interval."""

    title: str
    colour: str
    found: Interval

    @property
    def above(self) -> float:
        """How far the interval reaches above the figure; 0 where it has none."""
        return 0.0 if self.found.high is None else self.found.high - self.found.value

    @property
    def below(self) -> float:
        return 0.0 if self.found.low is None else self.found.value - self.found.low


def forest(estimates: Sequence[Estimate], reference: float | None, axis: str) -> go.Figure:
    """A dot and a bar for each contestant, the first on top; a dashed line at the figure of the reference.

    `axis` says which figure it is. A figure without bounds has no bar.
    """
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [each.found.value],
            "y": [place],
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [each.above],
                "arrayminus": [each.below],
                "visible": each.found.low is not None,
                "thickness": 2.5,
                "width": 6,
            },
            "marker": {"color": each.colour, "size": 11},
            "customdata": [[each.found.low, each.found.high]],
            "meta": {"name": plain(each.title), "columns": [_("low"), _("high")]},
            "hovertemplate": (
                "%{x:.1%}"
                if each.found.low is None
                else _("%{x:.1%}, 95% interval %{customdata[0]:.1%} to %{customdata[1]:.1%}")
            )
            + f"<extra>{plain(each.title)}</extra>",
        }
        for place, each in enumerate(estimates)
    ]
    line = {"type": "line", "xref": "x", "yref": "paper", "y0": 0, "y1": 1}
    layout = {
        "xaxis": {**titled(axis), "tickformat": ".0%"},
        "yaxis": {
            "tickmode": "array",
            "tickvals": list(range(len(estimates))),
            "ticktext": [plain(each.title) for each in estimates],
            "range": [len(estimates) - 0.5, -0.5],
            "showgrid": False,
        },
        "shapes": [
            {**line, "x0": reference, "x1": reference, "line": {"color": "#888888", "width": 1.5, "dash": "dash"}}
        ]
        * (reference is not None),
        "showlegend": False,
        "hovermode": "closest",
        "margin": {**FRAME["margin"], "t": 12},
    }
    return picture(data, layout, height=90 + 40 * len(estimates))


def difference_matrix(names: Mapping[str, str], pairs: Sequence[Pair], style: Style) -> go.Figure:
    """Row less column in points for each pair that was tested; a star where it is more than chance explains.

    `names` are the titles by name, in the order of rows and columns.
    """
    both = {(each.a, each.b): each for pair in pairs for each in (pair, pair.turned())}
    cells = [[both.get((row, column)) for column in names] for row in names]
    span = max([LEAST_SPAN, *(abs(pair.difference.value) for pair in pairs)])
    labels = [plain(title) for title in names.values()]
    heatmap = {
        "type": "heatmap",
        "z": [[None if pair is None else pair.difference.value * 100 for pair in row] for row in cells],
        "x": list(range(len(labels))),
        "y": list(range(len(labels))),
        "zmin": -span * 100,
        "zmax": span * 100,
        "colorscale": style.diverging,
        "text": [["" if pair is None else in_points(pair) for pair in row] for row in cells],
        "customdata": [[None if pair is None else p_said(pair.adjusted) for pair in row] for row in cells],
        "meta": {"value": _("difference, points"), "columns": [_("p after Holm")]},
        "showscale": False,
        "hoverongaps": False,
        "hovertemplate": _("%{y} less %{x}: %{text} points; p after Holm: %{customdata}") + "<extra></extra>",
        "xgap": 2,
        "ygap": 2,
    }
    words = {"tickmode": "array", "tickvals": list(range(len(labels))), "ticktext": labels, "showgrid": False}
    layout = {
        "xaxis": {**titled(_("second")), **words, "ticklabeloverflow": "allow", "range": [-0.5, len(labels) - 0.5]},
        "yaxis": {**titled(_("first")), **words, "range": [len(labels) - 0.5, -0.5]},
        "margin": {**FRAME["margin"], "t": 12},
        "annotations": [
            written(pair, (x, y), shade)
            for y, row in enumerate(cells)
            for x, (pair, shade) in enumerate(zip(row, shades_of(row, span, style), strict=True))
            if pair
        ],
    }
    return picture([heatmap], layout, height=110 + 44 * len(labels))


def in_points(pair: Pair) -> str:
    return points(pair.difference.value, pair.texts, sign=True)


def shades_of(row: Sequence[Pair | None], span: float, style: Style) -> list[tuple[str, str]]:
    """Ground and ink of the pairs of a row, where there is none those of 0."""
    values = np.array([0.0 if pair is None else pair.difference.value for pair in row], "float32")
    return shades(values, -span, span, style.diverging)


def written(pair: Pair, place: tuple[int, int], shade: tuple[str, str]) -> Spec:
    """The figure of a pair in its cell, in the ink that can be read there: Plotly's own is grey on bright grounds."""
    text = in_points(pair) + REAL_MARK * pair.real
    return {"x": place[0], "y": place[1], "text": text, "showarrow": False, "font": {"size": 12, "color": shade[1]}}


def seed_points(groups: Sequence[SeedGroup], axis: str) -> go.Figure:
    """A figure of each run as a dot, family by family; beside them their mean ± standard deviation."""
    layout = {
        "xaxis": {
            "tickmode": "array",
            "tickvals": list(range(len(groups))),
            "ticktext": [plain(group.title) for group in groups],
            "range": [-0.5, len(groups) - 0.5],
            "showgrid": False,
        },
        "yaxis": {**titled(axis), "tickformat": ".1%"},
        "showlegend": False,
        "hovermode": "closest",
        "margin": {**FRAME["margin"], "t": 12},
    }
    data = [part for place, group in enumerate(groups) for part in (dots(group, place), mean_bar(group, place))]
    return picture(data, layout, height=320)
