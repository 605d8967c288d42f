"""Costs: the curves and prices on the page are those of the runs."""

import json

import numpy as np
import pytest

from rnnviz.runs.store import RunStore
from tests.pages.conftest import click, figures, said
from tests.tables import tables

RUNS = {"RNN": "pets-en-rnn", "LSTM": "pets-en-lstm", "GRU": "pets-en-gru"}


def costs_view(open_page, language="en", **parameters):
    app = open_page("compare", language, **{"judged": "costs", "baselines": "none", **parameters})
    assert not app.exception
    return app


def plain_number(cell):
    return float(cell.replace(",", ""))


def costs(app):
    return tables(app)[0]


@pytest.mark.parametrize("axis", ["epoch", "seconds", "tokens"])
@pytest.mark.parametrize("measure", ["validation_loss", "validation_accuracy", "train_loss", "train_accuracy"])
def test_the_curves_are_those_of_the_histories(open_page, checkpoints_folder, axis, measure):
    app = costs_view(open_page, cost_axis=axis, cost_measure=measure)

    drawn = figures(app)["learning"]["data"]
    for place, (title, name) in enumerate(RUNS.items()):
        info, (curve, kept) = RunStore(checkpoints_folder).info(name), drawn[2 * place : 2 * place + 2]
        assert curve["name"] == title
        assert list(curve["x"]) == [epoch[axis] for epoch in info.history]
        assert list(curve["y"]) == [epoch[measure] for epoch in info.history]
        assert list(kept["x"]) == [info.history[info.best_epoch][axis]]
    assert len(app.dataframe[0].value) == sum(len(trace["x"]) for trace in drawn[::2])


def test_the_costs_are_those_of_the_runs(open_page, checkpoints_folder):
    table = costs(costs_view(open_page))

    for title, name in RUNS.items():
        info, column = RunStore(checkpoints_folder).info(name), table[title]
        assert plain_number(column["parameters"]) == info.parameters
        assert column["epochs, best one"] == f"{info.epochs}, {info.best_epoch}"
        assert column["seed"] == str(info.config.seed)
        counts = np.array(info.report["confusion"]["test"])
        gained = 100 * (np.trace(counts) - counts.sum(axis=1).max()) / counts.sum()
        assert plain_number(column["parameters for a point"]) == round(info.parameters / gained)
        assert plain_number(column["training seconds for a point"]) == round(info.seconds / gained, 2)
        assert plain_number(column["tokens read in training"]) == info.history[-1]["tokens"]


def test_the_points_stand_at_their_price_and_accuracy(open_page, checkpoints_folder):
    app = costs_view(open_page, cost_price="parameters")

    points = {trace["name"]: (trace["x"][0], trace["y"][0]) for trace in figures(app)["prices"]["data"]}
    for title, name in RUNS.items():
        info = RunStore(checkpoints_folder).info(name)
        assert points[title] == (info.parameters, info.report["test"]["accuracy"])


def test_the_time_of_a_prediction_is_measured_when_asked_and_kept(open_page, small_datasets, monkeypatch):
    monkeypatch.setattr("rnnviz.ui.looking.check_same", lambda *_: None)
    app = costs_view(open_page)
    assert set(costs(app).loc["milliseconds a prediction"]) == {"not measured"}

    click(app, "Measure how long a prediction takes")

    assert not app.exception
    measured = costs(app).loc["milliseconds a prediction"]
    assert all(float(cell.split()[0]) > 0 for cell in measured)
    assert any("took turns" in each.value for each in app.caption)
    again = costs_view(open_page)
    assert list(costs(again).loc["milliseconds a prediction"]) == list(measured)


def test_runs_whose_texts_are_gone_are_named_and_the_others_measured(open_page, checkpoints_folder):
    file = checkpoints_folder / "pets-en-gru" / "run.json"
    run = json.loads(file.read_text(encoding="utf-8"))
    run["dataset"]["fingerprint"] = "another"
    file.write_text(json.dumps(run), encoding="utf-8")

    app = click(costs_view(open_page), "Measure how long a prediction takes")

    assert not app.exception
    row = costs(app).loc["milliseconds a prediction"]
    assert row["GRU"] == "not measured" != row["RNN"]
    assert len(said(app)) == 2  # one of them that the runs were judged on different texts


def change(checkpoints_folder, name, file, **values):
    path = checkpoints_folder / name / file
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def test_a_run_without_an_epoch_is_a_point_and_costs_nothing(open_page, checkpoints_folder):
    history = checkpoints_folder / "pets-en-gru" / "history.jsonl"
    history.write_text(history.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    change(checkpoints_folder, "pets-en-gru", "run.json", epochs=0, best_epoch=0, seconds=0.0, tokens_per_second=0.0)

    app = costs_view(open_page)

    assert said(app) == ["Without an epoch of training there is no curve, only a point: GRU."]
    assert costs(app)["GRU"]["tokens read in training"] == "0"
    assert [trace["name"] for trace in figures(app)["prices"]["data"]] == ["RNN", "LSTM"]


def test_what_is_no_better_than_the_largest_class_has_no_price(open_page, checkpoints_folder):
    report = json.loads((checkpoints_folder / "pets-en-gru" / "report.json").read_text(encoding="utf-8"))
    report["test"]["accuracy"] = 0.5
    change(checkpoints_folder, "pets-en-gru", "report.json", **report)

    column = costs(costs_view(open_page))["GRU"]

    assert column["parameters for a point"] == column["training seconds for a point"] == "—"


def test_runs_of_different_classes_are_compared_by_their_own_majority(open_page):
    row = costs(costs_view(open_page, runs="pets-lstm,pets-en-lstm")).loc["share of the largest class"]

    assert row["LSTM 1"] != row["LSTM 2"]


def test_what_a_link_cannot_ask_for_is_said(open_page):
    assert said(costs_view(open_page, cost_axis="metres")) == [
        "Along is “metres”; allowed is one of: epoch, seconds, tokens."
    ]


def test_baselines_are_levels(open_page):
    app = costs_view(open_page, baselines="majority,n-grams", cost_measure="validation_accuracy")

    for key in ("learning", "prices"):
        names = [each["text"] for each in figures(app)[key]["layout"]["annotations"]]
        assert [name.partition(" ")[0] for name in names] == ["Majority", "n-grams"]
    assert list(costs(app).columns) == list(RUNS)


def test_it_speaks_russian(open_page):
    app = costs_view(open_page, "ru", runs="pets-en-gru", cost_axis="tokens")

    assert figures(app)["learning"]["layout"]["xaxis"]["title"]["text"] == "Токенов прочитано при обучении"
    assert "параметров за процентный пункт" in costs(app).index
