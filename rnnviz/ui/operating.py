"""What surgery found, kept: traces and reports of operated models, and what units are worth."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from rnnviz.insight.ablation import UnitWorth, report_on, some_of, unit_worth
from rnnviz.insight.surgery import Cut, operate
from rnnviz.insight.trace import Trace, trace
from rnnviz.ui.looking import RunKey, run_key, tested_on
from rnnviz.ui.workspace import Look

KEPT = 64
WORTH_TEXTS = 1000
"""Texts on which the units are ranked, at most: each unit reads them all once more."""
Tell = Callable[[int, int], None]
Key = TypeVar("Key")
Value = TypeVar("Value")


def operated_trace(look: Look, cuts: tuple[Cut, ...]) -> Trace:
    """The trace of the text of a look after surgery; `BadInput` where its net can't be cut so."""
    return _trace(run_key(look.name, look.model), look.reading.text, cuts, look.trace.layer, look.trace.direction, look)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _trace(run: RunKey, text: str, cuts: tuple[Cut, ...], layer: int, direction: str, _look: Look) -> Trace:
    del run, text
    return trace(operate(_look.model, cuts), _look.reading, layer, direction)


def known_report(look: Look, cuts: tuple[Cut, ...]) -> dict[str, Any] | None:
    """The report on the test texts after surgery, if it has been made before."""
    return _reports().get((run_key(look.name, look.model), cuts))


def make_report(look: Look, cuts: tuple[Cut, ...], tell: Tell) -> dict[str, Any]:
    """The report on all test texts of a run after surgery, () for none; `BadInput` where they are gone."""
    key = (run_key(look.name, look.model), cuts)
    return _kept(_reports(), key, lambda: report_on(operate(look.model, cuts), tested_on(look.run), tell))


def known_worth(look: Look) -> UnitWorth | None:
    """What the units of the layer and direction of a look are worth, if that has been found before."""
    return _worths().get((run_key(look.name, look.model), look.trace.layer, look.trace.direction))


def find_worth(look: Look, tell: Tell) -> UnitWorth:
    """The same, found on some of the test texts of the run."""
    layer, direction = look.trace.layer, look.trace.direction

    def find() -> UnitWorth:
        return unit_worth(look.model, some_of(tested_on(look.run), WORTH_TEXTS), layer, direction, tell)

    return _kept(_worths(), (run_key(look.name, look.model), layer, direction), find)


def _kept(kept: dict[Key, Value], key: Key, make: Callable[[], Value]) -> Value:
    if key not in kept:
        kept[key] = make()
        for old in list(kept)[:-KEPT]:
            kept.pop(old, None)
    return kept[key]


@st.cache_resource(show_spinner=False)
def _reports() -> dict[tuple[RunKey, tuple[Cut, ...]], dict[str, Any]]:
    """The latest last. Not kept by a decorator: it would not let the work tell its progress."""
    return {}


@st.cache_resource(show_spinner=False)
def _worths() -> dict[tuple[RunKey, int, str], UnitWorth]:
    return {}
