"""A training that is steered or broken off: what goes on, goes on as if nothing had happened."""

import itertools
import math
from typing import Any

import pytest
import torch

from rnnviz.errors import BadInput
from rnnviz.models.cells import CELLS
from rnnviz.training import task
from rnnviz.training.batch_look import look_at
from rnnviz.training.config import OPTIMISERS, SCHEDULES
from rnnviz.training.data import Part
from rnnviz.training.events import BatchDone, Command, EpochDone, NewRate
from rnnviz.training.loop import Training, build_classifier
from rnnviz.training.state import TrainingState
from tests.training.trainings import gradients_of, timeless, weights


def states_of(config, data) -> tuple[Training, list, list[bytes]]:
    """A training to its end: itself, its events, and its state after each epoch as bytes."""
    training = Training(build_classifier(config, data), data, config)
    events, states = [], []
    for event in training.events():
        events.append(event)
        if isinstance(event, EpochDone):
            states.append(training.state().to_bytes())
    return training, events, states


def resumed(state: bytes, config, data) -> Training:
    training = Training(build_classifier(config, data), data, config)
    training.resume(TrainingState.from_bytes(state))
    return training


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_training_resumed_from_any_epoch_ends_with_the_same_bits(tiny, data, cell, optimiser, schedule):
    config = tiny({"model.cell": cell, "optimiser.name": optimiser, "optimiser.schedule": schedule})
    undisturbed, events, states = states_of(config, data)

    for epoch, state in enumerate(states):
        again = resumed(state, config, data)
        rest = list(again.events())

        assert timeless(rest) == timeless(events)[len(events) - len(rest) :]
        assert len([event for event in rest if isinstance(event, EpochDone)]) == config.epochs - epoch
        for name, value in weights(undisturbed.classifier).items():
            assert torch.equal(weights(again.classifier)[name], value), (epoch, name)


def test_the_seconds_and_the_patience_of_a_resumed_training_go_on(tiny, data):
    config = tiny({"optimiser.learning_rate": 1e-6, "optimiser.name": "sgd"}, epochs=30, patience=3)
    _, events, states = states_of(config, data)

    rest = list(resumed(states[2], config, data).events())

    assert rest[0].seconds > TrainingState.from_bytes(states[2]).seconds
    assert timeless(rest) == timeless(events)[len(events) - len(rest) :]


def test_more_epochs_go_on_from_the_last_one_as_if_so_many_had_been_asked_for_at_once(tiny, data):
    _, _, states = states_of(tiny(epochs=2), data)
    longer, _, _ = states_of(tiny(epochs=5), data)

    continued = resumed(states[-1], tiny(epochs=5), data)
    list(continued.events())

    for name, value in weights(longer.classifier).items():
        assert torch.equal(weights(continued.classifier)[name], value)


@pytest.mark.parametrize("content", [b"", b"noise", b"\x08\0\0\0\0\0\0\0{}      "])
def test_what_is_no_state_is_refused(content):
    with pytest.raises(BadInput, match="not the state of a training"):
        TrainingState.from_bytes(content)


def test_the_state_of_another_net_is_refused(tiny, data):
    _, _, states = states_of(tiny(epochs=1), data)

    with pytest.raises(BadInput, match="does not fit its configuration"):
        resumed(states[0], tiny({"model.hidden_size": 7}), data)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_new_learning_rate_holds_from_the_next_batch_on(tiny, data, schedule):
    config = tiny({"optimiser.schedule": schedule}, batch_size=8, epochs=2)
    plain = [event.learning_rate for event in batches_of(Training(build_classifier(config, data), data, config))]
    asked = itertools.chain([None, None, NewRate(0.5)], itertools.repeat(None))

    steered = Training(build_classifier(config, data), data, config)
    rates = [event.learning_rate for event in batches_of(steered, lambda: next(asked))]

    assert rates[:3] == plain[:3]
    assert rates[3] == 0.5
    factor = 0.5 / plain[3]
    assert rates[3:] == pytest.approx([factor * rate for rate in plain[3:]])


def batches_of(training: Training, *control: Any) -> list[BatchDone]:
    return [event for event in training.events(*control) if isinstance(event, BatchDone)]


def test_the_new_learning_rate_is_what_the_optimiser_takes_its_step_with(tiny, data):
    """Plain gradient descent: the step is the rate times the gradient, by hand."""
    config = tiny(
        {"optimiser.name": "sgd", "optimiser.momentum": 0.0, "optimiser.clip_norm": 0.0, "model.dropout": 0.0},
        batch_size=8,
    )
    asked = iter([NewRate(0.25), None])
    training = Training(build_classifier(config, data), data, config)
    events = training.events(lambda: next(asked, Command.STOP))
    next(events)
    next(events)
    before = weights(training.classifier)

    next(events)

    gradients = {name: value.grad for name, value in training.classifier.named_parameters()}
    for name, value in weights(training.classifier).items():
        torch.testing.assert_close(value, before[name] - 0.25 * gradients[name])


def test_the_examples_of_a_step_are_the_texts_it_learned_and_what_it_said_of_them(tiny, data):
    config = tiny({"model.dropout": 0.0}, batch_size=8, epochs=1)
    seen = []
    for event in Training(build_classifier(config, data), data, config).events():
        if isinstance(event, BatchDone):
            targets = torch.from_numpy(data.train.labels[event.examples.rows])
            assert task.loss(event.examples.logits, targets).item() == pytest.approx(event.loss)
            seen += event.examples.rows.tolist()
    assert sorted(seen) == list(range(len(data.train)))


def test_the_look_at_a_batch_shows_its_texts_and_the_length_of_each_gradient(tiny, data):
    """The oracle: the same gradients by autograd, from the weights as they were before the step."""
    config = tiny({"model.dropout": 0.0, "optimiser.clip_norm": 0.01}, batch_size=8, epochs=1)
    before = build_classifier(config, data)
    training = Training(build_classifier(config, data), data, config)
    events = training.events()
    next(events)
    done = next(events)

    look = look_at(done, data.train, training.classifier)

    rows = done.examples.rows
    assert look.texts == tuple(data.train.texts[int(row)] for row in rows)
    assert look.targets == tuple(data.train.labels[rows].tolist())
    part = Part(list(look.texts), data.train.ids.chosen(rows), data.train.labels[rows])
    loss, gradients = gradients_of(before, part)
    assert sum(look.losses) / len(look.losses) == pytest.approx(loss.item(), rel=1e-5)
    for name, gradient in gradients.items():
        assert look.gradient_norms[name] == pytest.approx(float(gradient.norm()), rel=1e-3), name
    for probabilities, target, lost in zip(look.probabilities, look.targets, look.losses, strict=True):
        assert sum(probabilities) == pytest.approx(1.0)
        assert -math.log(probabilities[target]) == pytest.approx(lost, rel=1e-4)
