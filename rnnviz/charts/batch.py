"""One step of a training: how long the gradient of each parameter is."""

from collections.abc import Mapping

import plotly.graph_objects as go

from rnnviz.charts.style import FRAME, cell_colour, picture, titled
from rnnviz.language import _

ROW = 26
"""Height of the row of a parameter, in pixels."""


def gradient_dots(norms: Mapping[str, float], cell: str) -> go.Figure:
    """The L2 norm of the gradient of each parameter, before clipping, on a logarithmic axis; 0 has no dot."""
    names = list(norms)
    dots = {
        "type": "scatter",
        "mode": "markers",
        "y": names,
        "x": [norms[name] or None for name in names],
        "marker": {"color": cell_colour(cell), "size": 12},
        "hovertemplate": "%{y}: %{x:.2e}<extra></extra>",
    }
    layout = {
        "xaxis": {**titled(_("‖gradient‖₂ of each parameter, before clipping")), "type": "log", "exponentformat": "e"},
        "yaxis": {"autorange": "reversed", "automargin": True, "showgrid": True, "type": "category"},
        "margin": {**FRAME["margin"], "t": 10},
        "showlegend": False,
    }
    return picture([dots], layout, height=90 + ROW * len(names))
