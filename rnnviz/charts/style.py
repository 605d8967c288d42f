"""Colours that mean something, and the frame that all pictures share.

A cell has one colour everywhere, so has a class; signed values use one diverging scale
centred at 0, gates one sequential scale. All come from palettes made for colour-blind
viewers: Okabe & Ito (2008), blue-orange, and Viridis.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.colors import get_colorscale

from rnnviz.language import plotly_separators

CELL_COLOURS = {"rnn": "#d55e00", "lstm": "#0072b2", "gru": "#009e73"}
CELL_DASHES = {"rnn": "solid", "lstm": "dash", "gru": "dashdot"}
"""A second sign for the cell, for those who can't tell the colours."""
CELL_MARKS = {"rnn": "red", "lstm": "blue", "gru": "green"}
"""The same colours by the names that `.streamlit/config.toml` gives them, for coloured words."""
CLASS_MARKS = ("violet", "orange", "blue", "green", "red")
CLASS_COLOURS = ("#cc79a7", "#e69f00", "#56b4e9", "#117733", "#882255", "#999933", "#332288", "#44aa99")
MARK = "#e6007e"
"""The present step, on any scale and in both themes."""

MAX_TICKS = 40
"""Tokens that are written out along an axis; longer texts show every n-th."""


@dataclass(frozen=True)
class Style:
    """What a picture has to know of the page around it."""

    dark: bool = False

    @property
    def diverging(self) -> list[tuple[float, str]]:
        """Blue below 0, the page's own ground at 0, orange above."""
        ground = "#22252b" if self.dark else "#f7f7f7"
        low, high = ("#4aa8e0", "#f0a03c") if self.dark else ("#0b5a92", "#b35806")
        mid_low, mid_high = ("#285a7c", "#85602f") if self.dark else ("#8fbfe0", "#f1b26a")
        return [(0.0, low), (0.25, mid_low), (0.5, ground), (0.75, mid_high), (1.0, high)]

    @property
    def sequential(self) -> str:
        return "Viridis"

    @property
    def sequential_stops(self) -> list[tuple[float, str]]:
        """The same scale as places and colours."""
        return [(place, colour) for place, colour in get_colorscale(self.sequential)]

    @property
    def faint(self) -> str:
        """For grids and second lines."""
        return "rgba(160,160,160,0.35)"


def cell_colour(cell: str) -> str:
    return CELL_COLOURS.get(cell, "#888888")


def class_colour(number: int) -> str:
    """The colour of a class by its place in the model's order."""
    return CLASS_COLOURS[number % len(CLASS_COLOURS)]


def cell_mark(cell: str) -> str:
    """Name of the cell's colour in the theme."""
    return CELL_MARKS.get(cell, "gray")


def class_mark(number: int) -> str:
    """Name of the colour of a class in the theme."""
    return CLASS_MARKS[number % len(CLASS_MARKS)]


def token_labels(tokens: Sequence[str]) -> list[str]:
    """Tokens as they can be seen on an axis: a blank gets a sign."""
    return ["␣" if token == " " else token for token in tokens]


def plain(text: str) -> str:
    """A text from outside as Plotly shows it to the letter: its few HTML tags are not acted on."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain_tokens(tokens: Sequence[str]) -> list[str]:
    """Tokens as they can be seen on an axis or in a hover."""
    return [plain(label) for label in token_labels(tokens)]


Spec = dict[str, Any]
"""A part of a picture as Plotly's JSON has it."""


def spec_of(data: Sequence[Spec], layout: Spec, height: int) -> Spec:
    """A picture as Plotly's JSON has it, with the margins, legend and behaviour of every picture."""
    axes = {name: {"automargin": True, "zeroline": False, **layout[name]} for name in layout if "axis" in name}
    own = {"height": height, "separators": plotly_separators()}
    return {"data": list(data), "layout": {**FRAME, **own, **layout, **axes}}


def picture(data: Sequence[Spec], layout: Spec, height: int) -> go.Figure:
    """The same as a figure.

    It is specified whole and handed to Plotly once: building a figure call by call
    takes five times as long, and a page draws one with every key.
    """
    return go.Figure(spec_of(data, layout, height))


FRAME: Spec = {
    "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
    "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "left", "x": 0.0},
    "hoverlabel": {"namelength": -1},
    "dragmode": False,
    "uirevision": "keep",
}


def with_heading(spec: Spec, text: str) -> Spec:
    """The same picture with a line of words over it, below the legend."""
    words = {"text": plain(text), "showarrow": False, "font": {"size": 12}}
    place = {"xref": "paper", "yref": "paper", "x": 1, "y": 1, "xanchor": "right", "yanchor": "bottom", "yshift": 6}
    layout = spec["layout"]
    legend = {**layout["legend"], "yref": "container", "yanchor": "top"}
    return {**spec, "layout": {**layout, "annotations": [{**words, **place}], "legend": legend}}


def axis_name(letter: str, number: int, layout: bool = False) -> str:
    """How Plotly calls an axis: "x", "x2" in a trace, "xaxis", "xaxis2" in the layout."""
    return letter + ("axis" if layout else "") + (str(number) if number > 1 else "")


def titled(text: str) -> Spec:
    """The title of an axis."""
    return {"title": {"text": text}}


CONFIG = {"displaylogo": False, "displayModeBar": False, "scrollZoom": False}
"""What `st.plotly_chart` is given with every picture."""
