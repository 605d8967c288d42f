"""Bootstrap intervals, held against scikit-learn, SciPy, resampling texts by hand, and simulated test sets."""

import time

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import classification_report, precision_recall_fscore_support

from rnnviz.evaluation.bootstrap import (
    Interval,
    differences_of,
    fewest,
    interval,
    interval_of,
    intervals_of_confusion,
    patterns_of,
    patterns_of_confusion,
    resampled,
    tally,
)
from rnnviz.evaluation.figures import ACCURACY_FIGURE, Figure, figure_values, figures_of, tallies_of, value_in
from rnnviz.evaluation.report import confusion_matrix

THREE = ("cat", "dog", "fox")
MACRO_F1 = Figure("macro avg", "f1-score")


def answered(texts, classes, contestants=1, right=0.6, seed=0):
    """Targets (texts,), and predictions of contestants that often err together."""
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, classes, texts)
    common = np.where(rng.random(texts) < right, targets, rng.integers(0, classes, texts))
    return targets, [
        np.where(rng.random(texts) < 0.7, common, rng.integers(0, classes, texts)) for _ in range(contestants)
    ]


@pytest.mark.parametrize("classes", [2, 3, 20])
def test_the_figures_of_every_resample_are_those_of_scikit_learn(classes):
    names = [f"class {number}" for number in range(classes)]
    targets, predicted = answered(60, classes, contestants=2)
    patterns = patterns_of(targets, predicted, names)
    counts = np.random.default_rng(1).multinomial(60, patterns.counts / 60, size=5)

    tallies = tally(patterns, counts)

    for row, drawn in enumerate(counts):
        for contestant in range(2):
            report = classification_report(
                np.repeat(patterns.targets, drawn),
                np.repeat(patterns.predicted[:, contestant], drawn),
                labels=range(classes),
                target_names=names,
                output_dict=True,
                zero_division=0,
            )
            if "accuracy" not in report:  # scikit-learn calls it otherwise where a class is missing
                report["accuracy"] = report["micro avg"]["f1-score"]
            for figure in figures_of(names):
                ours = figure_values(tallies, figure, names)[row, contestant]
                assert ours == pytest.approx(value_in(report, figure), abs=1e-12), figure


def test_patterns_count_every_text_once():
    targets, predicted = answered(500, 3, contestants=3)

    patterns = patterns_of(targets, predicted, THREE)

    assert patterns.texts == 500
    rows = np.stack([targets, *predicted], axis=1)
    for target, given, count in zip(patterns.targets, patterns.predicted, patterns.counts, strict=True):
        assert count == (rows == [target, *given]).all(axis=1).sum()


def test_contestants_too_many_for_one_number_are_counted_too():
    targets, predicted = answered(300, 20, contestants=16)

    patterns = patterns_of(targets, predicted, [str(number) for number in range(20)])

    assert (patterns.texts, patterns.predicted.shape[1]) == (300, 16)
    assert tally(patterns, patterns.counts).hits[15].sum() == (targets == predicted[15]).sum()


@pytest.mark.parametrize("figure", figures_of(THREE), ids=str)
def test_the_fewest_patterns_leave_a_figure_what_it_is(figure):
    targets, predicted = answered(300, 3, contestants=2)
    patterns = patterns_of(targets, predicted, THREE)

    few = fewest(patterns, figure)

    ours, theirs = (figure_values(tally(each, each.counts), figure, each.classes) for each in (few, patterns))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    assert few.texts == 300
    assert figure.row in ("macro avg", "weighted avg") or len(few.counts) <= 8
    few_draws, draws = (figure_values(resampled(each, 4_000), figure, each.classes)[:, 0] for each in (few, patterns))
    assert stats.ks_2samp(few_draws, draws).statistic < 0.04


def test_drawing_cells_is_drawing_texts():
    """Hundreds of bootstraps the long way: draw texts, count, let scikit-learn compute."""
    targets, (predicted,) = answered(150, 3)
    rng, rounds = np.random.default_rng(3), 600
    by_hand = []
    for _ in range(rounds):
        rows = rng.integers(0, 150, 150)
        precision, recall, f1, _support = precision_recall_fscore_support(
            targets[rows], predicted[rows], labels=range(3), zero_division=0
        )
        by_hand.append([(targets == predicted)[rows].mean(), f1.mean(), recall[1], precision[2]])
    figures = [ACCURACY_FIGURE, MACRO_F1, Figure("dog", "recall"), Figure("fox", "precision")]

    draws = resampled(patterns_of(targets, [predicted], THREE), 5_000)

    for figure, texts in zip(figures, np.transpose(by_hand), strict=True):
        cells = figure_values(draws, figure, THREE)[:, 0]
        assert stats.ks_2samp(cells, texts).statistic < 0.09, figure
        assert cells.mean() == pytest.approx(texts.mean(), abs=5 * texts.std() / rounds**0.5)
        assert cells.std() == pytest.approx(texts.std(), rel=0.1)


def test_the_interval_of_the_accuracy_is_about_that_of_scipy():
    correct = np.random.default_rng(0).random(400) < 0.7
    found = intervals_of_confusion([[correct.sum(), 400 - correct.sum()], [0, 0]], ("a", "b"), [ACCURACY_FIGURE], 5_000)

    scipys = stats.bootstrap((correct.astype(float),), np.mean, method="percentile", n_resamples=5_000, rng=1)

    low, high = scipys.confidence_interval
    bounds = found[ACCURACY_FIGURE]
    assert (bounds.low, bounds.high) == (pytest.approx(low, abs=0.004), pytest.approx(high, abs=0.004))


def test_the_interval_of_a_difference_is_about_that_of_scipy_on_pairs():
    targets, (first, second) = answered(400, 2, contestants=2)
    patterns = patterns_of(targets, [first, second], ("a", "b"))
    found = differences_of(patterns, resampled(patterns, 5_000), ACCURACY_FIGURE)[0, 1]

    each = (first == targets).astype(float) - (second == targets)
    scipys = stats.bootstrap((each,), np.mean, method="percentile", n_resamples=5_000, rng=1)

    low, high = scipys.confidence_interval
    assert found.value == pytest.approx(each.mean())
    assert (found.low, found.high) == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))


@pytest.mark.parametrize("texts", [100, 558])
def test_at_least_93_of_100_simulated_test_sets_hold_the_true_accuracy_and_difference(texts):
    """Two nets that are right in 78% and 70% of all texts there are, and agree in most."""
    cells = np.array([[[0.27, 0.08], [0.03, 0.07]], [[0.07, 0.05], [0.08, 0.35]]])  # target, first, second
    target, first, second = np.indices(cells.shape).reshape(3, -1)
    true_first = cells.ravel()[first == target].sum()
    true_difference = true_first - cells.ravel()[second == target].sum()
    rng, held = np.random.default_rng(0), np.zeros(2)
    for number in range(1_000):
        counts = rng.multinomial(texts, cells.ravel())
        rows = np.repeat(np.arange(8), counts)
        patterns = patterns_of(target[rows], [first[rows], second[rows]], ("a", "b"))
        draws = resampled(patterns, 1_000, seed=number)
        accuracy = interval_of(patterns, draws, ACCURACY_FIGURE)
        difference = differences_of(patterns, draws, ACCURACY_FIGURE)[0, 1]
        held += [
            accuracy.low <= true_first <= accuracy.high,
            difference.low <= true_difference <= difference.high,
        ]
    assert (held >= 930).all(), held


@pytest.mark.parametrize(
    "figure", [MACRO_F1, Figure("cat", "recall"), Figure("dog", "precision"), Figure("dog", "f1-score")]
)
def test_other_figures_are_held_as_often(figure):
    truth = np.array([[0.20, 0.25], [0.12, 0.43]])
    true = float(figure_values(tallies_of(truth), figure, ("cat", "dog")))
    rng, held = np.random.default_rng(1), 0
    for number in range(500):
        confusion = rng.multinomial(558, truth.ravel()).reshape(2, 2)
        found = intervals_of_confusion(confusion, ("cat", "dog"), [figure], seed=number)[figure]
        held += found.low <= true <= found.high
    assert held >= 0.93 * 500


@pytest.mark.parametrize(("right", "texts"), [(5, 5), (0, 5), (1, 1), (400, 400)])
def test_all_right_or_all_wrong_gets_the_exact_bounds(right, texts):
    confusion = [[right, texts - right], [0, 0]]
    found = intervals_of_confusion(confusion, ("a", "b"), [ACCURACY_FIGURE, Figure("a", "recall")])

    exact = stats.binomtest(right, texts).proportion_ci(0.95, method="exact")

    for bounds in found.values():
        assert bounds.value == right / texts
        assert (bounds.low, bounds.high) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_where_the_texts_can_not_tell_there_are_no_bounds():
    found = intervals_of_confusion([[3, 0], [2, 0]], ("a", "b"), figures_of(("a", "b")))

    assert found[Figure("b", "precision")] == Interval(0.0, None, None)  # never predicted
    assert found[Figure("b", "f1-score")] == Interval(0.0, None, None)
    assert found[Figure("b", "recall")].high == pytest.approx(0.842, abs=0.001)  # none of two texts


def test_the_same_answers_have_the_same_bounds_whenever_they_are_looked_at():
    confusion = [[30, 10], [5, 55]]
    once, again = (intervals_of_confusion(confusion, ("a", "b"), figures_of(("a", "b"))) for _ in range(2))

    assert once == again
    assert once != intervals_of_confusion(confusion, ("a", "b"), figures_of(("a", "b")), seed=1)


def test_a_thousand_resamples_of_25_000_predictions_take_less_than_a_second():
    targets, predicted = answered(25_000, 2, contestants=4)
    began = time.perf_counter()

    patterns = patterns_of(targets, predicted, ("neg", "pos"))
    draws = resampled(patterns)
    found = {
        (figure, contestant): interval_of(patterns, draws, figure, contestant)
        for figure in figures_of(("neg", "pos"))
        for contestant in range(4)
    }

    assert time.perf_counter() - began < 1.0
    assert all(each.low < each.value < each.high for each in found.values())


def test_cells_of_a_confusion_matrix_are_its_patterns():
    targets, (predicted,) = answered(200, 3)
    confusion = confusion_matrix(targets, predicted, 3)

    patterns = patterns_of_confusion(confusion, THREE)

    np.testing.assert_array_equal(tally(patterns, patterns.counts).hits[0], np.diag(confusion))
    assert interval(0.5, np.array([0.5, 0.5])) == Interval(0.5, None, None)
