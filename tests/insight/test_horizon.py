"""The forgetting horizon against one text after the other on `torch.nn`, and quartiles and half-lives by hand."""

import numpy as np
import pytest
import torch

from rnnviz.errors import BadInput
from rnnviz.insight import horizon as module
from rnnviz.insight.horizon import (
    Movements,
    distances_up_to,
    half_life_over,
    horizon,
    movements,
    noisy_vectors,
    other_vectors,
)
from rnnviz.insight.sizes import recurrent_parameters, units_for
from rnnviz.models.classifier import Classifier, ModelConfig
from tests.oracles import SHALLOW_NETS, embedded, final_state, in_float64, scores, untrained, ways

TEXTS = ("abcaxh", "h", "ab", "hgfedcba", "cab")


def state_of(model, tokens, read):
    """The final state of one direction of the top layer, on `torch.nn` alone."""
    state = final_state(model, tokens)
    return state.chunk(2)[read == "reverse"] if model.config.model.direction == "both" else state


def one_by_one(model, read, change, texts=TEXTS):
    """Each changed text read alone: movements of state and probability, (texts, longest)."""
    exact, longest = in_float64(model), max(map(len, texts))
    vectors = exact.classifier.state_dict()["embedding.weight"]
    scale = 0.1 * float((vectors**2).mean() ** 0.5)
    state, probability = np.full((2, len(texts), longest), np.nan)
    for row, text in enumerate(texts):
        reading = exact.read(text)
        own = embedded(exact, reading)
        if change == "token":
            new = other_vectors(vectors, reading.ids, row)
        else:
            new = noisy_vectors(vectors, reading.ids, row, scale)
        h, p = state_of(exact, own, read), torch.softmax(scores(exact, final_state(exact, own)), dim=-1)
        for k in range(len(text)):
            place = k if read == "reverse" else len(text) - 1 - k
            changed = own.clone()
            changed[place] = new[place]
            moved = state_of(exact, changed, read)
            answer = torch.softmax(scores(exact, final_state(exact, changed)), dim=-1)
            state[row, k] = (moved - h).norm() / h.norm()
            probability[row, k] = (answer - p).abs().sum() / 2
    return state, probability


def moved(model, read=None, change="token", texts=TEXTS, **settings):
    return movements(model, [model.read(text).ids for text in texts], change, read, **settings)


@pytest.mark.parametrize("change", ["token", "noise"])
@pytest.mark.parametrize(("cell", "layers", "direction", "read"), list(ways(SHALLOW_NETS)))
def test_all_texts_at_once_move_as_each_does_alone(cell, layers, direction, read, change):
    model = untrained(cell, layers, direction)

    found = moved(model, read, change)

    state, probability = one_by_one(model, read, change)
    assert found.distances.tolist() == list(range(8))
    np.testing.assert_allclose(found.state, state, rtol=1e-4, atol=1e-12)
    np.testing.assert_allclose(found.probability, probability, rtol=1e-4, atol=1e-12)


def test_how_many_stand_side_by_side_makes_no_difference(monkeypatch):
    model, told = untrained("lstm", 2, "both"), []
    whole = moved(model)
    monkeypatch.setattr(module, "NUMBERS_AT_ONCE", 1)

    found = moved(model, tell=lambda *done: told.append(done))

    np.testing.assert_allclose(found.state, whole.state, rtol=1e-5)
    np.testing.assert_allclose(found.probability, whole.probability, rtol=1e-5)
    assert told == [(count, 5) for count in range(1, 6)]


def test_the_same_numbers_come_every_time_and_small_noise_moves_less():
    model = untrained("gru")

    first, again, small = moved(model), moved(model), moved(model, change="noise", noise=1e-4)

    np.testing.assert_array_equal(first.state, again.state)
    large = moved(model, change="noise", noise=1e-2)
    ratio = large.state[:, 0] / small.state[:, 0]
    np.testing.assert_allclose(ratio, 100, rtol=0.1, err_msg="a small change moves the end in proportion")


@pytest.mark.parametrize("own", [1, 2, 5, 9])
def test_the_other_token_is_never_the_same_one_and_any_other_comes(own):
    vectors = torch.arange(10, dtype=torch.float64)[:, None]

    drawn = {int(other_vectors(vectors, np.array([own] * 40), seed)[0]) for seed in range(300)}

    assert drawn == set(range(2, 10)) - {own}


def test_the_noise_has_the_size_that_is_stated():
    vectors = torch.zeros(10, 400, dtype=torch.float64)

    noise = noisy_vectors(vectors, np.arange(10), 3, 0.25)

    assert float(noise.std()) == pytest.approx(0.25, rel=0.05)


def test_distances_are_all_the_near_ones_and_two_in_each_doubling():
    assert distances_up_to(1).tolist() == [0]
    assert distances_up_to(5).tolist() == [0, 1, 2, 3, 4]
    assert distances_up_to(17).tolist() == list(range(17))
    assert distances_up_to(33).tolist() == [*range(17), 24, 32]
    assert distances_up_to(400).tolist() == [*range(17), 24, 32, 48, 64, 96, 128, 192, 256, 384]
    assert all(distances_up_to(longest).max() < longest for longest in range(1, 500))


def test_quartiles_and_counts_are_over_the_texts_that_are_long_enough():
    rng = np.random.default_rng(0)
    values = rng.random((9, 4)).astype(np.float32)
    values[7:, 2], values[4:, 3] = np.nan, np.nan

    found = horizon("rnn", "token", Movements(np.array([0, 1, 2, 4]), values, values / 2))

    assert found.distances.tolist() == [0, 1, 2], "four texts make no band"
    assert found.counts.tolist() == [9, 9, 7]
    for place in range(3):
        own = sorted(values[: found.counts[place], place].astype(float))
        expected = [np.interp(q * (len(own) - 1), range(len(own)), own) for q in (0.25, 0.5, 0.75)]
        band = found.state
        assert [band.low[place], band.median[place], band.high[place]] == pytest.approx(expected)
        assert found.probability.median[place] == pytest.approx(expected[1] / 2)


def test_few_texts_in_all_are_taken_as_they_are():
    values = np.array([[1.0, np.nan], [3.0, 0.5]], np.float32)

    found = horizon("rnn", "token", Movements(np.array([0, 1]), values, values))

    assert found.distances.tolist() == [0]


def test_the_half_life_is_interpolated_between_the_distances_around_it():
    assert half_life_over(np.array([0, 1, 2]), np.array([8.0, 4.0, 1.0])) == 1
    assert half_life_over(np.array([0, 4]), np.array([8.0, 2.0])) == pytest.approx(2)
    assert half_life_over(np.array([0, 16, 24]), np.array([1.0, 1.0, 0.25])) == pytest.approx(20)
    assert half_life_over(np.array([0, 1]), np.array([1.0, 0.0])) == 0
    assert half_life_over(np.array([0, 1]), np.array([1.0, 0.6])) is None
    assert half_life_over(np.array([0]), np.array([0.0])) is None
    assert half_life_over(np.array([], int), np.array([])) is None


def test_a_text_of_one_token_has_one_distance():
    found = moved(untrained("lstm"), texts=("a",))

    assert (found.distances.tolist(), found.state.shape) == ([0], (1, 1))
    assert found.state[0, 0] > 0


def test_without_texts_or_another_token_it_is_said_what_is_missing():
    model = untrained("rnn")
    with pytest.raises(BadInput, match="There are no texts to change"):
        moved(model, texts=())
    with pytest.raises(BadInput, match="Change is “word”; allowed is one of: token, noise"):
        moved(model, change="word")
    poor = Classifier(model.config.model, 3, 3).eval()
    object.__setattr__(model, "classifier", poor)
    with pytest.raises(BadInput, match="no other one to put in its place"):
        movements(model, [np.array([2, 2])])


@pytest.mark.parametrize(("cell", "layers", "direction"), SHALLOW_NETS)
def test_recurrent_parameters_are_counted_as_torch_has_them(cell, layers, direction):
    config = ModelConfig(cell, 4, 5, layers, direction)

    expected = sum(parameter.numel() for parameter in Classifier(config, 10, 2).rnn.parameters())

    assert recurrent_parameters(config) == expected


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_units_for_as_many_parameters_come_nearest(cell):
    wanted = recurrent_parameters(ModelConfig("lstm", 16, 32))

    units = units_for(ModelConfig(cell, 16, 32), wanted)

    off = [abs(recurrent_parameters(ModelConfig(cell, 16, near)) - wanted) for near in (units - 1, units, units + 1)]
    assert off[1] == min(off)
    assert units_for(ModelConfig("lstm", 16, 32), wanted) == 32
