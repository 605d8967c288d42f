"""A checkpoint: one run as a handful of small files, safe to share (safetensors and JSON, never pickle)."""

import dataclasses
import json
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError

import rnnviz
from rnnviz.errors import BadInput, listed
from rnnviz.models.classifier import Classifier
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.config import RunConfig, config_from_dict
from rnnviz.training.events import EpochDone
from rnnviz.training.trained import TrainedModel

FORMAT = 1
WEIGHTS, RUN, VOCABULARY, HISTORY, REPORT = (
    "model.safetensors",
    "run.json",
    "vocabulary.json",
    "history.jsonl",
    "report.json",
)
FILES = (WEIGHTS, RUN, VOCABULARY, HISTORY, REPORT)

Files = dict[str, bytes]
"""The files of a checkpoint by name: how a run travels between machines."""


@dataclass(frozen=True)
class DatasetInfo:
    """Which rows a run was trained on."""

    name: str
    rows: int
    fingerprint: str


@dataclass(frozen=True)
class RunInfo:
    """All about a run but its weights: what lists, curves and reports need."""

    name: str
    """Of its folder, which is also how commands and links call it."""
    config: RunConfig
    classes: tuple[str, ...]
    dataset: DatasetInfo
    reason: str
    """Why training ended, one of `rnnviz.training.events.Reason`."""
    epochs: int
    best_epoch: int
    seconds: float
    tokens_per_second: float
    parameters: int
    device: str
    history: tuple[dict[str, Any], ...]
    """One dictionary an epoch, from epoch 0, the net before any learning."""
    report: dict[str, Any]
    """`train`, `validation` and `test` in scikit-learn's shape, and `confusion` of each."""


@dataclass(frozen=True)
class Outcome:
    """What a finished training adds to its configuration."""

    dataset: DatasetInfo
    reason: str
    epochs: int
    best_epoch: int
    seconds: float
    tokens_per_second: float
    history: tuple[dict[str, Any], ...]
    report: dict[str, Any]


def pack(model: TrainedModel, outcome: Outcome) -> Files:
    """The files of a checkpoint."""
    run = {
        "format": FORMAT,
        "config": model.config.to_dict(),
        "classes": list(model.classes),
        "dataset": {
            "name": outcome.dataset.name,
            "rows": outcome.dataset.rows,
            "fingerprint": outcome.dataset.fingerprint,
        },
        "versions": {
            "rnnviz": rnnviz.__version__,
            "torch": str(torch.__version__),
            "python": platform.python_version(),
        },
        "reason": outcome.reason,
        "epochs": outcome.epochs,
        "best_epoch": outcome.best_epoch,
        "seconds": round(outcome.seconds, 3),
        "tokens_per_second": round(outcome.tokens_per_second, 1),
        "parameters": model.classifier.count_parameters(),
        "device": "cpu",
    }
    return {
        WEIGHTS: safetensors.torch.save(model.classifier.state_dict()),
        RUN: _json(run),
        VOCABULARY: _json(list(model.vocabulary.tokens)),
        HISTORY: b"".join(json.dumps(epoch).encode() + b"\n" for epoch in outcome.history),
        REPORT: _json(outcome.report),
    }


def unpack_info(name: str, files: Mapping[str, bytes]) -> RunInfo:
    """All but the weights; `BadInput` that names what is missing or damaged."""
    missing = [file for file in FILES if file not in files and file != WEIGHTS]
    if missing:
        raise BadInput("Run “{run}” lacks {files}.", run=name, files=listed(missing))
    with _reading(name, RUN):
        run = json.loads(files[RUN])
    if not isinstance(run, dict) or run.get("format") != FORMAT:
        found = run.get("format") if isinstance(run, dict) else None
        raise BadInput(
            "Run “{run}” has format {found}; this version reads format {known}.", run=name, found=found, known=FORMAT
        )
    with _reading(name, HISTORY):
        history = tuple(_checked_epoch(json.loads(line)) for line in files[HISTORY].splitlines() if line.strip())
    with _reading(name, REPORT):
        report = _checked_report(json.loads(files[REPORT]))
    with _reading(name, RUN):
        info = RunInfo(
            name=name,
            config=config_from_dict(run["config"]),
            classes=tuple(str(label) for label in run["classes"]),
            dataset=DatasetInfo(**run["dataset"]),
            reason=str(run["reason"]),
            epochs=int(run["epochs"]),
            best_epoch=int(run["best_epoch"]),
            seconds=float(run["seconds"]),
            tokens_per_second=float(run["tokens_per_second"]),
            parameters=int(run["parameters"]),
            device=str(run["device"]),
            history=history,
            report=report,
        )
    with _reading(name, HISTORY):
        if len(history) != info.epochs + 1:
            raise ValueError(f"{len(history)} lines for the epochs 0 to {info.epochs}")
    return info


def unpack_model(name: str, files: Mapping[str, bytes]) -> TrainedModel:
    """The model itself, in `eval()` mode; `BadInput` where the weights do not fit the configuration."""
    info = unpack_info(name, files)
    if WEIGHTS not in files:
        raise BadInput("Run “{run}” lacks {files}.", run=name, files=WEIGHTS)
    with _reading(name, VOCABULARY):
        vocabulary = Vocabulary(tuple(json.loads(files[VOCABULARY])))
    classifier = Classifier(info.config.model, len(vocabulary), len(info.classes))
    with _reading(name, WEIGHTS):
        classifier.load_state_dict(safetensors.torch.load(files[WEIGHTS]))
    classifier.requires_grad_(False)
    return TrainedModel(info.config, info.classes, vocabulary, classifier.eval())


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


DAMAGES = (BadInput, KeyError, TypeError, ValueError, OverflowError, RuntimeError, SafetensorError)
"""What foreign content can make of reading a file, an endless nesting among it."""


@contextmanager
def _reading(name: str, file: str) -> Iterator[None]:
    """Whatever goes wrong inside becomes a `BadInput` that names the run and the file."""
    try:
        yield
    except DAMAGES as error:
        reason = error if isinstance(error, BadInput) else " ".join(str(error).split())[:200]
        raise BadInput("Run “{run}”: {file} is damaged ({reason}).", run=name, file=file, reason=reason) from None


EPOCH_FIELDS = tuple(field.name for field in dataclasses.fields(EpochDone))


def _checked_epoch(epoch: Any) -> dict[str, Any]:
    for field in EPOCH_FIELDS:
        float(epoch[field])
    return dict(epoch)


def _checked_report(report: Any) -> dict[str, Any]:
    for part in ("train", "test"):
        float(report[part]["accuracy"])
        report["confusion"][part]
    return dict(report)
