"""The gradient on its way back: norms over the tokens on one logarithmic axis."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.style import Spec, cell_colour, plain_tokens, spec_of, titled
from rnnviz.charts.token_axes import is_long, thinned_axis
from rnnviz.language import _
from rnnviz.text.sequences import Places
from rnnviz.training.trained import Floats

DASHES = ("solid", "longdash", "dashdot", "longdashdot")
"""Of the first, second … model with the same cell; dots are for cell states."""


@dataclass(frozen=True)
class NormCurve:
    """Norms of one model over the tokens of a text that it reads, in text order."""

    title: str
    cell: str
    norms: Floats
    half_life: float | None = None
    dash: str = "solid"
    last: int = -1
    """Where reading ended: at the last token, or at the first (0)."""
    places: Places | None = None
    """Where on the axis each token stands; at its end if not given."""

    def on(self, tokens: int) -> Places:
        """The places on an axis of so many tokens."""
        return np.arange(tokens - len(self.norms), tokens) if self.places is None else self.places


def norm_curves(
    curves: Sequence[NormCurve], tokens: Sequence[str], y_title: str, reference: float | None = None
) -> go.Figure:
    """Norms over tokens, as `norm_spec` says it."""
    return go.Figure(norm_spec(curves, tokens, y_title, reference))


def norm_spec(curves: Sequence[NormCurve], tokens: Sequence[str], y_title: str, reference: float | None = None) -> Spec:
    """Norms over tokens, logarithmic; a dotted upright where a curve has fallen to its half.

    `reference` draws a level line, such as 1 for a step that keeps lengths.

    A norm of exactly 0 has no logarithm and leaves a gap.
    """
    uprights = [
        upright(half_life_place(curve, len(tokens)), curve.cell) for curve in curves if curve.half_life is not None
    ]
    levels = [level(reference)] if reference is not None else []
    layout = {
        **({"dragmode": "zoom"} if is_long(tokens) else {}),
        "xaxis": thinned_axis(tokens, _("Token"), range(len(tokens))),
        "yaxis": {**titled(y_title), "type": "log", "fixedrange": True, **ticks(curves)},
        "shapes": [*uprights, *levels],
        "hovermode": "x unified",
        "showlegend": True,
    }
    return spec_of([norm_line(curve, tokens) for curve in curves], layout, height=380)


def dashes(cells: Sequence[str]) -> list[str]:
    """A kind of line for each of several models, which have the colours of their cells: equal cells differ in it."""
    return [DASHES[cells[:place].count(cell) % len(DASHES)] for place, cell in enumerate(cells)]


def half_life_place(curve: NormCurve, tokens: int) -> float:
    """Where on the token axis the curve has fallen to its half, between the tokens of two steps."""
    assert curve.half_life is not None
    places = curve.on(tokens)
    step = len(places) - 1 - curve.half_life if curve.last else curve.half_life
    return float(np.interp(step, np.arange(len(places)), places))


def norm_line(curve: NormCurve, tokens: Sequence[str]) -> Spec:
    """The line of a curve; over a long text without markers."""
    places, long = curve.on(len(tokens)), is_long(tokens)
    return {
        "type": "scatter",
        "x": places.tolist(),
        "y": np.where(curve.norms > 0, curve.norms, np.nan),
        "name": curve.title,
        "mode": "lines" if long else "lines+markers",
        "line": {"color": cell_colour(curve.cell), "width": 2 if long else 3, "dash": curve.dash},
        "customdata": plain_tokens([tokens[place] for place in places]),
        "hovertemplate": _("“%{customdata}”: %{y:.3g}"),
    }


def upright(place: float, cell: str) -> Spec:
    """A dotted line from top to bottom, at a place between the tokens."""
    line = {"color": cell_colour(cell), "dash": "dot", "width": 1.5}
    return {"type": "line", "x0": place, "x1": place, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain", "line": line}


def level(value: float) -> Spec:
    """A dashed line from left to right."""
    line = {"color": "rgba(128,128,128,0.8)", "dash": "dash", "width": 1}
    return {"type": "line", "x0": 0, "x1": 1, "xref": "x domain", "y0": value, "y1": value, "yref": "y", "line": line}


def ticks(curves: Sequence[NormCurve]) -> Spec:
    """Powers of ten (of a very wide span some) where the curves span any, else 1, 2 and 5 too."""
    norms = np.concatenate([curve.norms[curve.norms > 0] for curve in curves]).astype(np.float64)
    if len(norms) and norms.max() / norms.min() > WIDE:
        decades = np.log10(norms.max() / norms.min())
        return {"dtick": float(np.ceil(decades / MOST_POWERS)), "exponentformat": "power"}
    return {"dtick": "D2", "tickformat": ".1g"}


MOST_POWERS = 8
"""Powers of ten that stand along the axis."""
WIDE = 300
"""Ratio of largest to smallest norm from which on powers of ten are ticks enough."""


def relative(norms: Floats, last: int = -1) -> Floats:
    """Norms divided by that of the step at which reading ended; all NaN where that is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(norms / norms[last], dtype=np.float32)
