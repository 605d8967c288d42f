"""The gradient on its way back: norms over the tokens on one logarithmic axis."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from rnnviz.charts.style import cell_colour, framed, token_axis, token_labels
from rnnviz.language import _
from rnnviz.training.trained import Floats


@dataclass(frozen=True)
class NormCurve:
    """Norms of one model over the tokens of a text, in text order."""

    title: str
    cell: str
    norms: Floats
    half_life: float | None = None
    dash: str = "solid"


def norm_curves(
    curves: Sequence[NormCurve], tokens: Sequence[str], y_title: str, reference: float | None = None
) -> go.Figure:
    """Norms over tokens, logarithmic; a dotted upright where a curve has fallen to its half.

    `reference` draws a level line, such as 1 for a step that keeps lengths.

    A norm of exactly 0 has no logarithm and leaves a gap.
    """
    figure = go.Figure()
    places = list(range(len(tokens)))
    labels = token_labels(tokens)
    for curve in curves:
        figure.add_scatter(
            x=places,
            y=np.where(curve.norms > 0, curve.norms, np.nan),
            name=curve.title,
            mode="lines+markers",
            line={"color": cell_colour(curve.cell), "width": 3, "dash": curve.dash},
            customdata=labels,
            hovertemplate="“%{customdata}”: %{y:.3g}",
        )
        if curve.half_life is not None:
            figure.add_vline(
                x=len(tokens) - 1 - curve.half_life,
                line={"color": cell_colour(curve.cell), "dash": "dot", "width": 1.5},
            )
    if reference is not None:
        figure.add_hline(y=reference, line={"color": "rgba(128,128,128,0.8)", "dash": "dash", "width": 1})
    framed(figure, height=380, hovermode="x unified")
    figure.update_xaxes(**token_axis(tokens, _("Token")))
    figure.update_yaxes(title=y_title, type="log", exponentformat="power", dtick=_ticks(curves), zeroline=False)
    return figure


def _ticks(curves: Sequence[NormCurve]) -> int | str:
    """Powers of ten where the curves span some, else 1, 2 and 5 too, so that no axis stands bare."""
    norms = np.concatenate([curve.norms[curve.norms > 0] for curve in curves])
    return 1 if len(norms) and norms.max() / norms.min() > 300 else "D2"


def relative(norms: Floats) -> Floats:
    """Norms divided by the last one; all NaN where that is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(norms / norms[-1], dtype=np.float32)
