"""Experiments on the page: what can be asked for, which runs belong together, and what is shown of them."""

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.live import LiveRun, Stage
from rnnviz.runs.store import RunStore
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.experiment import PATHS, Experiment
from rnnviz.ui.experiments import (
    SETTINGS,
    described,
    is_experiment,
    outcome_table,
    seed_groups,
    size_said,
    suggested,
    titled,
    typed,
    varied,
    varied_in_link,
)
from rnnviz.ui.table import as_markdown
from rnnviz.ui.watched import Watched
from tests.tables import table_in, tables

BASE = RunConfig(dataset="pets-en", seed=7)


def test_an_experiment_counts_its_seeds_from_the_one_that_is_set():
    experiment = described(BASE, ["rnn", "gru"], "model.hidden_size", ["8", "16"], 3)

    assert (experiment.base, experiment.cells, experiment.seeds) == (BASE, ("rnn", "gru"), (7, 8, 9))
    assert (experiment.setting, experiment.values) == ("model.hidden_size", (8, 16))
    assert experiment.name == "Hidden size"


def test_seeds_alone_are_an_experiment_too():
    experiment = described(BASE, ["gru"], None, [], 4)

    assert [(member.value, member.seed) for member in experiment.runs()] == [
        (None, 7),
        (None, 8),
        (None, 9),
        (None, 10),
    ]


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("optimiser.clip_norm", "0.5", 0.5),
        ("optimiser.clip_norm", " 0,5 ", 0.5),
        ("optimiser.clip_norm", "1", 1.0),
        ("model.hidden_size", "8", 8),
        ("model.read_out", "mean", "mean"),
    ],
)
def test_a_typed_value_is_read_with_a_point_or_a_comma(path, text, value):
    assert typed(path, text) == value
    assert type(typed(path, text)) is type(value)


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("model.hidden_size", "8.5", "Hidden size: “8.5” is not a whole number; allowed is 1 to 256."),
        ("model.hidden_size", "257", "Hidden size is 257; allowed is 1 to 256."),
        ("optimiser.clip_norm", "on", "Gradient clipping: “on” is not a number; allowed is 0.0 to 1000.0."),
        ("model.read_out", "first", "Read-out is “first”; allowed is one of: last, maximum, mean, all."),
    ],
)
def test_a_typed_value_that_is_not_allowed_is_said(path, text, complaint):
    with pytest.raises(BadInput) as caught:
        described(BASE, ["gru"], path, [text], 2)
    assert str(caught.value) == complaint


def test_more_runs_than_are_allowed_are_refused_with_their_number():
    with pytest.raises(BadInput, match="asks for 90 runs"):
        described(BASE, ["rnn", "lstm", "gru"], "model.hidden_size", ["8", "16", "32"], 10)


def test_the_number_of_runs_is_said_with_what_it_is_made_of():
    said = size_said(described(BASE, ["rnn", "gru"], "model.hidden_size", ["8", "16", "32"], 5))

    assert said == "Cells: 2 × values: 3 × seeds: 5 = 30; at most 60 are allowed."


@pytest.mark.parametrize("path", SETTINGS)
def test_every_setting_of_the_page_begins_with_values_that_are_allowed(path):
    values = [typed(path, text) for text in suggested(path)]

    assert len(values) == len(set(values)) >= 2
    assert path in PATHS


def test_a_link_names_a_setting_by_its_last_word():
    assert varied_in_link("clip_norm") == "optimiser.clip_norm"
    with pytest.raises(BadInput, match="There is no setting “clip”"):
        varied_in_link("clip")
    with pytest.raises(BadInput, match=r"Setting to vary is “text\.unit”"):
        varied_in_link("unit")


@pytest.fixture
def experiment() -> Experiment:
    return described(BASE, ["rnn", "gru"], "model.hidden_size", ["8", "16"], 3)


def test_the_runs_of_an_experiment_are_known_by_their_configurations(experiment):
    configs = [member.config for member in experiment.runs()]

    assert is_experiment(configs)
    assert varied(configs) == "model.hidden_size"


def test_an_experiment_of_seeds_varies_nothing():
    configs = [member.config for member in described(BASE, ["gru"], None, [], 2).runs()]

    assert is_experiment(configs)
    assert varied(configs) is None


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [{}],
        [{}, {}],
        [{"model.cell": "rnn"}, {"model.cell": "lstm"}, {"model.cell": "gru"}],
        [{"epochs": 5}, {"model.hidden_size": 5}],
        [{}, {"dataset": "pets"}],
    ],
)
def test_other_runs_side_by_side_are_no_experiment(changes):
    assert not is_experiment([changed(BASE, each) for each in changes])


def epochs(*losses):
    return [
        {"epoch": epoch, "validation_loss": loss, "validation_accuracy": 1 - loss} for epoch, loss in enumerate(losses)
    ]


def stored(info: RunInfo, accuracy: float) -> RunInfo:
    return dataclasses.replace(info, report={**info.report, "test": {**info.report["test"], "accuracy": accuracy}})


@pytest.fixture
def known(store: RunStore) -> dict[str, RunInfo]:
    """Four runs of the store: two seeds of each RNN."""
    info = store.info("rnn")
    return {str(place): stored(info, accuracy) for place, accuracy in enumerate((0.8, 0.9, 0.85, 0.75))}


@pytest.fixture
def watched(experiment) -> list[Watched]:
    """Four runs have ended, one has begun, the others wait."""
    found = []
    for place, member in enumerate(experiment.runs()):
        live = LiveRun(str(place), member.config, Stage.ENDED if place < 4 else Stage.WAITING)
        found.append(
            Watched(
                str(place),
                member.config,
                epochs(0.7, 0.6) if place < 4 else epochs(0.7) if place == 4 else [],
                live,
                str(place) if place < 4 else None,
            )
        )
    return found


def test_runs_are_grouped_by_cell_and_value_with_what_has_come_of_each(watched, known):
    groups = seed_groups(watched, "model.hidden_size", known)

    assert [(group.title, group.cell, group.place) for group in groups] == [
        ("RNN · 8", "rnn", 0),
        ("GRU · 8", "gru", 0),
        ("RNN · 16", "rnn", 1),
        ("GRU · 16", "gru", 1),
    ]
    assert [[len(history) for history in group.histories] for group in groups] == [[2, 2, 2], [2, 1], [], []]
    assert [group.accuracies for group in groups] == [{7: 0.8, 8: 0.9, 9: 0.85}, {7: 0.75}, {}, {}]


def test_the_table_has_mean_and_deviation_of_the_groups_that_have_ended(watched, known):
    table = table_in(as_markdown(outcome_table(seed_groups(watched, "model.hidden_size", known))))

    assert list(table.index) == ["RNN · 8", "GRU · 8"]
    assert list(table["test accuracy, mean ± sd"]) == ["0.850 ± 0.050", "0.750"]
    assert list(table["lowest to highest"]) == ["0.800 – 0.900", "0.750 – 0.750"]
    assert list(table["seeds"]) == ["3", "1"]


def test_each_run_has_a_title_that_tells_it_from_the_others(watched):
    titles = [run.title for run in titled(watched, "model.hidden_size")]

    assert titles[0] == "RNN · 8 · seed 7"
    assert len(set(titles)) == len(watched)


def ask() -> None:
    """A page with nothing but the question; what it gives is kept where the test finds it."""
    import streamlit as st

    from rnnviz.training.config import RunConfig
    from rnnviz.ui.experiments import ask_experiment

    cells = st.session_state.get("cells", ["rnn", "gru"])
    st.session_state["asked"] = ask_experiment(RunConfig(seed=7), cells, st.session_state.get("busy", False))


@pytest.fixture
def page() -> AppTest:
    unfolded = AppTest.from_function(ask)
    unfolded.session_state["open experiment"] = True
    return unfolded.run()


def test_seeds_alone_are_offered_first(page):
    page.button(key="experiment").click().run()

    asked = page.session_state["asked"]
    assert page.button(key="experiment").label == "Train 10 nets"
    assert (asked.setting, asked.values, asked.seeds, asked.cells) == (None, (), (7, 8, 9, 10, 11), ("rnn", "gru"))
    assert page.run().session_state["asked"] is None, "it is asked for once"


def test_a_setting_its_values_and_the_seeds_are_chosen(page):
    page.selectbox(key="vary").set_value("optimiser.clip_norm").run()
    assert page.multiselect(key="values").value == ["0.0", "1.0"]
    page.multiselect(key="values").set_value(["0.0", "2,5"]).run()
    page.number_input(key="seeds").set_value(2).run()
    page.button(key="experiment").click().run()

    asked = page.session_state["asked"]
    assert not page.exception
    assert (asked.setting, asked.values, asked.seeds) == ("optimiser.clip_norm", (0.0, 2.5), (7, 8))
    assert page.button(key="experiment").label == "Train 8 nets"


def test_another_setting_begins_with_values_of_its_own(page):
    page.selectbox(key="vary").set_value("optimiser.clip_norm").run()
    page.multiselect(key="values").set_value(["3.0"]).run()
    page.selectbox(key="vary").set_value("model.read_out").run()

    assert not page.exception
    assert page.multiselect(key="values").value == ["last", "maximum", "mean", "all"]


def test_a_value_that_is_not_allowed_is_said_and_nothing_can_be_started(page):
    page.selectbox(key="vary").set_value("model.hidden_size").run()
    page.multiselect(key="values").set_value(["8", "many"]).run()

    (said,) = page.error
    assert "is not a number; allowed is 1 to 256" in said.value
    assert not [button for button in page.button if button.key == "experiment"]


def test_without_values_or_cells_nothing_can_be_started(page):
    page.selectbox(key="vary").set_value("model.hidden_size").run()
    page.multiselect(key="values").set_value([]).run()
    assert [said.value for said in page.info] == ["Choose at least one value."]
    assert not [button for button in page.button if button.key == "experiment"]

    page.session_state["cells"] = []
    page.run()
    assert not page.info, "the page itself asks for a cell"
    assert not [button for button in page.button if button.key == "experiment"]


def test_while_something_trains_no_other_experiment_begins(page):
    page.session_state["busy"] = True

    assert page.run().button(key="experiment").disabled


def test_what_is_chosen_stands_in_the_link_and_comes_back_from_it(page):
    page.selectbox(key="vary").set_value("optimiser.learning_rate").run()
    page.multiselect(key="values").set_value(["0.01", "0,1"]).run()
    page.number_input(key="seeds").set_value(3).run()
    link = dict(page.query_params)
    assert link == {"vary": "learning_rate", "values": "0.01,0.1", "seeds": "3"}

    page.selectbox(key="vary").set_value("").run()
    assert dict(page.query_params) == {"seeds": "3"}, "values go with their setting"

    other = AppTest.from_function(ask)
    for key, value in link.items():
        other.query_params[key] = value
    other.run()
    other.button(key="experiment").click().run()

    asked = other.session_state["asked"]
    assert (asked.setting, asked.values) == ("optimiser.learning_rate", (0.01, 0.1))
    assert asked.seeds == (7, 8, 9)


def test_a_link_with_values_of_another_setting_breaks_nothing():
    page = AppTest.from_function(ask)
    page.query_params["vary"], page.query_params["values"] = "read_out", "mean,8"
    page.run()

    assert not page.exception
    assert "Read\\-out is “8”" in page.warning[0].value


def show() -> None:
    """A page with nothing but the experiment that the test has put there."""
    import streamlit as st

    from rnnviz.ui.experiments import show_experiment

    show_experiment(st.session_state["watched"])


@pytest.fixture
def shown(watched, known, monkeypatch) -> AppTest:
    monkeypatch.setattr("rnnviz.ui.resources.runs", lambda: known)
    page = AppTest.from_function(show)
    page.session_state["watched"] = watched
    return page.run()


def test_an_experiment_is_shown_with_its_curves_and_what_it_came_to(shown):
    assert not shown.exception
    assert len(shown.get("plotly_chart")) == 3
    assert [head.value for head in shown.subheader] == ["What they came to"]
    (table,) = tables(shown)
    assert list(table.index) == ["RNN · 8", "GRU · 8"]


def test_one_bar_says_how_many_runs_are_done(shown):
    (bar,) = shown.get("progress")

    assert bar.proto.text == "4 of 12 runs done"
    assert bar.proto.value == 33
