"""Slices, held against scipy and a loop over all texts."""

import numpy as np
import pytest

from rnnviz.evaluation.significance import holm
from rnnviz.evaluation.slices import (
    NONE,
    Slicing,
    by_quantiles,
    by_share,
    by_value,
    fisher,
    judge_slices,
    p_of_difference,
    share_of,
    wilson,
)


@pytest.mark.parametrize(("right", "texts"), [(0, 1), (1, 1), (0, 9), (7, 9), (9, 9), (350, 558), (12_499, 12_500)])
def test_the_interval_is_that_of_scipy(right, texts):
    from scipy.stats import binomtest

    expected = binomtest(right, texts).proportion_ci(method="wilson")
    assert wilson(right, texts) == pytest.approx((expected.low, expected.high), abs=1e-9)


@pytest.mark.parametrize("table", [(3, 4, 20, 21), (0, 1, 5, 9), (1, 1, 1, 1), (5, 5, 0, 5), (2, 9, 300, 558)])
def test_the_exact_test_is_that_of_scipy(table):
    from scipy.stats import fisher_exact

    right, texts, other_right, other_texts = table
    expected = fisher_exact([[right, texts - right], [other_right, other_texts - other_right]]).pvalue
    assert fisher(*table) == pytest.approx(expected)
    assert p_of_difference(*table) == pytest.approx(expected), "few are expected"


def test_with_many_texts_the_test_is_the_chi_squared_one_of_scipy():
    from scipy.stats import chi2_contingency

    expected = chi2_contingency([[60, 40], [600, 200]], correction=False).pvalue
    assert p_of_difference(60, 100, 600, 800) == pytest.approx(expected)


def test_where_all_are_right_nothing_differs():
    assert p_of_difference(100, 100, 900, 900) == 1.0
    assert p_of_difference(0, 100, 0, 900) == 1.0


def test_slices_are_counted_as_by_hand():
    rng = np.random.default_rng(3)
    slicing = Slicing("kind", ("x", "y", "z", "empty"), rng.integers(-1, 3, 300))
    marks = {"net": rng.integers(-1, 2, 300).astype(np.int8), "base": rng.integers(0, 2, 300).astype(np.int8)}

    found = judge_slices([slicing], marks)

    assert [(each.contestant, each.name) for each in found] == [(c, s) for c in marks for s in "xyz"]
    for each in found:
        inside = [m for m, of in zip(marks[each.contestant], slicing.of, strict=True) if m >= 0 and of != NONE]
        assert inside
        here = [
            int(mark)
            for mark, of in zip(marks[each.contestant], slicing.of, strict=True)
            if mark >= 0 and of == slicing.slices.index(each.name)
        ]
        rest = [
            int(mark)
            for mark, of in zip(marks[each.contestant], slicing.of, strict=True)
            if mark >= 0 and of != slicing.slices.index(each.name)
        ]
        assert (each.texts, each.right, each.accuracy) == (len(here), sum(here), sum(here) / len(here))
        assert (each.rest_texts, each.rest_right, each.rest) == (len(rest), sum(rest), sum(rest) / len(rest))
    assert [each.corrected for each in found] == holm([each.p for each in found])


def test_a_slice_that_is_far_worse_is_named_and_one_by_chance_is_not():
    of = np.repeat([0, 1, 2], 100)
    right = np.array([1] * 90 + [0] * 10 + [1] * 86 + [0] * 14 + [1] * 50 + [0] * 50, np.int8)

    found = judge_slices([Slicing("kind", ("good", "fair", "bad"), of)], {"net": right})

    assert [each.name for each in found if each.worse] == ["bad"]


def test_pure_chance_seldom_names_a_slice():
    rng = np.random.default_rng(0)
    slicings = [Slicing(str(k), tuple("abcd"), rng.integers(0, 4, 400)) for k in range(3)]
    named = sum(
        any(each.worse for each in judge_slices(slicings, {"net": (rng.random(400) < 0.7).astype(np.int8)}))
        for _ in range(200)
    )

    assert named <= 16, "5% of 200, and a little more by chance"


def test_a_slice_of_all_texts_has_no_rest_and_is_left_out():
    assert judge_slices([Slicing("kind", ("all",), np.zeros(3, np.int64))], {"net": np.array([1, 0, 1], np.int8)}) == []
    assert judge_slices([Slicing("kind", ("all",), np.zeros(1, np.int64))], {"net": np.array([1], np.int8)}) == []


def test_quantile_bins_are_about_equal_and_never_part_equal_values():
    rng = np.random.default_rng(1)
    values = rng.permutation(1000)

    of, bounds = by_quantiles(values)

    assert np.bincount(of).tolist() == [250] * 4
    for value, place in zip(values, of, strict=True):
        assert bounds[place][0] <= value <= bounds[place][1]
    of, bounds = by_quantiles([5, 5, 5, 5, 5, 9])
    assert (of.tolist(), bounds) == ([0, 0, 0, 0, 0, 1], [(5.0, 5.0), (9.0, 9.0)])
    of, bounds = by_quantiles([4])
    assert (of.tolist(), bounds) == ([0], [(4.0, 4.0)])
    assert by_quantiles([])[1] == []


def test_texts_without_a_share_are_a_bin_of_their_own():
    of, bounds = by_share([0.0, 0.5, 0.0, 0.1, 0.2], 3)

    assert of.tolist() == [0, 3, 0, 1, 2]
    assert bounds == [(0.0, 0.0), (0.1, 0.1), (0.2, 0.2), (0.5, 0.5)]
    assert by_share([0.0, 0.0])[1] == [(0.0, 0.0)]
    assert by_share([0.3, 0.3])[1] == [(0.3, 0.3)]


def test_values_are_slices_most_texts_first():
    of, names = by_value(["b", "a", "", "b", "a", "b", "c"])

    assert names == ["b", "a", "c"]
    assert of.tolist() == [0, 1, NONE, 0, 1, 0, 2]


def test_the_share_of_flagged_tokens_is_that_of_each_text():
    texts = [[True], [False, False], [True, False, True, True], []]
    ends = np.cumsum([len(each) for each in texts])

    shares = share_of(np.array([flag for text in texts for flag in text]), ends)

    assert shares.tolist() == [1.0, 0.0, 0.75, 0.0]
