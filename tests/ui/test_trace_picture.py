"""What the picture of a trace is told: values to the last digit, scales, places and words; clicks on places only."""

import base64

import numpy as np
import pytest
import streamlit as st

from rnnviz.charts.style import Style, class_colour
from rnnviz.insight.trace import trace
from rnnviz.language import use_language
from rnnviz.ui import trace_picture
from rnnviz.ui.trace_picture import CALL, CSS, HTML, SCRIPT, View, figure_of, part_sent, plan, values_of
from rnnviz.ui.trace_picture.plan import plan_of
from tests.oracles import MODULES, untrained


def traced_by(cell, text="abcah", **settings):
    model = untrained(cell, **settings)
    return trace(model, model.read(text))


def told(traced, style=Style(), **marks):
    everything = range(len(traced.tokens))
    values = values_of("slot", traced, everything, answers=True)
    return plan_of(traced, values, View(traced.quantities, everything, **marks), style, "title", "a key", movable=True)


def unpacked(message):
    """The arrays as the browser finds them."""
    numbers = np.frombuffer(base64.b64decode(message["bytes"]), "<f4")
    ends = np.cumsum([length for _name, length in message["arrays"]])
    return dict(zip([name for name, _length in message["arrays"]], np.split(numbers, ends[:-1]), strict=True))


@pytest.mark.parametrize("cell", MODULES)
@pytest.mark.parametrize("direction", ["forward", "reverse", "both"])
def test_all_that_is_drawn_is_sent_to_the_last_digit(cell, direction):
    traced = traced_by(cell, direction=direction, layers=2)

    message = values_of("slot", traced, range(5), answers=True).message

    arrays = unpacked(message)
    assert list(arrays) == [*(each.name for each in traced.quantities), "probabilities"]
    for quantity in traced.quantities:
        np.testing.assert_array_equal(arrays[quantity.name], traced.values[quantity.name].ravel())
    np.testing.assert_array_equal(arrays["probabilities"], traced.probabilities.ravel())
    assert message["about"]["tokens"] == ["a", "b", "c", "a", "h"]
    assert message["about"]["units"] == traced.units


def test_where_answers_are_covered_no_probability_is_sent():
    assert "probabilities" not in unpacked(values_of("slot", traced_by("gru"), range(5), answers=False).message)


def test_of_very_many_values_only_those_of_the_window_are_sent(monkeypatch):
    traced = traced_by("lstm", "abcdefgh" * 4)
    assert part_sent(traced, range(10, 14)) == range(32), "of few all are, so that a window moves without new ones"

    monkeypatch.setattr(plan, "MOST_BYTES", 1000)
    part = part_sent(traced, range(10, 14))
    sent = values_of("slot", traced, part, answers=True)

    assert part == range(10, 14)
    assert sent.about["first"] == 10
    np.testing.assert_array_equal(unpacked(sent.message)["forget"], traced.values["forget"][10:14].ravel())
    assert sent.about["limits"] == values_of("slot", traced, range(32), answers=True).about["limits"]


def test_the_same_values_have_the_same_mark_and_others_another():
    traced = traced_by("rnn")

    first, again, other = (
        values_of("slot", each, range(5), answers=True) for each in (traced, traced, traced_by("gru"))
    )

    assert first.label == again.label
    assert first.id != other.id


@pytest.mark.parametrize("dark", [False, True])
def test_gates_have_the_scale_from_0_to_1_and_signed_values_one_centred_at_0(dark):
    panels = {panel["name"]: panel for panel in told(traced_by("lstm"), Style(dark))["panels"]}
    scales = told(traced_by("lstm"), Style(dark))["scales"]

    for name in ("input", "forget", "output"):
        assert (panels[name]["kind"], panels[name]["low"], panels[name]["high"]) == ("gate", 0, 1)
    for name in ("hidden", "cell_state", "candidate"):
        assert panels[name]["kind"] == "signed"
        assert panels[name]["low"] == -panels[name]["high"] <= -1
    assert scales["signed"] == Style(dark).diverging
    assert scales["gate"][0][1] == "#440154", "Viridis begins with this violet"


def test_step_unit_and_classes_are_those_of_the_trace():
    traced = traced_by("gru")

    plan = told(traced, step=2, unit=4, probabilities=True)

    assert (plan["step"], plan["unit"], plan["window"], plan["probabilities"]) == (2, 4, [0, 5], True)
    assert plan["classes"] == [[name, class_colour(place)] for place, name in enumerate(traced.classes)]
    assert [panel["symbol"] for panel in plan["panels"]] == [each.symbol for each in traced.quantities]


def test_the_words_are_those_of_the_page():
    use_language("ru")

    plan = told(traced_by("rnn"))

    assert plan["panels"][0]["title"] == "Скрытое состояние"
    assert plan["words"]["decimal"] == ","
    assert plan["words"]["unit"] == "Нейрон"
    assert plan["words"]["value"].format(token="а", unit=3, value="0,500") == "«а», нейрон 3: 0,500"


def test_its_numbers_are_read_off_the_same_picture_as_a_figure():
    traced = traced_by("lstm")
    view = View(traced.gates, range(1, 4), probabilities=True, step=2, unit=1)

    figure = figure_of(traced, view, Style())

    drawn = [each for each in figure.data if each.type == "heatmap"]
    for heatmap, gate in zip(drawn, traced.gates, strict=True):
        np.testing.assert_array_equal(heatmap.z, traced.values[gate.name][1:4].T)


@pytest.mark.parametrize(
    ("moved", "heard"),
    [
        ({"step": 2, "unit": 3}, [(2, 3)]),
        ({"step": 0.0, "unit": None}, [(0, None)]),
        ({"step": 2, "unit": 5}, [(2, None)]),
        ({"step": 5, "unit": 0}, []),
        ({"step": -1, "unit": 0}, []),
        ({"step": "1", "unit": 0}, []),
        ({"unit": 0}, []),
        ("2", []),
        (None, []),
    ],
)
def test_only_a_step_and_unit_that_there_are_is_heard(monkeypatch, moved, heard):
    monkeypatch.setattr(st, "session_state", {"key": {"moved": moved}})
    moves = []

    trace_picture._hear("key", traced_by("rnn"), lambda step, unit: moves.append((step, unit)))

    assert moves == heard


def test_no_token_can_become_markup():
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "cssText"):
        assert way not in SCRIPT + CALL
    assert "http" not in (HTML + CSS + SCRIPT + CALL).replace("http://www.w3.org/2000/svg", ""), "nothing is fetched"
