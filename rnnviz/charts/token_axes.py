"""The token axis of pictures of long texts: a window of the text, few words below it, every word on hover."""

from collections.abc import Sequence

from rnnviz.charts.style import MAX_TICKS, Spec, axis_name, plain_tokens

WINDOW = 60
"""Tokens of a longer text that are drawn at once, unless all are asked for."""
FEW_TICKS = 20
"""Words below the axis where more than `MAX_TICKS` tokens stand: as many as a phone has room for."""

LETTERS = 12
"""Letters of a word below an axis; the hover has all."""
BELOW = 116
"""Room for such words and the title of the axis, in pixels."""


def window_around(step: int, tokens: int, width: int = WINDOW) -> range:
    """So many tokens with the step in their middle, or at the end of the text where it begins or ends."""
    first = max(0, min(step - width // 2, tokens - width))
    return range(first, min(first + width, tokens))


def is_long(tokens: Sequence[str] | range) -> bool:
    """Whether there are more tokens than can be written out along an axis."""
    return len(tokens) > MAX_TICKS


def thinned_axis(tokens: Sequence[str], title: str, window: range) -> Spec:
    """A linear axis over the time steps of a window, with words at some of them."""
    stride = -(-len(window) // FEW_TICKS) if is_long(window) else 1
    places = list(range(window.start, window.stop, stride))
    labels = plain_tokens([shortened(tokens[place]) for place in places])
    upright = max(map(len, labels), default=0) > 2
    ticks = {"tickmode": "array", "tickvals": places, "ticktext": labels, "tickangle": 90 if upright else 0}
    return {"title": {"text": title}, **ticks, **spanning(window)}


def shortened(word: str) -> str:
    """A word as it stands below an axis."""
    return word if len(word) <= LETTERS else word[: LETTERS - 1] + "…"


def spanning(window: range) -> Spec:
    """The range of an axis; no zoom by hand outlives its window."""
    return {
        "range": [window.start - 0.5, window.stop - 0.5],
        "uirevision": f"{window.start} to {window.stop}",
    }


def axes_with_every_word(tokens: Sequence[str], title: str, window: range, anchor: str) -> tuple[Spec, list[Spec]]:
    """Layout and traces of token axes where `%{x}` in a hover is the word.

    Plotly takes that word from the ticks. Where not all have room, the axis that the
    data stand on has every tick and shows none; a second one, on which only an
    invisible point stands, moves with it and shows some.
    """
    words = plain_tokens(tokens[window.start : window.stop])
    every = {"tickmode": "array", "tickvals": list(window), "ticktext": words, "showticklabels": False}
    common = {"anchor": anchor, "showgrid": False}
    shown = {**thinned_axis(tokens, title, window), **common}
    if not is_long(window):
        return {"xaxis": shown}, []
    hidden = {**every, **spanning(window), **common, "automargin": False}
    second = axis_name("x", 2)
    bearer = {
        "type": "scatter",
        "x": [window.start],
        "y": [0],
        "xaxis": second,
        "yaxis": anchor,
        "mode": "markers",
        "opacity": 0,
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return {"xaxis": hidden, "xaxis2": {**shown, "overlaying": "x", "matches": "x", "automargin": False}}, [bearer]
