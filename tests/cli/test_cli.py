"""The command line as scripts see it: one JSON object on standard output, all else on standard error."""

import json
import runpy
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnviz.cli import main
from rnnviz.insight.gradients import gradient_profile
from rnnviz.language import current_language
from rnnviz.runs.checkpoint import REPORT, RUN
from rnnviz.runs.store import RunStore, read_info, read_model
from tests.oracles import layer_states, prediction

CSV = "name,kind,other\n" + "".join(
    f"{a}{b},{'cat' if b == 'ka' else 'dog'},x\n" for a in "абвгдеж" for b in ("ka", "x")
)
REVIEWS = "text;verdict\n" + "".join(
    f"this film is {'very good' if i % 2 else 'so bad'}, seen it {i} times;{'pos' if i % 2 else 'neg'}\n"
    for i in range(30)
)


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object of a good answer."""
        assert self.code == 0, self.err
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def complaint(self) -> str:
        """The one line of a bad one."""
        assert (self.code, self.out) == (2, "")
        (line,) = self.err.splitlines()
        return line


@pytest.fixture(autouse=True)
def at_home(monkeypatch, store):
    """Commands speak English and find the three tiny runs in their store."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr("rnnviz.runs.store.CHECKPOINTS", store.root)


@pytest.fixture
def call(capsys):
    def called(*arguments: object) -> Answer:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return called


@pytest.fixture
def csv(tmp_path) -> Path:
    path = tmp_path / "pets.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.fixture
def columns(csv) -> tuple[object, ...]:
    return "--csv", csv, "--text-column", "name", "--label-column", "kind"


TINY = ("--hidden-size", 3, "--embedding-size", 3, "--epochs", 2)


def test_train_gives_the_run_and_its_figures(call, columns, tmp_path):
    result = call("train", *columns, *TINY, "--out", tmp_path / "run").json

    assert result.keys() == {"run", "epochs", "train_accuracy", "test_accuracy", "seconds", "tokens_per_second"}
    assert result["run"] == str(tmp_path / "run")
    report = json.loads((tmp_path / "run" / REPORT).read_bytes())
    assert result["epochs"] == 2
    assert result["train_accuracy"] == report["train"]["accuracy"]
    assert result["test_accuracy"] == report["test"]["accuracy"]
    assert result["seconds"] > 0
    assert result["tokens_per_second"] > 0


def test_train_tells_its_progress_on_standard_error_only(call, columns, tmp_path):
    answer = call("train", *columns, *TINY, "--out", tmp_path / "run")

    assert len(answer.out.splitlines()) == 1
    assert [line.split()[:2] for line in answer.err.splitlines()] == [["epoch", "0"], ["epoch", "1"], ["epoch", "2"]]


def test_train_obeys_every_setting(call, tmp_path):
    settings = (
        *("--dataset", "pets-en", "--cell", "gru", "--epochs", 1, "--hidden-size", 3, "--embedding-size", 4),
        *("--layers", 2, "--bidirectional", "--learning-rate", 0.02, "--batch-size", 512, "--max-tokens", 5),
        *("--seed", 7),
    )

    call("train", *settings, "--out", tmp_path / "run").json  # noqa: B018

    config = read_info(tmp_path / "run").config
    assert (config.dataset, config.epochs, config.batch_size, config.seed) == ("pets-en", 1, 512, 7)
    assert (config.text.unit, config.text.max_tokens) == ("character", 5)
    assert (config.model.cell, config.model.hidden_size, config.model.embedding_size) == ("gru", 3, 4)
    assert (config.model.layers, config.model.direction) == (2, "both")
    assert config.optimiser.learning_rate == 0.02


def test_train_reads_words_from_a_csv_file(call, tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, encoding="utf-8")

    result = call(
        *("train", "--csv", path, "--text-column", "text", "--label-column", "verdict", "--unit", "word"),
        *TINY,
        *("--out", tmp_path / "run"),
    ).json
    tokens = call("trace", result["run"], "This film isn't bad, is it?").json["tokens"]

    assert read_info(tmp_path / "run").config.text.unit == "word"
    assert read_info(tmp_path / "run").classes == ("neg", "pos")
    assert tokens == ["this", "film", "isn't", "bad", ",", "is", "it", "?"]


def test_train_without_a_folder_puts_the_run_into_the_store(call, columns, store):
    result = call("train", *columns, *TINY).json

    assert Path(result["run"]).parent == store.root / "runs"
    assert Path(result["run"]).name.startswith("pets-lstm-")
    assert [info.name for info in store.listing().runs][-1] == Path(result["run"]).name


def test_the_same_command_gives_the_same_run(call, columns, tmp_path):
    runs = [call("train", *columns, *TINY, "--out", tmp_path / name).json["run"] for name in ("one", "two")]

    weights = [(Path(run) / "model.safetensors").read_bytes() for run in runs]
    assert weights[0] == weights[1]


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_predict_gives_a_class_and_probabilities_for_each_text(call, store, cell):
    texts = ["Мурка", "рекс", "том"]

    predictions = call("predict", cell, *texts).json["predictions"]

    model = store.model(cell)
    assert [answer["text"] for answer in predictions] == texts
    for answer in predictions:
        assert answer.keys() == {"text", "class", "probabilities"}
        expected = prediction(model, model.read(answer["text"]))
        assert list(answer["probabilities"]) == ["cat", "dog"]
        np.testing.assert_allclose(list(answer["probabilities"].values()), expected, atol=1e-6)
        assert answer["class"] == ["cat", "dog"][expected.argmax()]


GATES = {"rnn": [], "lstm": ["input", "forget", "candidate", "output"], "gru": ["reset", "update", "new"]}


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_trace_gives_every_state_and_gate_of_each_token(call, store, cell):
    result = call("trace", cell, "Барсик").json

    assert result.keys() == {"cell", "tokens", "hidden", "cell_state", "gates", "probabilities"}
    assert (result["cell"], result["tokens"]) == (cell, list("барсик"))
    assert list(result["gates"]) == GATES[cell]
    assert {np.shape(gate) for gate in result["gates"].values()} <= {(6, 5)}
    model = store.model(cell)
    states = layer_states(model, model.read("Барсик"), 0, "forward")
    np.testing.assert_allclose(result["hidden"], np.stack([state[0] for state in states]), atol=1e-6)
    if cell == "lstm":
        np.testing.assert_allclose(result["cell_state"], np.stack([state[1] for state in states]), atol=1e-6)
    else:
        assert result["cell_state"] is None
    assert np.shape(result["probabilities"]) == (6, 2)
    np.testing.assert_allclose(result["probabilities"][-1], prediction(model, model.read("Барсик")), atol=1e-6)


def test_trace_looks_at_the_layer_and_direction_that_are_asked_for(call, columns, tmp_path):
    run = call("train", *columns, *TINY, "--layers", 2, "--bidirectional", "--out", tmp_path / "run").json["run"]
    model = read_model(Path(run))

    for layer in (0, 1):
        for direction in ("forward", "reverse"):
            hidden = call("trace", run, "аka", "--layer", layer, "--direction", direction).json["hidden"]
            states = layer_states(model, model.read("аka"), layer, direction)
            np.testing.assert_allclose(hidden, np.stack([state[0] for state in states]), atol=1e-6)


@pytest.mark.parametrize("target", [(), ("--target", "dog"), ("--target", "cat")])
def test_gradients_gives_norms_and_their_half_life(call, store, target):
    result = call("gradients", "gru", "Маркиза", *target).json

    assert result.keys() == {"tokens", "hidden_norms", "input_norms", "half_life"}
    assert result["tokens"] == list("маркиза")
    model = store.model("gru")
    profile = gradient_profile(model, model.read("Маркиза"), target[1] if target else None)
    np.testing.assert_allclose(result["hidden_norms"], profile.hidden_norms, rtol=1e-6)
    np.testing.assert_allclose(result["input_norms"], profile.input_norms, rtol=1e-6)
    assert result["half_life"] == profile.half_life


def test_report_gives_the_reports_of_runs_by_name_and_by_folder(call, store, checkpoints):
    folder = str(store.root / "gru")

    reports = call("report", "lstm", folder).json["reports"]

    assert [report["run"] for report in reports] == ["lstm", folder]
    for report, cell in zip(reports, ("lstm", "gru"), strict=True):
        assert report.keys() == {"run", "train", "test"}
        expected = json.loads(checkpoints[cell][REPORT])
        assert (report["train"], report["test"]) == (expected["train"], expected["test"])


def test_datasets_says_what_there_is_and_what_cleaning_does(call):
    datasets = call("datasets").json["datasets"]

    assert [dataset["name"] for dataset in datasets] == ["pets", "pets-en", "reviews", "imdb"]
    assert datasets[2]["unit"] == "word"
    for dataset in datasets[:2]:
        assert dataset["unit"] == "character"
        assert len(dataset["classes"]) == 2
        assert dataset["rows"] > max(dataset["texts"].values()) > 1000
        assert dataset["rows"] - dataset["texts"]["drop"] == sum(
            dataset["cleaning"][step] for step in ("empty", "contradictions", "duplicates")
        )


def test_a_dataset_whose_file_is_missing_does_not_break_the_list(call, tmp_path, monkeypatch):
    import rnnviz.cli.datasets

    read = rnnviz.cli.datasets.read_dataset
    monkeypatch.setattr("rnnviz.cli.datasets.read_dataset", lambda name: read(name, tmp_path))

    datasets = call("datasets").json["datasets"]

    assert [dataset.keys() for dataset in datasets] == [{"name", "error"}] * 4
    assert "pets.csv does not exist" in datasets[0]["error"]


def test_runs_lists_the_sound_ones_and_names_the_damaged_ones(call, store):
    (store.root / "rnn" / RUN).write_bytes(b"{")

    answer = call("runs")

    assert [(run["run"], run["cell"], run["dataset"]) for run in answer.json["runs"]] == [
        ("gru", "gru", "names"),
        ("lstm", "lstm", "names"),
    ]
    (sentence,) = answer.json["damaged"]
    assert sentence.startswith("Run “rnn”: run.json is damaged")
    assert answer.err.splitlines() == [sentence]


def test_letters_that_the_model_does_not_know_are_said_on_standard_error(call):
    answer = call("predict", "lstm", "мурка7")

    assert answer.json["predictions"][0]["text"] == "мурка7"
    assert answer.err.splitlines() == ["Never seen in training, so read as <unk>: 7"]


@pytest.mark.parametrize("command", ["predict", "trace", "gradients"])
def test_an_unknown_run_is_said_in_one_line(call, command):
    assert call(command, "nobody", "мурка").complaint == "Error: There is no run “nobody”. Known are: gru, lstm, rnn."


def test_an_unknown_run_of_a_report_is_said_in_one_line(call):
    assert call("report", "lstm", "nobody").complaint.startswith("Error: There is no run “nobody”.")


def test_a_run_with_an_endless_name_is_said_in_one_line(call):
    assert "can’t be read: File name too long" in call("predict", "x" * 5000, "мурка").complaint


def test_a_folder_without_a_run_is_said_in_one_line(call, tmp_path):
    (tmp_path / "empty").mkdir()

    assert call("report", tmp_path / "empty").complaint.startswith("Error: Run “empty” lacks")


@pytest.mark.parametrize("text", ["", "   ", "\t\n"])
@pytest.mark.parametrize("command", ["predict", "trace", "gradients"])
def test_an_empty_text_is_said_in_one_line(call, command, text):
    assert "There is nothing to read" in call(command, "lstm", text).complaint


def test_an_empty_text_among_others_is_said_in_one_line(call):
    assert "There is nothing to read" in call("predict", "lstm", "qqq", "").complaint


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("--epochs", 0, "Epochs is 0; allowed is 1 to 200."),
        ("--epochs", "9" * 400, "allowed is 1 to 200."),
        ("--hidden-size", 0, "Hidden size is 0; allowed is 1 to 256."),
        ("--embedding-size", 257, "Embedding size is 257; allowed is 1 to 256."),
        ("--layers", 5, "Layers is 5; allowed is 1 to 4."),
        ("--learning-rate", 0, "Learning rate is 0.0; allowed is 1e-06 to 10.0."),
        ("--learning-rate", "nan", "Learning rate is nan; allowed is 1e-06 to 10.0."),
        ("--batch-size", -1, "Batch size is -1; allowed is 1 to 1024."),
        ("--max-tokens", 1, "allowed is 2 to 1000."),
        ("--seed", -1, "Seed is -1; allowed is 0 to"),
        ("--epochs", "many", "argument --epochs: invalid int value: 'many'"),
        ("--cell", "cnn", "argument --cell: invalid choice: 'cnn'"),
        ("--depth", 3, "unrecognized arguments: --depth 3"),
    ],
)
def test_a_setting_out_of_range_is_said_in_one_line(call, columns, tmp_path, setting, value, complaint):
    assert complaint in call("train", *columns, setting, value, "--out", tmp_path / "run").complaint
    assert not (tmp_path / "run").exists()


def test_an_unknown_dataset_is_said_in_one_line(call):
    complaint = call("train", "--dataset", "fish").complaint

    assert complaint == "Error: There is no dataset “fish”. Known are: pets, pets-en, reviews, imdb."


def test_a_missing_csv_file_is_said_in_one_line(call, tmp_path):
    complaint = call("train", "--csv", tmp_path / "no.csv", "--text-column", "a", "--label-column", "b").complaint

    assert complaint == f"Error: The file {tmp_path / 'no.csv'} does not exist."


@pytest.mark.parametrize("given", [(), ("--text-column", "name"), ("--label-column", "kind")])
def test_a_csv_file_without_columns_is_said_in_one_line(call, csv, given):
    assert call("train", "--csv", csv, *given).complaint == "Error: --csv needs --text-column and --label-column."


def test_a_column_that_is_not_there_is_said_in_one_line(call, csv):
    complaint = call("train", "--csv", csv, "--text-column", "name", "--label-column", "class").complaint

    assert complaint.endswith("has no column “class”; its columns are: name, kind, other.")


def test_a_csv_file_with_nothing_to_read_is_said_in_one_line(call, tmp_path):
    path = tmp_path / "markup.csv"
    path.write_text("text,label\n" + "".join(f"{'<p>' * (i + 1)},{'ab'[i % 2]}\n" for i in range(20)))

    complaint = call("train", "--csv", path, "--text-column", "text", "--label-column", "label", "--unit", "word")

    assert "0 different texts after cleaning" in complaint.complaint


def test_a_dataset_and_a_csv_file_together_are_said_in_one_line(call, columns):
    assert "not allowed with argument" in call("train", "--dataset", "pets", *columns).complaint


def test_a_folder_that_is_there_already_is_left_alone(call, columns, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")

    complaint = call("train", *columns, *TINY, "--out", tmp_path / "mine").complaint

    assert complaint.startswith(f"Error: {tmp_path / 'mine'} is there already")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_folder_with_an_endless_name_is_said_in_one_line_before_any_training(call, columns, tmp_path):
    assert "File name too long" in call("train", *columns, *TINY, "--out", tmp_path / ("x" * 5000)).complaint


@pytest.mark.parametrize("target", ["fish", "two\nlines", ""])
def test_an_unknown_class_is_said_in_one_line(call, target):
    complaint = call("gradients", "lstm", "мурка", "--target", target).complaint

    assert complaint == f"Error: Class is “{' '.join(target.split())}”; allowed is one of: cat, dog."


@pytest.mark.parametrize("text", ["мурка", "qqq"])
def test_an_unknown_layer_is_said_in_one_line(call, text):
    assert call("trace", "lstm", text, "--layer", 1).complaint == "Error: Layer is 1; allowed is 0 to 0."


def test_an_unknown_direction_is_said_in_one_line(call):
    complaint = call("trace", "lstm", "мурка", "--direction", "reverse").complaint

    assert complaint == "Error: Direction is “reverse”; allowed is one of: forward."


@pytest.mark.parametrize("arguments", [(), ("fly",), ("predict",), ("predict", "lstm"), ("trace", "lstm")])
def test_a_command_that_lacks_something_is_said_in_one_line(call, arguments):
    assert call(*arguments).complaint.startswith("rnnviz")


@pytest.mark.parametrize(
    ("locale", "language"), [("ru_RU.UTF-8", "ru"), ("en_GB.UTF-8", "en"), ("de_DE.UTF-8", "en"), ("C", "en")]
)
def test_commands_speak_the_language_of_the_terminal(call, monkeypatch, locale, language):
    monkeypatch.setenv("LC_ALL", locale)

    assert "nobody" in call("predict", "nobody", "мурка").complaint
    assert current_language() == language


def test_the_package_runs_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["rnnviz", "predict", "lstm", "мурка"])

    with pytest.raises(SystemExit) as end:
        runpy.run_module("rnnviz", run_name="__main__")

    assert end.value.code == 0
    assert json.loads(capsys.readouterr().out)["predictions"][0]["text"] == "мурка"


def test_the_store_of_the_commands_is_the_one_of_the_app(store):
    assert RunStore().root == store.root
