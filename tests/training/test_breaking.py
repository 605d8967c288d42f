"""Ready experiments: each can be trained, asks one thing, and knows its runs again."""

import dataclasses

import pytest

from rnnviz.errors import BadInput
from rnnviz.models.classifier import Classifier
from rnnviz.text.datasets import DatasetCard
from rnnviz.text.library import LIBRARY
from rnnviz.training.breaking import READY, ready_for
from rnnviz.training.config import RunConfig, changed, value_at
from rnnviz.training.experiment import MOST_RUNS, differing, grouped, representatives
from rnnviz.training.experiment_files import from_toml
from rnnviz.training.presets import LARGE, config_for

EVERY = pytest.mark.parametrize("name", READY)


def base_of(name: str) -> RunConfig:
    """The defaults of the dataset of a ready experiment, without opening it."""
    dataset = READY[name].dataset
    rows = LARGE if dataset == "imdb" else LARGE - 1
    return config_for(DatasetCard(dataset, ("a", "b"), LIBRARY[dataset].unit, rows, "fingerprint"))


@EVERY
def test_every_ready_experiment_can_be_trained(name: str) -> None:
    ready = READY[name]
    experiment = ready.experiment(base_of(name))
    runs = experiment.runs()
    assert 4 <= len(runs) == experiment.size <= MOST_RUNS
    assert len({run.config for run in runs}) == len(runs)
    assert differing([run.config for run in runs]) == (ready.setting,)


@EVERY
def test_it_has_a_title_a_question_and_measured_figures(name: str) -> None:
    ready = READY[name]
    assert ready.title
    assert "?" in ready.question
    assert sum(letter.isdigit() for letter in ready.measured) > 10


@EVERY
def test_the_value_that_is_usual_comes_first(name: str) -> None:
    ready = READY[name]
    if name not in ("tokens", "optimiser"):  # all numbers of tokens are unusual; of an optimiser Adam is usual
        assert ready.values[0] == value_at(base_of(name), ready.setting)


@EVERY
def test_runs_are_known_again_whatever_their_seed(name: str) -> None:
    base = base_of(name)
    configs = [run.config for run in READY[name].experiment(base).runs()]
    assert ready_for(configs, base) is READY[name]
    assert ready_for([changed(configs[0], {"seed": 99}), configs[-1]], base) is READY[name]
    assert ready_for([*configs, changed(configs[0], {"epochs": 77})], base) is None
    assert ready_for(configs, dataclasses.replace(base, dataset="mine")) is None


def test_equal_parameters_are_equal_within_one_in_a_hundred() -> None:
    runs = READY["equal_size"].experiment(base_of("equal_size")).runs()
    counts = {
        (run.cell, run.value): Classifier(run.config.model, 30, 2).count_parameters() for run in runs if run.seed == 0
    }
    equal = [counts[each] for each in (("lstm", 32), ("gru", 38), ("rnn", 71))]
    assert max(equal) / min(equal) < 1.01
    assert set(counts) == {("lstm", 32), ("gru", 32), ("rnn", 32), ("gru", 38), ("rnn", 71)}


CELLS_APART = """
name = "Units"
dataset = "pets-en"
cells = ["lstm", "rnn"]
seeds = [0, 1]
[vary]
setting = "hidden_size"
values = { lstm = [8], rnn = [8, 20] }
"""


def test_a_file_may_give_each_cell_values_of_its_own() -> None:
    experiment = from_toml(CELLS_APART, lambda _name: RunConfig())
    assert experiment.size == 6
    assert [(run.value, run.cell, run.seed) for run in experiment.runs()] == [
        (8, "lstm", 0),
        (8, "lstm", 1),
        (8, "rnn", 0),
        (8, "rnn", 1),
        (20, "rnn", 0),
        (20, "rnn", 1),
    ]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ("{ lstm = [8] }", "are for lstm; they have to be for each of its cells: lstm, rnn"),
        ("{ lstm = [8], gru = [8], rnn = [9] }", "are for lstm, gru, rnn"),
        ("{ lstm = [], rnn = [9] }", "“vary.values.lstm” of an experiment is \\[\\]"),
        ("{ lstm = [8, 8], rnn = [9] }", "“values” of an experiment has 8 more than once"),
        ("{ lstm = [0], rnn = [9] }", "Hidden size is 0"),
    ],
)
def test_values_of_cells_that_make_no_experiment_are_refused(values: str, message: str) -> None:
    text = CELLS_APART.replace("{ lstm = [8], rnn = [8, 20] }", values)
    with pytest.raises(BadInput, match=message):
        from_toml(text, lambda _name: RunConfig())


@EVERY
def test_eight_runs_stand_for_all_cells_and_values(name: str) -> None:
    runs = READY[name].experiment(base_of(name)).runs()
    chosen = representatives(runs, 8)
    assert len(chosen) == min(8, len(grouped(runs)))
    assert {run.cell for run in chosen} == {run.cell for run in runs}
    assert {run.value for run in chosen} == {run.value for run in runs}
    assert len({(run.cell, run.value) for run in chosen}) == len(chosen)
    assert len({run.seed for run in chosen}) == 1
    assert chosen[0] == runs[0]
