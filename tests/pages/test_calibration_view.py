"""Calibration: the diagram, the figures and the sentences on the page are those of the answers."""

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from rnnviz.evaluation.answers import Answers
from rnnviz.runs.answer_files import keep_answers, key_of_run, read_answers
from tests.pages.conftest import figures, plain, said
from tests.tables import tables

RUNS = {"RNN": "pets-en-rnn", "LSTM": "pets-en-lstm", "GRU": "pets-en-gru"}


@pytest.fixture(autouse=True)
def kept_answers(tmp_path, monkeypatch):
    """Answers of this test alone."""
    monkeypatch.setattr("rnnviz.runs.answer_files.answers_folder", lambda: tmp_path / "answers")


@pytest.fixture
def answer_with(checkpoints_folder):
    """Let all three runs have answered something else to the test texts."""

    def answer_with(targets, probabilities):
        answers = Answers(("cat", "dog"), np.array(targets), np.array(probabilities, dtype=np.float32))
        for name in RUNS.values():
            keep_answers(key_of_run(checkpoints_folder / name, "test"), answers)

    return answer_with


def calibration_view(open_page, language="en", **parameters):
    app = open_page("compare", language, **{"judged": "calibration", "baselines": "none", **parameters})
    assert not app.exception
    return app


def line(app, title):
    return next(
        trace for trace in figures(app)["calibration"]["data"] if trace.get("name", "").startswith(f"{title} ·")
    )


def sentences(app):
    (box,) = [each.value for each in app.markdown if each.value.startswith("- **")]
    return [plain(each)[2:] for each in box.splitlines()]


@pytest.mark.parametrize(("kind", "strategy"), [("width", "uniform"), ("count", "quantile")])
def test_the_diagram_of_a_class_is_that_of_scikit_learn(open_page, checkpoints_folder, kind, strategy):
    app = calibration_view(open_page, calibration_of="dog", bins_of=kind, bins="7")

    for title, name in RUNS.items():
        answers = read_answers(key_of_run(checkpoints_folder / name, "test"))
        observed, said_ = calibration_curve(
            answers.targets == 1, answers.probabilities[:, 1].astype(float), n_bins=7, strategy=strategy
        )
        np.testing.assert_allclose(line(app, title)["x"], said_, rtol=1e-6)
        np.testing.assert_allclose(line(app, title)["y"], observed, rtol=1e-6)


def test_the_figures_are_those_of_scikit_learn(open_page, checkpoints_folder):
    table = tables(calibration_view(open_page))[0]

    for title, name in RUNS.items():
        answers = read_answers(key_of_run(checkpoints_folder / name, "test"))
        row, brier = table.loc[title], metrics.brier_score_loss(answers.targets, answers.probabilities[:, 1])
        assert float(row["Brier score (0 to 2)"]) == pytest.approx(2 * brier, abs=6e-4)
        assert float(row["log loss, nats"]) == round(metrics.log_loss(answers.targets, answers.probabilities), 3)
        assert float(row["accuracy"]) == round(float(answers.correct.mean()), 3)


def test_below_the_curve_stand_the_numbers_of_texts_and_they_are_all(open_page):
    app = calibration_view(open_page)

    counts = [trace for trace in figures(app)["calibration"]["data"] if trace.get("yaxis") == "y2"]
    assert len(counts) == 3
    for trace in counts:
        assert sum(trace["y"][1:-1:2]) == 496
    assert app.dataframe[0].value["Texts"].sum() == 3 * 496


def test_overconfidence_is_said_in_words(open_page, answer_with):
    answer_with([0] * 85 + [1] * 15, [[0.95, 0.05]] * 100)

    assert sentences(calibration_view(open_page)) == [
        f"{title} says 95.0% on average and is right 85.0% of the time: overconfident." for title in RUNS
    ]


def test_where_most_is_lost_is_said_where_it_is_more_than_chance(open_page, answer_with):
    answer_with([0] * 55 + [1] * 45 + [0] * 70 + [1] * 30, [[0.55, 0.45]] * 100 + [[0.95, 0.05]] * 100)

    assert (
        "Most is lost where it says about 95.0%: there it is so 70.0% of the time (texts: 100)."
        in (sentences(calibration_view(open_page))[0])
    )


def test_too_low_a_probability_of_a_class_is_said(open_page, answer_with):
    answer_with([1] * 60 + [0] * 40, [[0.8, 0.2]] * 100)

    assert sentences(calibration_view(open_page, calibration_of="dog"))[0] == (
        "RNN says 20.0% on average, and 60.0% of the texts are “dog”: too low."
    )


def test_hard_answers_have_a_finite_log_loss_that_is_explained(open_page, answer_with):
    answer_with([0, 1, 0], [[1, 0], [1, 0], [1, 0]])

    app = calibration_view(open_page)

    assert tables(app)[0].loc["RNN", "log loss, nats"] == "5.314"
    assert any(each.value.startswith("RNN gave 1 text a probability of (almost) 0") for each in app.caption)


@pytest.mark.parametrize(("targets", "share"), [([1], "0.0%"), ([0, 0, 1, 1], "50.0%")])
def test_one_text_and_equal_answers_have_one_point(open_page, answer_with, targets, share):
    answer_with(targets, [[0.5, 0.5]] * len(targets))

    app = calibration_view(open_page)

    assert list(line(app, "RNN")["x"]) == [0.5]
    assert f"is right {share} of the time: no further apart than chance makes it" in sentences(app)[0]


def test_runs_without_the_class_are_named(open_page):
    app = calibration_view(open_page, runs="pets-lstm,pets-en-lstm", calibration_of="dog")

    assert "They have no class “dog”: LSTM 1." in said(app)
    assert list(tables(app)[0].index) == ["LSTM 2"]


@pytest.mark.parametrize(
    ("parameter", "value", "sentence"),
    [
        ("bins", "99", "The link asks for Number of bins 99; allowed is 5 to 20."),
        ("bins_of", "depth", "Bins is “depth”; allowed is one of: width, count."),
        ("calibration_of", "cow", "Class is “cow”; allowed is one of: , cat, dog."),
    ],
)
def test_what_a_link_cannot_ask_for_is_said(open_page, parameter, value, sentence):
    app = calibration_view(open_page, **{parameter: value})

    assert said(app) == [sentence]
    assert "calibration" in figures(app)


def test_baselines_are_judged_like_runs(open_page):
    table = tables(calibration_view(open_page, baselines="majority,n-grams"))[0]

    assert list(table.index) == [*RUNS, "Majority", "n\\-grams"]


def test_it_speaks_russian(open_page):
    app = calibration_view(open_page, "ru", runs="pets-en-gru")

    assert sentences(app)[0].startswith("GRU: средняя уверенность 65,1")
    assert "калибровки" in tables(app)[0].columns[2]
    assert figures(app)["calibration"]["layout"]["yaxis"]["title"]["text"] == "Доля верных"
