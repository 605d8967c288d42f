"""One step of a training: how long the gradient of each parameter is."""

from collections.abc import Mapping

import plotly.graph_objects as go

from rnnviz.charts.style import FRAME, cell_colour, picture, titled
from rnnviz.language import _

ROW = 26
"""Height of a bar, in pixels."""


def gradient_bars(norms: Mapping[str, float], cell: str) -> go.Figure:
    """The L2 norm of the gradient of each parameter, before clipping, on a logarithmic axis; 0 has no bar."""
    names = list(norms)
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": [norms[name] or None for name in names],
        "marker": {"color": cell_colour(cell)},
        "hovertemplate": "%{y}: %{x:.2e}<extra></extra>",
    }
    layout = {
        "xaxis": {**titled(_("‖gradient‖₂ of each parameter, before clipping")), "type": "log", "exponentformat": "e"},
        "yaxis": {"autorange": "reversed", "automargin": True},
        "margin": {**FRAME["margin"], "t": 10},
        "showlegend": False,
    }
    return picture([bars], layout, height=90 + ROW * len(names))
