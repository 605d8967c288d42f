"""Slices: the shares on the page are counted anew from the models' own answers, one text at a time."""

import dataclasses

import numpy as np
import pytest

from rnnviz.evaluation.slices import wilson
from rnnviz.runs.store import RunStore
from rnnviz.runs.work import train_run
from rnnviz.text.columns import further_columns
from rnnviz.text.sources import Dataset, load_dataset
from rnnviz.text.tables import read_table
from rnnviz.training.data import prepare
from rnnviz.ui import uploads
from tests.pages.conftest import BUNDLED_RUNS, figures, said


@pytest.fixture(scope="module")
def answered():
    """Each test name with its class and whether the RNN is right."""
    model = RunStore(BUNDLED_RUNS).model("pets-en-rnn")
    data = prepare(load_dataset("pets-en"), model.config.text, model.config.seed)
    given = model.probabilities([model.read(text) for text in data.test.texts]).argmax(axis=1)
    return data, [model.classes[label] for label in data.test.labels], given == data.test.labels


def table_of(app, contestant="RNN"):
    rows = app.dataframe[0].value
    return rows[rows["contestant"] == contestant].set_index("slice")


def told(app):
    return [each.value for each in app.markdown if "more than chance" in each.value and "%" in each.value]


def test_the_slices_by_length_are_counted_as_by_hand(open_page, answered):
    data, _classes, right = answered
    table = table_of(open_page("compare", judged="slices"))

    assert table["texts"].sum() == len(right)
    for name, row in table.iterrows():
        low, _dash, high = name.partition("–")
        inside = [int(low) <= len(text) <= int(high or low) for text in data.test.texts]
        assert row["texts"] == sum(inside)
        assert row["accuracy"] == pytest.approx(right[inside].mean())
        assert (row["95% interval from"], row["95% interval to"]) == pytest.approx(
            wilson(int(right[inside].sum()), sum(inside))
        )
        assert row["the rest"] == pytest.approx(right[~np.array(inside)].mean())


def test_the_slices_by_rare_tokens_are_counted_as_by_hand(open_page, answered):
    data, _classes, _right = answered
    letters = "".join("".join(text) for text in data.train.texts)
    rare = [np.mean([letters.count(letter) <= 10 for letter in text]) for text in data.test.texts]

    table = table_of(open_page("compare", judged="slices", by="rare"))

    assert table.loc["0.0%", "texts"] == sum(share == 0 for share in rare)
    assert table["texts"].sum() == len(rare)


def test_the_slices_by_class_are_the_recalls_of_the_report(open_page):
    report = RunStore(BUNDLED_RUNS).info("pets-en-rnn").report["test"]
    table = table_of(open_page("compare", judged="slices", by="class"))

    for name in ("cat", "dog"):
        assert table.loc[name, "accuracy"] == pytest.approx(report[name]["recall"])
        assert table.loc[name, "texts"] == report[name]["support"]


def test_what_is_worse_by_more_than_chance_is_said_runs_first(open_page):
    app = open_page("compare", judged="slices")

    sentences = told(app)
    assert "**LSTM**" in sentences[0]
    assert "is worse at **True class: cat** than at the rest by more than chance: 46.5% of 230 texts" in sentences[0]
    assert not any("Majority" in sentence for sentence in sentences), "it can't but be worse at the other class"
    assert any(each.value.startswith("Majority always answers “dog”") for each in app.caption)
    assert not any("**RNN**" in sentence for sentence in sentences)
    worse = app.selectbox(key="by").set_value("class").run().dataframe[0].value
    marked = worse[worse["verdict"] != ""]
    assert set(marked["contestant"]) == {"LSTM", "Majority", "Look-up"}


def test_the_picture_has_the_figures_of_the_table(open_page):
    app = open_page("compare", judged="slices", by="class")

    drawn = figures(app)["slices"]["data"]
    assert [trace["name"] for trace in drawn][:3] == ["RNN", "LSTM", "GRU"]
    assert list(drawn[0]["x"]) == table_of(app)["accuracy"].tolist()
    assert app.query_params["by"] == ["class"] or app.query_params["by"] == "class"


@pytest.fixture
def brought(names, configs, checkpoints_folder):
    """A dataset that somebody brought with a column of towns and one of years, and a run on it; its shelf name."""

    def bring(cell="gru"):
        lines = [
            "name,animal,town,year",
            *(
                f"{text},{label},{'Рим' if place % 3 else 'Oslo'},{1900 + place}"
                for place, (text, label) in enumerate(names.rows)
            ),
        ]
        table = read_table("\n".join(lines).encode(), "pets.csv")
        dataset = Dataset("x", tuple((row[0], row[1]) for row in table.rows), "character")
        upload = uploads.prepared(dataset, "pets.csv", further_columns(table, "name", "animal"))
        name = uploads.shelf().keep(upload)
        config = dataclasses.replace(configs[cell], dataset=name)
        RunStore(checkpoints_folder).write(f"mine-{cell}", train_run(config, upload.dataset))
        return table, name

    return bring


def test_an_uploaded_column_can_be_sliced_by(open_page, brought, checkpoints_folder):
    table, _name = brought()
    model = RunStore(checkpoints_folder).model("mine-gru")
    part = prepare(
        Dataset("x", tuple((row[0], row[1]) for row in table.rows), "character"), model.config.text, model.config.seed
    ).test
    town = {row[0]: row[2] for row in table.rows}
    right = model.probabilities([model.read(text) for text in part.texts]).argmax(axis=1) == part.labels

    app = open_page("compare", judged="slices", runs="mine-gru", by="column town", baselines="none")

    assert not app.exception
    assert app.selectbox(key="by").options[-2:] == ["town", "year"]
    found = table_of(app, "GRU")
    for name in {town[text] for text in part.texts}:
        inside = np.array([town[text] == name for text in part.texts])
        assert (found.loc[name, "texts"], found.loc[name, "accuracy"]) == (inside.sum(), right[inside].mean())
    app.selectbox(key="by").set_value("column year").run()
    assert not app.exception
    assert all("19" in name for name in table_of(app, "GRU").index)


def test_an_upload_that_has_gone_is_a_sentence(open_page, brought):
    _table, _name = brought()
    uploads.shelf()._held = {}

    app = open_page("compare", judged="slices", runs="mine-gru", baselines="none")

    assert not app.exception
    assert any("no longer on this server" in sentence for sentence in said(app))
    assert not app.dataframe


def test_a_run_on_other_texts_is_left_out_with_a_sentence(open_page):
    app = open_page("compare", judged="slices", runs="pets-en-gru,pets-gru", baselines="none")

    assert not app.exception
    assert any("GRU 2 was asked 0 of the 496 texts of GRU 1" in sentence for sentence in said(app))
    assert set(app.dataframe[0].value["contestant"]) == {"GRU 1"}


def test_the_view_speaks_russian(open_page):
    app = open_page("compare", "ru", judged="slices")

    assert not app.exception
    assert app.selectbox(key="by").options == ["Длина текста, токенов", "Доля редких токенов", "Истинный класс"]
