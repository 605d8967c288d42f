"""Eigenvalues of a recurrent weight in the complex plane, around the unit circle."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.bands import faded
from rnnviz.charts.style import Spec, cell_colour, picture, titled
from rnnviz.insight.spectrum import BlockSpectrum
from rnnviz.language import _

GATE_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44")
"""Of the blocks of a gated cell in their order (Tol's bright scheme, safe for colour-blind viewers)."""
GATE_SYMBOLS = ("circle", "square", "diamond", "triangle-up")
ROOM = 1.15


def spectrum_plane(
    blocks: Sequence[BlockSpectrum], cell: str, titles: Sequence[str], factor: float | None = None
) -> go.Figure:
    """Each block's eigenvalues with the unit circle; with a `factor`, as they become and, faint, as they were.

    `titles` names the blocks. The plane is square: a circle looks like one.
    """
    scale = 1.0 if factor is None else factor
    reach = ROOM * max(1.0, *(block.radius * max(scale, 1.0) for block in blocks))
    colours = GATE_COLOURS if len(blocks) > 1 else (cell_colour(cell),)
    data: list[Spec] = []
    for place, (block, title) in enumerate(zip(blocks, titles, strict=True)):
        colour, symbol = colours[place % len(colours)], GATE_SYMBOLS[place % len(GATE_SYMBOLS)]
        if factor is not None:
            before = points(block.eigenvalues, faded(colour, 0.6), f"{symbol}-open", title)
            named = {"meta": {**before["meta"], "name": _("{title}, as trained").format(title=title)}}
            data.append({**before, **named, "showlegend": False, "hoverinfo": "skip", "hovertemplate": None})
        data.append(points(block.eigenvalues * scale, colour, symbol, title))
    axis = {"range": [-reach, reach], "fixedrange": True, "zeroline": True, "zerolinewidth": 1, "nticks": 7}
    layout = {
        "xaxis": {**titled(_("Real part")), **axis},
        "yaxis": {**titled(_("Imaginary part")), **axis, "scaleanchor": "x"},
        "shapes": [circle(1.0, "dash")],
        "showlegend": len(blocks) > 1,
        "hovermode": "closest",
    }
    return picture(data, layout, height=400)


def points(eigenvalues: np.ndarray, colour: str, symbol: str, title: str) -> Spec:
    """Eigenvalues as marks; the hover has the absolute value."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": eigenvalues.real,
        "y": eigenvalues.imag,
        "customdata": np.abs(eigenvalues),
        "meta": {"columns": ["|λ|"]},
        "name": title,
        "legendgroup": title,
        "marker": {"color": colour, "symbol": symbol, "size": 8},
        "hovertemplate": "%{x:.3f} %{y:+.3f} <i>i</i>, |λ| = %{customdata:.3f}",
    }


def circle(radius: float, dash: str) -> Spec:
    """A circle around 0."""
    corners = {"x0": -radius, "y0": -radius, "x1": radius, "y1": radius}
    line = {"color": "rgba(128,128,128,0.9)", "width": 1.5, "dash": dash}
    return {"type": "circle", "xref": "x", "yref": "y", **corners, "line": line}
