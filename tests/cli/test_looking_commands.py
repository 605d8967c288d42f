"""`predict`, `trace`, `gradients`, `report`, `runs`: what the instruments give, as JSON."""

import json
from pathlib import Path

import numpy as np
import pytest

from rnnviz.insight.gradients import gradient_profile
from rnnviz.runs.checkpoint import REPORT, RUN
from rnnviz.runs.store import read_model
from tests.cli.conftest import TINY
from tests.oracles import layer_states, prediction


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
