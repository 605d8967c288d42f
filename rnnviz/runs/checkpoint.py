"""A checkpoint: one run as a handful of small files, safe to share (safetensors and JSON, never pickle)."""

import dataclasses
import json
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError

import rnnviz
from rnnviz.errors import BadInput, listed
from rnnviz.models.classifier import Classifier
from rnnviz.runs.steering import Intervention
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.config import RunConfig, config_from_dict
from rnnviz.training.events import EpochDone
from rnnviz.training.pretrained import Coverage
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
"""What every checkpoint has."""
STATE, WATCHED = "state.safetensors", "watched.jsonl"
"""What some have too: all that is needed to train on, and what became of the texts that were followed."""
INTERVENTIONS, VECTORS = "interventions.jsonl", "vectors.json"
"""What was done by hand and which words had pretrained vectors, beside a state; in a checkpoint both stand in `RUN`."""
_SNAPSHOT = re.compile(r"snapshot-([0-9]{4})\.safetensors")

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
    interventions: tuple[Intervention, ...] = ()
    """What was done by hand while it trained."""
    watched: tuple[dict[str, Any], ...] = ()
    """What became of the texts that were followed: one dictionary an epoch, or none at all."""
    snapshots: tuple[int, ...] = ()
    """Epochs whose weights were kept."""
    continuable: bool = False
    """Whether it can be trained on."""
    vectors: Coverage | None = None
    """How much of the vocabulary began with a pretrained vector; None where none did."""


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
    interventions: tuple[Intervention, ...] = ()
    vectors: Coverage | None = None


def snapshot_file(epoch: int) -> str:
    """The file that holds the weights of an epoch."""
    return f"snapshot-{epoch:04d}.safetensors"


def is_file_of_run(name: str) -> bool:
    """Whether a checkpoint may hold a file of this name."""
    return name in (*FILES, STATE, WATCHED) or _SNAPSHOT.fullmatch(name) is not None


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
        "interventions": [dataclasses.asdict(made) for made in outcome.interventions],
        **({"vectors": dataclasses.asdict(outcome.vectors)} if outcome.vectors else {}),
    }
    return {
        WEIGHTS: safetensors.torch.save(model.classifier.state_dict()),
        RUN: _json(run),
        VOCABULARY: _json(list(model.vocabulary.tokens)),
        HISTORY: pack_lines(outcome.history),
        REPORT: _json(outcome.report),
    }


def unpack_info(name: str, files: Mapping[str, bytes], present: Iterable[str] = ()) -> RunInfo:
    """All but the weights; `BadInput` that names what is missing or damaged.

    `present` names files of the run that were not read.
    """
    present = {*files, *present}
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
        history = tuple(_checked_epoch(epoch) for epoch in unpack_lines(files[HISTORY]))
    with _reading(name, WATCHED):
        watched = tuple(dict(epoch) for epoch in unpack_lines(files.get(WATCHED, b"")))
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
            interventions=tuple(Intervention(**made) for made in run.get("interventions", ())),
            watched=watched,
            snapshots=tuple(sorted(int(match[1]) for match in map(_SNAPSHOT.fullmatch, present) if match)),
            continuable=STATE in present,
            vectors=Coverage(**run["vectors"]) if "vectors" in run else None,
        )
    with _reading(name, HISTORY):
        if len(history) != info.epochs + 1:
            raise ValueError(f"{len(history)} lines for the epochs 0 to {info.epochs}")
    return info


def unpack_model(name: str, files: Mapping[str, bytes], epoch: int | None = None) -> TrainedModel:
    """The model itself, in `eval()` mode, with the best weights or those of an epoch that were kept.

    `BadInput` where the weights do not fit the configuration.
    """
    info, weights = unpack_info(name, files), WEIGHTS if epoch is None else snapshot_file(epoch)
    if weights not in files:
        raise BadInput("Run “{run}” lacks {files}.", run=name, files=weights)
    with _reading(name, VOCABULARY):
        vocabulary = Vocabulary(tuple(json.loads(files[VOCABULARY])))
    classifier = Classifier(info.config.model, len(vocabulary), len(info.classes))
    with _reading(name, weights):
        classifier.load_state_dict(safetensors.torch.load(files[weights]))
    classifier.requires_grad_(False)
    return TrainedModel(info.config, info.classes, vocabulary, classifier.eval(), epoch)


def pack_lines(values: Iterable[Mapping[str, Any]]) -> bytes:
    """JSON values, one a line."""
    return b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values)


def unpack_lines(content: bytes) -> list[Any]:
    """What `pack_lines` wrote; `ValueError` where it is not JSON."""
    return [json.loads(line) for line in content.splitlines() if line.strip()]


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
