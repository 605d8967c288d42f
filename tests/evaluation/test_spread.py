"""The spread over seeds, held against the statistics module of Python."""

import statistics

import numpy as np
import pytest

from rnnviz.evaluation.spread import LEAST_SEEDS, Spread, spread_over_seeds, summary

LOSSES = [[0.7, 0.5, 0.4, 0.35], [0.72, 0.55, 0.3], [0.69, 0.6, 0.5, 0.2, 0.1], [0.68]]


def history(losses):
    return [
        {"epoch": epoch, "validation_loss": loss, "validation_accuracy": 1 - loss} for epoch, loss in enumerate(losses)
    ]


@pytest.fixture
def spread() -> Spread:
    return spread_over_seeds([history(losses) for losses in LOSSES], "validation_loss")


def reached(epoch: int) -> list[float]:
    return [losses[epoch] for losses in LOSSES if len(losses) > epoch]


def test_each_epoch_has_the_statistics_of_the_runs_that_came_to_it(spread):
    assert spread.epochs.tolist() == [0, 1, 2, 3]
    for epoch in spread.epochs:
        values = reached(epoch)
        assert spread.mean[epoch] == pytest.approx(statistics.mean(values))
        assert spread.sd[epoch] == pytest.approx(statistics.stdev(values))
        assert (spread.low[epoch], spread.high[epoch]) == (min(values), max(values))


def test_a_run_that_ended_early_is_not_counted_behind_its_end(spread):
    assert spread.counts.tolist() == [4, 3, 3, 2]
    assert spread.mean[3] == pytest.approx((0.35 + 0.2) / 2)


def test_an_epoch_that_one_run_alone_came_to_has_no_spread(spread):
    assert max(map(len, LOSSES)) == 5
    assert 4 not in spread.epochs
    assert (spread.counts >= LEAST_SEEDS).all()


def test_a_measure_is_taken_by_its_name():
    spread = spread_over_seeds([history(losses) for losses in LOSSES], "validation_accuracy")

    assert spread.mean[0] == pytest.approx(1 - statistics.mean(reached(0)))


def test_the_order_of_the_runs_does_not_matter(spread):
    turned = spread_over_seeds([history(losses) for losses in LOSSES[::-1]], "validation_loss")

    np.testing.assert_allclose(turned.mean, spread.mean)
    np.testing.assert_allclose(turned.sd, spread.sd)
    assert turned.counts.tolist() == spread.counts.tolist()


def test_equal_runs_have_no_deviation():
    spread = spread_over_seeds([history([0.7, 0.5])] * 3, "validation_loss")

    np.testing.assert_allclose(spread.sd, 0, atol=1e-12)
    assert spread.low.tolist() == spread.high.tolist() == [0.7, 0.5]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("losses", [[], [[]], [[], []], [[0.7, 0.6]], [[0.7, 0.6], []]])
def test_fewer_than_two_runs_have_no_spread_at_all(losses):
    spread = spread_over_seeds([history(each) for each in losses], "validation_loss")

    assert [len(part) for part in (spread.epochs, spread.mean, spread.sd, spread.low, spread.high, spread.counts)] == [
        0
    ] * 6


def test_a_summary_has_mean_deviation_and_range():
    values = [0.91, 0.95, 0.93]

    found = summary(values)

    assert found.mean == pytest.approx(statistics.mean(values))
    assert found.sd == pytest.approx(statistics.stdev(values))
    assert (found.low, found.high, found.count) == (0.91, 0.95, 3)


def test_a_single_value_has_a_mean_and_no_deviation():
    assert summary([0.5]) == summary((0.5,))
    assert (summary([0.5]).mean, summary([0.5]).sd, summary([0.5]).count) == (0.5, None, 1)
