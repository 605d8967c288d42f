"""Costs: the time of a prediction by a clock that the test turns, and prices counted by hand."""

import numpy as np
import pytest

from rnnviz.errors import BadInput
from rnnviz.evaluation.costs import READINGS, each_point, majority_share, measure_paces, points_gained
from rnnviz.text.sequences import Sequences
from rnnviz.training.data import Part, prepare


class Clock:
    """Each reading takes as long as the next of these seconds, over and over."""

    def __init__(self, *seconds):
        self.now, self.seconds, self.calls = 0.0, seconds, 0

    def __call__(self):
        self.calls += 1
        if self.calls % 2 == 0:
            self.now += self.seconds[(self.calls // 2 - 1) % len(self.seconds)]
        return self.now


@pytest.fixture
def part(names, configs):
    return prepare(names, configs["rnn"].text, 0).test


def test_the_models_take_turns_and_each_has_its_median(models, part):
    paces = measure_paces([models["rnn"], models["lstm"]], [part, part], 10.0, Clock(0.001, 0.003))

    assert [round(pace.milliseconds, 6) for pace in paces] == [1, 3]
    assert [pace.readings for pace in paces] == [READINGS, READINGS]
    assert paces[0].tokens == pytest.approx(np.mean([len(text) for text in part.texts]), rel=0.05)


def test_a_measurement_ends_when_its_time_is_spent_but_reads_at_least_one_text(models, part):
    slow, fast = measure_paces([models["rnn"], models["gru"]], [part, part], 0.1, Clock(5.0, 0.02))

    assert slow.readings == 1
    assert slow.milliseconds == pytest.approx(5000)
    assert 1 < fast.readings <= 6


def test_one_test_text_is_read_again_and_again(models, part):
    one = Part(part.texts[:1], Sequences(part.ids[0], np.array([len(part.ids[0])])), part.labels[:1])

    (pace,) = measure_paces([models["rnn"]], [one], 0.02)

    assert pace.readings > 1
    assert 0 < pace.low <= pace.milliseconds <= pace.high


def test_texts_that_cannot_be_read_are_left_out(models, part):
    blank = Part(["", " "], Sequences(np.zeros(0, dtype=np.int64), np.zeros(2, dtype=np.int64)), part.labels[:2])

    with pytest.raises(BadInput, match="no text to measure"):
        measure_paces([models["rnn"]], [blank])


def test_the_majority_share_is_that_of_the_largest_class():
    assert majority_share([[10, 20], [5, 5]]) == 0.75


def test_points_are_counted_above_the_majority_and_paid_for_one_by_one():
    report = {"test": {"accuracy": 0.8}, "confusion": {"test": [[50, 10], [10, 30]]}}

    assert points_gained(report, "test") == pytest.approx(20)
    assert each_point(5000, 20) == 250


@pytest.mark.parametrize("gained", [0.0, -3.0])
def test_what_gains_nothing_has_no_price(gained):
    assert each_point(5000, gained) is None
