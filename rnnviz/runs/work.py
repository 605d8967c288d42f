"""One training from start to checkpoint: what a worker does, the app's and the command line's alike."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import safetensors.torch
import torch

from rnnviz.evaluation.report import classification_report, confusion_matrix
from rnnviz.runs.checkpoint import INTERVENTIONS, VECTORS, DatasetInfo, Files, Outcome, pack, snapshot_file
from rnnviz.runs.memory import Memory
from rnnviz.runs.steering import Intervention, Order, Steering
from rnnviz.runs.watching import Lookout, Watch
from rnnviz.text.corpus import Corpus, tokenize
from rnnviz.text.sources import Dataset, DatasetCard
from rnnviz.text.splits import PARTS
from rnnviz.text.vectors import Vectors, find_vectors, read_vectors
from rnnviz.training import task
from rnnviz.training.batch_look import look_at
from rnnviz.training.config import RunConfig, check_unit
from rnnviz.training.data import TrainingData, make_ready
from rnnviz.training.events import BatchDone, Ended, EpochDone
from rnnviz.training.loop import Training, build_classifier
from rnnviz.training.pretrained import Coverage, begin_with, check_vectors, coverage_of, words_of
from rnnviz.training.trained import TrainedModel

Message = dict[str, Any]
"""An event as it travels: plain JSON values.

`kind` is one of "reading", "resumed", "batch", "epoch", "paused", "going", "intervention", "ended".
"""


def run_id(config: RunConfig, dataset: Dataset | DatasetCard | DatasetInfo) -> str:
    """The name of a run: dataset, cell and the hash of all that decides it."""
    return f"{config.dataset}-{config.model.cell}-{config.hash(dataset.fingerprint)[:10]}"


def snapshot_epochs(epochs: int, most: int) -> set[int]:
    """The epochs whose weights are kept: 0, the last, and between them the denser the earlier."""
    if not most:
        return set()
    return {0, *np.geomspace(1, epochs, min(most, epochs)).round().astype(int).tolist()}


def train_run(
    config: RunConfig,
    texts: Dataset | Corpus,
    watch: Watch = Watch(),
    tell: Callable[[Message], None] = lambda _: None,
    inbox: "SimpleQueue[Order] | None" = None,
    begun: Files | None = None,
    keep: Callable[[Memory], None] = lambda _: None,
    vectors: Vectors | Path | None = None,
) -> Files:
    """Train, judge, and pack into the files of a checkpoint; `tell` hears each event on the way.

    Orders are taken from `inbox`. After each epoch `keep` is given the memory whose files
    another process needs to go on from there, as `begun`. Pretrained vectors, where the configuration asks for some,
    are brought along, or read from a file: the one with their fingerprint in `data/vectors`, if none is given.
    """
    check_unit(config)
    corpus = tokenize(texts, config.text.unit, config.text.contradictions) if isinstance(texts, Dataset) else texts
    data = make_ready(corpus, config.text, config.seed)
    classifier = build_classifier(config, data)
    training = Training(classifier, data, config)
    model = TrainedModel(config, data.classes, data.vocabulary, classifier)
    memory = Memory.of(begun)
    if memory.state:
        _resume(training, memory)
        tell({"kind": "resumed", "history": memory.told(), "interventions": memory.interventions_told()})
    elif config.vectors:
        memory.vectors = _begin_with_vectors(model, data, vectors, tell)
    lookout = Lookout(model, watch)
    kept_epochs = snapshot_epochs(config.epochs, watch.snapshots)
    latest: BatchDone | None = None

    def pause() -> None:
        if latest is None:  # taken up again, and paused before its first batch
            tell({"kind": "paused", "batch": None, "look": None})
        else:
            look = dataclasses.asdict(look_at(latest, data.train, classifier))
            tell({"kind": "paused", "batch": _batch_message(latest), "look": look})

    def intervene(made: Intervention) -> None:
        memory.interventions.append(made)
        keep(memory)
        tell({"kind": "intervention", **dataclasses.asdict(made)})

    steering = Steering(
        inbox or SimpleQueue(),
        (training.epoch, training.batches if training.epoch else 0),
        memory.interventions,
        pause,
        lambda: tell({"kind": "going"}),
        intervene,
    )
    ended: Ended | None = None
    for event in training.events(steering):
        match event:
            case BatchDone():
                latest = event
                steering.saw(event)
                tell(_batch_message(event))
            case EpochDone():
                memory.history.append(dataclasses.asdict(event))
                memory.watched.append(lookout.look(last=training.is_over or steering.paused))
                if event.epoch in kept_epochs:
                    memory.snapshots[snapshot_file(event.epoch)] = safetensors.torch.save(classifier.state_dict())
                memory.state = training.state()
                keep(memory)
                tell({"kind": "epoch", **memory.history[-1], **memory.watched[-1]})
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
        tuple(memory.history),
        judge(model, data),
        tuple(memory.interventions),
        memory.vectors,
    )
    tell({"kind": "ended", **dataclasses.asdict(ended), "reason": ended.reason.value})
    kept = {name: content for name, content in memory.files().items() if name not in (INTERVENTIONS, VECTORS)}
    return {**kept, **pack(model, outcome)}


def vectors_for(config: RunConfig, corpus: Corpus) -> Vectors:
    """The pretrained vectors that a training on this corpus will ask for, to be sent where the file is not."""
    data = make_ready(corpus, config.text, config.seed)
    return read_vectors(find_vectors(config.vectors), words_of(data.vocabulary))


def _resume(training: Training, memory: Memory) -> None:
    """Go on from what is remembered; a cycle of the learning rate that begins anew is noted as done by hand."""
    config, state = training.config, memory.state
    assert state is not None
    training.resume(state)
    if state.planned != config.epochs and config.optimiser.schedule != "constant":
        added = config.epochs - state.epoch
        memory.interventions.append(Intervention(state.epoch, training.batches, continued=added))


def _begin_with_vectors(
    model: TrainedModel, data: TrainingData, vectors: Vectors | Path | None, tell: Callable[[Message], None]
) -> Coverage:
    """Give the net its first embeddings, and say how many words had a vector."""

    def told(done: int, total: int) -> None:
        tell({"kind": "reading", "done": done, "total": total})

    if not isinstance(vectors, Vectors):
        path = vectors or find_vectors(model.config.vectors)
        vectors = read_vectors(path, words_of(data.vocabulary), told)
    check_vectors(vectors, model.config)
    begin_with(model.classifier, data.vocabulary, vectors)
    return coverage_of(vectors, data)


def _batch_message(done: BatchDone) -> Message:
    """What can travel of a step; its examples are looked at where they are. The training waits for it."""
    message = {"kind": "batch", **vars(done)}
    del message["examples"]
    return message


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


def warm_up() -> None:
    """Train a net for one epoch on a handful of rows: afterwards everything a training needs is imported."""
    torch.set_num_threads(1)
    rows = tuple((letter * 3, label) for label, letters in (("x", "abcd"), ("y", "efgh")) for letter in letters)
    train_run(RunConfig(epochs=1), Dataset("warm-up", rows, "character"), Watch(profiled="abc"))
