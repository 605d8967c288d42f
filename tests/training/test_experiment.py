"""Experiments: which runs they ask for, how a file describes them, and what is said of a bad one."""

import dataclasses
from pathlib import Path

import pytest

from rnnviz.errors import BadInput
from rnnviz.training.config import CHOICES, LIMITS, RunConfig, changed, value_at
from rnnviz.training.experiment import (
    MOST_RUNS,
    PATHS,
    Experiment,
    checked,
    differing,
    grouped,
    member_of,
    path_of,
    setting_title,
    short_name,
    trainable,
)
from rnnviz.training.experiment_files import from_toml

EXAMPLES = sorted((Path(__file__).parents[2] / "data" / "experiments").glob("*.toml"))

CLIPPING = """
name = "Clipping on and off"
dataset = "pets-en"
cells = ["rnn", "lstm"]
seeds = [0, 1, 2]

[vary]
setting = "optimiser.clip_norm"
values = [0.0, 1.0]

[settings]
epochs = 10
hidden_size = 16
"""


def base_for(dataset: str) -> RunConfig:
    if dataset not in ("pets", "pets-en", "reviews"):
        raise BadInput("There is no dataset “{name}”. Known are: {known}.", name=dataset, known="pets, pets-en")
    return RunConfig(dataset=dataset, batch_size=7)


def read(text: str) -> Experiment:
    return from_toml(text, base_for)


@pytest.fixture
def clipping() -> Experiment:
    return read(CLIPPING)


def test_a_file_becomes_an_experiment(clipping):
    assert clipping.name == "Clipping on and off"
    assert clipping.cells == ("rnn", "lstm")
    assert clipping.seeds == (0, 1, 2)
    assert (clipping.setting, clipping.values) == ("optimiser.clip_norm", (0.0, 1.0))


def test_the_base_is_what_fits_the_dataset_with_the_settings_of_the_file(clipping):
    assert clipping.base == changed(RunConfig(dataset="pets-en", batch_size=7), {"epochs": 10, "model.hidden_size": 16})


def test_the_runs_are_each_cell_with_each_value_and_each_seed(clipping):
    members = clipping.runs()

    found = {
        (member.config.model.cell, member.config.optimiser.clip_norm, member.config.seed): member.config
        for member in members
    }
    assert len(members) == len(found) == clipping.size == 12
    assert found.keys() == {(cell, norm, seed) for cell in ("rnn", "lstm") for norm in (0.0, 1.0) for seed in range(3)}
    rest = {"model.cell": "gru", "optimiser.clip_norm": 3.0, "seed": 9}
    assert {changed(config, rest) for config in found.values()} == {changed(clipping.base, rest)}


def test_a_member_says_its_place_as_its_configuration_has_it(clipping):
    for member in clipping.runs():
        assert (member.cell, member.value, member.seed) == (
            member.config.model.cell,
            member.config.optimiser.clip_norm,
            member.config.seed,
        )


def test_a_group_is_complete_before_the_next_begins_and_the_cells_of_a_value_stand_together(clipping):
    order = [(member.value, member.cell, member.seed) for member in clipping.runs()]

    assert order == [(norm, cell, seed) for norm in (0.0, 1.0) for cell in ("rnn", "lstm") for seed in (0, 1, 2)]


def test_the_groups_hold_all_runs_once_and_each_has_all_seeds(clipping):
    groups = clipping.groups()

    assert [(group.value, group.cell) for group in groups] == [(0.0, "rnn"), (0.0, "lstm"), (1.0, "rnn"), (1.0, "lstm")]
    assert all([member.seed for member in group.members] == [0, 1, 2] for group in groups)
    assert tuple(member for group in groups for member in group.members) == clipping.runs()


def test_runs_that_come_in_any_order_fall_into_the_same_groups(clipping):
    backwards = grouped(reversed(clipping.runs()))

    assert {(group.cell, group.value): set(group.members) for group in backwards} == {
        (group.cell, group.value): set(group.members) for group in clipping.groups()
    }


def test_without_a_setting_only_cells_and_seeds_differ():
    experiment = read('name = "x"\ndataset = "pets"\ncells = ["gru", "rnn"]\nseeds = [4, 2]')

    assert [(member.cell, member.value, member.seed) for member in experiment.runs()] == [
        ("gru", None, 4),
        ("gru", None, 2),
        ("rnn", None, 4),
        ("rnn", None, 2),
    ]
    assert len(experiment.groups()) == 2


def test_the_differences_of_the_runs_are_the_setting_that_was_varied(clipping):
    assert differing([member.config for member in clipping.runs()]) == ("optimiser.clip_norm",)
    assert differing([member.config for member in clipping.groups()[0].members]) == ()


def test_the_place_of_a_run_can_be_told_from_its_configuration(clipping):
    assert tuple(member_of(member.config, clipping.setting) for member in clipping.runs()) == clipping.runs()


@pytest.mark.parametrize("path", PATHS)
def test_every_setting_is_known_by_its_path_and_by_its_last_word(path):
    assert path_of(path) == path_of(short_name(path)) == path
    assert setting_title(path)


def test_every_setting_of_a_run_but_cell_and_seed_can_be_varied():
    assert {*PATHS, "model.cell", "seed"} == {*LIMITS, *CHOICES}


@pytest.mark.parametrize(
    "line",
    ["hidden_size = 5", "model.hidden_size = 5", '"model.hidden_size" = 5', "model = { hidden_size = 5 }"],
)
def test_a_setting_may_be_written_in_every_way_that_toml_has(line):
    experiment = read(CLIPPING.replace("hidden_size = 16", line))

    assert experiment.base.model.hidden_size == 5


def test_the_optimiser_is_called_by_its_own_word():
    assert read(CLIPPING + 'optimiser = "sgd"').base.optimiser.name == "sgd"


def test_a_whole_number_names_the_same_runs_as_the_same_number_with_a_point(clipping):
    whole = read(CLIPPING.replace("[0.0, 1.0]", "[0, 1]"))

    assert [member.config.hash("rows") for member in whole.runs()] == [
        member.config.hash("rows") for member in clipping.runs()
    ]


def test_choices_can_be_varied_like_numbers():
    experiment = read(
        CLIPPING.replace("optimiser.clip_norm", "read_out").replace("[0.0, 1.0]", '["last", "mean", "maximum"]')
    )

    assert [member.config.model.read_out for member in experiment.runs()][::6] == ["last", "mean", "maximum"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_that_come_with_the_app_are_experiments(path):
    experiment = read(path.read_text(encoding="utf-8"))

    assert experiment.setting in PATHS
    assert len(experiment.seeds) == 5
    assert f"= {experiment.size} runs" in path.read_text(encoding="utf-8"), "the comment counts them"


def test_there_are_examples():
    assert [path.stem for path in EXAMPLES] == ["clipping", "hidden_size"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[vary]", "[vary", "This is not TOML: "),
        (CLIPPING, "[" * 5000, "This is not TOML: "),
        ("seeds =", "seed =", "An experiment has no “seed”. Known are: name, dataset, cells, seeds, vary, settings."),
        ("values =", "value =", "An experiment has no “vary.value”. Known are: vary.setting, vary.values."),
        ('name = "Clipping on and off"', "", "The experiment lacks “name”."),
        ('dataset = "pets-en"', "", "The experiment lacks “dataset”."),
        ('cells = ["rnn", "lstm"]', "", "The experiment lacks “cells”."),
        ("seeds = [0, 1, 2]", "", "The experiment lacks “seeds”."),
        ('setting = "optimiser.clip_norm"', "", "The experiment lacks “vary.setting”."),
        ("values = [0.0, 1.0]", "", "The experiment lacks “vary.values”."),
        ('"Clipping on and off"', '""', "“name” of an experiment is ''; it has to be a text that is not empty."),
        ('"pets-en"', "3", "“dataset” of an experiment is 3; it has to be a text that is not empty."),
        ('["rnn", "lstm"]', '"rnn"', "“cells” of an experiment is 'rnn'; it has to be a list with at least one entry."),
        ("[0, 1, 2]", "[]", "“seeds” of an experiment is []; it has to be a list with at least one entry."),
        ("[0.0, 1.0]", "[]", "“vary.values” of an experiment is []; it has to be a list with at least one entry."),
        ('"pets-en"', '"fish"', "There is no dataset “fish”. Known are: pets, pets-en."),
        ('"lstm"]', '"cnn"]', "Cell is “cnn”; allowed is one of: rnn, lstm, gru."),
        ('"lstm"]', "[1]]", "Cell is “[1]”; allowed is one of: rnn, lstm, gru."),
        ("2]", "-2]", "Seed is -2; allowed is 0 to 2147483647."),
        ("2]", "2.5]", "Seed is 2.5; allowed is 0 to 2147483647."),
        ("2]", "true]", "Seed is True; allowed is 0 to 2147483647."),
        ("1.0]", "1000.5]", "Gradient clipping is 1000.5; allowed is 0.0 to 1000.0."),
        ("1.0]", "nan]", "Gradient clipping is nan; allowed is 0.0 to 1000.0."),
        ("1.0]", '"one"]', "Gradient clipping is one; allowed is 0.0 to 1000.0."),
        ("1.0]", f"1{'0' * 400}]", "allowed is 0.0 to 1000.0."),
        ("16", "0", "Hidden size is 0; allowed is 1 to 256."),
        ("16", "16.0", "Hidden size is 16.0; allowed is 1 to 256."),
        ("hidden_size = 16", 'read_out = "first"', "Read-out is “first”; allowed is one of: last, maximum, mean, all."),
        ("hidden_size = 16", "depth = 3", "There is no setting “depth”. Known are: unit, contradictions, cut,"),
        ("hidden_size = 16", "model.depth = 3", "There is no setting “model.depth”."),
        ("optimiser.clip_norm", "clip", "There is no setting “clip”."),
        ("optimiser.clip_norm", "cell", "“cell” has a list of its own in an experiment: “cells”."),
        ("hidden_size = 16", "seed = 3", "“seed” has a list of its own in an experiment: “seeds”."),
        ('"lstm"]', '"rnn"]', "“cells” of an experiment has rnn more than once."),
        ("2]", "0]", "“seeds” of an experiment has 0 more than once."),
        ("[0.0, 1.0]", "[1, 1.0]", "“values” of an experiment has 1.0 more than once."),
        ("hidden_size = 16", "hidden_size = 1\nmodel.hidden_size = 2", "“model.hidden_size” is given twice."),
        ("hidden_size = 16", "clip_norm = 2.0", "“clip_norm” is varied, and can’t stand among the settings too."),
        ("[vary]", "vary = 3\n[vaary]", "An experiment has no “vaary”."),
        ("[settings]\nepochs = 10\nhidden_size = 16", "", None),
    ],
)
def test_what_is_wrong_with_a_file_is_said(old, new, complaint):
    assert old in CLIPPING
    text = CLIPPING.replace(old, new)
    if complaint is None:
        assert read(text).base == base_for("pets-en")
        return
    with pytest.raises(BadInput) as caught:
        read(text)
    assert complaint in str(caught.value)


def test_a_table_that_is_no_table_is_said():
    text = 'name = "x"\ndataset = "pets"\ncells = ["gru"]\nseeds = [0]\nvary = 3'

    with pytest.raises(BadInput, match="“vary” of an experiment is 3; it has to be a table"):
        read(text)


def test_all_else_is_said_before_the_dataset_is_opened():
    def never(_dataset: str) -> RunConfig:
        raise AssertionError("the dataset was opened")

    with pytest.raises(BadInput, match=r"Gradient clipping is -1\.0"):
        from_toml(CLIPPING.replace("0.0", "-1.0"), never)


def test_the_most_runs_are_allowed_and_one_seed_more_is_not(clipping):
    full = dataclasses.replace(clipping, seeds=tuple(range(MOST_RUNS // 4)))
    assert checked(full).size == MOST_RUNS

    with pytest.raises(BadInput) as caught:
        checked(dataclasses.replace(full, seeds=tuple(range(MOST_RUNS // 4 + 1))))
    assert str(caught.value) == (
        "The experiment asks for 64 runs (cells: 2, values: 2, seeds: 16); allowed are at most 60."
    )


def test_values_of_an_experiment_stand_in_its_runs_whatever_the_setting():
    """Every number at both ends of what is allowed, every choice in full."""
    for path in PATHS:
        ends = CHOICES[path][1] if path in CHOICES else (LIMITS[path].low, LIMITS[path].high)
        experiment = checked(Experiment("x", RunConfig(), ("gru",), path, tuple(ends), (0,)))
        assert [value_at(member.config, path) for member in experiment.runs()] == list(ends)


def test_what_only_words_have_can_not_be_varied_for_characters(clipping):
    varied = dataclasses.replace(clipping, setting="text.stop_words", values=("keep", "drop"))
    with pytest.raises(BadInput, match="is read by characters"):
        trainable(varied)
    words = dataclasses.replace(varied, base=changed(varied.base, {"text.unit": "word"}))
    assert trainable(words) is words


def test_the_embedding_size_can_not_be_varied_with_pretrained_vectors(clipping):
    base = changed(clipping.base, {"text.unit": "word", "vectors": "0" * 64})
    sizes = dataclasses.replace(clipping, base=base, setting="model.embedding_size", values=(2, 4))
    with pytest.raises(BadInput, match="The pretrained vectors decide the embedding size"):
        trainable(sizes)
