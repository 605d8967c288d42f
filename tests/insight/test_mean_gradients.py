"""Gradients of many texts at once, held against the instrument that follows one, and quantiles by hand."""

import dataclasses

import numpy as np
import pytest
import torch

from rnnviz.insight import mean_gradients
from rnnviz.insight.gradients import gradient_profile
from rnnviz.insight.mean_gradients import mean_profile, relative_norms
from tests.oracles import SHALLOW_NETS, untrained, ways

TEXTS = ("abcaxh", "h", "ab", "hgfedcba", "cab")
TARGETS = (0, 1, 2, 1, 0)


def one_by_one(model, read=None, texts=TEXTS, targets=TARGETS):
    """The same from `gradient_profile`, text by text."""
    rows = np.full((len(texts), max(map(len, texts))), np.nan)
    for row, text, target in zip(rows, texts, targets, strict=True):
        profile = gradient_profile(model, model.read(text), model.classes[target], read)
        norms = profile.hidden_norms[::-1] if profile.direction == "forward" else profile.hidden_norms
        if norms[0] > 0:  # a maximum may pass over the last state
            row[: len(norms)] = norms / norms[0]
    return rows


def at_once(model, read=None, texts=TEXTS, targets=TARGETS, **settings):
    return relative_norms(model, [model.read(text).ids for text in texts], targets, read, **settings)


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), list(ways(SHALLOW_NETS)))
def test_many_texts_at_once_give_what_each_gives_alone(cell, layers, direction, read):
    model = untrained(cell, layers, direction)

    np.testing.assert_allclose(at_once(model, read), one_by_one(model, read), rtol=2e-4)


@pytest.mark.parametrize("read_out", ["last", "maximum", "mean", "all"])
@pytest.mark.parametrize("direction", ["forward", "reverse", "both"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_so_do_they_with_every_read_out(cell, direction, read_out):
    model = untrained(cell, direction=direction, read_out=read_out)

    np.testing.assert_allclose(at_once(model), one_by_one(model), rtol=2e-4)


def test_how_many_stand_side_by_side_makes_no_difference(monkeypatch):
    model = untrained("lstm")
    whole = at_once(model)
    monkeypatch.setattr(mean_gradients, "TEXTS_AT_ONCE", 2)
    told = []

    np.testing.assert_allclose(at_once(model, tell=lambda *done: told.append(done)), whole, rtol=1e-5)
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_gradients_are_there_even_where_autograd_is_switched_off():
    model = untrained("gru")
    model.classifier.requires_grad_(False)

    with torch.no_grad():
        norms = at_once(model)

    assert norms.dtype == np.float32
    np.testing.assert_allclose(norms, one_by_one(model), rtol=2e-4)


def test_a_text_whose_last_gradient_is_zero_counts_nowhere():
    model = untrained("rnn")
    with torch.no_grad():
        model.classifier.head.weight.zero_()

    norms = at_once(model)

    assert np.isnan(norms).all()
    assert len(mean_profile("rnn", norms).median) == 0


def test_the_median_and_the_band_are_those_of_the_logarithms():
    """Powers of ten with exponents 0, -1, … -10: the quantiles of the exponents are -9, -5 and -1."""
    last = np.ones(11)
    back = 10.0 ** -np.arange(11)

    profile = mean_profile("gru", np.stack([last, back], axis=1).astype(np.float32))

    np.testing.assert_allclose(profile.median, [1, 1e-5], rtol=1e-4)
    np.testing.assert_allclose(profile.low, [1, 1e-9], rtol=1e-4)
    np.testing.assert_allclose(profile.high, [1, 1e-1], rtol=1e-4)
    assert profile.counts.tolist() == [11, 11]
    assert profile.cell == "gru"


def test_of_two_texts_the_median_is_the_geometric_mean():
    profile = mean_profile("rnn", np.array([[1, 0.01], [1, 1]], dtype=np.float32))

    np.testing.assert_allclose(profile.median, [1, 0.1], rtol=1e-4)


def test_only_texts_that_are_long_enough_count():
    nan = np.nan
    norms = np.array([[1, 0.5, 0.25], [1, 2.0, nan], [1, nan, nan], [nan, nan, nan]], dtype=np.float32)

    profile = mean_profile("rnn", norms)

    assert profile.counts.tolist() == [3, 2, 1]
    np.testing.assert_allclose(profile.median, [1, 1, 0.25], rtol=1e-5)
    np.testing.assert_allclose(profile.low[2], profile.high[2])


def test_gradients_that_have_died_are_zero():
    profile = mean_profile("rnn", np.array([[1, 0.0], [1, 0.0], [1, 0.0]], dtype=np.float32))

    assert profile.median.tolist() == [1, 0]
    assert profile.high.tolist() == [1, 0]


def test_the_half_life_is_that_of_the_median():
    profile = mean_profile("rnn", np.array([[1, 0.5, 0.25], [1, 0.5, 0.25]], dtype=np.float32))

    assert profile.half_life == pytest.approx(1.0)
    flat = dataclasses.replace(profile, median=np.ones(3, dtype=np.float32))
    assert flat.half_life is None
