"""The itemised gradient, held against autograd through `torch.nn` with a copy of the weights for each step."""

import copy

import numpy as np
import pytest
import torch
from torch.func import functional_call
from torch.nn.functional import cross_entropy

from rnnviz.errors import BadInput
from rnnviz.insight.itemised import WEIGHTS, cut_off, itemised, step_factors
from tests.oracles import (
    SHALLOW_NETS,
    in_float64,
    scores,
    stack_outputs,
    torch_cell,
    torch_layer,
    untrained,
    ways,
    weights_of,
)

TEXT = "abcaxh"
PATHS = list(ways(SHALLOW_NETS))
GATES = {"rnn": [], "lstm": ["input", "forget", "candidate", "output"], "gru": ["reset", "update", "new"]}


def gradients_of_torch(model, reading, target):
    """∂L/∂θ of all parameters by name, by autograd through the whole classifier."""
    classifier = copy.deepcopy(model.classifier).requires_grad_()
    ids = torch.from_numpy(reading.ids.astype(np.int64))[None]
    loss = cross_entropy(classifier(ids, torch.tensor([len(reading.ids)])), torch.tensor([target]))
    loss.backward()
    return {name: parameter.grad.numpy() for name, parameter in classifier.named_parameters()}


def name_of(model, weight, layer, direction):
    both = direction == "reverse" and model.config.model.direction == "both"
    return f"rnn.{weight}_l{layer}" + "_reverse" * both


def whole_parts(factors, weight):
    """∂L/∂W_t of every step, (tokens, rows, columns)."""
    deltas, vectors = factors.of(weight)
    return np.einsum("tg,ti->tgi", deltas, vectors)


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), PATHS)
def test_the_parts_of_all_steps_add_up_to_the_gradient_of_torch(cell, layers, direction, read):
    model = in_float64(untrained(cell, layers, direction))
    reading = model.read(TEXT)

    for layer in range(layers):
        factors, target, _norm = step_factors(model, reading, "cow", layer, read)
        expected = gradients_of_torch(model, reading, target)
        for weight in WEIGHTS:
            summed = whole_parts(factors, weight).sum(axis=0)
            of_torch = expected[name_of(model, weight, layer, read)]
            np.testing.assert_allclose(summed.reshape(of_torch.shape), of_torch, atol=1e-12)


def parts_with_copies(model, reading, read, target):
    """∂L/∂W_t of the top layer, from `torch.nn` cells that get weights of their own at every step."""
    top = model.config.model.layers - 1
    inputs = stack_outputs(model, reading, top)
    cell, finals, copies = torch_cell(model, top, read), [], []
    for direction in model.classifier.directions:
        if direction != read:
            layer = torch_layer(model, top, direction)
            finals.append(layer(inputs.flip(0) if direction == "reverse" else inputs)[0][-1])
            continue
        state = None
        for x in inputs.flip(0) if direction == "reverse" else inputs:
            own = {name: value.clone().requires_grad_() for name, value in weights_of(model, top, read).items()}
            state = functional_call(cell, own, (x[None], state))
            copies.append(own)
        finals.append((state[0] if isinstance(state, tuple) else state)[0])
    loss = cross_entropy(scores(model, torch.cat(finals)), torch.tensor(target))
    wanted = [own[weight] for own in copies for weight in WEIGHTS]
    found = iter(torch.autograd.grad(loss, wanted))
    parts = [{weight: next(found).numpy() for weight in WEIGHTS} for _own in copies]
    return parts[::-1] if read == "reverse" else parts


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), PATHS)
def test_each_part_is_the_gradient_of_the_copy_that_its_step_uses(cell, layers, direction, read):
    model = in_float64(untrained(cell, layers, direction))
    reading = model.read(TEXT)
    found = itemised(model, reading, "bee", None, read)
    expected = parts_with_copies(model, reading, read, 1)

    size = model.config.model.hidden_size
    assert [(part.weight, part.gate) for part in found.parts] == [
        *((weight, None) for weight in WEIGHTS),
        *((weight, gate) for weight in WEIGHTS for gate in GATES[cell]),
    ]
    for part in found.parts:
        place = GATES[cell].index(part.gate) if part.gate else 0
        rows = slice(place * size, (place + 1) * size) if part.gate else slice(None)
        own = np.stack([step[part.weight][rows].ravel() for step in expected])
        whole = own.sum(axis=0)
        norms = np.linalg.norm(own, axis=1)
        np.testing.assert_allclose(part.norms, norms, rtol=1e-5, atol=1e-12)
        np.testing.assert_allclose(part.shares, norms / norms.sum(), rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(part.projections, own @ whole / (whole @ whole), rtol=1e-4, atol=1e-6)
        assert part.whole == pytest.approx(np.linalg.norm(whole))
        assert part.agreement == pytest.approx(np.linalg.norm(whole) / norms.sum(), rel=1e-5)


@pytest.mark.parametrize("read_out", ["last", "maximum", "mean", "all"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_with_every_read_out_they_add_up_too(cell, read_out):
    model = in_float64(untrained(cell, 2, "both", read_out=read_out))
    reading = model.read(TEXT)

    found = itemised(model, reading, "ant", 0, "reverse")

    expected = gradients_of_torch(model, reading, 0)
    for weight in WEIGHTS:
        part = found.part(weight)
        assert part.whole == pytest.approx(np.linalg.norm(expected[name_of(model, weight, 0, "reverse")]))
        assert part.projections.sum() == pytest.approx(1, abs=1e-5)
        assert part.shares.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_norm_that_clipping_sees_is_that_of_all_parameters(cell):
    model = untrained(cell, 2, "both")
    reading = model.read(TEXT)

    norm = itemised(model, reading, "ant").gradient_norm

    expected = gradients_of_torch(model, reading, 0)
    assert norm == pytest.approx(np.sqrt(sum((each.astype(float) ** 2).sum() for each in expected.values())), rel=1e-5)


def test_the_part_of_one_weight_is_what_a_finite_difference_finds():
    model = in_float64(untrained("gru"))
    reading = model.read("abxh")
    factors, target, _norm = step_factors(model, reading, "bee", 0, "forward")
    row, column, small = 12, 3, 1e-6
    own = weights_of(model, 0, "forward")

    def loss_with(shift, at):
        cell, state = torch_cell(model, 0, "forward"), None
        for t, x in enumerate(stack_outputs(model, reading, 0)):
            weights = {name: value.clone() for name, value in own.items()}
            weights["weight_hh"][row, column] += shift if t == at else 0
            state = functional_call(cell, weights, (x[None], state))
        return cross_entropy(scores(model, state[0]), torch.tensor(target)).item()

    slopes = [(loss_with(small, t) - loss_with(-small, t)) / (2 * small) for t in range(4)]

    np.testing.assert_allclose(whole_parts(factors, "weight_hh")[:, row, column], slopes, atol=1e-8)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_text_of_one_token_uses_no_state_before_it(cell):
    model = untrained(cell)

    found = itemised(model, model.read("a"))

    recurrent = found.part("weight_hh")
    assert (recurrent.norms.tolist(), recurrent.shares.tolist(), recurrent.projections.tolist()) == ([0], [0], [0])
    assert (recurrent.whole, recurrent.agreement) == (0, 0)
    assert found.part("weight_ih").shares.tolist() == [1]


def test_steps_back_begin_where_reading_ended():
    text = "abc"
    for direction, expected in (("forward", "cba"), ("reverse", "abc")):
        model = untrained("rnn", direction=direction)
        found = itemised(model, model.read(text))
        assert "".join(found.tokens[found.steps_back]) == expected


def test_without_a_class_the_predicted_one_is_followed():
    model = untrained("lstm")
    reading = model.read(TEXT)

    assert itemised(model, reading).target == model.classes[model.probabilities([reading])[0].argmax()]


def test_nothing_is_changed_and_no_gradient_is_left_behind():
    model = untrained("gru")
    before = copy.deepcopy(model.classifier.state_dict())

    model.classifier.requires_grad_(False)  # as a run's weights are
    with torch.no_grad():
        itemised(model, model.read(TEXT))

    assert all(torch.equal(before[name], value) for name, value in model.classifier.state_dict().items())
    assert all(parameter.grad is None for parameter in model.classifier.parameters())


def test_clipping_cuts_what_is_above_its_norm():
    assert cut_off(4, 1) == 0.75
    assert cut_off(1, 1) == cut_off(0.5, 1) == 0
    assert cut_off(4, 0) == 0, "0 leaves the gradient as it is"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"target": "eel"}, "Class is “eel”; allowed is one of: ant, bee, cow."),
        ({"layer": 1}, "Layer is 1; allowed is 0 to 0."),
        ({"direction": "reverse"}, "Direction is “reverse”; allowed is one of: forward."),
    ],
)
def test_what_the_net_does_not_have_is_said(given, message):
    model = untrained("rnn")

    with pytest.raises(BadInput) as error:
        itemised(model, model.read(TEXT), **given)

    assert str(error.value) == message


def test_half_of_the_norms_comes_from_so_many_of_the_last_steps():
    model = untrained("rnn")
    found = itemised(model, model.read(TEXT))

    for weight in WEIGHTS:
        norms = found.part(weight).norms[::-1].astype(float)
        count = found.half_within(weight)
        assert norms[:count].sum() >= norms.sum() / 2 > norms[: count - 1].sum()
    assert itemised(model, model.read("a")).half_within("weight_hh") is None
