"""The terms of a neuron: by hand with numpy on the parameters of `torch.nn`, and against its cells."""

import numpy as np
import pytest

from rnnviz.errors import BadInput
from rnnviz.insight.terms import layer_inputs, neuron_sums
from rnnviz.insight.trace import trace
from tests.oracles import NETS, layer_states, named, stack_outputs, untrained, ways, weights_of

TEXT = "abcah"
ORDER = {"rnn": ("hidden",), "lstm": ("input", "forget", "candidate", "output"), "gru": ("reset", "update", "new")}
SMALL = [net for net in NETS if net[1] <= 3]


def squashed(name, value):
    return np.tanh(value) if name in {"hidden", "candidate", "new"} else 1 / (1 + np.exp(-value))


def layers_of(cell, layers, direction):
    """Each layer and direction of a net with its trace."""
    model = untrained(cell, layers, direction)
    reading = model.read(TEXT)
    for layer in range(layers):
        for _, _, _, read in ways([(cell, layers, direction)]):
            yield model, reading, trace(model, reading, layer, read)


@pytest.mark.parametrize(("cell", "layers", "direction"), SMALL, ids=named(SMALL))
def test_the_terms_are_the_products_of_torchs_weights_with_its_states(cell, layers, direction):
    for model, reading, traced in layers_of(cell, layers, direction):
        weights = {name: value.numpy() for name, value in weights_of(model, traced.layer, traced.direction).items()}
        inputs = stack_outputs(model, reading, traced.layer).detach().numpy()
        states = [state[0].numpy() for state in layer_states(model, reading, traced.layer, traced.direction)]
        states = states[::-1] if traced.direction == "reverse" else states
        before = [np.zeros(5, dtype=np.float32), *states[:-1]]
        before = before[::-1] if traced.direction == "reverse" else before
        for step, unit in [(0, 0), (2, 4), (4, 1)]:
            sums = neuron_sums(model, reading, traced, step, unit)
            assert tuple(each.name for each in sums) == ORDER[cell]
            for block, each in enumerate(sums):
                row = block * 5 + unit
                k = traced.values["reset"][step, unit] if each.name == "new" else 1.0
                np.testing.assert_allclose(each.input_terms, weights["weight_ih"][row] * inputs[step], atol=1e-5)
                by_hand = k * weights["weight_hh"][row] * before[step]
                np.testing.assert_allclose(each.recurrent_terms, by_hand, atol=1e-5)
                biases = weights["bias_ih"][row], k * weights["bias_hh"][row]
                np.testing.assert_allclose((each.input_bias, each.recurrent_bias), biases, atol=1e-6)


@pytest.mark.parametrize(("cell", "layers", "direction"), SMALL, ids=named(SMALL))
def test_the_terms_add_up_to_the_preactivation_that_gives_the_value_of_the_trace(cell, layers, direction):
    for model, reading, traced in layers_of(cell, layers, direction):
        inputs = layer_inputs(model, reading, traced.layer)
        for step in range(len(TEXT)):
            for unit in range(traced.units):
                for each in neuron_sums(model, reading, traced, step, unit, inputs):
                    name = "" if each.name == "hidden" else f"{each.name}_"
                    from_x, from_h = (traced.values[f"{name}from_{part}"][step, unit] for part in "xh")
                    assert each.preactivation == pytest.approx(from_x + each.factor * from_h, abs=1e-5)
                    assert squashed(each.name, each.preactivation) == pytest.approx(each.value, abs=1e-5)
                    assert each.value == traced.values[each.name][step, unit]


@pytest.mark.parametrize("direction", ["forward", "reverse", "both"])
def test_what_a_layer_reads_is_what_torch_gives_below_it(direction):
    model = untrained("gru", 3, direction)
    reading = model.read(TEXT)

    for layer in range(3):
        expected = stack_outputs(model, reading, layer).detach().numpy()
        np.testing.assert_allclose(layer_inputs(model, reading, layer), expected, atol=1e-5)


@pytest.mark.parametrize(("step", "unit", "named_in_it"), [(5, 0, "Time step"), (-1, 0, "Time step"), (0, 5, "Unit")])
def test_a_step_or_unit_that_there_is_not_is_refused(step, unit, named_in_it):
    model = untrained("lstm")
    reading = model.read(TEXT)

    with pytest.raises(BadInput, match=rf"{named_in_it}.*0.*4"):
        neuron_sums(model, reading, trace(model, reading), step, unit)
