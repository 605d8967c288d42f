"""Surgery: what a cut does is what the equations say, and an empty one does nothing."""

import dataclasses

import numpy as np
import pytest
import torch

from rnnviz.errors import BadInput
from rnnviz.insight.surgery import Cut, operate, parse_surgery
from rnnviz.insight.trace import trace
from rnnviz.models.cells import CELLS
from rnnviz.models.read_outs import READ_OUTS
from tests.oracles import SHALLOW_NETS, named, prediction, untrained, ways, weights_of

TEXT = "abcdefab"


def quantities(cell):
    return [quantity.name for quantity in (*CELLS[cell].states, *CELLS[cell].gates)]


def by_hand(model, reading, cut):
    """A one-layer forward net in NumPy, float64, with the cut written into its equations."""
    weights = {name: value.double().numpy() for name, value in weights_of(model, 0, "forward").items()}
    state = {name: value.double().numpy() for name, value in model.classifier.state_dict().items()}
    size = model.config.model.hidden_size
    h = c = np.zeros(size)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def held(name, value, step):
        value = value.copy()
        if name == cut.quantity and step >= cut.first:
            units = list(cut.units)
            value[units] = value[units] * cut.value if cut.scale else cut.value
        return value

    for step, number in enumerate(reading.ids):
        x = state["embedding.weight"][number]
        from_x = weights["weight_ih"] @ x + weights["bias_ih"]
        from_h = weights["weight_hh"] @ h + weights["bias_hh"]
        if model.config.model.cell == "rnn":
            h = held("hidden", np.tanh(from_x + from_h), step)
        elif model.config.model.cell == "lstm":
            i, f, g, o = np.split(from_x + from_h, 4)
            i, f = held("input", sigmoid(i), step), held("forget", sigmoid(f), step)
            g, o = held("candidate", np.tanh(g), step), held("output", sigmoid(o), step)
            c = held("cell_state", f * c + i * g, step)
            h = held("hidden", o * np.tanh(c), step)
        else:
            (r_x, z_x, n_x), (r_h, z_h, n_h) = np.split(from_x, 3), np.split(from_h, 3)
            r, z = held("reset", sigmoid(r_x + r_h), step), held("update", sigmoid(z_x + z_h), step)
            n = held("new", np.tanh(n_x + r * n_h), step)
            h = held("hidden", (1 - z) * n + z * h, step)
    scores = state["head.weight"] @ h + state["head.bias"]
    return np.exp(scores) / np.exp(scores).sum()


@pytest.mark.parametrize("how", ["held", "scaled", "late"])
@pytest.mark.parametrize(("cell", "quantity"), [(cell, name) for cell in CELLS for name in quantities(cell)])
def test_a_cut_does_what_the_equations_say(cell, quantity, how):
    model = untrained(cell)
    reading = model.read(TEXT)
    cut = {
        "held": Cut(quantity, (1, 3), 0.5),
        "scaled": Cut(quantity, (0, 1, 2), 0.25, scale=True),
        "late": Cut(quantity, (4,), 1.0, first=3),
    }[how]

    (probabilities,) = operate(model, (cut,)).probabilities([reading])

    assert np.allclose(probabilities, by_hand(model, reading, cut), atol=1e-5)
    assert not np.allclose(probabilities, model.probabilities([reading])[0], atol=1e-4)


@pytest.mark.parametrize(("cell", "layers", "direction"), SHALLOW_NETS, ids=named(SHALLOW_NETS))
def test_a_cut_that_changes_nothing_leaves_every_net_as_it_is(cell, layers, direction):
    """Scaling by one takes the long way through the written-out cells."""
    model = untrained(cell, layers, direction)
    cuts = [
        Cut("hidden", None, 1.0, scale=True, layer=layer, direction=way)
        for layer in range(layers)
        for way in model.classifier.directions
    ]
    texts = [model.read(text) for text in ("a", TEXT, "fade", "bb")]

    operated = operate(model, cuts)

    assert np.allclose(operated.probabilities(texts), model.probabilities(texts), atol=1e-5)
    assert np.allclose(operated.probabilities(texts[1:2])[0], prediction(model, texts[1]), atol=1e-5)


@pytest.mark.parametrize("read_out", READ_OUTS)
@pytest.mark.parametrize(("cell", "layers", "direction", "way"), list(ways(SHALLOW_NETS)))
def test_the_trace_of_an_operated_net_ends_where_its_answer_is(cell, layers, direction, way, read_out):
    model = untrained(cell, layers, direction, read_out=read_out)
    reading = model.read(TEXT)
    operated = operate(model, [Cut("hidden", (2,), 0.9, first=2, layer=0, direction=way)])

    traced = trace(operated, reading, 0, way)

    held = traced.values["hidden"][:, 2] if way == "forward" else traced.values["hidden"][::-1, 2]
    assert np.allclose(held[2:], 0.9)
    assert not np.isclose(held[:2], 0.9).any()
    assert np.allclose(traced.probabilities[traced.last], operated.probabilities([reading])[0], atol=1e-5)


def test_the_model_that_was_operated_on_is_the_same_as_before():
    model = untrained("gru")
    before = {name: value.clone() for name, value in model.classifier.state_dict().items()}
    answer = model.probabilities([model.read(TEXT)])

    operate(model, [Cut("update", None, 1.0)]).probabilities([model.read(TEXT)])

    assert all(torch.equal(value, before[name]) for name, value in model.classifier.state_dict().items())
    assert np.array_equal(model.probabilities([model.read(TEXT)]), answer)
    assert operate(model, ()) is model


def test_several_cuts_act_one_after_the_other():
    model = untrained("rnn")
    reading = model.read(TEXT)

    both = operate(model, [Cut("hidden", (1,), 0.8), Cut("hidden", (1,), 0.5, scale=True)])

    assert np.allclose(trace(both, reading).values["hidden"][:, 1], 0.4)


@pytest.mark.parametrize(
    "cut",
    [
        Cut("forget", (3,), 0.0),
        Cut("hidden", None, 0.5, scale=True, first=3),
        Cut("cell_state", (1, 2, 7), -2.5, layer=1, direction="reverse"),
    ],
)
def test_what_is_written_is_what_is_read(cut):
    assert parse_surgery(str(cut)) == (cut,)


def test_the_notation_takes_ranges_blanks_and_several_cuts():
    cuts = parse_surgery(" forget[3,7-9]=0@2;  hidden[*]*.5 ")

    assert cuts == (Cut("forget", (3, 7, 8, 9), 0.0, first=1), Cut("hidden", None, 0.5, scale=True))
    assert parse_surgery("  ") == ()


@pytest.mark.parametrize(
    "text", ["forget", "forget[]=0", "forget[3]", "forget[3]=", "forget[9-3]=0", "forget[3]=0@0", "[3]=0", "x[-1]=2"]
)
def test_what_can_not_be_read_is_named(text):
    with pytest.raises(BadInput, match="can’t be read as a cut"):
        parse_surgery(text)


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (Cut("update", (0,), 0.0), "update"),
        (Cut("forget", (5,), 0.0), "0 to 4"),
        (Cut("forget", (0,), 1.5), "1.5"),
        (Cut("hidden", (0,), 11.0, scale=True), "11"),
        (Cut("cell_state", (0,), float("nan")), "nan"),
        (Cut("hidden", (0,), 0.0, layer=1), "Layer"),
        (Cut("hidden", (0,), 0.0, direction="reverse"), "reverse"),
    ],
)
def test_a_cut_that_the_net_does_not_allow_is_refused_with_what_is_allowed(cut, said):
    with pytest.raises(BadInput, match=said):
        operate(untrained("lstm"), [cut])


def test_too_many_cuts_are_refused():
    with pytest.raises(BadInput, match="20"):
        parse_surgery(";".join(["hidden[0]=0"] * 21))


def test_an_operated_model_says_of_itself_what_the_whole_one_does():
    model = untrained("lstm")

    operated = operate(model, [Cut("forget", (0,), 0.0)])

    assert dataclasses.replace(operated, classifier=model.classifier) == model
    assert operated.classifier.count_parameters() == model.classifier.count_parameters()
