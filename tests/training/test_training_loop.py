"""The training loop: the same seed gives the same curve, and every figure it tells is true."""

import dataclasses
import math
import time
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from rnnviz.models.cells import CELLS
from rnnviz.models.classifier import DIRECTIONS, Classifier
from rnnviz.text.batches import pad
from rnnviz.text.sources import Dataset
from rnnviz.training import task
from rnnviz.training.config import OPTIMISERS, OptimiserConfig, RunConfig
from rnnviz.training.data import Part, TrainingData, prepare
from rnnviz.training.events import BatchDone, Command, Ended, EpochDone, Event, Reason
from rnnviz.training.loop import build_classifier, build_optimiser, build_schedule, train

WHOLE_PART = 1024
"""A batch size that makes one batch of the whole training part."""

# Exact arithmetic of one batch: no dropout, no clipping, plain gradient descent.
PLAIN = {
    "model.dropout": 0.0,
    "optimiser.name": "sgd",
    "optimiser.momentum": 0.0,
    "optimiser.clip_norm": 0.0,
    "batch_size": WHOLE_PART,
    "epochs": 1,
}
# Weights grow about ninefold with each step, whatever the gradient: float32 overflows within fifty.
DIVERGING = {
    "optimiser.name": "sgd",
    "optimiser.learning_rate": 10.0,
    "optimiser.weight_decay": 1.0,
    "optimiser.momentum": 0.0,
    "optimiser.clip_norm": 0.0,
    "epochs": 100,
}


def run(config: RunConfig, data: TrainingData, **more: Any) -> tuple[Classifier, list[Event]]:
    """A whole training from the beginning: the trained net and all events."""
    classifier = build_classifier(config, data)
    return classifier, list(train(classifier, data, config, **more))


def timeless(events: list[Event]) -> list[Event]:
    """The events without the seconds, which no seed can promise."""
    return [dataclasses.replace(event, seconds=0.0) for event in events]


def epochs_of(events: list[Event]) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


def end_of(events: list[Event]) -> Ended:
    assert isinstance(events[-1], Ended)
    return events[-1]


def weights(classifier: Classifier) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in classifier.state_dict().items()}


def same_weights(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def gradients_of(classifier: Classifier, part: Part) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss and gradients of a whole part, with `torch.nn` modules called by hand, text by text."""
    rows = []
    for text in part.ids:
        outputs, _ = classifier.rnn(classifier.embedding(torch.from_numpy(text))[None])
        rows.append(classifier.head(outputs[0, -1]))
    loss = cross_entropy(torch.stack(rows), torch.from_numpy(part.labels))
    parameters = dict(classifier.named_parameters())
    return loss, dict(zip(parameters, torch.autograd.grad(loss, list(parameters.values())), strict=True))


def norm_of(gradients: dict[str, Tensor]) -> float:
    return math.sqrt(sum(float((gradient.double() ** 2).sum()) for gradient in gradients.values()))


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


def test_events_come_in_order_and_are_numbered(tiny, data) -> None:
    config = tiny(batch_size=10, epochs=2)
    events = run(config, data)[1]
    batches = -(-len(data.train) // 10)
    kinds = [BatchDone] * batches + [EpochDone]
    assert [type(event) for event in events] == [EpochDone, *kinds, *kinds, Ended]
    assert [event.epoch for event in epochs_of(events)] == [0, 1, 2]
    told = [(event.epoch, event.batch, event.batches) for event in events if isinstance(event, BatchDone)]
    assert told == [(epoch, batch, batches) for epoch in (1, 2) for batch in range(1, batches + 1)]
    end = end_of(events)
    assert (end.reason, end.epochs) == (Reason.COMPLETED, 2)


def test_tokens_are_counted_without_padding(tiny, data) -> None:
    events = run(tiny(epochs=3), data)[1]
    size = sum(map(len, data.train.texts))
    assert [event.tokens for event in epochs_of(events)] == [0, size, 2 * size, 3 * size]
    assert end_of(events).tokens == 3 * size


def test_epoch_0_comes_first_and_judges_the_net_before_any_learning(tiny, data) -> None:
    config = tiny()
    classifier = build_classifier(config, data)
    untouched = weights(classifier)
    first = next(train(classifier, data, config))
    assert isinstance(first, EpochDone)
    assert (first.epoch, first.tokens, first.gradient_norm, first.best) == (0, 0, 0.0, True)
    assert same_weights(weights(classifier), untouched)
    assert (first.validation_loss, first.validation_accuracy) == task.evaluate(classifier, data.validation)


def test_the_sample_of_epoch_0_holds_every_class_of_a_file_sorted_by_class(tiny, data) -> None:
    config = tiny()
    classifier = build_classifier(config, data)
    with torch.no_grad():
        classifier.head.weight.zero_()
        classifier.head.bias.copy_(torch.tensor([9.0, 0.0]))
    first = next(train(classifier, data, config))
    assert first.train_accuracy == pytest.approx(0.5, abs=0.15)


def test_the_loss_and_the_step_of_one_batch_equal_those_done_by_hand(tiny, data) -> None:
    config = tiny(PLAIN)
    loss, gradients = gradients_of(build_classifier(config, data), data.train)
    rate = config.optimiser.learning_rate
    expected = {
        name: value.detach() - rate * gradients[name]
        for name, value in build_classifier(config, data).named_parameters()
    }
    classifier = build_classifier(config, data)
    learned = None
    for event in train(classifier, data, config):
        if isinstance(event, EpochDone) and event.epoch == 1:
            learned = event
            for name, value in classifier.named_parameters():
                torch.testing.assert_close(value.detach(), expected[name], atol=1e-6, rtol=1e-5)
    assert learned is not None
    assert learned.train_loss == pytest.approx(loss.item(), rel=1e-5)
    assert learned.gradient_norm == pytest.approx(norm_of(gradients), rel=1e-4)


def test_the_loss_of_an_epoch_is_the_mean_over_texts_though_the_last_batch_is_smaller(tiny, data) -> None:
    config = tiny({**PLAIN, "optimiser.learning_rate": 1e-6}, batch_size=len(data.train) - 1)
    classifier, events = run(config, data)
    loss, accuracy = task.evaluate(classifier, data.train)
    learned = epochs_of(events)[1]
    assert learned.train_loss == pytest.approx(loss, abs=1e-5)
    assert learned.train_accuracy == pytest.approx(accuracy)


def test_the_gradient_norm_is_told_as_it_was_before_clipping(tiny, data) -> None:
    clipped, free = (epochs_of(run(tiny({**PLAIN, "optimiser.clip_norm": clip}), data)[1])[1] for clip in (0.001, 0.0))
    assert free.gradient_norm > 0.001
    assert clipped.gradient_norm == free.gradient_norm


def test_the_gradient_norm_of_an_epoch_is_the_mean_over_its_batches(tiny, data) -> None:
    config = tiny({**PLAIN, "optimiser.learning_rate": 1e-6}, batch_size=1)
    classifier = build_classifier(config, data)
    texts = [
        Part((text,), (ids,), data.train.labels[i : i + 1])
        for i, (text, ids) in enumerate(zip(data.train.texts, data.train.ids, strict=True))
    ]
    norms = [norm_of(gradients_of(classifier, text)[1]) for text in texts]
    learned = epochs_of(run(config, data)[1])[1]
    assert learned.gradient_norm == pytest.approx(sum(norms) / len(norms), rel=1e-3)


@pytest.mark.parametrize("clip", [0.001, 0.01])
def test_a_long_gradient_is_clipped_to_its_norm(tiny, data, clip: float) -> None:
    config = tiny({**PLAIN, "optimiser.clip_norm": clip, "optimiser.learning_rate": 1.0})
    classifier = build_classifier(config, data)
    before = weights(classifier)
    _, gradients = gradients_of(classifier, data.train)
    assert norm_of(gradients) > clip
    events = train(classifier, data, config)
    while not isinstance(next(events), BatchDone):
        pass
    step = {name: before[name] - value for name, value in weights(classifier).items()}
    assert norm_of(step) == pytest.approx(clip, rel=1e-2)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_moves_every_weight_and_lowers_the_loss(tiny, data, name: str) -> None:
    config = tiny({"optimiser.name": name, "model.dropout": 0.0}, epochs=4)
    before = weights(build_classifier(config, data))
    classifier, events = run(config, data)
    for parameter, value in weights(classifier).items():
        assert not torch.equal(value, before[parameter]), parameter
    assert torch.equal(classifier.embedding.weight[0], before["embedding.weight"][0])
    losses = [event.train_loss for event in epochs_of(events)]
    assert losses[-1] < losses[1] < math.log(2) * 1.5


@pytest.mark.parametrize(
    ("name", "kind"), [("adam", torch.optim.Adam), ("rmsprop", torch.optim.RMSprop), ("sgd", torch.optim.SGD)]
)
def test_an_optimiser_is_built_with_the_settings_of_the_configuration(name: str, kind: type) -> None:
    optimiser = build_optimiser(
        OptimiserConfig(name, learning_rate=0.25, momentum=0.75, weight_decay=0.125), nn.Linear(2, 3)
    )
    assert type(optimiser) is kind
    (group,) = optimiser.param_groups
    assert (group["lr"], group["weight_decay"], len(group["params"])) == (0.25, 0.125, 2)
    if name == "sgd":
        assert group["momentum"] == 0.75


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_cell_in_every_direction_learns(tiny, data, cell: str, direction: str) -> None:
    config = tiny({"model.cell": cell, "model.direction": direction, "model.dropout": 0.0}, epochs=6)
    classifier, events = run(config, data)
    before, *_, after = epochs_of(events)
    assert after.validation_loss < before.validation_loss
    assert task.evaluate(classifier, data.train)[1] > 0.8


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


def test_control_is_asked_once_after_every_batch_but_the_very_last(tiny, data) -> None:
    asked: list[None] = []
    _, events = run(tiny(), data, control=lambda: asked.append(None))
    assert len(asked) == sum(isinstance(event, BatchDone) for event in events) - 1


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


def test_dropout_is_on_in_training(tiny, data) -> None:
    with_dropout, without = (run(tiny({"model.dropout": rate}), data)[1] for rate in (0.5, 0.0))
    assert timeless(with_dropout)[0] == timeless(without)[0]
    assert epochs_of(with_dropout)[1].train_loss != epochs_of(without)[1].train_loss


def test_seconds_leave_out_the_time_between_two_events(tiny, data, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 1.0
        return now

    config = tiny(epochs=2)
    classifier = build_classifier(config, data)
    monkeypatch.setattr(time, "perf_counter", clock)
    seconds = []
    for event in train(classifier, data, config):
        seconds.append(event.seconds)
        now += 1000.0
    monkeypatch.undo()
    batches = -(-len(data.train) // 16)
    assert seconds[:3] == [0.0, 1.0, 2.0]
    assert seconds[-1] == 2 * (batches + 1)


def test_one_cycle_goes_up_for_a_third_of_the_steps_and_down_to_almost_nothing(tiny, data) -> None:
    config = tiny({"optimiser.schedule": "one-cycle"}, epochs=4, batch_size=8)
    classifier = build_classifier(config, data)
    optimiser = build_optimiser(config.optimiser, classifier)
    steps = 4 * -(-len(data.train) // 8)
    schedule = build_schedule(config.optimiser, optimiser, steps)
    rates = []
    for _ in range(steps):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    top = config.optimiser.learning_rate
    assert max(rates) == pytest.approx(top, rel=0.01)
    assert rates.index(max(rates)) == pytest.approx(0.3 * steps, abs=1)
    assert rates[0] == pytest.approx(top / 25)
    assert rates[-1] < top / 100
    assert np.all(np.diff(rates[: rates.index(max(rates))]) > 0)
    assert np.all(np.diff(rates[rates.index(max(rates)) :]) < 0)


def test_a_training_with_one_cycle_and_token_dropout_repeats_bit_for_bit(tiny, data) -> None:
    config = tiny({"optimiser.schedule": "one-cycle", "model.word_dropout": 0.3, "model.read_out": "all"})
    assert timeless(run(config, data)[1]) == timeless(run(config, data)[1])


def test_the_loss_told_with_each_batch_makes_up_that_of_the_epoch(tiny, data) -> None:
    config = tiny(epochs=1, batch_size=len(data.train) // 2)
    _, events = run(config, data)
    batches = [event for event in events if isinstance(event, BatchDone)]
    sizes = [config.batch_size] * (len(batches) - 1) + [len(data.train) - config.batch_size * (len(batches) - 1)]
    mean = sum(size * event.loss for size, event in zip(sizes, batches, strict=True)) / len(data.train)
    assert mean == pytest.approx(epochs_of(events)[-1].train_loss)
