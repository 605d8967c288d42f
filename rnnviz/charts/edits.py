"""A text before and after an edit, all pictures over one axis on which both stand below one another."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.attribution import foot, stacked_domains, token_layout
from rnnviz.charts.heatmaps import HEAD, frame, html_symbol, limits, panel_title, scale_beside
from rnnviz.charts.style import (
    FRAME,
    Spec,
    Style,
    axis_name,
    cell_colour,
    class_colour,
    picture,
    plain,
    titled,
    token_labels,
)
from rnnviz.charts.token_axes import FEW_TICKS, is_long
from rnnviz.insight.edits import WhatIf
from rnnviz.language import _
from rnnviz.models.cells import Quantity
from rnnviz.training.trained import Floats

PROBABILITY, CHANGE, CELLS = 120, 80, 130
"""Heights of the panels, in pixels."""
SHORT = 3
"""Letters of a label, such as a→b, that has room to stand upright between its neighbours."""


def column_labels(found: WhatIf) -> list[str]:
    """A word for each column: the token, or what became of it."""
    labels, (olds, news) = [], (token_labels(trace.tokens) for trace in found.both)
    for before, after in found.columns:
        old = "" if before is None else olds[before]
        new = "" if after is None else news[after]
        labels.append(
            f"−{old}" if after is None else f"+{new}" if before is None else old if old == new else f"{old}→{new}"
        )
    return labels


def edited_columns(found: WhatIf) -> list[int]:
    """The columns in which the two texts differ."""
    return [
        column
        for column, (before, after) in enumerate(found.columns)
        if before is None or after is None or found.before.tokens[before] != found.after.tokens[after]
    ]


def what_if_panels(
    found: WhatIf, quantity: Quantity, number: int, style: Style, unit: int | None = None, window: range | None = None
) -> go.Figure:
    """The running probability of a class before and after, ‖Δh_t‖, and a quantity before, after and its difference.

    The edited columns are framed; where a text has no token there is a gap.
    """
    window = range(len(found.columns)) if window is None else window
    heights = [PROBABILITY, CHANGE, CELLS, CELLS, CELLS]
    domains = stacked_domains(heights)
    labels = column_labels(found)
    layout, data = token_layout(labels, window, len(heights))
    if len(window) <= FEW_TICKS and max(map(len, labels)) <= SHORT:
        layout["xaxis"]["tickangle"] = 0
    layout["margin"]["t"] = 34
    layout["showlegend"] = True
    layout["legend"] = {**FRAME["legend"], "yref": "container", "yanchor": "top"}
    data += [probability_line(found, number, after, window) for after in (0, 1)]
    layout["yaxis"] = axis(_("Probability"), domains[0], [-0.03, 1.03])
    change = found.state_change
    most = max(float(np.nanmax(change, initial=0.0)), 1e-9) * 1.1
    data.append(change_bars(found, change, window))
    layout["yaxis2"] = axis("‖Δh‖", domains[1], [0, most])
    units = found.before.units
    values = [found.spread(trace.values[quantity.name], place) for place, trace in enumerate(found.both)]
    difference = found.difference(quantity.name)
    low, high = limits(quantity, np.nan_to_num(np.concatenate(values)))
    bound = max(float(np.nanmax(np.abs(difference), initial=0.0)), 1e-6)
    scale = style.sequential if low >= 0 else style.diverging
    maps = ((values[0], low, high, scale), (values[1], low, high, scale), (difference, -bound, bound, style.diverging))
    for row, (cells, least, largest, colours) in enumerate(maps, start=3):
        data.append(cells_map(cells, row, domains[row - 1], window, least, largest, colours))
        layout[axis_name("y", row, layout=True)] = {
            **axis(_("Unit"), domains[row - 1], [units - 0.5, -0.5]),
            "showgrid": False,
        }
        if unit is not None:
            layout["shapes"].append(frame(row, window.start - 0.5, window.stop - 0.5, unit - 0.5, unit + 0.5, width=1))
    name = f"{_(quantity.title)} {html_symbol(quantity.symbol)}"
    titles = (
        _("Prediction after each token: {name}").format(name=plain(found.before.classes[number])),
        _("How far the hidden state moved"),
        _("{quantity} before").format(quantity=name),
        _("{quantity} after").format(quantity=name),
        _("{quantity}: after − before").format(quantity=name),
    )
    layout["annotations"] += [panel_title(title, domain) for title, domain in zip(titles, domains, strict=True)]
    bottoms_and_tops = [(-0.03, 1.03), (0, most), *[(-0.5, units - 0.5)] * 3]
    for row, (low, high) in enumerate(bottoms_and_tops, start=1):
        for column in edited_columns(found):
            layout["shapes"].append(frame(row, column - 0.5, column + 0.5, low, high))
    return picture(data, layout, height=sum(heights) + HEAD * len(heights) + foot(window) + 26)


def axis(title: str, domain: Sequence[float], limits: Sequence[float]) -> Spec:
    fixed = {"fixedrange": True, "automargin": False}
    return {**titled(title), "domain": domain, "range": list(limits), "nticks": 5, **fixed}


def probability_line(found: WhatIf, number: int, after: int, window: range) -> Spec:
    """The running probability of a class before (0, dotted) or after (1) the edit."""
    values = found.spread(found.both[after].probabilities[:, number], after)
    return {
        "type": "scatter",
        "x": list(window),
        "y": values[window.start : window.stop],
        "name": _("after the edit") if after else _("before"),
        "mode": "lines" if is_long(window) else "lines+markers",
        "line": {
            "color": class_colour(number) if after else "#888888",
            "width": 3,
            "dash": "solid" if after else "dot",
        },
        "connectgaps": False,
        "hovertemplate": "“%{x}”: %{y:.3f}",
    }


def change_bars(found: WhatIf, change: Floats, window: range) -> Spec:
    """‖Δh_t‖₂ of each column."""
    return {
        "type": "bar",
        "x": list(window),
        "y": change[window.start : window.stop],
        "yaxis": "y2",
        "marker": {"color": cell_colour(found.before.cell)},
        "showlegend": False,
        "hovertemplate": "“%{x}”: ‖Δh‖ %{y:.3f}<extra></extra>",
    }


def cells_map(
    values: Floats, row: int, domain: Sequence[float], window: range, low: float, high: float, scale: object
) -> Spec:
    """Values (columns, units) with units down; a gap stays empty."""
    return {
        "type": "heatmap",
        "z": np.ascontiguousarray(values[window.start : window.stop].T, dtype=np.float32),
        "x0": window.start,
        "zmin": low,
        "zmax": high,
        "colorscale": scale,
        "colorbar": scale_beside(domain),
        "hovertemplate": _("“%{x}”, unit %{y}: %{z:.3f}") + "<extra></extra>",
        "hoverongaps": False,
        "xgap": 0 if is_long(window) else 1,
        "showlegend": False,
        "yaxis": axis_name("y", row),
    }
