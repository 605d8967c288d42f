"""Cells of a heat map that can be clicked: Plotly tells a click on a point, but none on a heat map."""

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.style import MARK, Spec
from rnnviz.language import _


def with_cells_to_pick(confusion: go.Figure, chosen: tuple[int, int] | None) -> go.Figure:
    """A confusion matrix with an unseen point in the middle of each cell; the chosen one (row, column) has a frame.

    The point nearest to the mouse is the one that is clicked, wherever in its cell that is. Its `customdata`
    are row and column of the cell, and its texts.
    """
    spec = confusion.to_plotly_json()
    (heatmap,), (drawn,) = spec["data"], confusion.data
    counts, across, down = np.asarray(drawn.customdata), list(drawn.x), list(drawn.y)
    cells = [(row, column) for row in range(len(down)) for column in range(len(across))]
    points: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": [across[column] for _row, column in cells],
        "y": [down[row] for row, _column in cells],
        "customdata": [[row, column, int(counts[row, column])] for row, column in cells],
        "marker": {"size": 12},
        "opacity": 0,  # also tells the table of numbers to leave it out
        "showlegend": False,
        "hovertemplate": _("true %{y}, predicted %{x}: %{customdata[2]} texts") + "<extra></extra>",
    }
    layout: Spec = {**spec["layout"], "hovermode": "closest", "hoverdistance": -1}
    for axis in ("xaxis", "yaxis"):
        layout[axis] = {**layout[axis], "fixedrange": True}
    if chosen is not None:
        row, column = chosen
        layout["shapes"] = [
            {
                "type": "rect",
                "x0": column - 0.49,
                "x1": column + 0.49,
                "y0": row - 0.49,
                "y1": row + 0.49,
                "line": {"color": MARK, "width": 4},
            }
        ]
    return go.Figure({"data": [{**heatmap, "hoverinfo": "skip", "hovertemplate": None}, points], "layout": layout})
