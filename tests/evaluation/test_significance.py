"""McNemar, Holm and randomisation, held against statsmodels, SciPy and every exchange there is."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import f1_score
from statsmodels.stats.contingency_tables import mcnemar as mcnemar_of_statsmodels
from statsmodels.stats.multitest import multipletests

from rnnviz.evaluation.bootstrap import fewest, patterns_of
from rnnviz.evaluation.figures import ACCURACY_FIGURE, Figure
from rnnviz.evaluation.significance import (
    ALPHA,
    CHI_SQUARE,
    EXACT,
    EXACT_BELOW,
    RANDOMISATION,
    compared,
    exchanged,
    group_of,
    heads,
    holm,
    level_of,
    mcnemar,
    smallest_excess,
)

MACRO_F1 = Figure("macro avg", "f1-score")
COUNTS = list(product((0, 1, 2, 5, 11, 12, 13, 30, 200), repeat=2))


@pytest.mark.parametrize(("only_a", "only_b"), [pair for pair in COUNTS if 0 < sum(pair) < EXACT_BELOW])
def test_where_few_disagree_the_test_is_the_exact_binomial_one(only_a, only_b):
    theirs = mcnemar_of_statsmodels([[0, only_a], [only_b, 0]], exact=True).pvalue

    assert mcnemar(only_a, only_b) == pytest.approx(min(theirs, 1.0), rel=1e-12)
    assert mcnemar(only_a, only_b) == pytest.approx(stats.binomtest(only_a, only_a + only_b).pvalue, rel=1e-12)


@pytest.mark.parametrize(("only_a", "only_b"), [pair for pair in COUNTS if sum(pair) >= EXACT_BELOW])
def test_where_many_disagree_it_is_the_chi_square_one_with_continuity_correction(only_a, only_b):
    theirs = mcnemar_of_statsmodels([[0, only_a], [only_b, 0]], exact=False, correction=True).pvalue

    if only_a == only_b:  # statsmodels corrects a difference of 0 to one of 1
        assert mcnemar(only_a, only_b) == 1.0
    else:
        assert mcnemar(only_a, only_b) == pytest.approx(theirs, rel=1e-9)
        statistic = (abs(only_a - only_b) - 1) ** 2 / (only_a + only_b)
        assert mcnemar(only_a, only_b) == pytest.approx(stats.chi2.sf(statistic, 1), rel=1e-9)


def test_without_disagreement_there_is_nothing_to_doubt():
    assert mcnemar(0, 0) == 1.0


@pytest.mark.parametrize("count", [1, 2, 3, 28, 66])
def test_holm_is_that_of_statsmodels(count):
    p = np.random.default_rng(count).random(count) ** 4
    p[: count // 3] = p[-1]  # some alike
    theirs = multipletests(p, method="holm")[1]

    np.testing.assert_allclose(holm(p), theirs, rtol=1e-12)


@given(st.lists(st.one_of(st.floats(0, 1), st.floats(0, 0.03)), min_size=1, max_size=30))
def test_one_level_tells_those_that_holm_calls_real_from_the_others(p):
    level = level_of(p)

    assert [each <= level * (1 + 1e-12) for each in p] == [adjusted <= ALPHA * (1 + 1e-12) for adjusted in holm(p)]


def test_nothing_compared_needs_no_correction():
    assert holm([]) == []
    assert compared([], ACCURACY_FIGURE) == ()


@pytest.mark.parametrize("level", [0.05, 0.01, 0.05 / 28])
@pytest.mark.parametrize("disagreeing", [1, 5, 6, 24, 25, 92, 1_000])
def test_the_smallest_real_difference_is_the_first_that_passes(disagreeing, level):
    passing = [
        excess
        for excess in range(disagreeing % 2, disagreeing + 1, 2)
        if mcnemar((disagreeing + excess) // 2, (disagreeing - excess) // 2) <= level
    ]

    assert smallest_excess(disagreeing, level) == (min(passing) if passing else None)
    if disagreeing <= 5:
        assert smallest_excess(disagreeing, level) is None  # 2 / 2⁵ is 0.0625


def contestants(texts=120, classes=3, right=(0.7, 0.6), seed=0):
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, classes, texts)
    luck, others = rng.random(texts), rng.integers(0, classes, texts)
    return targets, [np.where((rng.random(texts) < 0.8) & (luck < share), targets, others) for share in right]


def test_the_randomisation_test_is_near_the_share_of_all_exchanges_there_are():
    targets, (first, second) = contestants(texts=14, classes=2, right=(0.95, 0.5), seed=2)
    apart = np.flatnonzero(first != second)
    assert 5 <= len(apart) <= 10
    exact = []
    for flips in product((False, True), repeat=len(apart)):
        swap = np.zeros(14, dtype=bool)
        swap[apart[list(flips)]] = True
        exact.append(
            f1_score(targets, np.where(swap, second, first), average="macro")
            - f1_score(targets, np.where(swap, first, second), average="macro")
        )

    drawn = exchanged(patterns_of(targets, [first, second], ("a", "b")), MACRO_F1, 20_000)

    for size in np.unique(np.round(np.abs(exact), 9)):
        share = np.mean(np.abs(exact) >= size - 1e-6)
        assert np.mean(np.abs(drawn) >= size - 1e-6) == pytest.approx(share, abs=0.015)


def test_randomising_accuracies_comes_to_the_p_of_mcnemar():
    targets, (first, second) = contestants(texts=80, right=(0.75, 0.6))
    only_a = int(((first == targets) & (second != targets)).sum())
    only_b = int(((first != targets) & (second == targets)).sum())
    assert 0 < only_a + only_b < EXACT_BELOW

    drawn = np.abs(exchanged(patterns_of(targets, [first, second], ("a", "b", "c")), ACCURACY_FIGURE, 20_000))

    assert np.mean(drawn >= abs(only_a - only_b) / 80 - 1e-9) == pytest.approx(mcnemar(only_a, only_b), abs=0.015)


def test_heads_are_binomial_however_many_tosses():
    counts = np.array([1, 5, 63, 64, 65, 1_000])
    drawn = heads(counts, 20_000, np.random.default_rng(0))

    for tosses, column in zip(counts, drawn.T, strict=True):
        values = np.arange(tosses + 1)
        expected = stats.binom.cdf(values, tosses, 0.5)
        found = np.searchsorted(np.sort(column), values, side="right") / len(column)
        assert np.abs(found - expected).max() < 0.015
        assert (column.min() >= 0) & (column.max() <= tosses)


@pytest.mark.parametrize("figure", [ACCURACY_FIGURE, MACRO_F1])
def test_equally_good_contestants_are_called_different_in_at_most_5_of_100(figure):
    found = 0
    for seed in range(300):
        targets, (first, second) = contestants(texts=100, classes=2, right=(0.7, 0.7), seed=seed)
        group = group_of({"a": first, "b": second}, targets, ("x", "y"))
        (pair,) = compared([group], figure, resamples=20)
        found += pair.real
    assert found <= 0.08 * 300  # 5% and three standard errors


def test_a_pair_has_the_counts_of_its_texts():
    targets, (first, second) = contestants()
    (pair,) = compared([group_of({"a": first, "b": second}, targets, ("x", "y", "z"))], ACCURACY_FIGURE)

    assert (pair.a, pair.b, pair.texts) == ("a", "b", 120)
    assert pair.only_a == ((first == targets) & (second != targets)).sum()
    assert pair.only_b == ((second == targets) & (first != targets)).sum()
    assert pair.differ == (first != second).sum()
    assert pair.difference.value == pytest.approx((first == targets).mean() - (second == targets).mean())
    assert pair.p == pair.adjusted == mcnemar(pair.only_a, pair.only_b)
    assert pair.test == (EXACT if pair.only_a + pair.only_b < EXACT_BELOW else CHI_SQUARE)
    turned = pair.turned()
    assert (turned.a, turned.only_a, turned.difference.low) == ("b", pair.only_b, -pair.difference.high)
    assert turned.turned() == pair


def test_the_recall_of_a_class_is_tested_on_its_texts_alone():
    targets, (first, second) = contestants()
    group = group_of({"a": first, "b": second}, targets, ("x", "y", "z"))
    (pair,) = compared([group], Figure("y", "recall"))

    of_class = targets == 1
    assert pair.texts == of_class.sum()
    assert pair.only_a == ((first == 1) & (second != 1) & of_class).sum()
    assert pair.p == mcnemar(pair.only_a, pair.only_b)
    assert pair.difference.value == pytest.approx((pair.only_a - pair.only_b) / of_class.sum())


@pytest.mark.parametrize("figure", [ACCURACY_FIGURE, MACRO_F1, Figure("y", "precision"), Figure("z", "recall")])
@pytest.mark.parametrize("seed", range(5))
def test_a_difference_is_real_exactly_where_it_reaches_the_smallest(figure, seed):
    targets, predicted = contestants(texts=200, right=(0.9, 0.85, 0.7, 0.4), seed=seed)
    group = group_of(dict(zip("abcd", predicted, strict=True)), targets, ("x", "y", "z"))

    pairs = compared([group], figure)

    assert len(pairs) == 6
    for pair in pairs:
        size = abs(pair.difference.value)
        if pair.real:
            assert size >= pair.smallest - 1e-9
        elif pair.smallest is not None:
            assert size <= pair.smallest + 1e-9


def test_groups_are_corrected_together():
    targets, (first, second) = contestants(right=(0.9, 0.6))
    group = group_of({"a": first, "b": second}, targets, ("x", "y", "z"))
    (alone,) = compared([group], ACCURACY_FIGURE)

    both = compared([group, group], ACCURACY_FIGURE)

    assert [pair.p for pair in both] == [alone.p, alone.p]
    assert [pair.adjusted for pair in both] == [pytest.approx(min(2 * alone.p, 1))] * 2


def test_a_group_whose_classes_lack_the_figure_has_no_pairs():
    targets, (first, second) = contestants()
    group = group_of({"a": first, "b": second}, targets, ("x", "y", "z"))

    assert compared([group], Figure("w", "recall")) == ()


def test_identical_contestants_differ_by_chance_or_not_at_all():
    targets, (first, _second) = contestants()
    for figure, test in ((ACCURACY_FIGURE, EXACT), (MACRO_F1, RANDOMISATION)):
        (pair,) = compared([group_of({"a": first, "b": first}, targets, ("x", "y", "z"))], figure)
        assert (pair.differ, pair.difference.value, pair.p, pair.real, pair.test) == (0, 0.0, 1.0, False, test)
        assert (pair.smallest, pair.difference.low) == (None, None)


@pytest.mark.parametrize("figure", [ACCURACY_FIGURE, MACRO_F1])
def test_the_order_of_the_contestants_and_who_else_is_there_change_nothing_of_a_pair(figure):
    targets, predicted = contestants(texts=200, right=(0.9, 0.8, 0.6))
    a, b, c = predicted

    (pair,) = compared([group_of({"a": a, "b": b}, targets, ("x", "y", "z"))], figure)
    (turned,) = compared([group_of({"b": b, "a": a}, targets, ("x", "y", "z"))], figure)
    among = compared([group_of({"c": c, "b": b, "a": a}, targets, ("x", "y", "z"))], figure)

    assert turned == pair.turned()
    (same,) = [each for each in among if {each.a, each.b} == {"a", "b"}]
    assert (same.a, same.p, same.difference) == ("b", turned.p, turned.difference)


@pytest.mark.parametrize("figure", [MACRO_F1, Figure("y", "precision")])
def test_the_smallest_real_difference_of_a_randomisation_is_where_p_crosses_5_percent(figure):
    targets, (first, second) = contestants(texts=200, right=(0.85, 0.75))
    group = group_of({"a": first, "b": second}, targets, ("x", "y", "z"))
    (pair,) = compared([group], figure)

    nulls = np.abs(exchanged(fewest(group.patterns, figure), figure))

    def p(size):
        return (1 + (nulls >= size).sum()) / (len(nulls) + 1)

    assert p(pair.smallest + 1e-9) <= ALPHA < p(pair.smallest - 1e-9)
    assert pair.p == pytest.approx(p(abs(pair.difference.value) - 1e-9))
