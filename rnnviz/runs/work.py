"""One training from start to checkpoint: what a worker does, the app's and the command line's alike."""

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from rnnviz.errors import BadInput
from rnnviz.evaluation.report import classification_report, confusion_matrix
from rnnviz.insight.gradients import gradient_profile
from rnnviz.runs.checkpoint import DatasetInfo, Files, Outcome, pack
from rnnviz.text.corpus import Corpus, tokenize
from rnnviz.text.sources import Dataset, DatasetCard
from rnnviz.text.splits import PARTS
from rnnviz.training import task
from rnnviz.training.config import RunConfig
from rnnviz.training.data import TrainingData, make_ready
from rnnviz.training.events import BatchDone, Control, Ended, EpochDone, uncontrolled
from rnnviz.training.loop import build_classifier, train
from rnnviz.training.trained import TrainedModel

Message = dict[str, Any]
"""An event as it travels: plain JSON values, `kind` one of "reading", "batch", "epoch", "ended"."""


@dataclass(frozen=True)
class Watch:
    """Texts whose fate is followed from epoch to epoch."""

    pinned: tuple[str, ...] = ()
    """Their predictions are told after each epoch."""
    profiled: str | None = None
    """The gradient norms of this one too."""


def run_id(config: RunConfig, dataset: Dataset | DatasetCard) -> str:
    """The name of a run: dataset, cell and the hash of all that decides it."""
    return f"{config.dataset}-{config.model.cell}-{config.hash(dataset.fingerprint)[:10]}"


def train_run(
    config: RunConfig,
    texts: Dataset | Corpus,
    watch: Watch = Watch(),
    tell: Callable[[Message], None] = lambda _: None,
    control: Control = uncontrolled,
) -> Files:
    """Train, judge, and pack into the files of a checkpoint; `tell` hears each event on the way."""
    corpus = tokenize(texts, config.text.unit, config.text.contradictions) if isinstance(texts, Dataset) else texts
    data = make_ready(corpus, config.text, config.seed)
    classifier = build_classifier(config, data)
    model = TrainedModel(config, data.classes, data.vocabulary, classifier)
    history: list[Message] = []
    ended: Ended | None = None
    for event in train(classifier, data, config, control):
        match event:
            case BatchDone():
                tell({"kind": "batch", **dataclasses.asdict(event)})
            case EpochDone():
                history.append(dataclasses.asdict(event))
                tell({"kind": "epoch", **history[-1], **_watched(model, watch)})
            case Ended():
                ended = event
    assert ended is not None
    outcome = Outcome(
        DatasetInfo(corpus.card.name, corpus.card.rows, corpus.card.fingerprint),
        ended.reason.value,
        ended.epochs,
        ended.best_epoch,
        ended.seconds,
        ended.tokens / ended.seconds if ended.seconds else 0.0,
        tuple(history),
        judge(model, data),
    )
    tell({"kind": "ended", **dataclasses.asdict(ended), "reason": ended.reason.value})
    return pack(model, outcome)


def judge(model: TrainedModel, data: TrainingData) -> dict[str, Any]:
    """Reports and confusion matrices of all parts, as `report.json` holds them."""
    tables, confusions = {}, {}
    for name in PARTS:
        part = data.parts[name]
        predicted = task.scores(model.classifier, part).argmax(dim=-1).numpy()
        confusion = confusion_matrix(part.labels, predicted, len(data.classes))
        tables[name] = classification_report(confusion, data.classes)
        confusions[name] = confusion.tolist()
    return {**tables, "confusion": confusions}


def _watched(model: TrainedModel, watch: Watch) -> Message:
    """What the watched texts give at this moment; a text that can't be read is left out."""
    model.classifier.eval()
    told: Message = {}
    readings = list(_readings(model, watch.pinned))
    if readings:
        probabilities = model.probabilities([reading for _, reading in readings])
        told["pinned"] = {text: values for (text, _), values in zip(readings, _rounded(probabilities), strict=True)}
    for _, reading in _readings(model, (watch.profiled,) if watch.profiled else ()):
        profile = gradient_profile(model, reading)
        told["profile"] = {"tokens": list(profile.tokens), "hidden_norms": profile.hidden_norms.tolist()}
    return told


def _readings(model: TrainedModel, texts: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for text in texts:
        try:
            yield text, model.read(text)
        except BadInput:
            continue


def _rounded(values: np.ndarray) -> list[list[float]]:
    rounded: list[list[float]] = np.round(values.astype(float), 6).tolist()
    return rounded


def warm_up() -> None:
    """Train a net for one epoch on a handful of rows: afterwards everything a training needs is imported."""
    torch.set_num_threads(1)
    rows = tuple((letter * 3, label) for label, letters in (("x", "abcd"), ("y", "efgh")) for letter in letters)
    train_run(RunConfig(epochs=1), Dataset("warm-up", rows, "character"), Watch(profiled="abc"))
