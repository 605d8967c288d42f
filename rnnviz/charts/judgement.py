"""Reports and confusion matrices as pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.style import FRAME, Style, picture, plain, titled
from rnnviz.language import _, number


def confusion_heatmap(confusion: Sequence[Sequence[int]], classes: Sequence[str], style: Style) -> go.Figure:
    """True classes down, predicted ones across; colour is the share of the row, text count and share."""
    counts = np.asarray(confusion)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    heatmap = {
        "type": "heatmap",
        "z": shares,
        "x": list(map(plain, classes)),
        "y": list(map(plain, classes)),
        "zmin": 0.0,
        "zmax": 1.0,
        "colorscale": style.sequential,
        "text": [
            [f"{number(count)}<br>{number(share, '.0%')}" for count, share in zip(*row, strict=True)]
            for row in zip(counts, shares, strict=True)
        ],
        "customdata": counts,
        "meta": {"value": _("share of the true class"), "columns": [_("Texts")]},
        "texttemplate": "%{text}",
        "textfont": {"size": 15},
        "showscale": False,
        "hovertemplate": _("true %{y}, predicted %{x}: %{customdata} texts") + "<extra></extra>",
        "xgap": 2,
        "ygap": 2,
    }
    layout = {
        "xaxis": {**titled(_("Predicted class")), "type": "category"},
        "yaxis": {**titled(_("True class")), "type": "category", "autorange": "reversed"},
        "margin": {**FRAME["margin"], "t": 12},
    }
    return picture([heatmap], layout, height=100 + 70 * len(classes))


@dataclass(frozen=True)
class Measured:
    """One figure of a contestant."""

    title: str
    colour: str
    value: float | None
    """None of one that has no such figure."""


def difference_bars(measured: Sequence[Measured], reference: Measured, figure: str, style: Style) -> go.Figure:
    """A bar a contestant, to the right where its figure is higher than that of the reference, to the left where lower.

    The figure itself and the signed difference stand at the end of the bar.
    """
    known = [each for each in measured if each.value is not None and reference.value is not None]
    gaps = [float(each.value or 0.0) - float(reference.value or 0.0) for each in known]
    widest = max(map(abs, gaps), default=0.0) or 0.01
    titles = [plain(each.title) for each in known]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": gaps,
        "y": titles,
        "marker": {"color": [each.colour for each in known]},
        "text": [value_and_gap(each, reference) for each in known],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [each.value for each in known],
        "meta": {"value": _("difference to {reference}").format(reference=reference.title), "columns": [figure]},
        "hovertemplate": "%{y}: %{customdata:.4f} (%{x:+.4f})<extra></extra>",
    }
    ink = "rgba(200,200,200,0.9)" if style.dark else "rgba(80,80,80,0.9)"
    layout = {
        "xaxis": {
            **titled(_("difference to {reference}").format(reference=plain(reference.title))),
            "range": _room(gaps, widest),
            "tickformat": "+.2~f" if widest >= 0.02 else "+.3~f",
            "nticks": 6,
        },
        "yaxis": {"type": "category", "categoryorder": "array", "categoryarray": titles[::-1], "ticksuffix": "  "},
        "shapes": [
            {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": ink, "width": 1}}
        ],
        "margin": {**FRAME["margin"], "t": 12},
        "bargap": 0.35,
        "showlegend": False,
    }
    return picture([bars], layout, height=80 + 34 * max(len(known), 1))


def _room(gaps: Sequence[float], widest: float) -> list[float]:
    """Bounds of the axis that leave room for the words at the ends of the bars."""
    low, high = min(*gaps, 0.0, 0.0), max(*gaps, 0.0, 0.0)
    words = 0.55 * max(high - low, widest)
    return [low - words if low < 0 else -0.05 * words, high + words]


def value_and_gap(each: Measured, reference: Measured) -> str:
    """ "0.655 (+0.010)"; the reference says that it is one."""
    value, gap = float(each.value or 0.0), float(each.value or 0.0) - float(reference.value or 0.0)
    return f"{number(value, '.3f')} ({'±0' if each == reference else number(gap, '+.3f')})"
