"""Verdicts say what the tests found, neither more nor less."""

from dataclasses import replace

import pytest

from rnnviz.evaluation.bootstrap import Interval
from rnnviz.evaluation.figures import ACCURACY_FIGURE, Figure, figures_of
from rnnviz.evaluation.significance import CHI_SQUARE, Pair
from rnnviz.evaluation.verdicts import correction, figure_title, p_said, points, refusal, verdict
from rnnviz.language import use_language

TITLES = {"gru": "GRU", "lstm": "LSTM"}
AHEAD = Pair("gru", "lstm", 558, 90, 50, 38, Interval(0.012, -0.01, 0.034), CHI_SQUARE, 0.24, 0.48, 0.04)


def said(pair, figure=ACCURACY_FIGURE, part="test", pairs=3):
    return verdict(pair, figure, part, TITLES, pairs)


def test_a_difference_that_may_be_chance_is_not_called_better():
    assert said(AHEAD) == (
        "GRU is ahead of LSTM by 1.2 points (95% interval −1.0 to 3.4), which may be chance; "
        "with 558 test texts that goes for any difference under 4.0 points."
    )


def test_a_real_difference_is():
    real = replace(AHEAD, difference=Interval(0.052, 0.021, 0.083), p=0.001, adjusted=0.003)

    assert said(real) == (
        "GRU is better than LSTM by 5.2 points (95% interval 2.1 to 8.3), more than chance explains; "
        "with 558 test texts a difference under 4.0 points may be chance."
    )


def test_the_one_ahead_is_named_first():
    assert said(AHEAD.turned()) == said(AHEAD)


def test_a_p_that_is_small_alone_but_not_among_many_is_explained():
    assert said(replace(AHEAD, p=0.03, adjusted=0.84), pairs=28).endswith(
        " Were this the only pair, it would pass for real (p: 0.030); among 28 pairs it does not (Holm: 0.840)."
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"differ": 0, "difference": Interval(0.0, None, None)},
            "GRU and LSTM gave the same answer to every one of 558 texts: there is no difference to test.",
        ),
        (
            {"difference": Interval(0.0, -0.01, 0.01)},
            "GRU and LSTM come to the same figure, though they differ in 90 of 558 answers.",
        ),
        (
            {"differ": 3, "smallest": None, "difference": Interval(0.003, 0.0, 0.01)},
            "GRU is ahead of LSTM by 0.3 points (95% interval 0.0 to 1.0), which may be chance: they differ in 3 of "
            "558 answers only, too few to tell any difference from chance.",
        ),
        (
            {"texts": 1, "differ": 1, "smallest": None, "difference": Interval(1.0, None, None)},
            "There is one text to judge on: that can’t tell GRU and LSTM apart.",
        ),
        ({"texts": 0, "differ": 0}, "There are no texts to judge GRU and LSTM on."),
    ],
)
def test_where_there_is_nothing_to_tell_it_says_why(changes, expected):
    assert said(replace(AHEAD, **changes)) == expected


def test_other_figures_are_named_and_a_class_has_its_own_texts():
    assert said(AHEAD, Figure("macro avg", "f1-score")).startswith("Macro F1: GRU is ahead of LSTM")
    recall = said(AHEAD, Figure("cat", "recall"))
    assert recall.startswith("Recall of “cat”: GRU")
    assert "with 558 texts of “cat” that goes" in recall
    assert "558 validation texts" in said(AHEAD, part="validation")
    assert "558 training texts" in said(AHEAD, part="train")


def test_many_texts_have_a_hundredth_of_a_point():
    assert [points(0.00123, 558), points(0.00123, 25_000), points(-0.012, 558, sign=True)] == ["0.1", "0.12", "−1.2"]
    assert [points(-0.0001, 558), points(0.0001, 558, sign=True), points(0.02, 9, sign=True)] == ["0.0", "0.0", "+2.0"]
    assert [p_said(0.0004), p_said(0.0449)] == ["< 0.001", "0.045"]


def test_the_correction_is_said_where_there_is_one():
    assert correction([AHEAD]) == ""
    assert "3 pairs are compared" in correction([AHEAD] * 3)
    assert "corrected for many comparisons (Holm, 1979)" in correction([AHEAD] * 3)


def test_a_refusal_names_the_pairs_and_the_reason():
    assert refusal("their datasets are not the same", [("GRU", "LSTM")]) == (
        "Not tested: GRU – LSTM. The tests go text by text, and their datasets are not the same."
    )
    assert "GRU – LSTM, GRU – LSTM and 5 more. The tests" in refusal("x", [("GRU", "LSTM")] * 7, most=2)


def test_every_figure_has_a_name():
    titles = [figure_title(figure) for figure in figures_of(("cat", "dog"))]

    assert titles[:2] == ["accuracy", "macro precision"]
    assert len(set(titles)) == 13


def test_a_russian_verdict():
    use_language("ru")

    assert said(AHEAD) == (
        "GRU выше, чем LSTM, на 1,2 п. п. (95-процентный интервал: от −1,0 до 3,4), но это может быть случайностью; "
        "на 558 тестовых текстах случайной может оказаться любая разница меньше 4,0 п. п."
    )
    assert "на 21 тестовом тексте " in said(replace(AHEAD, texts=21))
