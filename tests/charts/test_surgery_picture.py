"""The running prediction before and after a surgery: legible for a name, and for a review of 400 words."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.charts.surgery import before_and_after, worth_bars
from rnnviz.charts.token_axes import FEW_TICKS
from rnnviz.insight.ablation import UnitWorth
from rnnviz.insight.trace import Trace, trace


@pytest.fixture
def long(models) -> Trace:
    """A trace as long as a review; its values don't matter here."""
    model = models["lstm"]
    short = trace(model, model.read("abba"))
    times = -(-400 // len(short.tokens))
    return replace(
        short, tokens=(short.tokens * times)[:400], probabilities=np.tile(short.probabilities, (times, 1))[:400]
    )


def test_a_long_text_has_as_many_words_below_as_a_phone_has_room_for(long):
    axis = before_and_after(long, long, 3, None).layout.xaxis

    assert len(axis.ticktext) <= FEW_TICKS
    assert list(axis.range) == [-0.5, 399.5]


def test_the_lines_of_a_long_text_are_thin(long):
    before, after = before_and_after(long, long, 3, None).data

    assert (before.line.width, after.line.width) == (0.75, 1.25)
    np.testing.assert_array_equal(after.y, long.probabilities[:, int(long.probabilities[long.last].argmax())])


def test_the_axis_of_single_units_has_round_numbers_of_its_own():
    worth = UnitWorth(0.625, np.array([0.6, 0.61], dtype=np.float32), np.array([0.458, 0.6], dtype=np.float32), 605)

    assert worth_bars(worth, "rnn", 0).layout.yaxis2.tickmode == "auto"
