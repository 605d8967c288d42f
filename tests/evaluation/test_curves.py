"""Curves over the threshold: equal to scikit-learn's, and right where there is little to count."""

import warnings

import numpy as np
import pytest
from sklearn import metrics

from rnnviz.errors import BadInput
from rnnviz.evaluation.answers import Answers
from rnnviz.evaluation.curves import DRAWN, FINEST, drawn_points, one_against_rest, pair_names, threshold_curve

RANDOM = np.random.default_rng(5)


def random_scores(texts, digits=None):
    """Scores that have something to do with the class; few digits make many of them equal."""
    positive = RANDOM.random(texts) < 0.4
    scores = 1 / (1 + np.exp(-RANDOM.normal(positive * 1.0, 1.2)))
    return positive, (scores if digits is None else scores.round(digits)).astype(np.float32)


CASES = {
    "distinct": random_scores(300),
    "many ties": random_scores(300, digits=1),
    "hard answers": random_scores(300, digits=0),
    "all equal": (random_scores(40)[0], np.full(40, 0.5, dtype=np.float32)),
    "one of each": (np.array([False, True]), np.array([0.6, 0.4], dtype=np.float32)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_roc_curve_and_its_area_are_those_of_scikit_learn(case):
    positive, scores = CASES[case]
    curve = threshold_curve(positive, scores)

    fallout, recall, thresholds = metrics.roc_curve(positive, scores, drop_intermediate=False)

    np.testing.assert_allclose(curve.fallout, fallout)
    np.testing.assert_allclose(curve.recall, recall)
    np.testing.assert_allclose(curve.thresholds, thresholds)
    assert curve.roc_area == pytest.approx(metrics.roc_auc_score(positive, scores), abs=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_the_precision_recall_curve_and_its_average_are_those_of_scikit_learn(case):
    positive, scores = CASES[case]
    curve = threshold_curve(positive, scores)

    precision, recall, thresholds = metrics.precision_recall_curve(positive, scores)

    np.testing.assert_allclose(curve.precision[1:], precision[:-1][::-1])
    np.testing.assert_allclose(curve.recall[1:], recall[:-1][::-1])
    np.testing.assert_allclose(curve.thresholds[1:], thresholds[::-1])
    assert curve.average_precision == pytest.approx(metrics.average_precision_score(positive, scores), abs=1e-12)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("threshold", [0.0, 0.31, 0.5, 0.9, 1.0])
def test_the_matrix_at_a_threshold_counts_the_texts(case, threshold):
    positive, scores = CASES[case]

    counted = threshold_curve(positive, scores).confusion(threshold)

    np.testing.assert_array_equal(counted, metrics.confusion_matrix(positive, scores >= threshold, labels=[0, 1]))


def test_a_threshold_that_is_one_of_the_probabilities_still_calls_that_text_positive():
    curve = threshold_curve(np.array([True, False]), np.array([0.5, 0.25], dtype=np.float32))

    assert curve.confusion(0.5).tolist() == [[1, 0], [0, 1]]
    assert curve.confusion(0.51).tolist() == [[1, 0], [1, 0]]


def test_the_best_threshold_is_the_one_that_trying_all_of_them_finds():
    positive, scores = CASES["distinct"]
    allowed = np.arange(101) / 100
    curve = threshold_curve(positive, scores)

    best = curve.best_f1(allowed)

    tried = [metrics.f1_score(positive, scores >= threshold) for threshold in allowed]
    assert metrics.f1_score(positive, scores >= best) == max(tried)


def test_among_thresholds_that_are_as_good_the_middle_one_is_the_best():
    curve = threshold_curve(np.array([False, True]), np.array([0.2, 0.8]))

    assert curve.best_f1(np.arange(11) / 10) == 0.6


def test_where_all_texts_are_of_the_class_there_is_no_roc_area():
    curve = threshold_curve(np.ones(4, dtype=bool), np.array([0.1, 0.2, 0.3, 0.4]))

    assert curve.roc_area is None
    assert curve.average_precision == 1.0
    assert np.isnan(curve.fallout).all()


def test_where_no_text_is_of_the_class_there_is_neither_area_nor_best_threshold():
    curve = threshold_curve(np.zeros(4, dtype=bool), np.array([0.1, 0.2, 0.3, 0.4]))

    assert curve.roc_area is None
    assert curve.average_precision is None
    with pytest.raises(BadInput, match="no threshold has a best F1"):
        curve.best_f1(np.array([0.5]))


def test_one_text_is_enough_for_a_matrix():
    curve = threshold_curve(np.array([True]), np.array([0.7]))

    assert curve.confusion(0.5).tolist() == [[0, 0], [0, 1]]
    assert curve.confusion(0.8).tolist() == [[0, 0], [1, 0]]


def test_no_texts_and_unknown_classes_are_said():
    answers = Answers(("a", "b"), np.array([0, 1]), np.array([[0.9, 0.1], [0.2, 0.8]], dtype=np.float32))

    with pytest.raises(BadInput, match="no class “c”; there are: a, b"):
        one_against_rest(answers, "c")
    with pytest.raises(BadInput, match="no texts"):
        threshold_curve(np.array([], dtype=bool), np.array([]))


def test_of_three_classes_one_stands_against_the_rest():
    probabilities = RANDOM.dirichlet([1, 1, 1], 90).astype(np.float32)
    targets = RANDOM.integers(0, 3, 90)

    curve = one_against_rest(Answers(("a", "b", "c"), targets, probabilities), "b")

    assert curve.roc_area == pytest.approx(metrics.roc_auc_score(targets == 1, probabilities[:, 1]))
    assert curve.positives == (targets == 1).sum()


def test_nothing_warns_where_figures_are_not_defined():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for texts in (1, 3):
            for kind in (np.zeros, np.ones):
                curve = threshold_curve(kind(texts, dtype=bool), np.full(texts, 0.5))
                assert np.isnan(curve.precision[0])
                assert np.isfinite(curve.f1).all()


def test_a_thinned_curve_keeps_its_shape():
    positive, scores = random_scores(25_000)
    curve = threshold_curve(positive, scores)
    x, y = curve.fallout, curve.recall

    kept = drawn_points(x, y)

    assert len(kept) <= 2 / FINEST + 2
    assert kept[0] == 0
    assert kept[-1] == len(x) - 1
    before = kept[np.searchsorted(kept, np.arange(len(x)), side="right") - 1]
    assert (np.abs(x - x[before]) + np.abs(y - y[before])).max() <= FINEST
    assert np.trapezoid(y[kept], x[kept]) == pytest.approx(curve.roc_area, abs=1e-4)


def test_a_short_curve_is_drawn_whole():
    points = np.linspace(0, 1, DRAWN)

    assert drawn_points(points, points).tolist() == list(range(DRAWN))


def test_of_two_classes_the_rest_is_the_other_one():
    assert pair_names(("cat", "dog"), "cat", "the rest") == ("dog", "cat")
    assert pair_names(("cat", "dog", "cow"), "cat", "the rest") == ("the rest", "cat")
