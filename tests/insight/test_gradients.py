"""Gradients over time against autograd through `torch.nn`, finite differences in float64, and sums by hand."""

import math
import warnings

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnnviz.errors import BadInput
from rnnviz.insight.gradients import GradientProfile, gradient_profile, half_life, jacobian_norms, l2_norms
from tests.oracles import (
    SHALLOW_NETS,
    embedded,
    final_state,
    in_float64,
    layer_states,
    prediction,
    scores,
    stack_outputs,
    torch_cell,
    torch_layer,
    untrained,
    ways,
)

TEXT = "abcaxh"
SHORT = "abxh"
EPSILON = 1e-5
PATHS = list(ways(SHALLOW_NETS))

State = Tensor | tuple[Tensor, Tensor]


def loss_of_inputs(model, inputs: Tensor, target: int) -> Tensor:
    """The cross-entropy of a class, from embedded tokens, on `torch.nn` alone."""
    return cross_entropy(scores(model, final_state(model, inputs)), torch.tensor(target))


def shifted_hidden(state: State, shift: Tensor) -> State:
    """The state of a `torch.nn` layer with `shift` added to h_t."""
    return (state[0] + shift, state[1]) if isinstance(state, tuple) else state + shift


def shifted_cell_state(state: State, shift: Tensor) -> State:
    """The state of an LSTM with `shift` added to c_t, and h_t = o_t ⊙ tanh(c_t) gone with it."""
    hidden, cell_state = state
    output = hidden / torch.tanh(cell_state)
    return output * torch.tanh(cell_state + shift), cell_state + shift


def loss_of_shift(model, reading, read: str, t: int, shift: Tensor, target: int, shifted=shifted_hidden) -> Tensor:
    """The same when the top layer's state at t is shifted: read up to t, shift, read on from there."""
    top = model.config.model.layers - 1
    inputs = stack_outputs(model, reading, top)
    finals = []
    for direction in model.classifier.directions:
        layer = torch_layer(model, top, direction)
        in_order = inputs.flip(0) if direction == "reverse" else inputs
        if direction != read:
            final = layer(in_order)[1]
        else:
            steps = len(in_order) - t if direction == "reverse" else t + 1
            final = shifted(layer(in_order[:steps])[1], shift)
            if steps < len(in_order):
                final = layer(in_order[steps:], final)[1]
        finals.append((final[0] if isinstance(final, tuple) else final)[0])
    return cross_entropy(scores(model, torch.cat(finals)), torch.tensor(target))


def norm_by_differences(function, size: int) -> float:
    """The L2 norm of the gradient at 0 of a function of a float64 vector, by central differences."""
    slopes = [
        (function(EPSILON * unit) - function(-EPSILON * unit)) / (2 * EPSILON)
        for unit in torch.eye(size, dtype=torch.float64)
    ]
    return torch.stack(slopes).norm().item()


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), PATHS)
def test_gradient_norms_equal_autograd_through_torch(cell, layers, direction, read):
    model = untrained(cell, layers, direction)
    reading = model.read(TEXT)

    profile = gradient_profile(model, reading, "bee", read)

    inputs = embedded(model, reading).clone().requires_grad_()
    by_input = torch.autograd.grad(loss_of_inputs(model, inputs, 1), inputs)[0]
    np.testing.assert_allclose(profile.input_norms, by_input.norm(dim=-1).numpy(), rtol=1e-4)
    for t, norm in enumerate(profile.hidden_norms):
        shift = torch.zeros(1, 5, requires_grad=True)
        by_state = torch.autograd.grad(loss_of_shift(model, reading, read, t, shift, 1), shift)[0]
        assert norm == pytest.approx(by_state.norm().item(), rel=1e-4)


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), PATHS)
def test_gradient_norms_equal_finite_differences(cell, layers, direction, read):
    model = untrained(cell, layers, direction)
    reading, exact = model.read(SHORT), in_float64(model)

    profile = gradient_profile(model, reading, "cow", read)

    inputs = embedded(exact, reading)
    for t in range(len(SHORT)):
        place = torch.nn.functional.one_hot(torch.tensor(t), len(SHORT))[:, None].double()
        by_state = norm_by_differences(lambda shift, t=t: loss_of_shift(exact, reading, read, t, shift[None], 2), 5)
        by_input = norm_by_differences(lambda shift, at=place: loss_of_inputs(exact, inputs + at * shift, 2), 4)
        assert profile.hidden_norms[t] == pytest.approx(by_state, rel=1e-4)
        assert profile.input_norms[t] == pytest.approx(by_input, rel=1e-4)


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), [path for path in PATHS if path[0] == "lstm"])
def test_the_gradient_norms_of_the_cell_state_equal_torch_and_finite_differences(cell, layers, direction, read):
    model = untrained(cell, layers, direction)
    reading, exact = model.read(SHORT), in_float64(model)

    norms = gradient_profile(model, reading, "bee", read).cell_state_norms

    for t in range(len(SHORT)):

        def loss(shift: Tensor, net=model, t=t) -> Tensor:
            return loss_of_shift(net, reading, read, t, shift, 1, shifted_cell_state)

        shift = torch.zeros(1, 5, requires_grad=True)
        by_autograd = torch.autograd.grad(loss(shift), shift)[0].norm().item()
        by_differences = norm_by_differences(lambda shift, loss=loss: loss(shift[None], exact), 5)
        assert norms[t] == pytest.approx(by_autograd, rel=1e-4)
        assert norms[t] == pytest.approx(by_differences, rel=1e-4)


@pytest.mark.parametrize("cell", ["rnn", "gru"])
def test_a_cell_without_a_cell_state_has_no_gradient_of_one(cell):
    model = untrained(cell)

    assert gradient_profile(model, model.read(TEXT)).cell_state_norms is None


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_gradient_norms_of_a_trained_model_equal_autograd_through_torch(models, cell):
    model = models[cell]
    reading = model.read("Маркиза")

    profile = gradient_profile(model, reading)

    number = model.classes.index(profile.target)
    inputs = embedded(model, reading).clone().requires_grad_()
    by_input = torch.autograd.grad(loss_of_inputs(model, inputs, number), inputs)[0]
    np.testing.assert_allclose(profile.input_norms, by_input.norm(dim=-1).numpy(), rtol=1e-4)
    shift = torch.zeros(1, 5, requires_grad=True)
    by_state = torch.autograd.grad(loss_of_shift(model, reading, "forward", 2, shift, number), shift)[0]
    assert profile.hidden_norms[2] == pytest.approx(by_state.norm().item(), rel=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_without_a_target_the_loss_is_that_of_the_predicted_class(seed):
    model = untrained("gru", seed=seed)
    reading = model.read(TEXT)
    predicted = model.classes[prediction(model, reading).argmax()]

    profile = gradient_profile(model, reading)

    assert profile.target == predicted
    np.testing.assert_array_equal(profile.hidden_norms, gradient_profile(model, reading, predicted).hidden_norms)


def test_another_target_gives_another_gradient():
    model = untrained("lstm")
    reading = model.read(TEXT)

    profiles = [gradient_profile(model, reading, target) for target in model.classes]

    assert [profile.target for profile in profiles] == ["ant", "bee", "cow"]
    assert len({round(float(profile.hidden_norms[-1]), 6) for profile in profiles}) == 3


def test_a_target_that_the_model_does_not_know_is_bad_input():
    model = untrained("rnn")

    with pytest.raises(BadInput, match="Class is “dog”; allowed is one of: ant, bee, cow"):
        gradient_profile(model, model.read(TEXT), "dog")


def test_a_direction_that_is_not_there_is_bad_input():
    model = untrained("rnn", direction="reverse")

    with pytest.raises(BadInput, match="Direction is “forward”; allowed is one of: reverse"):
        gradient_profile(model, model.read(TEXT), direction="forward")


def test_gradients_are_there_even_where_autograd_is_switched_off():
    model = untrained("lstm")
    model.classifier.requires_grad_(False)

    with torch.no_grad():
        profile = gradient_profile(model, model.read(TEXT))

    assert (profile.hidden_norms > 0).all()
    assert profile.hidden_norms.dtype == profile.input_norms.dtype == np.float32


@pytest.mark.parametrize(
    ("norms", "expected"),
    [
        ([0.25, 0.5, 1.0], 1.0),
        ([0.25, 1.0], 0.5),
        ([0.125, 0.75, 1.0], 1 + (1 + math.log2(0.75)) / (3 + math.log2(0.75))),
        ([1.0, 6.0, 8.0], 1 + (1 + math.log2(0.75)) / (3 + math.log2(0.75))),
        ([0.5, 1.0], 1.0),
        ([1.0, 0.4, 1.0], 1 / -math.log2(0.4)),
        ([0.1, 0.9, 0.4, 1.0], 1 / -math.log2(0.4)),
        ([0.25, 3.0, 1.0], 1 + (math.log2(3) + 1) / (math.log2(3) + 2)),
        ([1e-37, 2e-37, 4e-37], 1.0),
    ],
    ids=[
        "exactly-half",
        "between",
        "second-step",
        "any-scale",
        "half-at-the-start",
        "first-time",
        "first-of-two",
        "after-a-rise",
        "tiny",
    ],
)
def test_half_life_is_where_the_norm_first_falls_to_half_on_the_log_scale(norms, expected):
    assert half_life(np.array(norms, dtype=np.float32)) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    "norms",
    [[4.0, 2.0, 1.0], [0.6, 0.8, 1.0], [1.0], [1.0, 1.0, 0.0], [0.0, 0.0]],
    ids=["rising", "too-slow", "one-step", "ends-at-zero", "all-zero"],
)
def test_there_is_no_half_life_where_the_norm_never_falls_to_half(norms):
    assert half_life(np.array(norms, dtype=np.float32)) is None


def test_a_norm_that_vanishes_has_the_half_life_that_ever_smaller_norms_come_to():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        vanished = half_life(np.array([0.0, 0.8, 1.0], dtype=np.float32))
    nearly = half_life(np.array([1e-300, 0.8, 1.0]))

    assert vanished == 1.0
    assert nearly == pytest.approx(vanished, abs=1e-2)


@pytest.mark.parametrize(("direction", "expected"), [("forward", None), ("reverse", 1.0)])
def test_the_half_life_counts_back_from_where_reading_ends(direction, expected):
    norms = np.array([4.0, 2.0, 1.0], dtype=np.float32)

    profile = GradientProfile("rnn", ("a", "b", "c"), direction, "ant", norms, norms)

    assert profile.half_life == expected


def test_the_norm_of_a_nearly_dead_gradient_is_not_lost_in_its_squares():
    norms = l2_norms(torch.tensor([[3e-30, 4e-30], [3.0, 4.0], [0.0, 0.0]]))

    assert norms.dtype == torch.float32
    np.testing.assert_allclose(norms.numpy(), [5e-30, 5.0, 0.0], rtol=1e-6)


def joined_states(model, reading, layer: int, read: str) -> Tensor:
    """The state that each step starts from, (tokens, S), in text order, from a `torch.nn` cell."""
    after = torch.stack([torch.cat(state) for state in layer_states(model, reading, layer, read)])
    start = torch.zeros_like(after[:1])
    return torch.cat([start, after[:-1]] if read == "forward" else [after[1:], start])


def jacobian_by_differences(model, reading, layer: int, read: str) -> np.ndarray:
    """∂state after / ∂state before of each step of a `torch.nn` cell in float64, (tokens, S, S)."""
    cell, inputs = torch_cell(model, layer, read), stack_outputs(model, reading, layer)
    before = joined_states(model, reading, layer, read)

    def step(states: Tensor) -> Tensor:
        if states.shape[1] == 5:
            return cell(inputs, states)
        return torch.cat(cell(inputs, tuple(states.chunk(2, dim=1))), dim=1)

    columns = [
        (step(before + EPSILON * unit) - step(before - EPSILON * unit)) / (2 * EPSILON)
        for unit in torch.eye(before.shape[1], dtype=torch.float64)
    ]
    return torch.stack(columns, dim=-1).numpy()


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), PATHS)
def test_jacobian_norms_equal_the_singular_values_of_finite_differences(cell, layers, direction, read):
    model = untrained(cell, layers, direction)
    reading = model.read(TEXT)

    norms = jacobian_norms(model, reading, read)

    jacobians = jacobian_by_differences(in_float64(model), reading, layers - 1, read)
    of_hidden = np.linalg.svd(jacobians[:, :5, :5], compute_uv=False).max(axis=-1)
    of_state = np.linalg.svd(jacobians, compute_uv=False).max(axis=-1)
    np.testing.assert_allclose(norms.hidden, of_hidden, rtol=1e-4)
    np.testing.assert_allclose(norms.state, of_state, rtol=1e-4)


def test_the_whole_state_of_an_lstm_stretches_otherwise_than_its_hidden_part():
    lstm, gru = untrained("lstm"), untrained("gru")

    of_lstm = jacobian_norms(lstm, lstm.read(TEXT))
    of_gru = jacobian_norms(gru, gru.read(TEXT))

    assert (of_lstm.state > of_lstm.hidden + 1e-3).all()
    np.testing.assert_array_equal(of_gru.state, of_gru.hidden)


def test_jacobians_of_a_long_text_are_those_of_its_steps(monkeypatch):
    monkeypatch.setattr("rnnviz.insight.gradients.JACOBIAN_NUMBERS", 7 * 10**2)
    model = untrained("lstm")
    long, short = model.read("abcdefgh" * 4), model.read("abcdefgh")

    np.testing.assert_allclose(jacobian_norms(model, long).state[:8], jacobian_norms(model, short).state, rtol=1e-5)
    assert jacobian_norms(model, long).state.shape == (32,)
