"""Pictures of a trace: heatmaps with units down and tokens across, and the running prediction."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnnviz.charts.style import MARK, Style, class_colour, framed, token_axis, token_labels
from rnnviz.insight.trace import Trace
from rnnviz.language import _
from rnnviz.models.cells import Quantity
from rnnviz.training.trained import Floats

PANEL = 150
"""Height of one heatmap among several, in pixels."""
HEAD = 34
"""Room above each for its title."""


def quantity_heatmap(trace: Trace, quantity: Quantity, style: Style) -> go.Figure:
    """One state or gate of a trace on its own."""
    return trace_panels(trace, (quantity,), style, panel=230)


def trace_panels(
    trace: Trace,
    quantities: Sequence[Quantity],
    style: Style,
    step: int | None = None,
    unit: int | None = None,
    probabilities: bool = False,
    panel: int = PANEL,
) -> go.Figure:
    """Heatmaps below one another over one token axis, the running prediction above them if asked for.

    The present step is framed in all of them, and the row of the chosen unit in each heatmap.
    """
    titles = [f"{_(quantity.title)} {html_symbol(quantity.symbol)}" for quantity in quantities]
    if probabilities:
        titles.insert(0, _("Prediction after each token"))
    rows = len(titles)
    height = rows * (panel + HEAD) + 70
    figure = make_subplots(
        rows, 1, shared_xaxes=True, vertical_spacing=HEAD / (height - 70) if rows > 1 else 0, subplot_titles=titles
    )
    if probabilities:
        _add_probabilities(figure, trace)
    for row, quantity in enumerate(quantities, start=rows - len(quantities) + 1):
        _add_heatmap(figure, trace, quantity, style, row)
        if unit is not None:
            _frame(figure, row, -0.5, len(trace.tokens) - 0.5, unit - 0.5, unit + 0.5, width=1)
        if step is not None:
            _frame(figure, row, step - 0.5, step + 0.5, -0.5, trace.units - 0.5)
    if probabilities and step is not None:
        _frame(figure, 1, step - 0.5, step + 0.5, -0.03, 1.03)
    framed(figure, height=height, hovermode="closest", showlegend=probabilities)
    figure.update_layout(margin={"t": 60}, legend={"yref": "container", "y": 1.0, "yanchor": "top"})
    figure.update_xaxes(**{**token_axis(trace.tokens, ""), "title": None, "showgrid": False})
    figure.update_xaxes(title=_("Token"), row=rows, col=1)
    figure.update_annotations(font_size=13, x=0, xanchor="left")
    return figure


def _add_heatmap(figure: go.Figure, trace: Trace, quantity: Quantity, style: Style, row: int) -> None:
    values = trace.values[quantity.name]
    low, high = limits(quantity, values)
    domain = figure.get_subplot(row, 1).yaxis.domain
    figure.add_heatmap(
        z=np.ascontiguousarray(values.T, dtype=np.float32),
        zmin=low,
        zmax=high,
        colorscale=style.sequential if low >= 0 else style.diverging,
        colorbar={"thickness": 9, "len": domain[1] - domain[0], "y": sum(domain) / 2, "outlinewidth": 0, "x": 1.0},
        customdata=np.tile(token_labels(trace.tokens), (trace.units, 1)),
        hovertemplate=_("“%{customdata}”, unit %{y}: %{z:.3f}") + "<extra></extra>",
        xgap=1 if len(trace.tokens) <= 60 else 0,
        showlegend=False,
        row=row,
        col=1,
    )
    figure.update_yaxes(
        title=_("Unit"), range=[trace.units - 0.5, -0.5], zeroline=False, showgrid=False, nticks=5, row=row, col=1
    )


def limits(quantity: Quantity, values: Floats) -> tuple[float, float]:
    """The range of the colour scale: what the activation allows, or symmetric around 0 and at least 1 wide."""
    if math.isfinite(quantity.low):
        return quantity.low, quantity.high
    bound = max(1.0, float(np.abs(values).max()))
    return -bound, bound


def html_symbol(symbol: str) -> str:
    """h_t as Plotly writes it, the index lowered."""
    letter, _sep, index = symbol.partition("_")
    return f"<i>{letter}<sub>{index}</sub></i>"


def _frame(figure: go.Figure, row: int, x0: float, x1: float, y0: float, y1: float, width: int = 2) -> None:
    line = {"color": MARK, "width": width}
    figure.add_shape(type="rect", x0=x0, x1=x1, y0=y0, y1=y1, line=line, layer="above", row=row, col=1)


def _add_probabilities(figure: go.Figure, trace: Trace) -> None:
    places = list(range(len(trace.tokens)))
    labels = token_labels(trace.tokens)
    for number, name in enumerate(trace.classes):
        figure.add_scatter(
            x=places,
            y=trace.probabilities[:, number],
            name=name,
            mode="lines+markers",
            line={"color": class_colour(number), "width": 3},
            customdata=labels,
            hovertemplate=_("after “%{customdata}”: %{y:.3f}"),
            row=1,
            col=1,
        )
    figure.update_yaxes(title=_("Probability"), range=[-0.03, 1.03], zeroline=False, nticks=5, row=1, col=1)
