"""Traces to draw: nets with large random weights, over texts that have a blank and a repeated letter."""

from collections.abc import Callable

import pytest

from rnnviz.charts.style import Style
from rnnviz.insight.trace import Trace, trace
from tests.oracles import untrained

TEXT = "ab cab"

CELLS = ("rnn", "lstm", "gru")


@pytest.fixture(scope="session")
def traced() -> Callable[..., Trace]:
    """The trace of an untrained net of a cell over a text."""

    def make(cell: str = "lstm", text: str = TEXT, **settings: object) -> Trace:
        model = untrained(cell, **settings)
        return trace(model, model.read(text))

    return make


@pytest.fixture
def style() -> Style:
    return Style()
