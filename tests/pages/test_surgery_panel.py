"""The panel of surgery: a cut changes the answer and the report, and a wrong one is said."""

import dataclasses

import numpy as np
import pytest

from rnnviz.insight.surgery import operate, parse_surgery
from rnnviz.insight.trace import trace
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from tests.pages.conftest import click, figures, plain, said
from tests.tables import tables


@pytest.fixture
def opened(open_page, small_datasets):
    def open_it(language="en", runs="pets-en-lstm", **parameters):
        return open_page("step_through", language, panel="surgery", runs=runs, text="Bella", **parameters)

    return open_it


@pytest.fixture
def model(checkpoints_folder):
    return RunStore(checkpoints_folder).model("pets-en-lstm")


@pytest.fixture
def opened_run(checkpoints_folder, names, configs):
    """A run on the forty names, whose test texts are there."""
    files = train_run(
        dataclasses.replace(configs["lstm"], dataset="pets-en"), dataclasses.replace(names, name="pets-en")
    )
    write_run(checkpoints_folder / "runs" / "pets-en-small", files)
    return "pets-en-small"


def curves(app, run="pets-en-lstm"):
    return [trace["y"] for trace in figures(app)[f"surgery {run}"]["data"]]


def test_a_cut_in_the_link_changes_the_running_prediction(opened, model):
    app = opened(surgery="forget[*]=0@3; hidden[1]*0.5")

    assert not app.exception
    reading = model.read("Bella")
    whole, cut = trace(model, reading), trace(operate(model, parse_surgery("forget[*]=0@3; hidden[1]*0.5")), reading)
    number = int(whole.probabilities[-1].argmax())
    before, after = curves(app)
    assert np.allclose(before, whole.probabilities[:, number], atol=1e-6)
    assert np.allclose(after, cut.probabilities[:, number], atol=1e-6)


def test_the_widgets_write_a_cut_into_the_box_and_the_link(opened):
    app = opened(unit="3")
    app.selectbox(key="cut_quantity").set_value("output").run()
    app.number_input(key="cut_first").set_value(2).run()

    click(app, "Cut")
    click(app, "Cut")

    assert app.text_input(key="surgery").value == "output[3]=0@2; output[3]=0@2"
    assert app.query_params["surgery"] == "output[3]=0@2; output[3]=0@2"
    click(app, "Heal")
    assert app.text_input(key="surgery").value == ""
    assert any("Nothing is cut yet" in text for text in said(app))
    before, after = curves(app)
    assert before == after


@pytest.mark.parametrize(
    ("surgery", "message"),
    [
        ("forget[3]", "“forget[3]” can’t be read as a cut"),
        ("update[3]=0", "update"),
        ("forget[99]=0", "99"),
        ("forget[0]=7", "7"),
    ],
)
def test_a_wrong_cut_is_said_with_what_is_allowed(opened, surgery, message):
    app = opened(surgery=surgery)

    assert not app.exception
    assert any(message in plain(text) for text in said(app))


def test_a_gate_that_only_one_of_the_nets_has_is_cut_there_alone(opened):
    app = opened(runs="pets-en-lstm,pets-en-gru", surgery="forget[*]=0")

    assert "surgery pets-en-lstm" in figures(app)
    assert "surgery pets-en-gru" not in figures(app)
    assert any("reset, update, new" in plain(text) for text in said(app))


def test_the_report_on_the_test_texts_is_shown_before_and_after(opened_run, opened, checkpoints_folder):
    app = opened(runs=opened_run, surgery="hidden[*]=0")

    assert not app.exception
    (table,) = tables(app)
    assert list(table.columns) == ["before", "after", "points"]
    report = RunStore(checkpoints_folder).info(opened_run).report["test"]
    assert float(table["before"]["accuracy"]) == pytest.approx(report["accuracy"], abs=5e-4)
    assert {float(table["after"][row]) for row in table.index if "recall" in row} == {0.0, 1.0}, "one class is left"


def test_units_are_ranked_when_it_is_asked_for(opened_run, opened):
    app = opened(runs=opened_run)
    assert f"worth {opened_run}" not in figures(app)

    click(app, "Rank the units of LSTM")

    bars, alone = figures(app)[f"worth {opened_run}"]["data"]
    assert sorted(map(int, bars["x"])) == list(range(5))
    assert bars["y"] == sorted(bars["y"], reverse=True)
    assert all(0 <= share <= 100 for share in alone["y"])


def test_a_run_whose_texts_are_gone_says_so_and_keeps_its_picture(opened):
    app = opened(surgery="forget[*]=0")

    assert not app.exception
    assert "surgery pets-en-lstm" in figures(app)
    assert any("has changed since" in plain(text) for text in said(app))


def test_the_panel_speaks_russian(opened):
    app = opened("ru", surgery="forget[*]=0")

    assert not app.exception
    assert any("Ответ" in text.value for text in app.markdown)


def test_a_surgery_is_kept_with_the_run_and_comes_back_with_a_click(opened, open_page):
    app = opened(surgery="forget[*]=0@3")
    app.text_input(key="surgery_name").set_value("no memory").run()
    app.button(key="keep_surgery").click().run()
    assert not app.exception

    other = opened()
    other.button(key="kept surgery no memory").click().run()

    assert other.text_input(key="surgery").value == "forget[*]=0@3"
    other.button(key="forget surgery no memory").click().run()
    assert "kept surgery no memory" not in [button.key for button in other.button]


def test_a_surgery_without_a_name_is_not_kept_and_says_why(opened):
    app = opened(surgery="forget[*]=0@3")

    app.button(key="keep_surgery").click().run()

    assert any("1 to 40" in plain(text) for text in said(app))
