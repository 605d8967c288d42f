"""Compare: the figures on the page are those of the reports."""

import dataclasses
import json

import numpy as np
import pytest

from rnnviz.runs.store import RunStore
from tests.pages.conftest import figures, said

RUNS = ("pets-en-rnn", "pets-en-lstm", "pets-en-gru")
TITLES = ("RNN", "LSTM", "GRU")


@pytest.fixture
def reports(checkpoints_folder):
    return {
        title: json.loads((checkpoints_folder / name / "report.json").read_text(encoding="utf-8"))
        for title, name in zip(TITLES, RUNS, strict=True)
    }


def plain_number(cell):
    return float(cell.replace("*", "").replace("★", "").replace(",", ""))


@pytest.mark.parametrize("part", ["test", "validation", "train"])
def test_the_tables_have_the_figures_of_the_reports(open_page, reports, part):
    table = open_page("compare", part=part).table[0].value

    assert list(table.columns) == list(TITLES)
    for title, report in reports.items():
        column = table[title]
        assert plain_number(column["accuracy"]) == round(report[part]["accuracy"], 3)
        for name, row in (("cat", "cat"), ("dog", "dog"), ("macro avg", "macro average")):
            for figure, shown in (("precision", "precision"), ("recall", "recall"), ("f1-score", "F1")):
                assert plain_number(column[f"{row} · {shown}"]) == round(report[part][name][figure], 3)
        assert plain_number(column["cat · support"]) == report[part]["cat"]["support"]


def test_the_best_accuracy_has_the_star(open_page, reports):
    row = open_page("compare").table[0].value.loc["accuracy"]

    best = max(reports, key=lambda title: reports[title]["test"]["accuracy"])
    assert [title for title in TITLES if "★" in row[title]] == [best]


@pytest.mark.parametrize("part", ["test", "train"])
def test_the_confusion_matrices_are_those_of_the_reports(open_page, reports, part):
    app = open_page("compare")

    app.segmented_control(key="part").set_value(part).run()

    for name, report in zip(RUNS, reports.values(), strict=True):
        (drawn,) = figures(app)[f"confusion {name}"]["data"]
        counts = np.array(report["confusion"][part])
        np.testing.assert_allclose(drawn["z"], counts / counts.sum(axis=1, keepdims=True))
        assert [
            [int(cell.partition("<br>")[0].replace(",", "")) for cell in row] for row in drawn["text"]
        ] == counts.tolist()
        assert list(drawn["x"]) == list(drawn["y"]) == ["cat", "dog"]


def test_the_costs_are_those_of_the_runs(open_page, checkpoints_folder):
    table = open_page("compare").table[1].value

    for title, name in zip(TITLES, RUNS, strict=True):
        info = RunStore(checkpoints_folder).info(name)
        assert plain_number(table[title]["parameters"]) == info.parameters
        assert table[title]["epochs, best one"] == f"{info.epochs}, {info.best_epoch}"
        assert table[title]["seed"] == str(info.config.seed)


def test_no_run_gives_a_hint(open_page):
    app = open_page("compare")

    app.multiselect(key="runs").set_value([]).run()

    assert not app.exception
    assert said(app) == ["Choose at least 1 of the runs in the list."]
    assert not app.table


def test_runs_on_the_same_texts_give_no_warning(open_page):
    assert not said(open_page("compare"))


def test_runs_on_different_datasets_give_a_warning(open_page):
    app = open_page("compare", runs="pets-lstm,pets-en-lstm")

    assert not app.exception
    assert len(app.warning) == 2
    assert "not judged on the same texts" in app.warning[0].value
    assert "different classes" in app.warning[1].value
    table = app.table[0].value
    assert list(table.columns) == ["LSTM 1", "LSTM 2"]
    assert list(table.loc["кошка · recall"])[1] == "—"
    assert list(table.loc["dog · recall"])[:1] == ["—"]


@pytest.mark.parametrize("change", [{"seed": 7}, {"text": {"contradictions": "majority"}}])
def test_runs_with_another_split_or_cleaning_give_a_warning(open_page, checkpoints_folder, change):
    run_file = checkpoints_folder / "pets-en-gru" / "run.json"
    run = json.loads(run_file.read_text(encoding="utf-8"))
    for key, value in change.items():
        run["config"][key] = {**run["config"][key], **value} if isinstance(value, dict) else value
    run_file.write_text(json.dumps(run), encoding="utf-8")

    app = open_page("compare")

    assert len(app.warning) == 1
    assert "not judged on the same texts" in app.warning[0].value


def test_runs_that_differ_only_in_the_net_give_no_warning(open_page, checkpoints_folder):
    info = RunStore(checkpoints_folder).info("pets-en-gru")
    run_file = checkpoints_folder / "pets-en-gru" / "run.json"
    run = json.loads(run_file.read_text(encoding="utf-8"))
    run["config"] = dataclasses.replace(info.config, epochs=7, batch_size=8).to_dict()
    run_file.write_text(json.dumps(run), encoding="utf-8")

    assert not said(open_page("compare"))


def test_runs_of_the_same_cell_keep_apart(open_page, checkpoints_folder):
    import shutil

    shutil.copytree(checkpoints_folder / "pets-en-gru", checkpoints_folder / "runs" / "pets-en-gru-2")

    app = open_page("compare", runs="pets-en-gru,pets-en-gru-2,pets-en-rnn")

    assert not app.exception
    columns = list(app.table[0].value.columns)
    assert len(set(columns)) == 3
    assert [column.split()[0] for column in columns] == ["GRU", "GRU", "RNN"]


def test_eight_runs_can_be_compared(open_page, checkpoints_folder):
    import shutil

    for number in range(2):
        shutil.copytree(checkpoints_folder / "pets-en-gru", checkpoints_folder / "runs" / f"more-{number}")
    names = [f"{dataset}-{cell}" for dataset in ("pets", "pets-en") for cell in ("rnn", "lstm", "gru")]

    app = open_page("compare", runs=",".join([*names, "more-0", "more-1"]))

    assert not app.exception
    assert len(app.get("plotly_chart")) == 8
