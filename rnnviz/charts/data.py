"""Pictures of a dataset before training: classes, lengths, vocabulary, telling tokens."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from rnnviz.charts.shading import ink_on
from rnnviz.charts.style import FRAME, MARK, Spec, class_colour, picture, plain, titled, token_labels
from rnnviz.language import _, number
from rnnviz.text.statistics import Histogram

NEUTRAL = "#7f8fa6"
"""For what belongs to no cell and no class."""
MAX_LABEL = 24
"""Characters of a token or class that stand beside a bar."""
CHANCE = 1.96
"""A z-score beyond this comes about by chance in one of twenty cases."""
BAR = 26
"""Height of a horizontal bar with its gap, in pixels."""
WHOLE: Spec = {"exponentformat": "none", "separatethousands": True}
"""Counts on an axis, written out."""


def class_bars(counts: npt.NDArray[np.int64], classes: Sequence[str]) -> go.Figure:
    """Texts of each class, in the colours of the classes."""
    total = max(int(counts.sum()), 1)
    colours = [class_colour(place) for place in range(len(classes))]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": counts.tolist(),
        "y": [_short(name) for name in classes],
        "customdata": list(map(plain, classes)),
        "text": [f"{number(count)} ({number(count / total, '.1%')})" for count in counts.tolist()],
        "textposition": "auto",
        "insidetextfont": {"color": list(map(ink_on, colours))},
        "marker": {"color": colours},
        "hovertemplate": "%{customdata}: %{x}<extra></extra>",
    }
    layout = {
        "xaxis": {**titled(_("Texts")), **WHOLE, "rangemode": "tozero", "nticks": 6},
        "yaxis": {**titled(_("Class")), "type": "category", "autorange": "reversed"},
        "margin": {**FRAME["margin"], "t": 12},
    }
    return picture([bars], layout, height=90 + 2 * BAR * len(classes))


def length_bars(lengths: Histogram, most: int) -> go.Figure:
    """How many texts have how many tokens; beyond the line at `most` a text is cut."""
    ends = lengths.starts + lengths.width - 1
    names = [
        number(start) if lengths.width == 1 else f"{number(start)}–{number(end)}"
        for start, end in zip(lengths.starts.tolist(), ends.tolist(), strict=True)
    ]
    bars = {
        "type": "bar",
        "x": (lengths.starts + (lengths.width - 1) / 2).tolist(),
        "y": lengths.counts.tolist(),
        "width": lengths.width,
        "customdata": names,
        "marker": {"color": NEUTRAL},
        "hovertemplate": _("%{customdata} tokens: %{y} texts") + "<extra></extra>",
    }
    reach = int(ends[-1]) + 1
    mark = (
        _marked_at(most + 0.5, _("cut at {most}").format(most=number(most)), right_half=most > reach / 2)
        if most < reach
        else _noted(_("no text reaches the cut at {most}").format(most=number(most)))
    )
    layout = {
        "xaxis": {**titled(_("Length (tokens)")), **WHOLE, "range": [0, reach]},
        "yaxis": {**titled(_("Texts")), **WHOLE},
        "bargap": 0.02,
        **mark,
    }
    return picture([bars], layout, height=320)


def rank_frequency(
    ranks: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], tokens: Sequence[str], size: int
) -> go.Figure:
    """How often the token of each rank is said, both axes logarithmic; `size` tokens have a number of their own."""
    curve = {
        "type": "scatter",
        "mode": "lines+markers" if len(ranks) < 100 else "lines",
        "x": ranks.tolist(),
        "y": counts.tolist(),
        "customdata": [_short(token) for token in token_labels(tokens)],
        "line": {"color": NEUTRAL, "width": 2},
        "hovertemplate": _("“%{customdata}”, rank %{x}: %{y} times") + "<extra></extra>",
    }
    layout = {
        "xaxis": {**titled(_("Rank of the token (log scale)")), "type": "log", "dtick": 1, **WHOLE},
        "yaxis": {**titled(_("Count (log scale)")), "type": "log", "dtick": 1, **WHOLE},
        **_vocabulary_mark(ranks, size),
    }
    return picture([curve], layout, height=320)


def coverage_curve(ranks: npt.NDArray[np.int64], covered: npt.NDArray[np.float64], size: int) -> go.Figure:
    """Which share of all tokens the k most frequent ones are."""
    curve = {
        "type": "scatter",
        "mode": "lines+markers" if len(ranks) < 100 else "lines",
        "x": ranks.tolist(),
        "y": covered.tolist(),
        "line": {"color": NEUTRAL, "width": 2},
        "hovertemplate": _("the %{x} most frequent: %{y:.1%} of all tokens") + "<extra></extra>",
    }
    layout = {
        "xaxis": {**titled(_("Most frequent tokens (log scale)")), "type": "log", "dtick": 1, **WHOLE},
        "yaxis": {**titled(_("Share of all tokens")), "tickformat": ".0%", "range": [0, 1.02]},
        **_vocabulary_mark(ranks, size),
    }
    return picture([curve], layout, height=320)


def telling_bars(
    tokens: Sequence[str], scores: npt.NDArray[np.float64], counts: npt.NDArray[np.int64], place: int
) -> go.Figure:
    """The tokens that speak most for the class at this place, the strongest on top."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": np.round(scores, 2).tolist(),
        "y": list(range(len(tokens))),
        "customdata": [
            [_short(token), number(count)] for token, count in zip(token_labels(tokens), counts.tolist(), strict=True)
        ],
        "marker": {"color": class_colour(place)},
        "hovertemplate": _("“%{customdata[0]}”: z = %{x:.1f}, said %{customdata[1]} times in this class")
        + "<extra></extra>",
    }
    layout = {
        "xaxis": {**titled(_("z-score of the log-odds ratio")), "rangemode": "tozero"},
        "yaxis": {
            **titled(_("Token")),
            "tickmode": "array",
            "tickvals": list(range(len(tokens))),
            "ticktext": [_short(token) for token in token_labels(tokens)],
            "range": [max(len(tokens), 1) - 0.5, -0.5],
        },
        "shapes": [
            {
                **{"type": "line", "x0": CHANCE, "x1": CHANCE, "y0": 0, "y1": 1, "yref": "paper"},
                "line": {"color": NEUTRAL, "width": 1, "dash": "dot"},
            }
        ],
        "margin": {**FRAME["margin"], "t": 12},
    }
    return picture([bars], layout, height=90 + BAR * max(len(tokens), 1))


def _short(text: str) -> str:
    return plain(text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1] + "…")


def _vocabulary_mark(ranks: npt.NDArray[np.int64], size: int) -> Spec:
    text = _("vocabulary: {size}").format(size=number(size))
    reach = np.log10(max(int(ranks[-1]) if len(ranks) else 1, 1))
    place = np.log10(max(size, 1))
    return _marked_at(float(place), text, right_half=bool(place > reach / 2), drawn_at=max(size, 1))


def _marked_at(x: float, text: str, right_half: bool, drawn_at: float | None = None) -> Spec:
    """A line from top to bottom with its name, on the side where there is room.

    On a logarithmic axis a name stands at the exponent, a line at the value (`drawn_at`).
    """
    line_x = x if drawn_at is None else drawn_at
    line = {"color": MARK, "width": 2, "dash": "dash"}
    return {
        "shapes": [{"type": "line", "x0": line_x, "x1": line_x, "y0": 0, "y1": 1, "yref": "paper", "line": line}],
        "annotations": [_name({"x": x, "xanchor": "right" if right_half else "left"}, text)],
    }


def _noted(text: str) -> Spec:
    """A name without a line, which would stand outside of the picture."""
    return {"annotations": [_name({"x": 1, "xref": "paper", "xanchor": "right"}, text)]}


def _name(place: Spec, text: str) -> Spec:
    return {**place, "y": 1.0, "yref": "paper", "yanchor": "bottom", "text": text, "showarrow": False}
