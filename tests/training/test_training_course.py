"""How a training goes: the same seed gives the same way, whatever happens beside it, and every end keeps the best."""

import dataclasses
from collections.abc import Callable, Iterator
from itertools import zip_longest

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.models.cells import CELLS
from rnnviz.text.batches import pad
from rnnviz.text.sources import Dataset
from rnnviz.training import task
from rnnviz.training.config import RunConfig
from rnnviz.training.data import TrainingData, prepare
from rnnviz.training.events import BatchDone, Command, Ended, EpochDone, Event, Reason
from rnnviz.training.loop import build_classifier, train
from tests.training.trainings import (
    WHOLE_PART,
    end_of,
    epochs_of,
    run,
    same_weights,
    timeless,
    weights,
)


@pytest.mark.parametrize("cell", CELLS)
def test_the_same_seed_gives_the_same_history_and_weights_bit_for_bit(tiny, data, cell: str) -> None:
    config = tiny({"model.cell": cell})
    (one, events), (other, events_again) = run(config, data), run(config, data)
    assert timeless(events) == timeless(events_again)
    assert same_weights(weights(one), weights(other))


def test_another_seed_gives_other_first_weights_and_another_history(tiny, data) -> None:
    first, second = tiny(seed=1), tiny(seed=2)
    assert not same_weights(weights(build_classifier(first, data)), weights(build_classifier(second, data)))
    assert timeless(run(first, data)[1]) != timeless(run(second, data)[1])


def test_the_seed_decides_the_order_of_the_texts_too(tiny, data) -> None:
    config = tiny({"model.dropout": 0.0})
    start = build_classifier(config, data)
    trained = []
    for seed in (1, 2):
        classifier = build_classifier(config, data)
        classifier.load_state_dict(start.state_dict())
        list(train(classifier, data, dataclasses.replace(config, seed=seed)))
        trained.append(weights(classifier))
    assert not same_weights(*trained)


def test_a_longer_training_begins_as_a_shorter_one(tiny, data) -> None:
    short, long = run(tiny(epochs=2), data)[1], run(tiny(epochs=4), data)[1]
    assert timeless(short)[:-1] == timeless(long)[: len(short) - 1]


def test_each_epoch_has_an_order_of_its_own(tiny, data) -> None:
    """With weights that all but stand still, only the order changes what each batch holds."""
    config = tiny({"optimiser.learning_rate": 1e-6, "model.dropout": 0.0}, batch_size=8, epochs=2)
    tokens = [event.tokens for event in run(config, data)[1] if isinstance(event, BatchDone)]
    first, second = np.split(np.diff([0, *tokens]), 2)
    assert first.tolist() != second.tolist()


def test_a_training_with_one_cycle_and_token_dropout_repeats_bit_for_bit(tiny, data) -> None:
    config = tiny({"optimiser.schedule": "one-cycle", "model.word_dropout": 0.3, "model.read_out": "all"})
    assert timeless(run(config, data)[1]) == timeless(run(config, data)[1])


DEEP = {"model.layers": 2, "model.dropout": 0.5, "model.direction": "both"}


def test_two_trainings_driven_alternately_each_go_as_if_alone(tiny, data) -> None:
    configs = [tiny(DEEP, seed=1), tiny({**DEEP, "model.cell": "gru"}, seed=2, batch_size=9)]
    alone = [run(config, data) for config in configs]
    nets = [build_classifier(config, data) for config in configs]
    trainings: list[Iterator[Event]] = [train(net, data, config) for net, config in zip(nets, configs, strict=True)]
    turns = list(zip_longest(*trainings))
    for number, (classifier, events) in enumerate(alone):
        together = [turn[number] for turn in turns if turn[number] is not None]
        assert timeless(together) == timeless(events)
        assert same_weights(weights(nets[number]), weights(classifier))


def test_looking_at_the_net_between_two_events_changes_nothing(tiny, data) -> None:
    config = tiny(DEEP)
    expected, events = run(config, data)
    classifier = build_classifier(config, data)
    seen = []
    for event in train(classifier, data, config):
        seen.append(event)
        classifier.eval()
        torch.rand(7)
        ids, lengths = map(torch.from_numpy, pad(data.test.ids[:3]))
        classifier(ids, lengths).sum().backward()
    assert timeless(seen) == timeless(events)
    assert same_weights(weights(classifier), weights(expected))


def test_control_is_asked_once_after_every_batch_but_the_very_last(tiny, data) -> None:
    asked: list[None] = []
    _, events = run(tiny(), data, control=lambda: asked.append(None))
    assert len(asked) == sum(isinstance(event, BatchDone) for event in events) - 1


def test_stop_ends_the_training_at_once(tiny, data) -> None:
    config = tiny(batch_size=8)
    asked: list[int] = []

    def stop_at_the_third() -> Command | None:
        asked.append(len(asked))
        return Command.STOP if len(asked) == 3 else None

    start = weights(build_classifier(config, data))
    classifier, events = run(config, data, control=stop_at_the_third)
    assert [type(event) for event in events] == [EpochDone, BatchDone, BatchDone, BatchDone, Ended]
    end = end_of(events)
    assert (end.reason, end.epochs, end.best_epoch) == (Reason.STOPPED, 0, 0)
    assert end.tokens == events[-2].tokens
    assert same_weights(weights(classifier), start)


def test_stop_in_a_later_epoch_keeps_what_was_best(tiny, data) -> None:
    batches = -(-len(data.train) // 16)
    answers = iter([None] * (2 * batches) + [Command.STOP])
    classifier, events = run(tiny({"model.dropout": 0.0}), data, control=lambda: next(answers))
    end = end_of(events)
    assert (end.reason, end.epochs) == (Reason.STOPPED, 2)
    assert isinstance(events[-2], BatchDone)
    assert events[-2].epoch == 3
    best = min(event.validation_loss for event in epochs_of(events))
    assert task.evaluate(classifier, data.validation)[0] == best


# Weights grow about ninefold with each step, whatever the gradient: float32 overflows within fifty.
DIVERGING = {
    "optimiser.name": "sgd",
    "optimiser.learning_rate": 10.0,
    "optimiser.weight_decay": 1.0,
    "optimiser.momentum": 0.0,
    "optimiser.clip_norm": 0.0,
    "epochs": 100,
}


@pytest.mark.parametrize("batch_size", [16, WHOLE_PART])
def test_weights_that_overflow_end_the_training_as_diverged_with_the_best_ones_kept(
    tiny, data, batch_size: int
) -> None:
    classifier, events = run(tiny(DIVERGING, batch_size=batch_size), data)
    end = end_of(events)
    assert end.reason is Reason.DIVERGED
    assert end.epochs < 100
    assert all(bool(value.isfinite().all()) for value in classifier.state_dict().values())
    losses = [event.validation_loss for event in epochs_of(events)]
    assert losses[end.best_epoch] == min(losses) == task.evaluate(classifier, data.validation)[0]


@pytest.mark.parametrize("batch_size", [16, WHOLE_PART])
def test_a_loss_that_is_not_finite_ends_the_training_before_it_is_told(tiny, data, batch_size: int) -> None:
    """The first step overflows: the next batch meets it, or the validation where there is no next batch."""
    config = tiny({**DIVERGING, "model.dropout": 0.0}, batch_size=batch_size, epochs=1)
    classifier = build_classifier(config, data)
    nn.init.constant_(classifier.head.bias, 1e38)
    events = list(train(classifier, data, config))
    assert [type(event) for event in events] == [EpochDone, BatchDone, Ended]
    end = end_of(events)
    assert (end.reason, end.epochs, end.best_epoch) == (Reason.DIVERGED, 0, 0)
    assert torch.equal(classifier.head.bias.detach(), torch.full((2,), 1e38))


@pytest.fixture(scope="module")
def noise(names: Dataset, tiny: Callable[..., RunConfig]) -> TrainingData:
    """The names with classes drawn by lot: there is nothing to learn but by heart."""
    rng = np.random.default_rng(0)
    rows = tuple((text, str(rng.choice(names.classes))) for text, _ in names.rows)
    return prepare(Dataset("noise", rows, "character"), tiny().text, 0)


LEARNING_BY_HEART = {"optimiser.learning_rate": 0.05, "model.dropout": 0.0, "epochs": 40}


@pytest.mark.parametrize("patience", [1, 4])
def test_early_stopping_waits_as_long_as_it_was_told_and_restores_the_best_weights(
    tiny, noise: TrainingData, patience: int
) -> None:
    classifier, events = run(tiny(LEARNING_BY_HEART, patience=patience), noise)
    end = end_of(events)
    losses = [event.validation_loss for event in epochs_of(events)]
    assert end.reason is Reason.EARLY
    assert end.epochs == len(losses) - 1 == end.best_epoch + patience
    assert losses[end.best_epoch] == min(losses) < losses[-1]
    assert task.evaluate(classifier, noise.validation)[0] == losses[end.best_epoch]
    assert not classifier.training


def test_without_patience_no_training_ends_early_but_the_best_weights_are_restored_too(
    tiny, noise: TrainingData
) -> None:
    classifier, events = run(tiny(LEARNING_BY_HEART, patience=0), noise)
    end = end_of(events)
    losses = [event.validation_loss for event in epochs_of(events)]
    assert (end.reason, end.epochs) == (Reason.COMPLETED, 40)
    assert losses[end.best_epoch] == min(losses) < losses[-1]
    assert task.evaluate(classifier, noise.validation)[0] == min(losses)


def test_an_epoch_says_whether_it_is_the_best_so_far(tiny, noise: TrainingData) -> None:
    epochs = epochs_of(run(tiny(LEARNING_BY_HEART, patience=5), noise)[1])
    losses = [event.validation_loss for event in epochs]
    assert [event.best for event in epochs] == [
        all(loss < earlier for earlier in losses[:i]) for i, loss in enumerate(losses)
    ]
