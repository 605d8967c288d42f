"""A checkpoint: its files as the contract has them, the way there and back, and every way to be damaged."""

import json
import pickle

import numpy as np
import pytest
import safetensors.numpy
import torch

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import (
    FILES,
    HISTORY,
    REPORT,
    RUN,
    VOCABULARY,
    WEIGHTS,
    Files,
    Outcome,
    pack,
    unpack_info,
    unpack_model,
)
from tests.oracles import untrained

TEXTS = ["abcdefgh", "A", "?", "ba d"]
JSON_FILES = [file for file in FILES if file != WEIGHTS]


def damaged(files: Files, file: str, content: object) -> Files:
    """The same files, one of them with other content: bytes, or a value to be written as JSON."""
    return {**files, file: content if isinstance(content, bytes) else json.dumps(content).encode()}


def changed(files: Files, file: str, **values: object) -> Files:
    return damaged(files, file, {**json.loads(files[file]), **values})


@pytest.fixture
def files(checkpoints) -> Files:
    return checkpoints["lstm"]


def test_the_weights_carry_the_names_and_shapes_of_the_contract(files):
    tokens = len(json.loads(files[VOCABULARY]))

    weights = safetensors.numpy.load(files[WEIGHTS])

    assert {name: value.shape for name, value in weights.items()} == {
        "embedding.weight": (tokens, 4),
        "rnn.weight_ih_l0": (20, 4),
        "rnn.weight_hh_l0": (20, 5),
        "rnn.bias_ih_l0": (20,),
        "rnn.bias_hh_l0": (20,),
        "head.weight": (2, 5),
        "head.bias": (2,),
    }
    assert {value.dtype for value in weights.values()} == {np.dtype(np.float32)}


def test_the_weights_load_into_plain_torch(files):
    weights = {name: torch.from_numpy(value) for name, value in safetensors.numpy.load(files[WEIGHTS]).items()}

    lstm = torch.nn.LSTM(4, 5)
    lstm.load_state_dict({name[4:]: value for name, value in weights.items() if name.startswith("rnn.")})


def test_the_vocabulary_is_a_list_that_begins_with_pad_and_unk(files):
    tokens = json.loads(files[VOCABULARY])

    assert tokens[:2] == ["<pad>", "<unk>"]
    assert "а" in tokens
    assert len(set(tokens)) == len(tokens)


def test_run_json_says_what_was_trained_on_what(files, names, configs):
    run = json.loads(files[RUN])

    assert run["format"] == 1
    assert run["config"] == configs["lstm"].to_dict()
    assert run["classes"] == ["cat", "dog"]
    assert run["dataset"] == {"name": "names", "rows": 40, "fingerprint": names.fingerprint}
    assert run["versions"]["torch"] == torch.__version__
    assert {"rnnviz", "python"} <= run["versions"].keys()
    assert (run["reason"], run["epochs"], run["device"]) == ("completed", 2, "cpu")
    assert run["seconds"] > 0


def test_the_history_has_a_line_for_each_epoch_from_the_net_before_learning(files):
    epochs = [json.loads(line) for line in files[HISTORY].splitlines()]

    assert [epoch["epoch"] for epoch in epochs] == [0, 1, 2]
    assert {"train_loss", "train_accuracy", "validation_loss", "validation_accuracy"} <= epochs[0].keys()


def test_the_report_has_the_parts_of_the_contract_in_the_shape_of_sklearn(files):
    report = json.loads(files[REPORT])

    for part in ("train", "test"):
        assert report[part].keys() == {"cat", "dog", "accuracy", "macro avg", "weighted avg"}
        assert report[part]["cat"].keys() == {"precision", "recall", "f1-score", "support"}
        assert np.sum(report["confusion"][part]) == report[part]["macro avg"]["support"]


def test_no_file_is_a_pickle(files):
    for content in files.values():
        with pytest.raises((pickle.UnpicklingError, EOFError, ValueError, KeyError, IndexError)):
            pickle.loads(content)


@pytest.mark.parametrize("direction", ["forward", "reverse", "both"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_round_trip_gives_predictions_that_are_equal_bit_for_bit(files, cell, direction):
    model = untrained(cell, 2, direction)
    model.classifier.requires_grad_(False)
    info = unpack_info("lstm", files)
    outcome = Outcome(info.dataset, "early", 2, 1, 1.0, 10.0, info.history, info.report)

    again = unpack_model("some run", pack(model, outcome))

    for name, value in model.classifier.state_dict().items():
        assert torch.equal(again.classifier.state_dict()[name], value)
    np.testing.assert_array_equal(
        again.probabilities([again.read(text) for text in TEXTS]),
        model.probabilities([model.read(text) for text in TEXTS]),
    )
    assert (again.config, again.classes, again.vocabulary) == (model.config, model.classes, model.vocabulary)
    assert not again.classifier.training


def test_the_info_is_all_that_was_packed_but_the_weights(files, configs, names):
    info = unpack_info("some run", {name: content for name, content in files.items() if name != WEIGHTS})

    assert (info.name, info.config, info.classes) == ("some run", configs["lstm"], ("cat", "dog"))
    assert (info.reason, info.epochs, info.device) == ("completed", 2, "cpu")
    assert (info.dataset.name, info.dataset.rows, info.dataset.fingerprint) == ("names", 40, names.fingerprint)
    assert info.best_epoch == max(epoch["epoch"] for epoch in info.history if epoch["best"])
    assert info.parameters == sum(value.size for value in safetensors.numpy.load(files[WEIGHTS]).values())
    assert info.report == json.loads(files[REPORT])
    assert list(info.history) == [json.loads(line) for line in files[HISTORY].splitlines()]


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named_with_its_run(files, file):
    with pytest.raises(BadInput, match=f"Run “my-run” lacks {file}"):
        unpack_model("my-run", {name: content for name, content in files.items() if name != file})


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("file", FILES)
def test_a_file_that_was_cut_short_is_named_with_its_run(files, file, share):
    content = files[file][: int(len(files[file]) * share)]

    with pytest.raises(BadInput, match=f"Run “my-run”: {file} is damaged"):
        unpack_model("my-run", {**files, file: content})


FOREIGN = [
    b"\x80\x04K\x01.",
    b"PK\x03\x04 a zip file",
    b"\xff\xfe\x00",
    b'"text"',
    b"[1, 2]",
    b"5",
    b"null",
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", FOREIGN, ids=range(len(FOREIGN)))
@pytest.mark.parametrize("file", [file for file in FILES if file != RUN])
def test_a_foreign_file_is_named_with_its_run(files, file, content):
    with pytest.raises(BadInput, match=f"Run “my-run”: {file} is damaged") as caught:
        unpack_model("my-run", {**files, file: content})

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", FOREIGN, ids=range(len(FOREIGN)))
def test_a_foreign_run_json_is_damaged_or_of_no_known_format(files, content):
    with pytest.raises(BadInput, match=r"Run “my-run”(: run\.json is damaged| has format None; this version reads)"):
        unpack_model("my-run", {**files, RUN: content})


@pytest.mark.parametrize("found", [2, "1.0", None])
def test_another_format_is_named_with_the_one_that_is_read(files, found):
    with pytest.raises(BadInput, match=f"Run “my-run” has format {found}; this version reads format 1"):
        unpack_info("my-run", changed(files, RUN, format=found))


@pytest.mark.parametrize(
    "values",
    [
        {"config": {}},
        {"config": None},
        {"config": []},
        {"classes": None},
        {"dataset": {"name": "names"}},
        {"dataset": "names"},
        {"epochs": "many"},
        {"epochs": float("inf")},
        {"seconds": None},
    ],
    ids=str,
)
def test_a_run_json_of_the_wrong_shape_is_named_with_its_run(files, values):
    with pytest.raises(BadInput, match=r"Run “my-run”: run\.json is damaged"):
        unpack_info("my-run", changed(files, RUN, **values))


def test_a_configuration_out_of_range_is_named_with_its_run_and_setting(files, configs):
    config = configs["lstm"].to_dict()
    config["model"]["hidden_size"] = 10**9

    with pytest.raises(BadInput, match=r"Run “my-run”: run\.json is damaged \(Hidden size is 1000000000; allowed"):
        unpack_info("my-run", changed(files, RUN, config=config))


@pytest.mark.parametrize("content", [{}, {"train": {}, "test": {}}, {"train": {"accuracy": "high"}}], ids=str)
def test_a_report_of_the_wrong_shape_is_named_with_its_run(files, content):
    with pytest.raises(BadInput, match=r"Run “my-run”: report\.json is damaged"):
        unpack_info("my-run", damaged(files, REPORT, content))


def test_a_history_that_lacks_an_epoch_is_named_with_its_run(files):
    lines = files[HISTORY].splitlines(keepends=True)

    with pytest.raises(BadInput, match=r"Run “my-run”: history\.jsonl is damaged"):
        unpack_info("my-run", {**files, HISTORY: b"".join(lines[:-1])})


@pytest.mark.parametrize("content", [["a", "b"], ["<unk>", "<pad>"], []], ids=str)
def test_a_vocabulary_that_does_not_begin_with_pad_and_unk_is_named_with_its_run(files, content):
    with pytest.raises(BadInput, match=r"Run “my-run”: vocabulary\.json is damaged"):
        unpack_model("my-run", damaged(files, VOCABULARY, content))


@pytest.mark.parametrize("other", ["rnn", "gru"])
def test_weights_of_another_net_do_not_fit(checkpoints, files, other):
    with pytest.raises(BadInput, match=r"Run “my-run”: model\.safetensors is damaged") as caught:
        unpack_model("my-run", {**files, WEIGHTS: checkpoints[other][WEIGHTS]})

    assert "\n" not in str(caught.value)


def test_a_vocabulary_of_another_size_does_not_fit_the_weights(files):
    tokens = json.loads(files[VOCABULARY])

    with pytest.raises(BadInput, match=r"Run “my-run”: model\.safetensors is damaged"):
        unpack_model("my-run", damaged(files, VOCABULARY, tokens[:-1]))
