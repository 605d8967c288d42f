"""The forgetting horizon: how far the end of reading moves, over how far before it a token was changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.bands import faded
from rnnviz.charts.heatmaps import panel_title
from rnnviz.charts.style import FRAME, Spec, cell_colour, picture, titled
from rnnviz.insight.horizon import Band, Horizon, Numbers
from rnnviz.language import _
from rnnviz.training.trained import Floats

LOWEST = 1e-9
"""What moves less is drawn at the foot of the axis."""
SPREAD = 24
"""Up to this distance the axis is linear; longer ones are drawn by their logarithm."""
MOST_POWERS = 5
"""Powers of ten that stand along an axis."""
DOMAINS = ([0.57, 0.95], [0.0, 0.38])


@dataclass(frozen=True)
class HorizonCurve:
    """The horizon of one run."""

    title: str
    horizon: Horizon
    dash: str = "solid"


def horizon_curves(curves: Sequence[HorizonCurve]) -> go.Figure:
    """Medians with quartile bands: the state above, the probability below; the end of reading is at the right."""
    distances = np.unique(np.concatenate([curve.horizon.distances for curve in curves]))
    longest = int(distances.max(initial=0))
    shown = ticks(distances)
    layout: Spec = {
        "xaxis": {
            **titled(_("Steps before the end at which a token is changed")),
            "tickmode": "array",
            "tickvals": [float(place(each, longest)) for each in shown],
            "ticktext": [str(each) for each in shown],
            "range": [float(place(longest, longest)) + 0.3, -0.3],
            "anchor": "y2",
            "fixedrange": True,
        },
        "shapes": [],
        "annotations": [
            panel_title(_("How far the final state moves"), DOMAINS[0]),
            panel_title(_("How far the probability moves"), DOMAINS[1]),
        ],
        "hovermode": "x unified",
        "showlegend": True,
        "margin": {**FRAME["margin"], "t": 30},
    }
    data: list[Spec] = []
    for row, symbol in enumerate(("‖Δ<i>h<sub>T</sub></i>‖₂ / ‖<i>h<sub>T</sub></i>‖₂", "½ Σ |Δ<i>p</i>|")):
        name = "y" if row == 0 else "y2"
        bands = [(curve, band_of(curve.horizon, row)) for curve in curves]
        layout["yaxis" if row == 0 else "yaxis2"] = {
            **titled(symbol),
            "type": "log",
            "domain": DOMAINS[row],
            "fixedrange": True,
            **span([band for _curve, band in bands]),
        }
        for curve, band in bands:
            data += [area(curve, band, name, longest), line(curve, band, name, longest)]
            half = (curve.horizon.state_half_life, curve.horizon.probability_half_life)[row]
            if half is not None:
                layout["shapes"].append(upright(float(place(half, longest)), curve.horizon.cell, name))
    return picture(data, layout, height=620)


def place(distance: float | Numbers, longest: int) -> Floats:
    """Where on the axis a distance stands."""
    values = np.asarray(distance, dtype=np.float32)
    return values if longest <= SPREAD else np.log2(1 + values)


def ticks(distances: Numbers) -> list[int]:
    """The distances that are written out: all, every other one, or powers of two."""
    known = [int(each) for each in distances]
    if known and known[-1] > SPREAD:
        return [each for each in known if each & (each - 1) == 0]
    return known[:: 1 if len(known) <= 13 else 2]


def band_of(horizon: Horizon, row: int) -> Band:
    return horizon.state if row == 0 else horizon.probability


def span(bands: Sequence[Band]) -> Spec:
    """The range of an axis in powers of ten: all quartiles, but nothing below `LOWEST`."""
    values = np.concatenate([part for band in bands for part in (band.low, band.high)]).astype(np.float64)
    values = values[np.isfinite(values)]
    low, high = max(float(values.min(initial=1.0)), LOWEST), max(float(values.max(initial=0.0)), LOWEST * 10)
    room = 0.05 * np.log10(high / low) + 0.05
    decades = np.log10(high / low)
    powers = {"dtick": float(np.ceil(decades / MOST_POWERS)), "exponentformat": "power"}
    ticks_of = powers if decades > 2 else {"dtick": "D2", "tickformat": ".1g"}
    return {"range": [np.log10(low) - room, np.log10(high) + room], **ticks_of}


def area(curve: HorizonCurve, band: Band, axis: str, longest: int) -> Spec:
    """The band as one closed shape, there along its top and back along its foot."""
    high, low = (np.maximum(part, LOWEST / 100) for part in (band.high, band.low))
    along = place(curve.horizon.distances, longest)
    return {
        "type": "scatter",
        "x": np.concatenate([along, along[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "yaxis": axis,
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": faded(cell_colour(curve.horizon.cell)),
        "hoverinfo": "skip",
        "showlegend": False,
        "legendgroup": curve.title,
    }


def line(curve: HorizonCurve, band: Band, axis: str, longest: int) -> Spec:
    """The median; one of exactly 0 has no logarithm and leaves a gap."""
    found = curve.horizon
    return {
        "type": "scatter",
        "x": place(found.distances, longest),
        "y": np.where(band.median > 0, band.median, np.nan),
        "yaxis": axis,
        "name": curve.title,
        "mode": "lines+markers",
        "marker": {"size": 5},
        "line": {"color": cell_colour(found.cell), "width": 3, "dash": curve.dash},
        "customdata": np.stack([band.low, band.high, found.counts, found.distances], axis=-1),
        "meta": {"columns": [_("25% quantile"), _("75% quantile"), _("Texts"), _("Steps before the end")]},
        "hovertemplate": _(
            "%{y:.2g} (%{customdata[0]:.2g} to %{customdata[1]:.2g}; %{customdata[3]} before the end, "
            "texts: %{customdata[2]})"
        ),
        "showlegend": axis == "y",
        "legendgroup": curve.title,
    }


def upright(where: float, cell: str, axis: str) -> Spec:
    """A dotted line in one panel where a median has fallen to half."""
    line = {"color": cell_colour(cell), "dash": "dot", "width": 1.5}
    return {
        "type": "line",
        "x0": where,
        "x1": where,
        "xref": "x",
        "y0": 0,
        "y1": 1,
        "yref": f"{axis} domain",
        "line": line,
    }
