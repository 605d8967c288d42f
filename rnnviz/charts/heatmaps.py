"""Pictures of a trace: heatmaps with units down and tokens across, and the running prediction."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.style import (
    FRAME,
    MARK,
    Spec,
    Style,
    axis_name,
    class_colour,
    picture,
    plain,
    plain_tokens,
    titled,
)
from rnnviz.charts.token_axes import BELOW, axes_with_every_word, is_long
from rnnviz.insight.trace import Trace
from rnnviz.language import _
from rnnviz.models.cells import Quantity
from rnnviz.training.trained import Floats

PANEL = 150
"""Height of one heatmap among several, in pixels."""
ALONE = 230
"""Height of one on its own."""
HEAD = 34
"""Room above each for its title."""
SIDES = {"l": 58, "r": 52}
"""Room for the numbers beside each. It is fixed: where Plotly has to find it, it draws every panel twice."""


def quantity_heatmap(trace: Trace, quantity: Quantity, style: Style) -> go.Figure:
    """One state or gate of a trace on its own."""
    return trace_panels(trace, (quantity,), style, panel=ALONE)


def trace_panels(
    trace: Trace,
    quantities: Sequence[Quantity],
    style: Style,
    step: int | None = None,
    unit: int | None = None,
    probabilities: bool = False,
    panel: int = PANEL,
    window: range | None = None,
) -> go.Figure:
    """Heatmaps below one another over one token axis, the running prediction above them if asked for.

    The present step is framed in all of them, and the row of the chosen unit in each
    heatmap. Of a long text a window of tokens may be drawn; one can then zoom into it by
    dragging along the tokens.
    """
    rows = len(quantities) + probabilities
    domains = panel_domains(rows, panel)
    window = range(len(trace.tokens)) if window is None else window
    axes, data = axes_with_every_word(trace.tokens, _("Token"), window, axis_name("y", rows))
    zoomed = {"dragmode": "zoom"} if is_long(trace.tokens) else {}
    layout: Spec = {
        "shapes": [],
        "annotations": [],
        **axes,
        **zoomed,
        "hovermode": "closest",
        "showlegend": probabilities,
        "margin": {**FRAME["margin"], "t": 34, **SIDES, **({"b": BELOW} if is_long(window) else {})},
        "legend": {**FRAME["legend"], "yref": "container", "yanchor": "top"},
    }
    if probabilities:
        data += probability_lines(trace, window)
        layout["yaxis"] = {
            **titled(_("Probability")),
            "domain": domains[0],
            "range": [-0.03, 1.03],
            "nticks": 5,
            "fixedrange": True,
            "automargin": False,
        }
        layout["annotations"].append(panel_title(_("Prediction after each token"), domains[0]))
        if step is not None:
            layout["shapes"].append(frame(1, step - 0.5, step + 0.5, -0.03, 1.03))
    for row, quantity in enumerate(quantities, start=1 + probabilities):
        domain = domains[row - 1]
        data.append(heatmap(trace, quantity, style, row, domain, window))
        layout[axis_name("y", row, layout=True)] = {
            **titled(_("Unit")),
            "domain": domain,
            "range": [trace.units - 0.5, -0.5],
            "showgrid": False,
            "nticks": 5,
            "fixedrange": True,
            "automargin": False,
        }
        layout["annotations"].append(panel_title(f"{_(quantity.title)} {html_symbol(quantity.symbol)}", domain))
        if unit is not None:
            layout["shapes"].append(frame(row, window.start - 0.5, window.stop - 0.5, unit - 0.5, unit + 0.5, width=1))
        if step is not None:
            layout["shapes"].append(frame(row, step - 0.5, step + 0.5, -0.5, trace.units - 0.5))
    return picture(data, layout, height=rows * (panel + HEAD) + (BELOW + 34 if is_long(window) else 70))


def panel_domains(rows: int, panel: int) -> list[list[float]]:
    """Where each panel stands, from the top down, as shares of the height of the picture."""
    whole = rows * (panel + HEAD)
    tops = [1 - (row * (panel + HEAD) + HEAD) / whole for row in range(rows)]
    return [[max(top - panel / whole, 0.0), top] for top in tops]


def heatmap(trace: Trace, quantity: Quantity, style: Style, row: int, domain: Sequence[float], window: range) -> Spec:
    """The values of one quantity in a window of the text, units down; the scale is that of the whole text."""
    values = trace.values[quantity.name]
    low, high = limits(quantity, values)
    return {
        "type": "heatmap",
        "z": np.ascontiguousarray(values[window.start : window.stop].T, dtype=np.float32),
        "x0": window.start,
        "zmin": low,
        "zmax": high,
        "colorscale": style.sequential if low >= 0 else style.diverging,
        "colorbar": scale_beside(domain),
        "hovertemplate": _("“%{x}”, unit %{y}: %{z:.3f}") + "<extra></extra>",
        "xgap": 0 if is_long(window) else 1,
        "showlegend": False,
        "yaxis": axis_name("y", row),
    }


def scale_beside(domain: Sequence[float]) -> Spec:
    """The scale of colours of one panel, as high as the panel, at the right edge of the picture."""
    return {
        "thickness": 9,
        "len": domain[1] - domain[0],
        "y": (domain[0] + domain[1]) / 2,
        "outlinewidth": 0,
        "xref": "container",
        "x": 1.0,
        "xanchor": "right",
    }


def limits(quantity: Quantity, values: Floats) -> tuple[float, float]:
    """The range of the colour scale: what the activation allows, or symmetric around 0 and at least 1 wide."""
    if math.isfinite(quantity.low):
        return quantity.low, quantity.high
    bound = max(1.0, float(np.abs(values).max()))
    return -bound, bound


def probability_lines(trace: Trace, window: range) -> list[Spec]:
    """The probability of each class after every token of a window."""
    places, labels = list(window), plain_tokens(trace.tokens[window.start : window.stop])
    return [
        {
            "type": "scatter",
            "x": places,
            "y": trace.probabilities[window.start : window.stop, number],
            "name": plain(name),
            "mode": "lines" if is_long(window) else "lines+markers",
            "line": {"color": class_colour(number), "width": 3},
            "customdata": labels,
            "hovertemplate": _("after “%{customdata}”: %{y:.3f}"),
        }
        for number, name in enumerate(trace.classes)
    ]


def html_symbol(symbol: str) -> str:
    """h_t as Plotly writes it, the index lowered."""
    letter, _sep, index = symbol.partition("_")
    return f"<i>{letter}<sub>{index}</sub></i>"


def panel_title(text: str, domain: Sequence[float]) -> Spec:
    """The title above a panel."""
    place = {"xref": "paper", "yref": "paper", "x": 0.0, "y": domain[1], "xanchor": "left", "yanchor": "bottom"}
    return {"text": text, "showarrow": False, "font": {"size": 13}, **place}


def frame(row: int, x0: float, x1: float, y0: float, y1: float, width: int = 2) -> Spec:
    """A frame around a step or a unit in one panel."""
    corners = {"x0": x0, "x1": x1, "y0": y0, "y1": y1}
    axes = {"xref": "x", "yref": axis_name("y", row)}
    return {"type": "rect", **corners, **axes, "line": {"color": MARK, "width": width}, "layer": "above"}
