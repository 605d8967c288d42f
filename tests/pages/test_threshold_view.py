"""Threshold: the curves, the matrices and the reports on the page are those of the answers."""

import json

import numpy as np
import pytest
from sklearn import metrics

from rnnviz.evaluation.answers import Answers
from rnnviz.runs.answer_files import keep_answers, key_of_run, read_answers
from tests.pages.conftest import figures, said
from tests.tables import tables

RUNS = {"RNN": "pets-en-rnn", "LSTM": "pets-en-lstm", "GRU": "pets-en-gru"}


@pytest.fixture(autouse=True)
def kept_answers(tmp_path, monkeypatch):
    """Answers of this test alone."""
    monkeypatch.setattr("rnnviz.runs.answer_files.answers_folder", lambda: tmp_path / "answers")


@pytest.fixture
def answer_with(checkpoints_folder):
    """Let all three runs have answered something else to a part."""

    def answer_with(targets, probabilities, part="test", classes=("cat", "dog")):
        answers = Answers(classes, np.array(targets), np.array(probabilities, dtype=np.float32))
        for name in RUNS.values():
            keep_answers(key_of_run(checkpoints_folder / name, part), answers)

    return answer_with


def threshold_view(open_page, language="en", **parameters):
    app = open_page("compare", language, **{"judged": "threshold", "baselines": "none", **parameters})
    assert not app.exception
    return app


def answers_to(checkpoints_folder, title, part="test"):
    return read_answers(key_of_run(checkpoints_folder / RUNS[title], part))


def plain_number(cell):
    return float(cell.replace("*", "").replace("★", ""))


def line(app, key, title):
    (found,) = [trace for trace in figures(app)[key]["data"] if trace.get("name", "").startswith(title)]
    return found


def mark(app, key, title):
    (found,) = [trace for trace in figures(app)[key]["data"] if trace["meta"].get("name", "").startswith(title)]
    return found


@pytest.mark.parametrize("title", RUNS)
def test_the_curves_are_those_of_scikit_learn(open_page, checkpoints_folder, title):
    app = threshold_view(open_page)

    answers = answers_to(checkpoints_folder, title)
    is_dog, scores = answers.targets == 1, answers.probabilities[:, 1]
    fallout, recall, _ = metrics.roc_curve(is_dog, scores, drop_intermediate=False)
    np.testing.assert_allclose(line(app, "roc", title)["x"], fallout, atol=1e-6)
    np.testing.assert_allclose(line(app, "roc", title)["y"], recall, atol=1e-6)
    table = tables(app)[0][title]
    assert plain_number(table["area under the ROC curve"]) == round(metrics.roc_auc_score(is_dog, scores), 3)
    assert plain_number(table["average precision"]) == round(metrics.average_precision_score(is_dog, scores), 3)
    drawn = line(app, "precision recall", title)
    steps = np.sum(np.diff(drawn["x"]) * drawn["y"][1:])
    assert steps == pytest.approx(metrics.average_precision_score(is_dog, scores), abs=1e-5)


def test_the_slider_moves_marks_matrices_and_reports_together(open_page, checkpoints_folder):
    app = threshold_view(open_page)

    app.slider(key="threshold").set_value(0.6).run()

    assert app.query_params["threshold"] == "0.60"
    for title, table in zip(RUNS, tables(app)[1:], strict=True):
        answers = answers_to(checkpoints_folder, title)
        is_dog, called = answers.targets == 1, answers.probabilities[:, 1] >= np.float32(0.6)
        counted = metrics.confusion_matrix(is_dog, called)[::-1, ::-1]
        shown = [[int(cell.partition(" ")[0]) for cell in row] for row in table.to_numpy()]
        assert shown == counted.tolist()
        column = tables(app)[0][title]
        report = metrics.classification_report(is_dog, called, target_names=["cat", "dog"], output_dict=True)
        assert plain_number(column["accuracy"]) == round(report["accuracy"], 3)
        for name in ("cat", "dog"):
            for figure, row in (("precision", "precision"), ("recall", "recall"), ("f1-score", "F1")):
                assert plain_number(column[f"{name} · {row}"]) == round(report[name][figure], 3)
        assert mark(app, "roc", title)["y"] == [pytest.approx(report["dog"]["recall"])]
        assert mark(app, "roc", title)["x"] == [pytest.approx(1 - report["cat"]["recall"])]
        assert mark(app, "precision recall", title)["y"] == [pytest.approx(report["dog"]["precision"])]


def test_the_best_thresholds_come_from_the_validation_texts(open_page, checkpoints_folder):
    app = threshold_view(open_page, threshold_by="validation")

    assert not app.slider
    for title in RUNS:
        answers = answers_to(checkpoints_folder, title, "validation")
        is_dog, scores = answers.targets == 1, answers.probabilities[:, 1]
        shown = float(tables(app)[0][title]["threshold"])
        tried = [metrics.f1_score(is_dog, scores >= np.float32(each / 100), zero_division=0) for each in range(101)]
        assert metrics.f1_score(is_dog, scores >= np.float32(shown)) == max(tried)


def test_the_page_says_that_test_texts_choose_no_threshold(open_page):
    assert any("never on the test texts" in each.value for each in threshold_view(open_page).caption)


def test_the_curves_stand_in_a_table(open_page, checkpoints_folder):
    table = threshold_view(open_page).dataframe[0].value

    answers = answers_to(checkpoints_folder, "LSTM")
    is_dog, called = answers.targets == 1, answers.probabilities[:, 1] >= np.float32(0.4)
    (row,) = table[(table["Run"] == "LSTM") & (table["Threshold"] == "0.4")].to_dict("records")
    assert row["Recall"] == f"{metrics.recall_score(is_dog, called):.3f}"
    assert row["Precision"] == f"{metrics.precision_score(is_dog, called):.3f}"
    assert row["False alarms"] == f"{1 - metrics.recall_score(~is_dog, ~called):.3f}"
    assert table.iloc[10].to_dict() == {
        "Run": "RNN",
        "Threshold": "1.0",
        "Recall": "0.000",
        "False alarms": "0.000",
        "Precision": "—",
    }


def test_the_link_chooses_class_and_threshold(open_page):
    app = threshold_view(open_page, positive="cat", threshold="0.25")

    assert app.selectbox(key="positive").value == "cat"
    assert app.slider(key="threshold").value == 0.25
    assert list(tables(app)[1].index) == ["cat", "dog"]


@pytest.mark.parametrize("given", ["1.5", "-1", "nan", "high"])
def test_a_threshold_that_cannot_be_is_said(open_page, given):
    app = threshold_view(open_page, threshold=given)

    assert said(app) == [f"Threshold is {given}; allowed is 0 to 1."]
    assert app.slider(key="threshold").value == 0.5


def test_above_all_probabilities_precision_is_a_dash_and_explained(open_page):
    app = threshold_view(open_page, threshold="1.0")

    assert set(tables(app)[0].loc["dog · precision"]) == {"—"}
    assert any("a share of nothing" in each.value for each in app.caption)
    assert not [trace for trace in figures(app)["precision recall"]["data"] if trace["mode"] == "markers"]


def test_only_one_class_among_the_texts_leaves_the_area_undefined(open_page, answer_with):
    answer_with([1, 1, 1], [[0.2, 0.8], [0.6, 0.4], [0.5, 0.5]])

    app = threshold_view(open_page)

    assert [each for each in said(app) if "no ROC curve" in each] == [
        f"{title}: all texts are “dog”, so no false alarm is possible and there is no ROC curve." for title in RUNS
    ]
    assert "roc" not in figures(app)
    assert set(tables(app)[0].loc["area under the ROC curve"]) == {"—"}


def test_no_text_of_the_class_is_a_sentence(open_page, answer_with):
    answer_with([0], [[0.2, 0.8]])

    app = threshold_view(open_page)

    assert "RNN: none of the texts is “dog”, so there is no curve and no area." in said(app)
    assert not figures(app)


def test_where_validation_has_no_text_of_the_class_there_is_no_best_threshold(open_page, answer_with):
    answer_with([0, 0], [[0.2, 0.8], [0.7, 0.3]], "validation")

    app = threshold_view(open_page, threshold_by="validation")

    assert "No text is of this class here, so no threshold has a best F1." in said(app)


def test_equal_and_hard_answers_have_straight_curves(open_page, answer_with):
    answer_with([0, 1, 1, 0], [[0.5, 0.5]] * 4)
    assert set(tables(threshold_view(open_page))[0].loc["area under the ROC curve"]) == {"0.500"}

    answer_with([0, 1, 1, 0], [[1, 0], [0, 1], [1, 0], [1, 0]])
    app = threshold_view(open_page)
    assert set(tables(app)[0].loc["area under the ROC curve"]) == {"0.750"}


def test_of_three_classes_one_stands_against_the_rest(open_page, checkpoints_folder, answer_with):
    for name in RUNS.values():
        file = checkpoints_folder / name / "run.json"
        run = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps({**run, "classes": ["cat", "cow", "dog"]}), encoding="utf-8")
    answer_with(
        [0, 1, 2, 2],
        [[0.6, 0.2, 0.2], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4], [0.1, 0.1, 0.8]],
        "test",
        ("cat", "cow", "dog"),
    )

    app = threshold_view(open_page, positive="cow")

    assert list(tables(app)[1].index) == ["cow", "the rest"]
    assert tables(app)[1].iloc[0, 0] == "1 (100%)"
    assert "the rest · recall" in tables(app)[0].index


def test_runs_without_the_class_are_named(open_page):
    app = threshold_view(open_page, runs="pets-lstm,pets-en-lstm", positive="dog")

    assert "They have no class “dog”: LSTM 1." in said(app)
    assert list(tables(app)[0].columns) == ["LSTM 2"]


def test_baselines_have_curves_of_their_own_dashes(open_page):
    app = threshold_view(open_page, baselines="majority,n-grams", threshold_by="validation")

    assert list(tables(app)[0].columns) == [*RUNS, "Majority", "n-grams"]
    assert tables(app)[0].loc["area under the ROC curve", "Majority"] == "0.500"
    assert line(app, "roc", "Majority")["line"] != line(app, "roc", "n-grams")["line"]


def test_it_speaks_russian(open_page):
    app = threshold_view(open_page, "ru", runs="pets-en-rnn,pets-en-gru", threshold="0.4")

    assert app.slider(key="threshold").label == "Порог вероятности"
    assert "средняя точность (average precision)" in tables(app)[0].index
    assert "Ложные тревоги" in figures(app)["roc"]["layout"]["xaxis"]["title"]["text"]


def test_a_run_of_long_ago_without_validation_offers_no_threshold_from_it(open_page, checkpoints_folder):
    file = checkpoints_folder / "pets-en-gru" / "report.json"
    report = json.loads(file.read_text(encoding="utf-8"))
    del report["validation"], report["confusion"]["validation"]
    file.write_text(json.dumps(report), encoding="utf-8")

    app = threshold_view(open_page, threshold_by="validation")

    assert said(app) == ["Threshold is “validation”; allowed is one of: hand."]
    assert app.slider(key="threshold").value == 0.5


def test_runs_whose_texts_are_gone_are_a_sentence(open_page, checkpoints_folder):
    file = checkpoints_folder / "pets-en-gru" / "run.json"
    run = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**run, "dataset": {**run["dataset"], "fingerprint": "another"}}), encoding="utf-8")

    app = threshold_view(open_page)

    assert any("has changed since this run was trained on it" in each for each in said(app))
