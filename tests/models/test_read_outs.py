"""Read-outs: by hand, over batches and step by step, the same vector; and the same prediction from all ways."""

from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from rnnviz.models.cells import CELLS
from rnnviz.models.classifier import DIRECTIONS
from rnnviz.models.read_outs import READ_OUTS
from rnnviz.models.unrolled import embed, running_summary, unroll_classifier
from rnnviz.training.trained import Reading, TrainedModel
from tests.oracles import shortened, stack_outputs, untrained

TEXTS = ["abcdefgh", "a", "hgfedcba", "bad", "cabbage"]
NETS = list(product(CELLS, (1, 2), DIRECTIONS))
IDS = [f"{cell}-{layers}-{direction}" for cell, layers, direction in NETS]
ONE_WAY = [net for net in NETS if net[2] != "both"]


def by_hand(read_out: str, states: list[list[float]]) -> list[float]:
    """The summary of the states of one text, in plain Python."""
    units = range(len(states[0]))
    ways = {
        "last": list(states[-1]),
        "maximum": [max(state[unit] for state in states) for unit in units],
        "mean": [sum(state[unit] for state in states) / len(states) for unit in units],
    }
    return ways[read_out] if read_out in ways else [*ways["maximum"], *ways["mean"], *ways["last"]]


def ids_of(reading: Reading) -> Tensor:
    return torch.from_numpy(reading.ids)


def rough(value: object) -> object:
    return pytest.approx(value, abs=1e-5)


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 4), st.integers(0, 99))
@pytest.mark.parametrize("name", READ_OUTS)
def test_a_read_out_sums_up_each_text_of_a_batch_by_hand_and_by_its_last_running_value(name, lengths, units, seed):
    torch.manual_seed(seed)
    states = torch.randn(len(lengths), max(lengths), units)
    read_out = READ_OUTS[name]

    found = read_out.batch(states, torch.tensor(lengths))

    assert found.shape == (len(lengths), read_out.parts * units)
    for row, length in enumerate(lengths):
        text = states[row, :length]
        assert found[row].tolist() == rough(by_hand(name, text.tolist()))
        running = read_out.running(text)
        assert running.shape == (length, read_out.parts * units)
        for t in range(length):
            assert running[t].tolist() == rough(by_hand(name, text[: t + 1].tolist()))


@pytest.mark.parametrize("name", READ_OUTS)
def test_a_thousand_steps_are_read_out_as_exactly_as_seven(name):
    states = torch.rand(1, 1000, 8, generator=torch.Generator().manual_seed(0))
    batch = READ_OUTS[name].batch(states, torch.tensor([1000]))

    torch.testing.assert_close(READ_OUTS[name].running(states[0])[-1:], batch, atol=1e-6, rtol=0)


@pytest.mark.parametrize("name", READ_OUTS)
def test_what_stands_in_the_padding_is_not_read_out(name):
    states = torch.randn(2, 4, 3)
    lengths = torch.tensor([4, 2])
    clean = READ_OUTS[name].batch(states, lengths)
    states[1, 2:] = torch.nan

    assert torch.equal(READ_OUTS[name].batch(states, lengths), clean)


@pytest.mark.parametrize("name", READ_OUTS)
def test_states_that_are_all_negative_are_not_beaten_by_the_padding(name):
    states = -torch.ones(2, 3, 2)
    assert READ_OUTS[name].batch(states, torch.tensor([1, 3])).unique().tolist() == [-1.0]


@torch.no_grad()
@pytest.mark.parametrize("name", READ_OUTS)
@pytest.mark.parametrize(("cell", "layers", "direction"), NETS, ids=IDS)
def test_a_text_gives_the_same_in_a_batch_alone_and_on_the_written_out_cells(cell, layers, direction, name):
    model = untrained(cell, layers, direction, read_out=name)
    readings = [model.read(text) for text in TEXTS]

    together = torch.from_numpy(model.probabilities(readings))

    for reading, row in zip(readings, together, strict=True):
        alone = torch.from_numpy(model.probabilities([reading]))[0]
        unrolled = unroll_classifier(model.classifier, embed(model.classifier, ids_of(reading)))
        logits = model.classifier(ids_of(reading)[None], torch.tensor([len(reading.ids)]))
        torch.testing.assert_close(row, alone, atol=1e-6, rtol=0)
        torch.testing.assert_close(unrolled.logits, logits, atol=2e-6, rtol=0)
        torch.testing.assert_close(row, unrolled.logits.softmax(dim=-1)[0], atol=1e-6, rtol=0)
    assert torch.pdist(together).min() > 1e-4


@torch.no_grad()
@pytest.mark.parametrize("name", READ_OUTS)
@pytest.mark.parametrize(("cell", "layers", "direction"), NETS, ids=IDS)
def test_the_last_running_value_of_a_text_is_that_of_torch(cell, layers, direction, name):
    model = untrained(cell, layers, direction, read_out=name)
    reading = model.read("cabbage")

    running = running_of(model, reading)

    outputs = stack_outputs(model, reading, layers)  # in text order; a direction reads its own half in its own order
    halves = dict(zip(model.classifier.directions, outputs.split(model.config.model.hidden_size, dim=1), strict=True))
    ordered = [half.flip(0) if way == "reverse" else half for way, half in halves.items()]
    assert running[-1].tolist() == rough(by_hand(name, torch.cat(ordered, dim=1).tolist()))


@torch.no_grad()
@pytest.mark.parametrize("name", READ_OUTS)
@pytest.mark.parametrize(("cell", "layers", "direction"), ONE_WAY)
def test_running_probabilities_are_the_predictions_of_what_was_read_so_far(cell, layers, direction, name):
    model = untrained(cell, layers, direction, read_out=name)
    reading = model.read("cabbage")
    length = len(reading.ids)

    running = model.classifier.judge(running_of(model, reading)).softmax(dim=-1)

    for t in range(1, length + 1):
        so_far = slice(length - t, length) if direction == "reverse" else slice(t)
        expected = torch.from_numpy(model.probabilities([shortened(reading, so_far)]))[0]
        torch.testing.assert_close(running[t - 1], expected, atol=1e-6, rtol=0)


def running_of(model: TrainedModel, reading: Reading) -> Tensor:
    unrolled = unroll_classifier(model.classifier, embed(model.classifier, ids_of(reading)))
    top = model.config.model.layers - 1
    return running_summary(model.classifier, {way: unrolled.steps[top, way] for way in model.classifier.directions})
