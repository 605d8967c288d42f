"""The classifier unrolled on the written-out cells against `torch.nn`, in every depth and direction."""

import pytest
import torch

from rnnviz.models.unrolled import embed, unroll_classifier
from tests.oracles import NETS, embedded, final_state, layer_states, named, scores, stack_outputs, untrained, ways


@pytest.mark.parametrize(("cell", "layers", "direction"), NETS, ids=named(NETS))
def test_an_unrolled_net_equals_torch_in_every_layer_and_direction(cell, layers, direction):
    model = untrained(cell, layers, direction)
    reading = model.read("abcabxdeh")

    with torch.no_grad():
        unrolled = unroll_classifier(model.classifier, embed(model.classifier, torch.from_numpy(reading.ids)))

        assert torch.equal(unrolled.embedded[:, 0], embedded(model, reading))
        read = ["forward", "reverse"] if direction == "both" else [direction]
        assert list(unrolled.steps) == [(layer, way) for layer in range(layers) for way in read]
        for layer in range(layers):
            hidden = [torch.cat([step["hidden"] for step in unrolled.steps[layer, way]]) for way in read]
            expected = stack_outputs(model, reading, layer + 1)
            torch.testing.assert_close(torch.cat(hidden, dim=-1), expected, atol=1e-6, rtol=0)
        expected = scores(model, final_state(model, embedded(model, reading)))
        torch.testing.assert_close(unrolled.logits[0], expected, atol=2e-6, rtol=0)


LSTMS = list(ways([net for net in NETS if net[0] == "lstm"]))


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), LSTMS)
def test_the_cell_states_of_an_lstm_equal_torch_in_every_layer_and_direction(cell, layers, direction, read):
    model = untrained(cell, layers, direction)
    reading = model.read("abcabxdeh")

    with torch.no_grad():
        unrolled = unroll_classifier(model.classifier, embed(model.classifier, torch.from_numpy(reading.ids)))

        for layer in range(layers):
            states = layer_states(model, reading, layer, read)
            for step, (hidden, cell_state) in zip(unrolled.steps[layer, read], states, strict=True):
                torch.testing.assert_close(step["hidden"][0], hidden, atol=1e-6, rtol=0)
                torch.testing.assert_close(step["cell_state"][0], cell_state, atol=1e-6, rtol=0)


@pytest.mark.parametrize("direction", ["forward", "reverse", "both"])
def test_a_text_of_one_token_is_read_like_any_other(direction):
    model = untrained("gru", 2, direction)
    reading = model.read("a")

    with torch.no_grad():
        unrolled = unroll_classifier(model.classifier, embed(model.classifier, torch.from_numpy(reading.ids)))

        expected = scores(model, final_state(model, embedded(model, reading)))
        torch.testing.assert_close(unrolled.logits[0], expected, atol=1e-6, rtol=0)
