"""Confusion matrices as pictures."""

from collections.abc import Sequence

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
