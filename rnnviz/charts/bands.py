"""Gradient norms of many texts: a line with a band for each model, over steps back from the end."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.gradients import NormCurve, level, ticks, upright
from rnnviz.charts.style import Spec, cell_colour, picture, titled
from rnnviz.insight.mean_gradients import MeanProfile
from rnnviz.language import _

LEAST_TEXTS = 5
"""Fewer texts than that make no band: steps that fewer of them have are not drawn (unless there are fewer in all)."""
LOWEST = 1e-12
"""Where the axis ends at the latest: what is left below has no meaning for learning."""


@dataclass(frozen=True)
class NormBand:
    """The norms of one model over many texts."""

    title: str
    profile: MeanProfile
    dash: str = "solid"

    @property
    def drawn(self) -> int:
        """How many steps back there are texts enough."""
        counts = self.profile.counts
        return int((counts >= min(LEAST_TEXTS, counts.max(initial=0))).sum())


def band_curves(bands: Sequence[NormBand], y_title: str) -> go.Figure:
    """The median of each model with the band from its 10% to its 90% quantile; the end of reading is at the right."""
    steps = max(band.drawn for band in bands)
    data = [part for band in bands for part in (area(band), median_line(band))]
    half_lives = [(band.profile.half_life, band.profile.cell) for band in bands]
    layout = {
        "xaxis": {**titled(_("Steps back from the end")), "range": [steps - 0.5, -0.5]},
        "yaxis": {
            **titled(y_title),
            "type": "log",
            "fixedrange": True,
            **ticks([NormCurve(band.title, band.profile.cell, band.profile.median[: band.drawn]) for band in bands]),
            **span(bands),
        },
        "shapes": [level(1.0), *(upright(place, cell) for place, cell in half_lives if place is not None)],
        "hovermode": "x unified",
        "dragmode": "zoom",
        "showlegend": True,
    }
    return picture(data, layout, height=420)


def span(bands: Sequence[NormBand]) -> Spec:
    """The range of the axis, in powers of ten: all bands, but not what is below `LOWEST`."""
    values = np.concatenate([part[: band.drawn] for band in bands for part in (band.profile.low, band.profile.high)])
    low, high = max(float(values.min(initial=1.0)), LOWEST), float(values.max(initial=1.0))
    room = 0.04 * np.log10(high / low) + 0.05
    return {"range": [np.log10(low) - room, np.log10(high) + room]}


def area(band: NormBand) -> Spec:
    """The band as one closed shape, there along its top and back along its foot."""
    high, low = (np.maximum(part[: band.drawn], LOWEST / 100) for part in (band.profile.high, band.profile.low))
    steps = np.arange(band.drawn)
    return {
        "type": "scatter",
        "x": np.concatenate([steps, steps[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": faded(cell_colour(band.profile.cell)),
        "hoverinfo": "skip",
        "showlegend": False,
        "legendgroup": band.title,
    }


def median_line(band: NormBand) -> Spec:
    """The median; it ends where it has fallen to 0, which has no logarithm."""
    profile, drawn = band.profile, band.drawn
    median = profile.median[:drawn]
    return {
        "type": "scatter",
        "x": np.arange(drawn),
        "y": np.where(median > 0, median, np.nan),
        "name": band.title,
        "mode": "lines",
        "line": {"color": cell_colour(profile.cell), "width": 3, "dash": band.dash},
        "customdata": np.stack([profile.low[:drawn], profile.high[:drawn], profile.counts[:drawn]], axis=-1),
        "meta": {"columns": [_("10% quantile"), _("90% quantile"), _("Texts")]},
        "hovertemplate": _("%{y:.2g} (%{customdata[0]:.2g} to %{customdata[1]:.2g}; texts: %{customdata[2]})"),
        "legendgroup": band.title,
    }


def faded(colour: str, opacity: float = 0.16) -> str:
    """A colour as #rrggbb, let through."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
