"""A trace as running text: each token coloured by what it did, the present one marked, a click moves there."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

from rnnviz.charts.shading import bound, shades
from rnnviz.charts.style import Style, token_labels
from rnnviz.insight.decisive import predicted, probability_steps
from rnnviz.insight.trace import Trace
from rnnviz.language import _, number
from rnnviz.training.trained import Floats
from rnnviz.ui.lean import unsearched
from rnnviz.ui.presenter import covered

HTML, CSS, JS = (Path(__file__).with_suffix(kind).read_text(encoding="utf-8") for kind in (".html", ".css", ".js"))
_COMPONENT = st.components.v2.component("rnnviz_running_text", html=HTML, css=CSS, js=JS)
COLOURING_KEY = "colouring"


@dataclass(frozen=True)
class Colouring:
    """What the ground of each token says: a value for it, on a scale from -limit to limit, or from 0."""

    title: str
    values: Floats
    """(tokens,)"""
    limit: float
    open_ended: bool = False
    """Whether a few values lie beyond the scale and have the colours of its ends."""
    from_zero: bool = False
    """Whether the scale begins at 0, as that of a gate does, and has the colours of gates."""

    @property
    def low(self) -> float:
        return 0.0 if self.from_zero else -self.limit

    def colours(self, style: Style) -> list[tuple[float, str]]:
        return style.sequential_stops if self.from_zero else style.diverging


@dataclass(frozen=True)
class Pointed:
    """What the grounds say instead while one points at a token: each token has a row of its own."""

    title: str
    """What that is; `{step}` stands for the token that is pointed at, from 1."""
    values: Floats
    """(tokens, tokens), from 0 to 1: the row of the token that is pointed at."""


LEVELS = 64
"""Colours of such a row: a browser is sent one byte for each value."""


def choose_colouring() -> str:
    """What the tokens are coloured by: "probability" or "unit"."""
    titles = {"probability": _("change of the probability"), "unit": _("value of the unit")}
    chosen: str = st.segmented_control(
        _("Colour of the tokens"),
        list(titles),
        format_func=titles.__getitem__,
        default="probability",
        required=True,
        key=COLOURING_KEY,
        persist_state="session",
        help=_("By how much each token moved the probability of the predicted class, or what the chosen unit held."),
    )
    return chosen


def colourings(traces: Sequence[Trace], chosen: str, unit: int) -> list[Colouring]:
    """The colouring of each trace, all on one scale so that they can be compared."""
    if chosen == "unit":
        title = _("Hidden state of unit {unit} after the token").format(unit=unit)
        return [Colouring(title, trace.values["hidden"][:, unit], 1.0) for trace in traces]
    steps = [probability_steps(trace)[:, predicted(trace)] for trace in traces]
    limit = bound(steps)
    return [
        Colouring(
            _("Change of the probability of “{name}” by the token").format(name=trace.classes[predicted(trace)]),
            changes,
            limit,
            open_ended=any(float(np.abs(each).max()) > limit for each in steps),
        )
        for trace, changes in zip(traces, steps, strict=True)
    ]


def running_text(
    trace: Trace,
    colouring: Colouring,
    step: int | None,
    style: Style,
    key: str,
    on_move: Callable[[int], None],
    roomy: bool = False,
    pointed: Pointed | None = None,
) -> None:
    """Draw the text of a trace; `on_move` hears the step (from 0) that a person goes to."""
    labels = token_labels(trace.tokens)
    scale = colouring.colours(style)
    grounds, inks = zip(*shades(colouring.values, colouring.low, colouring.limit, scale), strict=True)
    _COMPONENT(
        key=key,
        data=unsearched(
            {
                "tokens": labels,
                "titles": titles(labels, trace, colouring),
                "grounds": grounds,
                "inks": inks,
                "joined": all(len(token) == 1 for token in trace.tokens),
                "step": step,
                "unread": _("This model does not read this token."),
                "label": _("Text, token by token"),
                "legend": legend(colouring, style),
                "roomy": roomy,
                "pointed": None if pointed is None else rows_sent(pointed, scale),
            }
        ),
        on_moved_change=partial(_hear, key, len(labels), on_move),
    )


def rows_sent(pointed: Pointed, scale: Sequence[tuple[float, str]]) -> dict[str, object]:
    """The rows as bytes in base 64, each a place in a table of grounds and inks."""
    levels = np.clip(np.round(pointed.values * (LEVELS - 1)), 0, LEVELS - 1).astype(np.uint8)
    table = shades(np.linspace(0.0, 1.0, LEVELS, dtype=np.float32), 0.0, 1.0, scale)
    grounds, inks = zip(*table, strict=True)
    return {
        "title": pointed.title,
        "rows": b64encode(levels.tobytes()).decode("ascii"),
        "grounds": grounds,
        "inks": inks,
    }


def titles(labels: Sequence[str], trace: Trace, colouring: Colouring) -> list[str]:
    """A line for each token: its place, and its value on the scale."""
    most = predicted(trace)
    after = trace.probabilities[:, most].tolist()
    then = _("{step}. “{token}”: {value}; then {name} {probability}")
    template = _("{step}. “{token}”: {value}") if covered() else then
    return [
        template.format(
            step=step,
            token=label,
            value=number(value, "+.3f"),
            name=trace.classes[most],
            probability=number(share, ".1%"),
        )
        for step, (label, value, share) in enumerate(zip(labels, colouring.values.tolist(), after, strict=True), 1)
    ]


def legend(colouring: Colouring, style: Style) -> dict[str, object]:
    """The scale of the colours and its values, in words."""
    places = (colouring.low, (colouring.low + colouring.limit) / 2, colouring.limit)
    low, middle, high = (number(place, "g" if colouring.from_zero or not place else "+.4g") for place in places)
    if colouring.open_ended:
        low, high = f"≤ {low}", f"≥ {high}"
    colours = [colour for _place, colour in colouring.colours(style)]
    return {"title": colouring.title, "colours": colours, "low": low, "middle": middle, "high": high}


def _hear(key: str, tokens: int, on_move: Callable[[int], None]) -> None:
    """Pass on the step that the browser names, where it is one."""
    moved = st.session_state[key].get("moved")
    if isinstance(moved, int | float) and 0 <= moved < tokens:
        on_move(int(moved))
