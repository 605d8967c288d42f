"""The present step of a text: chips, arrow keys and a slider that all move the same number.

With every click the browser sends what all three show, and where somebody is quick, two of them still show an
earlier step: Streamlit takes that for clicks of its own. What counts is the one that was really moved.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from rnnviz.charts.style import token_labels
from rnnviz.language import _
from rnnviz.ui import link
from rnnviz.ui.markdown import escaped

STEP_KEY = "step"
_CHIP_KEY, _TEXT_KEY, _MOVES_KEY = "step_chip", "step_text", "step_moves"
MOST_CHIPS = 40
"""Tokens that are shown as chips; a longer text is shown as running text."""
REMEMBERED = 5
"""Steps that a browser may still be sending while a newer one is on its way to it."""


@dataclass
class Moves:
    """Which steps were shown, and what seems to have been moved since."""

    shown: list[int] = field(default_factory=list)
    """The latest last."""
    seen: set[str] = field(default_factory=set)
    """Of "button", "slider" and "chip"."""

    def step(self, slider: int, chip: int | None) -> int:
        """The step that is meant, from what slider and chips show."""
        seen, self.seen = self.seen, set()
        if "chip" not in seen or chip is None or "button" in seen:
            return slider
        if "slider" not in seen:
            return chip
        if slider == chip:  # both of old: something else was clicked
            return self.shown[-1]
        return chip if slider in self.shown and chip not in self.shown else slider

    def show(self, step: int) -> None:
        self.shown = [*(each for each in self.shown if each != step), step][-REMEMBERED:]


def choose_step(tokens: Sequence[str], chips: bool = True) -> int:
    """The present step, counted from 0; in the link and on the page it counts from 1.

    A new text begins at its last token, where the prediction is made, unless the
    link that was opened says otherwise.
    """
    count = len(tokens)
    state, moves = st.session_state, _moves()
    if STEP_KEY in state:
        link.put(STEP_KEY, moves.step(state[STEP_KEY], state.get(_CHIP_KEY)), (count,))
    if state.get(_TEXT_KEY) not in (None, tuple(tokens)):
        state[STEP_KEY] = count
    state[_TEXT_KEY] = tuple(tokens)
    link.take(STEP_KEY, link.whole_number(_("Time step"), 1, count))
    link.put(STEP_KEY, min(max(state.get(STEP_KEY) or count, 1), count), (count,))
    link.give(STEP_KEY, [str(state[STEP_KEY])])
    moves.show(state[STEP_KEY])
    if chips:
        _chips(tokens, state[STEP_KEY])
    if count == 1:
        st.caption(_("The text has one token, so there is one step."))
        return 0
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(_("Back"), icon=":material/arrow_back:", shortcut="Left", on_click=_move, args=(-1, count))
        st.button(_("Next"), icon=":material/arrow_forward:", shortcut="Right", on_click=_move, args=(1, count))
        step: int = st.slider(
            _("Time step"), 1, count, key=STEP_KEY, persist_state="session", on_change=_note, args=("slider",)
        )
    return step - 1


def go_to_step(step: int) -> None:
    """Make a step (from 0) the present one; for callbacks, which run before the widgets are drawn."""
    st.session_state[STEP_KEY] = step + 1
    _note("button")


def _moves() -> Moves:
    moves: Moves = st.session_state.setdefault(_MOVES_KEY, Moves())
    return moves


def _note(what: str) -> None:
    _moves().seen.add(what)


def _move(by: int, count: int) -> None:
    """From the step that was shown last: the slider that came with this click may show an earlier one."""
    st.session_state[STEP_KEY] = min(max(_moves().shown[-1] + by, 1), count)
    _note("button")


def _chips(tokens: Sequence[str], step: int) -> None:
    labels = _distinct(token_labels(tokens))
    link.put(_CHIP_KEY, step, (*labels,))
    st.pills(
        _("Tokens"),
        list(range(1, len(tokens) + 1)),
        format_func=lambda number: escaped(labels[number - 1]),
        key=_CHIP_KEY,
        required=True,
        on_change=_note,
        args=("chip",),
        help=_("Click a token, or use the arrow keys, or the slider."),
    )


def _distinct(labels: Sequence[str]) -> list[str]:
    """Streamlit tells options apart by their labels: a token that repeats gets zero-width signs behind it."""
    return [label + "\u200b" * labels[:place].count(label) for place, label in enumerate(labels)]
