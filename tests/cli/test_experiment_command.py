"""`experiment`: from a TOML file to its runs, and what their groups came to."""

import dataclasses
import statistics
from pathlib import Path

import pytest

from rnnviz.cli import experiments
from rnnviz.runs.store import read_info
from rnnviz.training.breaking import READY

CLIPPING = """
name = "Clipping on and off"
dataset = "pets-en"
cells = ["rnn", "lstm"]
seeds = [0, 1]

[vary]
setting = "clip_norm"
values = [0.0, 1.0]

[settings]
epochs = 1
hidden_size = 3
embedding_size = 3
"""
ORDER = [(norm, cell, seed) for norm in (0.0, 1.0) for cell in ("rnn", "lstm") for seed in (0, 1)]


@pytest.fixture(autouse=True)
def few_names(tmp_path, monkeypatch) -> None:
    """English pet names that are read and learned in no time."""
    stems = [a + b for a in "bcdfgm" for b in "aeiou"]
    rows = [f"{stem}{end},{kind}" for stem in stems for end, kind in (("y", "cat"), ("k", "dog"))]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pets_en.csv").write_text("\n".join(["name,class", *rows]), encoding="utf-8")
    monkeypatch.setattr("rnnviz.cli.experiments.DATA", tmp_path / "data")


@pytest.fixture
def described(tmp_path):
    """A file with the experiment, some of it written otherwise."""

    def written(old: str = "", new: str = "") -> Path:
        path = tmp_path / "clipping.toml"
        path.write_text(CLIPPING.replace(old, new) if old else CLIPPING, encoding="utf-8")
        return path

    return written


@pytest.fixture
def trained(monkeypatch) -> list[tuple[object, ...]]:
    """The value, cell and seed of each training, as it begins."""
    begun = []

    def train_run(config, *arguments, **more):
        begun.append((config.optimiser.clip_norm, config.model.cell, config.seed))
        return real(config, *arguments, **more)

    real = experiments.train_run
    monkeypatch.setattr("rnnviz.cli.experiments.train_run", train_run)
    return begun


def test_an_experiment_trains_each_cell_with_each_value_and_each_seed(call, described, store, trained):
    result = call("experiment", described()).json

    assert result.keys() == {"experiment", "runs", "groups"}
    assert result["experiment"] == "Clipping on and off"
    assert [(run["value"], run["cell"], run["seed"]) for run in result["runs"]] == trained == ORDER
    for run in result["runs"]:
        info = read_info(Path(run["run"]))
        assert Path(run["run"]).parent == store.made
        assert (info.config.optimiser.clip_norm, info.config.model.cell, info.config.seed) == (
            run["value"],
            run["cell"],
            run["seed"],
        )
        assert (info.config.dataset, info.config.epochs, info.config.model.hidden_size) == ("pets-en", 1, 3)
        assert (run["test_accuracy"], run["seconds"]) == (info.report["test"]["accuracy"], info.seconds)


def test_the_groups_are_the_means_and_deviations_of_their_runs(call, described):
    result = call("experiment", described("seeds = [0, 1]", "seeds = [0, 1, 2]")).json

    assert len(result["groups"]) == 4
    for group in result["groups"]:
        accuracies = [
            run["test_accuracy"]
            for run in result["runs"]
            if (run["cell"], run["value"]) == (group["cell"], group["value"])
        ]
        assert group["mean_test_accuracy"] == pytest.approx(statistics.mean(accuracies))
        assert group["sd_test_accuracy"] == pytest.approx(statistics.stdev(accuracies))
        assert group["seeds"] == len(accuracies) == 3


def test_a_single_seed_has_no_deviation_and_nothing_varied_no_value(call, tmp_path):
    path = tmp_path / "one.toml"
    path.write_text('name = "One"\ndataset = "pets-en"\ncells = ["gru"]\nseeds = [3]\nsettings = {epochs = 1}')

    result = call("experiment", path).json

    (run,), (group,) = result["runs"], result["groups"]
    assert (run["cell"], run["value"], run["seed"]) == ("gru", None, 3)
    assert group == {
        "cell": "gru",
        "value": None,
        "mean_test_accuracy": run["test_accuracy"],
        "sd_test_accuracy": None,
        "seeds": 1,
    }


def test_progress_says_which_run_it_is_and_each_epoch_on_standard_error_only(call, described):
    answer = call("experiment", described())

    assert len(answer.out.splitlines()) == 1
    lines = answer.err.splitlines()
    assert lines[::3] == [
        f"run {place} of 8: {cell}, clip_norm {norm}, seed {seed} …"
        for place, (norm, cell, seed) in enumerate(ORDER, start=1)
    ]
    assert [line.split()[:2] for line in lines[1:3]] == [["epoch", "0"], ["epoch", "1"]]


def test_what_has_been_trained_is_not_trained_again(call, described, trained):
    first = call("experiment", described()).json
    trained.clear()

    again = call("experiment", described("seeds = [0, 1]", "seeds = [0, 1, 2]"))

    assert trained == [(norm, cell, 2) for norm in (0.0, 1.0) for cell in ("rnn", "lstm")]
    assert [run for run in again.json["runs"] if run["seed"] < 2] == first["runs"]
    folder = first["runs"][0]["run"]
    assert f"run 1 of 12: rnn, clip_norm 0.0, seed 0: it is there already, in {folder}" in again.err.splitlines()


def test_train_and_experiment_give_the_same_run(call, described, tmp_path):
    """The weights of a run do not depend on the command that made it, nor on the runs before it."""
    runs = call("experiment", described(), "--out", tmp_path / "runs").json["runs"]
    last = read_info(Path(runs[-1]["run"]))
    options = ("--csv", tmp_path / "data" / "pets_en.csv", "--text-column", "name", "--label-column", "class")
    settings = ("--cell", "lstm", "--seed", 1, "--epochs", 1, "--hidden-size", 3, "--embedding-size", 3)

    alone = call("train", *options, *settings, "--out", tmp_path / "alone").json["run"]

    assert last.config.optimiser.clip_norm == read_info(Path(alone)).config.optimiser.clip_norm == 1.0
    weights = [(Path(run) / "model.safetensors").read_bytes() for run in (runs[-1]["run"], alone)]
    assert weights[0] == weights[1]


def test_the_runs_go_into_a_folder_of_ones_own(call, described, tmp_path, store, trained):
    out = tmp_path / "mine" / "runs"

    first = call("experiment", described(), "--out", out).json
    call("experiment", described(), "--out", out)

    assert {Path(run["run"]).parent for run in first["runs"]} == {out}
    assert len(list(out.iterdir())) == 8
    assert not store.made.exists()
    assert len(trained) == 8, "the second time they are there already"


def test_what_ended_before_an_interruption_is_kept_and_the_command_goes_on_from_there(
    call, described, trained, monkeypatch, store
):
    counted = experiments.train_run

    def interrupted(*arguments, **more):
        if len(trained) == 3:
            raise KeyboardInterrupt
        return counted(*arguments, **more)

    monkeypatch.setattr("rnnviz.cli.experiments.train_run", interrupted)
    answer = call("experiment", described())
    monkeypatch.setattr("rnnviz.cli.experiments.train_run", counted)

    assert (answer.code, answer.out) == (130, "")
    assert answer.err.splitlines()[-1] == (
        "Interrupted. The runs that had ended are kept; the same command goes on with the others."
    )
    assert len(list(store.made.iterdir())) == 3
    assert len(call("experiment", described()).json["runs"]) == 8
    assert trained == ORDER, "none was trained twice"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[vary]", "[vary", "Error: This is not TOML: "),
        ("values", "value", "Error: An experiment has no “vary.value”. Known are: vary.setting, vary.values."),
        ("pets-en", "fish", "Error: There is no dataset “fish”. Known are: pets, pets-en, reviews, imdb."),
        ("1.0]", "1001.0]", "Error: Gradient clipping is 1001.0; allowed is 0.0 to 1000.0."),
        ("clip_norm", "clip", "Error: There is no setting “clip”. Known are: "),
        ("[0, 1]", "[0, 1, 1]", "Error: “seeds” of an experiment has 1 more than once."),
        ("[0, 1]", str(list(range(16))), "Error: The experiment asks for 64 runs "),
    ],
)
def test_a_bad_experiment_is_said_in_one_line_before_any_training(call, tmp_path, store, old, new, complaint):
    path = tmp_path / "bad.toml"
    path.write_text(CLIPPING.replace(old, new), encoding="utf-8")

    assert call("experiment", path, "--out", tmp_path / "runs").complaint.startswith(complaint)
    assert not (tmp_path / "runs").exists()


def test_a_file_that_is_not_there_is_said_in_one_line(call, tmp_path):
    assert (
        call("experiment", tmp_path / "no.toml").complaint == f"Error: The file {tmp_path / 'no.toml'} does not exist."
    )


def test_a_file_that_is_no_text_is_said_in_one_line(call, tmp_path):
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG\xff\xfe")

    assert call("experiment", tmp_path / "picture.toml").complaint.startswith("Error: This is not TOML: ")


def test_a_folder_in_place_of_a_file_is_said_in_one_line(call, tmp_path):
    assert call("experiment", tmp_path).complaint == f"Error: {tmp_path} can’t be read: Is a directory."


def test_an_endless_file_is_said_in_one_line(call, tmp_path):
    (tmp_path / "long.toml").write_text("#" * 200_000)

    assert (
        "long.toml has more than 100000 bytes: it describes no experiment."
        in call("experiment", tmp_path / "long.toml").complaint
    )


def test_a_place_for_the_runs_that_is_a_file_is_said_in_one_line_before_any_training(
    call, described, tmp_path, trained
):
    (tmp_path / "thesis.txt").write_text("years of work")

    complaint = call("experiment", described(), "--out", tmp_path / "thesis.txt").complaint

    assert complaint == f"Error: {tmp_path / 'thesis.txt'} can’t be written: File exists."
    assert trained == []


def test_a_mark_at_the_start_that_some_editors_write_is_no_fault(call, described):
    path = described()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert len(call("experiment", path).json["runs"]) == 8


def test_a_ready_experiment_is_trained_by_its_name(call, monkeypatch):
    small = {"epochs": 1, "model.hidden_size": 3, "model.embedding_size": 3}
    ready = dataclasses.replace(READY["padding"], cells=("rnn",), seeds=(0, 1), settings=small)
    monkeypatch.setitem(READY, "padding", ready)

    result = call("experiment", "--ready", "padding").json

    assert result["experiment"] == ready.title
    expected = [(where, seed) for where in ("packed", "after", "before") for seed in (0, 1)]
    assert [(run["value"], run["seed"]) for run in result["runs"]] == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give either a FILE or --ready."),
        (("file.toml", "--ready", "padding"), "Give either a FILE or --ready."),
        (("--ready", "dropout"), "--ready is “dropout”; allowed is one of: padding, optimiser, clipping, tokens"),
    ],
)
def test_an_experiment_is_either_a_file_or_a_ready_one(call, arguments, said):
    assert said in call("experiment", *arguments).complaint
