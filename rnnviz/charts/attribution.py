"""Pictures of where a decision falls: what each token did by several methods, and what each step leans on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.heatmaps import HEAD, SIDES, frame, panel_title, scale_beside
from rnnviz.charts.style import FRAME, Spec, Style, axis_name, picture, titled
from rnnviz.charts.token_axes import BELOW, axes_with_every_word, is_long
from rnnviz.insight.leaning import Leaning
from rnnviz.language import _
from rnnviz.training.trained import Floats

ROW = 84
"""Height of the bars of one method, in pixels."""
TRIANGLE = 240
SMALLEST = 1e-9
"""Half the range of bars that are all 0."""


@dataclass(frozen=True)
class Row:
    """The bars of one method: a value for each token, above 0 for the class."""

    title: str
    unit: str
    values: Floats


def stacked_domains(heights: Sequence[int]) -> list[list[float]]:
    """Where panels of these heights stand, from the top down, a title above each, as shares of the whole."""
    whole = sum(heights) + HEAD * len(heights)
    bottoms = [whole - sum(heights[: row + 1]) - HEAD * (row + 1) for row in range(len(heights))]
    return [[bottom / whole, (bottom + height) / whole] for bottom, height in zip(bottoms, heights, strict=True)]


def attribution_panels(
    tokens: Sequence[str],
    rows: Sequence[Row],
    style: Style,
    step: int | None = None,
    window: range | None = None,
    leaning: Leaning | None = None,
) -> go.Figure:
    """Bars of each method below one another over one token axis, below them what each step leans on.

    Each method has a scale of its own, the same above 0 and below; the present step is framed in all.
    """
    window = range(len(tokens)) if window is None else window
    heights = [ROW] * len(rows) + [TRIANGLE] * (leaning is not None)
    domains = stacked_domains(heights)
    layout, data = token_layout(tokens, window, len(heights))
    for number, (row, domain) in enumerate(zip(rows, domains, strict=False), start=1):
        bound = max(float(np.abs(row.values).max()), SMALLEST)
        data.append(bars(row, number, bound, window, style))
        layout[axis_name("y", number, layout=True)] = bar_axis(row.unit, domain, bound * 1.1, style)
        layout["annotations"].append(panel_title(row.title, domain))
        if step is not None:
            layout["shapes"].append(frame(number, step - 0.5, step + 0.5, -bound * 1.1, bound * 1.1))
    if leaning is not None:
        number, domain = len(heights), domains[-1]
        data.append(triangle(leaning, number, domain, window, style))
        layout[axis_name("y", number, layout=True)] = {
            **titled(_("Present step")),
            "domain": domain,
            "range": [window.stop + 0.5, window.start + 0.5],
            "showgrid": False,
            "nticks": 8,
            "fixedrange": True,
            "automargin": False,
        }
        layout["annotations"].append(panel_title(_("What the answer at each step leans on"), domain))
        if step is not None:
            whole = (window.start - 0.5, window.stop - 0.5)
            layout["shapes"].append(frame(number, *whole, step + 0.5, step + 1.5))
    return picture(data, layout, height=sum(heights) + HEAD * len(heights) + foot(window))


def token_layout(tokens: Sequence[str], window: range, rows: int) -> tuple[Spec, list[Spec]]:
    """The layout and first traces of panels over one token axis, the lowest of which carries its words."""
    axes, data = axes_with_every_word(tokens, _("Token"), window, axis_name("y", rows))
    margin = {**FRAME["margin"], "t": 8, **SIDES, **({"b": BELOW} if is_long(window) else {})}
    zoomed = {"dragmode": "zoom"} if is_long(tokens) else {}
    layout = {"shapes": [], "annotations": [], **axes, **zoomed, "margin": margin, "showlegend": False, "bargap": 0.25}
    return {**layout, "hovermode": "closest"}, data


def foot(window: range) -> int:
    """Room below the panels for the words and the title of the axis, with the room above them."""
    return BELOW + 8 if is_long(window) else 70


def bars(row: Row, number: int, bound: float, window: range, style: Style) -> Spec:
    """One method in a window of the text, coloured on its own diverging scale."""
    values = row.values[window.start : window.stop]
    return {
        "type": "bar",
        "x": list(window),
        "y": values,
        "yaxis": axis_name("y", number),
        "marker": {
            "color": values,
            "colorscale": style.diverging,
            "cmin": -bound,
            "cmax": bound,
            "line": {"width": 0.5, "color": style.faint},
        },
        "hovertemplate": _("“%{x}”: %{y:+.4g}") + "<extra></extra>",
    }


def bar_axis(unit: str, domain: Sequence[float], bound: float, style: Style) -> Spec:
    """An axis with its zero in the middle."""
    return {
        "title": {"text": unit, "font": {"size": 11}},
        "domain": domain,
        "range": [-bound, bound],
        "nticks": 6,
        "zeroline": True,
        "zerolinecolor": style.faint,
        "fixedrange": True,
        "automargin": False,
    }


def triangle(leaning: Leaning, number: int, domain: Sequence[float], window: range, style: Style) -> Spec:
    """Each row a step, divided by its largest value; what had not been read by then stays empty."""
    part = slice(window.start, window.stop)
    steps = np.arange(window.start, window.stop)
    unread = steps[None, :] < steps[:, None] if leaning.backwards else steps[None, :] > steps[:, None]
    return {
        "type": "heatmap",
        "z": np.where(unread, np.nan, leaning.shares[part, part]).astype(np.float32),
        "customdata": leaning.norms[part, part],
        "meta": {"value": _("share of the largest of the step"), "columns": [_("norm")]},
        "x0": window.start,
        "y0": window.start + 1,
        "zmin": 0.0,
        "zmax": 1.0,
        "colorscale": style.sequential,
        "colorbar": scale_beside(domain),
        "hovertemplate": _("step %{y} on “%{x}”: %{z:.2f} of its largest (norm %{customdata:.3g})") + "<extra></extra>",
        "hoverongaps": False,
        "xgap": 0 if is_long(window) else 1,
        "ygap": 0 if is_long(window) else 1,
        "yaxis": axis_name("y", number),
    }
