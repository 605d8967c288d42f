"""The training loop: each step is the one that is computed by hand, and every figure it tells is true."""

import math
import time

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.models.cells import CELLS
from rnnviz.models.classifier import DIRECTIONS
from rnnviz.training import task
from rnnviz.training.config import OPTIMISERS, OptimiserConfig
from rnnviz.training.data import Part
from rnnviz.training.events import BatchDone, Ended, EpochDone, Reason
from rnnviz.training.loop import build_classifier, build_optimiser, build_schedule, train
from tests.training.trainings import (
    WHOLE_PART,
    end_of,
    epochs_of,
    gradients_of,
    norm_of,
    run,
    same_weights,
    timeless,
    weights,
)

# Exact arithmetic of one batch: no dropout, no clipping, plain gradient descent.
PLAIN = {
    "model.dropout": 0.0,
    "optimiser.name": "sgd",
    "optimiser.momentum": 0.0,
    "optimiser.clip_norm": 0.0,
    "batch_size": WHOLE_PART,
    "epochs": 1,
}


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


def test_the_loss_told_with_each_batch_makes_up_that_of_the_epoch(tiny, data) -> None:
    config = tiny(epochs=1, batch_size=len(data.train) // 2)
    _, events = run(config, data)
    batches = [event for event in events if isinstance(event, BatchDone)]
    sizes = [config.batch_size] * (len(batches) - 1) + [len(data.train) - config.batch_size * (len(batches) - 1)]
    mean = sum(size * event.loss for size, event in zip(sizes, batches, strict=True)) / len(data.train)
    assert mean == pytest.approx(epochs_of(events)[-1].train_loss)
