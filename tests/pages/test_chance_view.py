"""Is it real?: the view says what the tests say, and a sentence where there is nothing to test."""

import json
import shutil
import warnings

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar

from rnnviz.evaluation.answers import Answers, answer
from rnnviz.evaluation.bootstrap import intervals_of_confusion
from rnnviz.evaluation.figures import Figure, figures_of
from rnnviz.evaluation.report import classification_report
from rnnviz.runs.answer_files import keep_answers, key_of_run
from rnnviz.runs.store import RunStore
from rnnviz.runs.tested import data_of
from tests.pages.conftest import figures, plain, said
from tests.tables import tables

RUNS = ("pets-en-rnn", "pets-en-lstm", "pets-en-gru")
CLASSES = ("cat", "dog")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """What runs answered in one test is not known in the next; no warning goes to the console."""
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "cache"))
    with warnings.catch_warnings():
        warnings.filterwarnings("error", category=RuntimeWarning)
        warnings.filterwarnings("error", category=UserWarning)
        yield


@pytest.fixture
def look(open_page):
    """The view on some runs, without baselines."""

    def look(*runs, language="en", **parameters):
        chosen = {"runs": ",".join(runs or RUNS), "judged": "chance", "baselines": "none", **parameters}
        app = open_page("compare", language, **chosen)
        assert not app.exception
        return app

    return look


def verdicts(app):
    lines = [line for box in app.markdown for line in box.value.split("\n") if line.startswith("- :material")]
    return [plain(line).partition(": ")[2] for line in lines]


def table_of_pairs(app):
    (table,) = [frame.value for frame in app.dataframe if "test" in frame.value]
    return table


def captions(app):
    return " ".join(plain(caption.value) for caption in app.caption)


def rewritten(folder, name, **changes):
    """The run, told another thing in its `run.json`."""
    file = folder / name / "run.json"
    run = json.loads(file.read_text(encoding="utf-8"))
    for key, value in changes.items():
        run[key] = {**run[key], **value} if isinstance(value, dict) else value
    file.write_text(json.dumps(run), encoding="utf-8")


def answering(folder, name, targets, predicted):
    """The run, as if these had been the test texts and its answers to them."""
    targets, predicted = np.array(targets), np.array(predicted)
    given = Answers(CLASSES, targets, np.eye(2, dtype=np.float32)[predicted])
    file = folder / name / "report.json"
    report = json.loads(file.read_text(encoding="utf-8"))
    report["confusion"]["test"] = given.confusion.tolist()
    report["test"] = classification_report(given.confusion, CLASSES)
    file.write_text(json.dumps(report), encoding="utf-8")
    keep_answers(key_of_run(folder / name, "test"), given)


def test_each_run_has_its_figure_with_the_interval(look, checkpoints_folder):
    app = look(figure="cat recall")

    for name, dot in zip(RUNS, figures(app)["chance intervals"]["data"], strict=True):
        report = json.loads((checkpoints_folder / name / "report.json").read_text(encoding="utf-8"))
        figure = Figure("cat", "recall")
        found = intervals_of_confusion(report["confusion"]["test"], CLASSES, [figure])[figure]
        assert dot["x"][0] == report["test"]["cat"]["recall"] == found.value
        assert dot["x"][0] - dot["error_x"]["arrayminus"][0] == pytest.approx(found.low)
        assert dot["x"][0] + dot["error_x"]["array"][0] == pytest.approx(found.high)
    assert list(tables(app)[0]["texts"]) == ["230"] * 3


def test_every_pair_has_the_p_of_statsmodels_on_the_answers_of_the_nets(look, checkpoints_folder):
    store = RunStore(checkpoints_folder)
    right = {
        title: answer(store.model(name), data_of(store.info(name)).test).correct
        for title, name in zip(("RNN", "LSTM", "GRU"), RUNS, strict=True)
    }

    table = table_of_pairs(look())

    assert len(table) == 3
    for _place, row in table.iterrows():
        a, b = right[row["first"]], right[row["second"]]
        only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
        assert (row["only the first right"], row["only the second right"]) == (str(only_a), str(only_b))
        p = mcnemar([[0, only_a], [only_b, 0]], exact=only_a + only_b < 25, correction=True).pvalue
        assert float(row["p"]) == pytest.approx(p, abs=0.0005)
        assert row["real?"] == "may be chance"


def test_pairs_with_the_reference_have_a_sentence(look):
    app = look(reference="pets-en-gru")

    assert [" ".join(sorted({"RNN", "LSTM", "GRU"} & set(line.split()))) for line in verdicts(app)] == [
        "GRU RNN",
        "GRU LSTM",
        "LSTM RNN",  # of a pair without the reference, in the box that opens
    ]
    assert all("which may be chance; with 496 test texts" in line for line in verdicts(app))
    assert "corrected for many comparisons (Holm, 1979)" in captions(app)


def test_who_else_is_compared_changes_no_bound(look):
    def bounds(app):
        return {(row["first"], row["second"]): row["95% interval"] for _place, row in table_of_pairs(app).iterrows()}

    three, two = bounds(look(figure="cat recall")), bounds(look(RUNS[0], RUNS[1], figure="cat recall"))

    assert two == {("RNN", "LSTM"): three["RNN", "LSTM"]}


def test_every_figure_can_be_looked_at_by_the_keyboard_and_by_the_link(look):
    app = look("pets-en-rnn", "pets-en-gru")

    for figure in figures_of(CLASSES)[::4]:
        app.selectbox(key="figure").set_value(str(figure)).run()
        assert not app.exception
        assert len(table_of_pairs(app)) == 1
    assert app.query_params["figure"] == str(figure)


def test_a_figure_that_there_is_not_is_said(look):
    assert "Figure is “beauty”" in said(look(figure="beauty"))[0]


def test_a_run_alone_has_its_interval_and_a_hint(look):
    app = look("pets-en-gru")

    assert "chance intervals" in figures(app)
    assert said(app) == ["Choose at least two runs to compare: one alone has nothing to differ from."]


def test_a_baseline_is_tested_like_any_other(look):
    app = look("pets-en-gru", baselines="majority")

    assert len(table_of_pairs(app)) == 1
    assert not said(app)


def test_identical_runs_have_nothing_to_test(look, checkpoints_folder):
    shutil.copytree(checkpoints_folder / "pets-en-gru", checkpoints_folder / "runs" / "again")

    app = look("pets-en-gru", "again")

    assert "gave the same answer to every one of 496 texts" in verdicts(app)[0]
    assert list(table_of_pairs(app)["real?"]) == ["alike"]
    assert "Spread over seeds" not in [box.value for box in app.subheader]  # one seed twice is no spread


def test_one_test_text_is_said(look, checkpoints_folder):
    answering(checkpoints_folder, "pets-en-gru", [0], [0])
    answering(checkpoints_folder, "pets-en-rnn", [0], [1])

    app = look("pets-en-gru", "pets-en-rnn")

    assert verdicts(app) == ["There is one text to judge on: that can’t tell GRU and RNN apart."]
    assert list(tables(app)[0]["low"]) == ["2.5%", "0.0%"]  # of one text that is right nothing more is known
    for figure in figures_of(CLASSES):
        app.selectbox(key="figure").set_value(str(figure)).run()
        assert not app.exception


def test_predictions_that_are_all_equal_are_judged_too(look, checkpoints_folder):
    targets = [0] * 30 + [1] * 20
    answering(checkpoints_folder, "pets-en-gru", targets, [0] * 50)
    answering(checkpoints_folder, "pets-en-rnn", targets, [1] * 50)

    app = look("pets-en-gru", "pets-en-rnn")

    assert "GRU is ahead of RNN by 20.0 points" in verdicts(app)[0]
    app.selectbox(key="figure").set_value("dog precision").run()
    assert not app.exception
    assert tables(app)[0]["low"].iloc[0] == "—"  # never predicted: no text to go by


def test_runs_of_different_classes_are_not_tested(look, checkpoints_folder):
    rewritten(checkpoints_folder, "pets-en-gru", classes=["кошка", "dog"])
    file = checkpoints_folder / "pets-en-gru" / "report.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"cat"', '"кошка"'), encoding="utf-8")

    app = look("pets-en-rnn", "pets-en-gru")

    assert any("Not tested: RNN – GRU." in box and "classes are not the same" in box for box in said(app))
    app.selectbox(key="figure").set_value("кошка recall").run()
    assert not app.exception
    assert tables(app)[0]["figure"].iloc[0] == "—"


def test_runs_on_different_datasets_are_not_tested(look):
    app = look("pets-en-gru", "pets-gru", "pets-en-rnn")

    assert any("GRU 1 – GRU 2, RNN – GRU 2" in box and "datasets are not the same" in box for box in said(app))
    assert len(table_of_pairs(app)) == 1


def seeded(folder, name, seed, as_name):
    shutil.copytree(folder / name, folder / "runs" / as_name)
    rewritten(folder / "runs", as_name, config={"seed": seed})


def test_seeds_have_a_spread_and_are_not_tested_against_each_other(look, checkpoints_folder):
    seeded(checkpoints_folder, "pets-en-gru", 1, "gru-1")
    seeded(checkpoints_folder, "pets-en-gru", 2, "gru-2")
    file = checkpoints_folder / "runs" / "gru-2" / "report.json"
    report = json.loads(file.read_text(encoding="utf-8"))
    report["test"]["accuracy"] = 0.70
    file.write_text(json.dumps(report), encoding="utf-8")

    app = look("pets-en-gru", "gru-1", "gru-2")

    refused = [box for box in said(app) if box.startswith("Not tested")]
    assert len(refused) == 1
    assert "their seeds differ, and each seed draws other texts for each part" in refused[0]
    first = json.loads((checkpoints_folder / "pets-en-gru" / "report.json").read_text(encoding="utf-8"))
    values = [first["test"]["accuracy"]] * 2 + [0.70]
    table = tables(app)[1]
    assert list(table["mean"]) == [f"{np.mean(values):.1%}"]
    assert list(table["standard deviation, points"]) == [f"{100 * np.std(values, ddof=1):.1f}"]
    assert list(table["seeds"]) == ["3"]
    assert figures(app)["chance seeds"]["data"][0]["customdata"] == [0, 1, 2]


def test_steered_runs_are_no_other_seed(look, checkpoints_folder):
    seeded(checkpoints_folder, "pets-en-gru", 1, "gru-1")
    rewritten(checkpoints_folder / "runs", "gru-1", reason="stopped")

    assert "chance seeds" not in figures(look("pets-en-gru", "gru-1"))


def test_runs_whose_texts_are_gone_keep_their_intervals(look, checkpoints_folder):
    rewritten(checkpoints_folder, "pets-en-gru", dataset={"fingerprint": "gone"})
    rewritten(checkpoints_folder, "pets-en-lstm", dataset={"fingerprint": "gone"})

    app = look("pets-en-gru", "pets-en-lstm", "pets-en-rnn", "pets-rnn", "pets-gru")

    assert len(figures(app)["chance intervals"]["data"]) == 5
    assert any("has changed since this run was trained on it" in box for box in said(app))
    assert any("the texts of one of them are no longer here" in box for box in said(app))
    assert len(table_of_pairs(app)) == 1


def test_the_view_speaks_russian(look):
    app = look(language="ru")

    assert all("может быть случайностью" in line for line in verdicts(app))
    assert any("p по Холму" in frame.value for frame in app.dataframe)
    assert "поправка на множественные сравнения (Холм, 1979)" in captions(app)
