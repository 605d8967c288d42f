"""Curves over epochs: loss and accuracy of all cells, and the fate of pinned names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rnnviz.charts.style import cell_colour, framed
from rnnviz.language import _


@dataclass(frozen=True)
class Curve:
    """The epochs of one run, as its history holds them, and what the legend calls it."""

    title: str
    cell: str
    history: Sequence[dict[str, Any]]


def training_curves(curves: Sequence[Curve], epochs: int) -> go.Figure:
    """Loss (left) and accuracy (right) over epochs: solid for validation, dotted for training.

    The axis reaches to `epochs` from the start, so that the picture does not jump while
    it fills. A diamond marks the epoch whose weights are kept.
    """
    figure = make_subplots(1, 2, horizontal_spacing=0.09)
    for curve in curves:
        for column, measure in ((1, "loss"), (2, "accuracy")):
            for part, dash in (("train", "dot"), ("validation", "solid")):
                figure.add_scatter(
                    x=[epoch["epoch"] for epoch in curve.history],
                    y=[epoch[f"{part}_{measure}"] for epoch in curve.history],
                    name=f"{curve.title} · {_('validation') if part == 'validation' else _('training')}",
                    legendgroup=f"{curve.title} {part}",
                    showlegend=column == 1,
                    mode="lines+markers" if len(curve.history) < 2 else "lines",
                    line={"color": cell_colour(curve.cell), "dash": dash, "width": 2.5 if dash == "solid" else 1.5},
                    hovertemplate="%{y:.3f}",
                    row=1,
                    col=column,
                )
            _mark_best(figure, curve, measure, column)
    framed(figure, height=360, hovermode="x unified")
    figure.update_xaxes(title=_("Epoch"), range=[-0.5, max(epochs, 1) + 0.5], zeroline=False)
    figure.update_yaxes(title=_("Loss (cross-entropy, nats)"), row=1, col=1, zeroline=False)
    figure.update_yaxes(title=_("Accuracy"), row=1, col=2, zeroline=False, tickformat=".0%")
    return figure


def _mark_best(figure: go.Figure, curve: Curve, measure: str, column: int) -> None:
    best = [epoch for epoch in curve.history if epoch["best"]][-1:]
    figure.add_scatter(
        x=[epoch["epoch"] for epoch in best],
        y=[epoch[f"validation_{measure}"] for epoch in best],
        mode="markers",
        marker={"color": cell_colour(curve.cell), "symbol": "diamond", "size": 10},
        showlegend=False,
        hoverinfo="skip",
        row=1,
        col=column,
    )


def pinned_curves(curves: Sequence[Curve], texts: Sequence[str], class_name: str, number: int) -> go.Figure:
    """The probability of one class for each pinned text over epochs: a panel a text, a line a cell."""
    columns = min(len(texts), 4) or 1
    rows = -(-len(texts) // columns) or 1
    figure = make_subplots(rows, columns, subplot_titles=list(texts), shared_yaxes=True, shared_xaxes=True)
    for place, text in enumerate(texts):
        for curve in curves:
            told = [epoch for epoch in curve.history if text in epoch.get("pinned", {})]
            figure.add_scatter(
                x=[epoch["epoch"] for epoch in told],
                y=[epoch["pinned"][text][number] for epoch in told],
                name=curve.title,
                legendgroup=curve.title,
                showlegend=place == 0,
                mode="lines",
                line={"color": cell_colour(curve.cell), "width": 2},
                hovertemplate="%{y:.2f}",
                row=place // columns + 1,
                col=place % columns + 1,
            )
    framed(figure, height=70 + 170 * rows, hovermode="x unified")
    figure.update_layout(margin={"t": 56}, legend={"y": 1.0, "yanchor": "bottom", "yref": "container", "x": 0})
    figure.update_xaxes(title=_("Epoch"), row=rows, zeroline=False)
    figure.update_yaxes(range=[-0.02, 1.02], zeroline=False)
    figure.update_yaxes(title=_("P({name})").format(name=class_name), col=1)
    figure.add_hline(y=0.5, line={"color": "rgba(128,128,128,0.6)", "dash": "dot", "width": 1})
    return figure
