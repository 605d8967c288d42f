"""What the drawing of a cell is told: arrays of a size that can be sent, a plan that names all it draws, moves only."""

import base64
import re

import numpy as np
import pytest
import streamlit as st

from rnnviz.charts.blueprints import BLUEPRINTS
from rnnviz.charts.style import Style
from rnnviz.insight.terms import layer_inputs, weights
from rnnviz.insight.trace import trace
from rnnviz.language import use_language
from rnnviz.ui import cell_drawing
from rnnviz.ui.cargo import CARGO_JS
from rnnviz.ui.cell_drawing import CSS, HTML, JS, cargo
from rnnviz.ui.cell_drawing.cargo import part_around, values_of, weights_of
from rnnviz.ui.cell_drawing.plan import input_names, plan_of
from tests.oracles import untrained

CELLS = list(BLUEPRINTS)


def traced_by(cell, text="abcah", **settings):
    model = untrained(cell, **settings)
    reading = model.read(text)
    result = trace(model, reading)
    return model, result, layer_inputs(model, reading, result.layer)


def unpacked(message):
    """The arrays as the browser finds them."""
    numbers = np.frombuffer(base64.b64decode(message["bytes"]), "<f4")
    ends = np.cumsum([length for _name, length in message["arrays"]])
    return dict(zip([name for name, _length in message["arrays"]], np.split(numbers, ends[:-1]), strict=True))


@pytest.mark.parametrize("cell", CELLS)
def test_all_values_of_a_short_text_are_sent_to_the_last_digit(cell):
    _, result, inputs = traced_by(cell)

    sent = values_of("slot", result, inputs, 2)

    arrays = unpacked(sent.message)
    assert arrays.keys() == {*BLUEPRINTS[cell].sent, "x"}
    for name in BLUEPRINTS[cell].sent:
        np.testing.assert_array_equal(arrays[name], result.values[name].ravel())
    np.testing.assert_array_equal(arrays["x"], inputs.ravel())
    assert (sent.about["first"], sent.about["low"], sent.about["high"], sent.about["total"]) == (0, 0, 5, 5)


def test_of_a_long_text_the_part_around_the_step_is_sent_with_one_more_on_each_side(monkeypatch):
    monkeypatch.setattr(cargo, "MOST_BYTES", 8 * (6 * 5 + 4) * 4)
    _, result, inputs = traced_by("lstm", "abcdefgh" * 4)

    sent = values_of("slot", result, inputs, 17)

    assert (sent.about["first"], sent.about["low"], sent.about["high"]) == (13, 14, 22)
    np.testing.assert_array_equal(unpacked(sent.message)["hidden"], result.values["hidden"][13:23].ravel())


@pytest.mark.parametrize("count", [1, 7, 8, 9, 40, 401])
def test_every_step_lies_within_the_part_that_is_sent_for_it(monkeypatch, count):
    monkeypatch.setattr(cargo, "MOST_BYTES", 80)
    for place in range(count):
        part = part_around(place, count, 10)
        assert place in part
        assert len(part) == min(count, 8)
        assert 0 <= part.start < part.stop <= count
        if count > 8 and part.start > 0 and part.stop < count:
            assert part.start < place < part.stop - 1


def test_the_largest_cell_on_the_longest_text_stays_below_two_and_a_half_megabytes():
    model, result, inputs = traced_by("lstm", "abcdefgh" * 4, embedding_size=300, hidden_size=256)

    sent = weights_of("slot", weights(model, result), 256, 200)
    sizes = len(sent.message["bytes"]), len(values_of("slot", result, inputs, 0).message["bytes"])

    assert sum(sizes) < 2_500_000
    assert 200 in range(sent.about["first"], sent.about["first"] + sent.about["count"])


@pytest.mark.parametrize("cell", CELLS)
def test_the_rows_of_every_gate_are_sent_unit_by_unit(cell):
    model, result, _ = traced_by(cell)
    given = weights(model, result)

    sent = unpacked(weights_of("slot", given, 5, 0).message)

    np.testing.assert_array_equal(sent["input"], given.input.ravel())
    np.testing.assert_array_equal(sent["recurrent_bias"], given.recurrent_bias)


def test_other_numbers_have_another_id_and_the_same_have_the_same():
    _, result, inputs = traced_by("gru")

    assert values_of("slot", result, inputs, 0).id == values_of("slot", result, inputs, 3).id
    assert values_of("slot", result, inputs + 1, 0).id != values_of("slot", result, inputs, 0).id


@pytest.mark.parametrize("cell", CELLS)
def test_the_plan_knows_all_that_is_drawn_and_every_number_of_the_equations(cell):
    _, result, inputs = traced_by(cell)
    plan = plan_of(result, inputs.shape[1], ("forward",), Style())
    limits = values_of("slot", result, inputs, 0).about["limits"]

    known = {*plan["parts"], *BLUEPRINTS[cell].sent, "x", *(f"{state.name}_before" for state in result.states)}
    drawn = {part["quantity"] for part in (*plan["nodes"], *plan["wires"])}
    assert drawn <= known
    assert drawn <= plan["quantities"].keys()
    assert drawn <= limits.keys()
    assert {of for part in plan["parts"].values() for of in part["of"]} <= known
    for each in plan["quantities"].values():
        assert "\\" not in str(each)
        for name in re.findall(r"\{(\w+):", (each["equation"] or {"numeric": ""})["numeric"]):
            assert name in known or re.search(r"(^|_)from_[xh]$", name)
    assert {node["neuron"] for node in plan["nodes"]} - {None} == {each["name"] for each in plan["neurons"]}


@pytest.mark.parametrize("cell", CELLS)
def test_every_node_and_strip_lies_within_the_drawing(cell):
    blueprint = BLUEPRINTS[cell]

    points = [
        *(node.at for node in blueprint.nodes),
        *(wire.strip for wire in blueprint.wires if wire.strip),
        *(point for wire in blueprint.wires for line in wire.lines for point in line),
    ]

    assert all(0 <= x <= blueprint.width and 0 <= y <= blueprint.height for x, y in points)


def test_inputs_are_called_by_token_or_by_the_unit_of_the_layer_below():
    _, result, _ = traced_by("lstm")
    _, upper, _ = traced_by("lstm", layers=2, direction="both")

    assert input_names(result, 2, ("forward",)) == ["“{token}”, component 0", "“{token}”, component 1"]
    names = input_names(upper, 10, ("forward", "reverse"))
    assert (names[0], names[9]) == ("layer 1, unit 0, forward", "layer 1, unit 4, reverse")


def test_numbers_have_the_decimal_sign_of_the_language():
    _, result, _ = traced_by("lstm")

    use_language("ru")

    assert plan_of(result, 4, ("forward",), Style())["labels"]["decimal"] == ","


@pytest.mark.parametrize(
    ("moved", "heard"),
    [
        ({"step": 2, "unit": 4}, [(2, 4)]),
        ({"step": 1.0, "unit": 0.0}, [(1, 0)]),
        ({"step": 3, "unit": 0}, []),
        ({"step": 0, "unit": 5}, []),
        ({"step": -1, "unit": 0}, []),
        ({"step": "1", "unit": 0}, []),
        ({"step": 1}, []),
        ("1", []),
        (None, []),
    ],
)
def test_only_a_step_and_unit_that_there_are_is_heard(monkeypatch, moved, heard):
    monkeypatch.setattr(st, "session_state", {"cell": {"moved": moved}})
    moves = []

    cell_drawing._hear("cell", 3, 5, lambda step, unit: moves.append((step, unit)))

    assert moves == heard


def test_no_token_can_become_markup():
    scripts = JS + CARGO_JS
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "cssText"):
        assert way not in scripts
    assert "http" not in (HTML + CSS + scripts).replace("http://www.w3.org/2000/svg", ""), "nothing is fetched"
