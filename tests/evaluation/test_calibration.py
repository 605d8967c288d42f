"""Calibration: equal to scikit-learn's figures, and to those counted by hand."""

import warnings

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from rnnviz.errors import BadInput
from rnnviz.evaluation.answers import Answers
from rnnviz.evaluation.calibration import (
    FLOOR,
    Stated,
    brier_score,
    log_loss,
    of_class,
    of_prediction,
    reliability,
    ruled_out,
    verdict,
    worst_bin,
)

RANDOM = np.random.default_rng(3)


def answers_of(texts, classes, sharpness=1.0):
    scores = RANDOM.normal(0, 2, (texts, classes))
    true = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    targets = np.array([RANDOM.choice(classes, p=row) for row in true])
    stated = np.exp(sharpness * scores)
    probabilities = (stated / stated.sum(axis=1, keepdims=True)).astype(np.float32)
    return Answers(tuple("abcdefghij"[:classes]), targets, probabilities)


TWO, FIVE = answers_of(400, 2), answers_of(400, 5)
HARD = Answers(("a", "b"), np.array([0, 0, 1, 1]), np.array([[1, 0], [0, 1], [0, 1], [0, 1]], dtype=np.float32))


@pytest.mark.parametrize(("kind", "strategy"), [("width", "uniform"), ("count", "quantile")])
@pytest.mark.parametrize("bins", [2, 5, 10, 15])
def test_the_diagram_of_a_class_is_that_of_scikit_learn(kind, strategy, bins):
    stated = of_class(TWO, "b")

    diagram = reliability(stated, bins, kind)

    observed, said = calibration_curve(stated.so, stated.probability, n_bins=bins, strategy=strategy)
    np.testing.assert_allclose(diagram.observed, observed)
    np.testing.assert_allclose(diagram.stated, said)
    assert diagram.counts.sum() == len(TWO)


def test_bins_of_equal_count_hold_nearly_equal_numbers_of_texts():
    counts = reliability(of_prediction(FIVE), 7, "count").counts

    assert counts.max() - counts.min() <= 2


def test_the_expected_error_is_the_one_summed_by_hand():
    confidence, right = FIVE.probabilities.max(axis=1), FIVE.probabilities.argmax(axis=1) == FIVE.targets
    by_hand = 0.0
    for low in range(10):
        inside = (confidence > low / 10) & (confidence <= (low + 1) / 10)
        if inside.any():
            by_hand += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())

    assert reliability(of_prediction(FIVE)).expected_error == pytest.approx(by_hand, abs=1e-7)


def test_a_bin_holds_its_upper_edge_and_the_first_one_its_lower_too():
    diagram = reliability(Stated(np.array([0.0, 0.5, 0.51, 1.0]), np.array([False, True, True, True])), 2)

    assert diagram.counts.tolist() == [2, 2]
    assert diagram.stated.tolist() == [0.25, 0.755]
    assert diagram.gaps.tolist() == pytest.approx([-0.25, -0.245])
    assert diagram.expected_error == pytest.approx(0.2475)


@pytest.mark.parametrize("answers", [TWO, FIVE, HARD], ids=["two", "five", "hard"])
def test_brier_score_and_log_loss_are_those_of_scikit_learn(answers):
    labels = range(len(answers.classes))

    assert brier_score(answers) == pytest.approx(
        metrics.brier_score_loss(answers.targets, answers.probabilities, labels=labels, scale_by_half=False)
    )
    assert log_loss(answers) == pytest.approx(
        metrics.log_loss(answers.targets, answers.probabilities, labels=labels), rel=1e-6
    )


def test_with_two_classes_the_brier_score_is_twice_that_of_one_of_them():
    one = metrics.brier_score_loss(TWO.targets, TWO.probabilities[:, 1])

    assert brier_score(TWO) == pytest.approx(2 * one, rel=1e-6)


def test_hard_answers_have_one_bin_and_a_loss_that_is_counted():
    diagram = reliability(of_prediction(HARD))

    assert diagram.numbers.tolist() == [9]
    assert diagram.expected_error == pytest.approx(0.25)
    assert ruled_out(HARD) == 1
    assert brier_score(HARD) == pytest.approx(0.5)
    assert log_loss(HARD) == pytest.approx(-np.log(FLOOR) / 4, rel=1e-6)


@pytest.mark.parametrize("kind", ["width", "count"])
def test_equal_answers_and_one_text_have_one_point(kind):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for texts in (1, 12):
            diagram = reliability(Stated(np.full(texts, 0.5), np.arange(texts) % 2 == 0), 10, kind)

            assert diagram.counts.tolist() == [texts]
            assert diagram.stated.tolist() == [0.5]


def test_a_net_that_says_more_than_it_knows_is_overconfident():
    assert verdict(of_prediction(answers_of(2000, 2, sharpness=3))) == "over"


def test_a_net_that_knows_more_than_it_says_is_underconfident():
    assert verdict(of_prediction(answers_of(2000, 2, sharpness=0.3))) == "under"


def test_true_probabilities_are_blamed_as_often_as_the_level_says():
    blamed = 0
    for _ in range(1000):
        probability = RANDOM.random(200)
        blamed += verdict(Stated(probability, RANDOM.random(200) < probability)) != "chance"

    assert 25 < blamed < 80


def test_sure_and_right_is_chance_and_sure_and_wrong_is_not():
    sure = np.ones(5)

    assert verdict(Stated(sure, np.ones(5, dtype=bool))) == "chance"
    assert verdict(Stated(sure, np.arange(5) > 0)) == "over"


def test_the_worst_bin_is_named_only_where_its_gap_is_more_than_chance():
    probability = np.repeat([0.55, 0.95], 100)
    well = np.concatenate([np.arange(100) < 55, np.arange(100) < 95])
    badly = np.concatenate([np.arange(100) < 55, np.arange(100) < 75])

    assert worst_bin(Stated(probability, well), reliability(Stated(probability, well))) is None
    worst = worst_bin(Stated(probability, badly), reliability(Stated(probability, badly)))
    assert worst is not None
    assert (worst.mean, worst.share, len(worst.so)) == (pytest.approx(0.95), 0.75, 100)


def test_bad_input_is_said():
    with pytest.raises(BadInput, match="bins is 1; allowed is 2 to 50"):
        reliability(of_prediction(TWO), 1)
    with pytest.raises(BadInput, match="one of: width, count"):
        reliability(of_prediction(TWO), 5, "depth")
    with pytest.raises(BadInput, match="no class “z”"):
        of_class(TWO, "z")
    with pytest.raises(BadInput, match="no texts"):
        brier_score(Answers(("a", "b"), np.zeros(0, dtype=np.int64), np.zeros((0, 2), dtype=np.float32)))
