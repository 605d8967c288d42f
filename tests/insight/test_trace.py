"""The trace against `torch.nn`: hidden and cell states, gates, and the prediction after each token."""

import copy

import numpy as np
import pytest
import torch

from rnnviz.errors import BadInput
from rnnviz.insight.trace import trace
from tests.oracles import (
    NETS,
    SHALLOW_NETS,
    embedded,
    final_state,
    layer_states,
    named,
    prediction,
    scores,
    shortened,
    stack_outputs,
    untrained,
    ways,
    weights_of,
)

TEXT = "abcabxdeh"


def torch_states(model, reading, layer, read) -> tuple[np.ndarray, ...]:
    """All states of a layer and direction, h or h and c, each (tokens, units)."""
    return tuple(torch.stack(states).numpy() for states in zip(*layer_states(model, reading, layer, read), strict=True))


def gate_sums(model, reading, layer, read) -> tuple[np.ndarray, np.ndarray]:
    """W_i x_t + b_i and W_h h_{t-1} + b_h over the whole text, x and h from `torch.nn`, each (gates, tokens, units)."""
    weights = {name: value.numpy() for name, value in weights_of(model, layer, read).items()}
    inputs = stack_outputs(model, reading, layer).numpy()
    hidden = torch_states(model, reading, layer, read)[0]
    start = np.zeros_like(hidden[:1])
    before = np.concatenate([start, hidden[:-1]] if read == "forward" else [hidden[1:], start])
    from_x = inputs @ weights["weight_ih"].T + weights["bias_ih"]
    from_h = before @ weights["weight_hh"].T + weights["bias_hh"]
    gates = from_x.shape[1] // hidden.shape[1]
    return np.stack(np.split(from_x, gates, axis=1)), np.stack(np.split(from_h, gates, axis=1))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def of_cell(cell: str) -> list[tuple[str, int, str, str]]:
    return list(ways([net for net in SHALLOW_NETS if net[0] == cell]))


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), of_cell("lstm"))
def test_trace_of_an_lstm_equals_torch(cell, layers, direction, read):
    model = untrained(cell, layers, direction)
    reading = model.read(TEXT)
    for layer in range(layers):
        hidden, cell_state = torch_states(model, reading, layer, read)
        from_x, from_h = gate_sums(model, reading, layer, read)
        i, f, g, o = from_x + from_h

        values = trace(model, reading, layer, read).values

        np.testing.assert_allclose(values["hidden"], hidden, atol=1e-6)
        np.testing.assert_allclose(values["cell_state"], cell_state, atol=1e-6)
        expected = {"input": sigmoid(i), "forget": sigmoid(f), "candidate": np.tanh(g), "output": sigmoid(o)}
        for name, value in expected.items():
            np.testing.assert_allclose(values[name], value, atol=2e-6, err_msg=name)


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), of_cell("gru"))
def test_trace_of_a_gru_equals_torch(cell, layers, direction, read):
    model = untrained(cell, layers, direction)
    reading = model.read(TEXT)
    for layer in range(layers):
        (hidden,) = torch_states(model, reading, layer, read)
        (r_x, z_x, n_x), (r_h, z_h, n_h) = gate_sums(model, reading, layer, read)
        reset = sigmoid(r_x + r_h)

        values = trace(model, reading, layer, read).values

        np.testing.assert_allclose(values["hidden"], hidden, atol=1e-6)
        expected = {"reset": reset, "update": sigmoid(z_x + z_h), "new": np.tanh(n_x + reset * n_h)}
        for name, value in expected.items():
            np.testing.assert_allclose(values[name], value, atol=2e-6, err_msg=name)


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), of_cell("rnn"))
def test_trace_of_an_rnn_equals_torch(cell, layers, direction, read):
    model = untrained(cell, layers, direction)
    reading = model.read(TEXT)
    for layer in range(layers):
        (hidden,) = torch_states(model, reading, layer, read)
        (from_x,), (from_h,) = gate_sums(model, reading, layer, read)

        values = trace(model, reading, layer, read).values

        np.testing.assert_allclose(values["hidden"], hidden, atol=1e-6)
        np.testing.assert_allclose(values["preactivation"], from_x + from_h, atol=2e-6)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_trace_of_a_trained_model_equals_torch(models, cell):
    model = models[cell]
    reading = model.read("Барсик")

    result = trace(model, reading)

    assert result.tokens == tuple("барсик")
    np.testing.assert_allclose(result.values["hidden"], stack_outputs(model, reading, 1).numpy(), atol=1e-6)
    np.testing.assert_allclose(result.probabilities[-1], prediction(model, reading), atol=1e-6)


@pytest.mark.parametrize(("cell", "layers", "direction"), NETS, ids=named(NETS))
def test_everything_has_a_row_for_each_token_and_a_column_for_each_unit_or_class(cell, layers, direction):
    result = trace(untrained(cell, layers, direction), untrained(cell, layers, direction).read(TEXT))

    assert result.tokens == tuple(TEXT)
    assert result.classes == ("ant", "bee", "cow")
    assert result.units == 5
    assert {quantity.name for quantity in result.quantities} <= result.values.keys()
    assert {value.shape for value in result.values.values()} == {(9, 5)}
    assert result.probabilities.shape == (9, 3)
    assert {value.dtype for value in (*result.values.values(), result.probabilities)} == {np.dtype(np.float32)}
    np.testing.assert_allclose(result.probabilities.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize(("cell", "layers", "direction"), NETS, ids=named(NETS))
def test_the_prediction_of_the_text_stands_where_reading_ends(cell, layers, direction):
    model = untrained(cell, layers, direction)
    reading = model.read(TEXT)

    probabilities = trace(model, reading).probabilities

    end = 0 if direction == "reverse" else -1
    np.testing.assert_allclose(probabilities[end], prediction(model, reading), atol=1e-6)
    np.testing.assert_allclose(probabilities[end], model.probabilities([reading])[0], atol=1e-6)


@pytest.mark.parametrize("direction", ["forward", "both"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_every_probability_is_the_prediction_of_the_text_up_to_this_token(cell, direction):
    model = untrained(cell, 2, direction)
    reading = model.read(TEXT)

    probabilities = trace(model, reading).probabilities

    for t, row in enumerate(probabilities):
        prefix = embedded(model, shortened(reading, slice(t + 1)))
        expected = torch.softmax(scores(model, final_state(model, prefix)), dim=-1)
        np.testing.assert_allclose(row, expected.numpy(), atol=1e-6)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_every_probability_of_a_reverse_net_is_the_prediction_of_the_text_from_this_token_on(cell):
    model = untrained(cell, 2, "reverse")
    reading = model.read(TEXT)

    probabilities = trace(model, reading).probabilities

    for t, row in enumerate(probabilities):
        np.testing.assert_allclose(row, prediction(model, shortened(reading, slice(t, None))), atol=1e-6)


def test_the_probabilities_do_not_depend_on_the_layer_that_is_looked_at():
    model = untrained("lstm", 3, "both")
    reading = model.read(TEXT)

    top, lowest = trace(model, reading), trace(model, reading, 0, "reverse")

    np.testing.assert_array_equal(top.probabilities, lowest.probabilities)
    assert not np.allclose(top.values["hidden"], lowest.values["hidden"])


@pytest.mark.parametrize(("direction", "read"), [("forward", "forward"), ("reverse", "reverse"), ("both", "forward")])
def test_without_a_choice_the_top_layer_is_traced_in_the_direction_of_reading(direction, read):
    model = untrained("gru", 3, direction)
    reading = model.read(TEXT)

    result = trace(model, reading)

    assert (result.layer, result.direction) == (2, read)
    np.testing.assert_allclose(result.values["hidden"], torch_states(model, reading, 2, read)[0], atol=1e-6)


@pytest.mark.parametrize("layer", [-1, 2, 99])
def test_a_layer_that_is_not_there_is_bad_input(layer):
    model = untrained("lstm", 2)

    with pytest.raises(BadInput, match=f"Layer is {layer}; allowed is 0 to 1"):
        trace(model, model.read(TEXT), layer)


@pytest.mark.parametrize(
    ("direction", "asked", "allowed"),
    [("forward", "reverse", "forward"), ("reverse", "forward", "reverse"), ("both", "both", "forward, reverse")],
)
def test_a_direction_that_is_not_there_is_bad_input(direction, asked, allowed):
    model = untrained("lstm", 1, direction)

    with pytest.raises(BadInput, match=f"Direction is “{asked}”; allowed is one of: {allowed}"):
        trace(model, model.read(TEXT), direction=asked)


def test_a_token_that_the_model_does_not_know_is_read_as_unk():
    model = untrained("lstm")
    unknown = model.classifier.embedding.weight[1].detach()

    from_x = trace(model, model.read("a?")).values["input_from_x"][1]

    weights = weights_of(model, 0, "forward")
    expected = weights["weight_ih"][:5] @ unknown + weights["bias_ih"][:5]
    np.testing.assert_allclose(from_x, expected.numpy(), atol=1e-6)


def test_looking_changes_nothing():
    model = untrained("lstm", 2, "both")
    before = copy.deepcopy(model.classifier.state_dict())

    trace(model, model.read(TEXT))

    assert not model.classifier.training
    for name, value in model.classifier.state_dict().items():
        assert torch.equal(value, before[name])
