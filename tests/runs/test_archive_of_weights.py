"""The tensors in an archive are checked against the configuration: weights, snapshots, the state of a training."""

import io
import pickle
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from rnnviz.runs.checkpoint import (
    STATE,
    WEIGHTS,
    snapshot_file,
)
from tests.runs.archives import (
    SNAPSHOT,
    at,
    header_of,
    refusal,
    with_header,
    with_state,
    with_tensors,
    zipped,
)


def put(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    def changed_in_place(tensors: dict[str, Any]) -> None:
        tensors[name] = change(tensors[name])

    return changed_in_place


BAD_TENSORS = [
    (put("head.bias", lambda bias: bias.astype(np.float64)), "head.bias is float64 (2,); the configuration asks for"),
    (put("head.bias", lambda bias: bias.astype(np.float16)), "head.bias is float16 (2,); the configuration asks for"),
    (put("head.bias", lambda bias: bias[:1]), "head.bias is float32 (1,); the configuration asks for float32 (2,)"),
    (put("head.bias", lambda bias: bias[:0]), "head.bias is float32 (0,); the configuration asks for"),
    (put("head.weight", lambda weight: weight.T.copy()), "head.weight is float32 (5, 2); the configuration asks for"),
    (put("head.bias", lambda bias: bias * np.nan), "The tensor head.bias holds values that are no finite numbers"),
    (put("head.bias", lambda bias: bias + np.inf), "The tensor head.bias holds values that are no finite numbers"),
    (lambda tensors: tensors.pop("head.bias"), "It holds the tensors embedding.weight, head.weight"),
    (lambda tensors: tensors.update(more=np.zeros(3, np.float32)), "It holds the tensors embedding.weight, head.bias"),
    (lambda tensors: tensors.clear(), "It holds the tensors —; the configuration asks for"),
]


@pytest.mark.parametrize(("change", "words"), BAD_TENSORS, ids=range(len(BAD_TENSORS)))
@pytest.mark.parametrize("file", [WEIGHTS, SNAPSHOT])
def test_weights_of_another_net_are_refused(files, file, change, words):
    sentence = refusal(zipped(with_tensors(files, file, change)))

    assert words in sentence
    assert f"{file} is damaged" in sentence


@pytest.mark.parametrize(
    "change",
    [
        at("head.bias", "data_offsets", value=[0, 2**62]),
        at("head.bias", "data_offsets", value=[-8, 0]),
        at("head.bias", "shape", value=[2**40, 2**40]),
        at("head.bias", "dtype", value="PICKLE"),
        at("head.bias", value=None),
        at("__metadata__", value=5),
    ],
    ids=range(6),
)
def test_weights_with_a_wrong_description_are_refused(files, change):
    assert "model.safetensors is damaged" in refusal(zipped(with_header(files, WEIGHTS, change)))


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\xff" * 64, pickle.dumps({"a": 1}), struct.pack("<Q", 10**6 + 1) + bytes(10**6 + 9)]
)
@pytest.mark.parametrize("file", [WEIGHTS, SNAPSHOT, STATE])
def test_content_that_is_no_safetensors_is_refused(files, file, content):
    assert f"{file} is damaged" in refusal(zipped({**files, file: content}))


def test_a_pytorch_pickle_in_place_of_the_weights_is_refused_and_not_run(files):
    saved = io.BytesIO()
    torch.save({"head.bias": torch.zeros(2)}, saved)

    assert "model.safetensors is damaged" in refusal(zipped({**files, WEIGHTS: saved.getvalue()}))


def test_a_snapshot_of_an_epoch_that_never_was_is_refused(files):
    assert "epoch is 7; allowed is a whole number from 0 to 2" in refusal(
        zipped({**files, snapshot_file(7): files[SNAPSHOT]})
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (at("epoch", value=1), "epoch is 1; allowed is a whole number from 2 to 2"),
        (at("epoch", value=float("inf")), "cannot convert float infinity to integer"),
        (at("epoch", value=None), "is damaged"),
        (at("planned", value=10**6), "planned is 1000000"),
        (at("best_epoch", value=17), "best_epoch is 17"),
        (at("best_loss", value=float("nan")), "best_loss is nan"),
        (at("tokens", value=-5), "tokens is -5"),
        (at("seconds", value=float("inf")), "seconds is inf"),
        (at("groups", value=[1]), "is damaged"),
        (at("groups", value="adam"), "is damaged"),
        (at("groups", value=[]), "groups does not belong"),
        (at("groups", 0, "lr", value="fast"), "groups[0].lr does not belong to a training of this configuration"),
        (at("groups", 0, "lr", value=0), "groups[0].lr does not belong"),
        (at("groups", 0, "lr", value=float("nan")), "groups[0].lr does not belong"),
        (at("groups", 0, "betas", value=[0.9]), "groups[0].betas does not belong"),
        (at("groups", 0, "amsgrad", value=True), "groups[0].amsgrad does not belong"),
        (at("groups", 0, "weight_decay", value=0.7), "groups[0].weight_decay does not belong"),
        (at("groups", 0, "params", value=[0]), "groups[0].params does not belong"),
        (at("groups", 0, "hook", value="x"), "groups[0] does not belong"),
        (at("schedule", value=[]), "schedule does not belong"),
        (at("schedule", "optimizer", value="x"), "schedule does not belong"),
        (at("schedule", "last_epoch", value="x"), "schedule.last_epoch does not belong"),
        (at("schedule", "base_lrs", value=[]), "schedule.base_lrs does not belong"),
        (lambda notes: notes.pop("schedule"), "is damaged"),
    ],
    ids=range(24),
)
def test_a_state_from_which_no_training_could_go_on_is_refused(files, change, words):
    sentence = refusal(zipped(with_state(files, change)))

    assert words in sentence
    assert "state.safetensors is damaged" in sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda tensors: tensors.pop("weights.head.bias"), "It holds the tensors embedding.weight"),
        (lambda tensors: tensors.pop("best.head.bias"), "It holds the tensors embedding.weight"),
        (lambda tensors: tensors.pop("optimiser.0.exp_avg"), "optimiser.0 does not belong"),
        (
            lambda tensors: tensors.update({"optimiser.99.step": tensors["optimiser.0.step"]}),
            "optimiser does not belong",
        ),
        (lambda tensors: tensors.update({"other": tensors["optimiser.0.step"]}), "It holds tensors that belong to no"),
        (put("optimiser.0.exp_avg", lambda moment: moment * np.nan), "no finite numbers"),
        (put("optimiser.0.exp_avg", lambda moment: moment[:1]), "the configuration asks for"),
        (put("optimiser.0.step", lambda step: step.astype(np.int64)), "the configuration asks for"),
        (put("weights.head.bias", lambda bias: bias[:1]), "the configuration asks for"),
    ],
    ids=range(9),
)
def test_a_state_with_other_tensors_is_refused(files, change, words):
    header, _rest = header_of(files[STATE])
    changed = with_tensors(files, STATE, change)

    assert words in refusal(zipped(with_header(changed, STATE, at("__metadata__", value=header["__metadata__"]))))
