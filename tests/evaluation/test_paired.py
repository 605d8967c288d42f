"""Paired differences: the interval is that of scipy's paired t-test."""

import numpy as np
import pytest
from scipy.stats import ttest_rel

from rnnviz.evaluation.paired import paired_difference

WITH = {0: 0.61, 1: 0.60, 2: 0.66, 3: 0.58, 4: 0.64}
WITHOUT = {0: 0.59, 1: 0.61, 2: 0.60, 3: 0.55, 4: 0.61}


@pytest.mark.parametrize("count", [2, 3, 5])
def test_the_interval_is_that_of_the_paired_t_test(count: int) -> None:
    values, others = ({seed: each[seed] for seed in range(count)} for each in (WITH, WITHOUT))
    found = paired_difference(values, others)
    expected = ttest_rel(list(values.values()), list(others.values())).confidence_interval(0.95)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.clear == (ttest_rel(list(values.values()), list(others.values())).pvalue < 0.05)


def test_seeds_are_paired_by_number_and_others_left_out() -> None:
    found = paired_difference({2: 0.6, 0: 0.5, 7: 0.9}, {0: 0.4, 2: 0.6, 3: 0.1})
    assert found is not None
    assert (found.mean, found.sd) == pytest.approx((0.05, np.std([0.1, 0.0], ddof=1)))
    assert (found.more, found.less, found.count) == (1, 0, 2)


def test_one_pair_has_no_interval_and_is_never_clear() -> None:
    found = paired_difference({0: 0.9}, {0: 0.1})
    assert found is not None
    assert (found.sd, found.low, found.high, found.clear) == (None, None, None, False)


def test_no_shared_seed_is_no_difference() -> None:
    assert paired_difference({0: 0.9}, {1: 0.1}) is None
    assert paired_difference({}, {}) is None


def test_equal_runs_differ_by_nothing() -> None:
    found = paired_difference(WITH, WITH)
    assert found is not None
    assert (found.mean, found.low, found.high, found.clear) == (0.0, 0.0, 0.0, False)
