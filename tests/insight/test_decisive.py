"""The decisive token, held against differences taken by hand."""

import dataclasses

import numpy as np
import pytest
import torch

from rnnviz.insight.decisive import most_decisive, predicted, probability_steps
from rnnviz.insight.trace import trace
from tests.oracles import prediction, shortened, untrained

TEXT = "abcah"
SAID = np.array([[0.6, 0.4], [0.5, 0.5], [0.9, 0.1], [0.2, 0.8]], dtype=np.float32)
START = np.array([0.55, 0.45], dtype=np.float32)


@pytest.fixture
def made():
    """A trace in which only what was said is our own."""
    model = untrained("rnn")
    template = trace(model, model.read("abca"))

    def make(said=SAID, start=START, last=-1):
        return dataclasses.replace(template, probabilities=said, start=start, last=last)

    return make


def test_steps_are_differences_to_what_was_said_before(made):
    expected = [[0.05, -0.05], [-0.1, 0.1], [0.4, -0.4], [-0.7, 0.7]]

    np.testing.assert_allclose(probability_steps(made()), expected, atol=1e-6)


def test_of_a_net_that_reads_backwards_before_is_behind(made):
    expected = [[0.1, -0.1], [-0.4, 0.4], [0.7, -0.7], [0.2 - 0.55, 0.8 - 0.45]]

    np.testing.assert_allclose(probability_steps(made(last=0)), expected, atol=1e-6)


def test_the_answer_is_the_class_that_is_said_last(made):
    assert predicted(made()) == 1
    assert predicted(made(last=0)) == 0


@pytest.mark.parametrize("last", [-1, 0])
def test_the_most_decisive_token_moved_the_answer_most(made, last):
    trace = made(last=last)

    assert most_decisive(trace) == {-1: 3, 0: 2}[last]


def test_a_fall_counts_as_much_as_a_rise(made):
    said = np.array([[0.4, 0.6], [0.8, 0.2], [0.1, 0.9], [0.05, 0.95]], dtype=np.float32)

    assert most_decisive(made(said)) == 2
    assert most_decisive(made(said[::-1], said[-1])) == 2


def test_of_equal_tokens_it_is_the_first(made):
    said = np.array([[0.5, 0.5], [0.75, 0.25], [1.0, 0.0], [1.0, 0.0]], dtype=np.float32)

    assert most_decisive(made(said, np.array([0.5, 0.5], dtype=np.float32))) == 1


def test_a_text_of_one_token_has_one_decisive_token(made):
    assert most_decisive(made(SAID[:1])) == 0


@pytest.mark.parametrize("read_out", ["last", "mean", "maximum", "all"])
@pytest.mark.parametrize("direction", ["forward", "reverse", "both"])
def test_before_any_token_the_net_says_what_its_head_makes_of_zeros(direction, read_out):
    model = untrained("lstm", direction=direction, read_out=read_out)

    traced = trace(model, model.read(TEXT))

    bias = model.classifier.state_dict()["head.bias"]
    np.testing.assert_allclose(traced.start, torch.softmax(bias, dim=0).numpy(), rtol=1e-6)
    assert traced.start.dtype == np.float32


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("direction", ["forward", "reverse", "both"])
def test_all_steps_together_lead_from_the_start_to_the_answer(cell, direction):
    model = untrained(cell, 2, direction)
    reading = model.read(TEXT)

    traced = trace(model, reading)

    np.testing.assert_allclose(
        traced.start + probability_steps(traced).sum(axis=0), prediction(model, reading), atol=1e-6
    )
    assert predicted(traced) == prediction(model, reading).argmax()


@pytest.mark.parametrize("direction", ["forward", "both"])
def test_steps_are_differences_of_answers_to_ever_longer_texts(direction):
    model = untrained("gru", direction=direction)
    reading = model.read(TEXT)

    steps = probability_steps(trace(model, reading))

    answers = [prediction(model, shortened(reading, slice(end))) for end in range(1, len(TEXT) + 1)]
    np.testing.assert_allclose(steps[1:], np.diff(answers, axis=0), atol=1e-6)
