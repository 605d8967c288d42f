"""What the running text is told: a colour and a line for each token, a scale with values, and steps only."""

import base64
import dataclasses

import numpy as np
import pytest
import streamlit as st

from rnnviz.charts.shading import shades
from rnnviz.charts.style import Style
from rnnviz.insight.trace import trace
from rnnviz.language import use_language
from rnnviz.ui import running_text
from rnnviz.ui.running_text import CSS, HTML, JS, Colouring, Pointed, colourings, legend, rows_sent, titles
from tests.oracles import untrained

SAID = np.array([[0.5, 0.3, 0.2], [0.25, 0.35, 0.4], [0.2, 0.7, 0.1]], dtype=np.float32)
START = np.array([0.4, 0.3, 0.3], dtype=np.float32)


@pytest.fixture
def traced():
    model = untrained("gru")
    return dataclasses.replace(trace(model, model.read("abc")), probabilities=SAID, start=START)


def test_by_probability_it_is_the_change_of_the_answer(traced):
    (colouring,) = colourings([traced], "probability", 0)

    np.testing.assert_allclose(colouring.values, [0.0, 0.05, 0.35], atol=1e-6)
    assert "“bee”" in colouring.title


def test_by_unit_it_is_its_hidden_state_on_the_scale_of_the_activation(traced):
    (colouring,) = colourings([traced], "unit", 3)

    np.testing.assert_array_equal(colouring.values, traced.values["hidden"][:, 3])
    assert colouring.limit == 1
    assert "unit 3" in colouring.title


def test_all_runs_have_one_scale(traced):
    calm = dataclasses.replace(traced, probabilities=np.tile(START, (3, 1)))

    first, second = colourings([traced, calm], "probability", 0)

    assert first.limit == second.limit >= 0.3


def test_each_token_has_a_line_with_its_value(traced):
    (colouring,) = colourings([traced], "probability", 0)

    assert titles(["a", "␣", "c"], traced, colouring) == [
        "1. “a”: 0.000; then bee 30.0%",
        "2. “␣”: +0.050; then bee 35.0%",
        "3. “c”: +0.350; then bee 70.0%",
    ]


def test_the_legend_says_the_values_of_its_colours():
    said = legend(Colouring("what", np.zeros(1, dtype=np.float32), 0.5), Style())

    assert (said["low"], said["middle"], said["high"]) == ("−0.5", "0", "+0.5")
    assert said["colours"] == [colour for _place, colour in Style().diverging]


def test_of_a_scale_that_some_go_beyond_the_legend_says_so():
    use_language("ru")

    said = legend(Colouring("что", np.zeros(1, dtype=np.float32), 0.05, open_ended=True), Style(dark=True))

    assert (said["low"], said["high"]) == ("≤ −0,05", "≥ +0,05")


@pytest.mark.parametrize(("moved", "heard"), [(0, [0]), (2, [2]), (1.0, [1]), (3, []), (-1, []), ("1", []), (None, [])])
def test_only_a_step_of_the_text_is_heard(monkeypatch, moved, heard):
    monkeypatch.setattr(st, "session_state", {"text": {"moved": moved}})
    steps = []

    running_text._hear("text", 3, steps.append)

    assert steps == heard


def test_no_token_can_become_markup():
    """The one way from a token to the page is `textContent`."""
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "cssText"):
        assert way not in JS
    assert "span.textContent = token" in JS
    assert "http" not in HTML + CSS + JS, "nothing is fetched from elsewhere"


def test_a_token_that_is_pointed_at_has_a_row_of_its_own():
    scale = Style().sequential_stops
    rows = np.array([[1.0, 0.0, 0.0], [0.5, 1.0, 0.0], [0.0, 0.25, 1.0]], dtype=np.float32)

    sent = rows_sent(Pointed("leans on, step {step}", rows), scale)

    levels = np.frombuffer(base64.b64decode(sent["rows"]), np.uint8).reshape(3, 3)
    np.testing.assert_allclose(levels / (len(sent["grounds"]) - 1), rows, atol=0.5 / 63)
    (first, ink), (last, _ink) = shades(np.array([0.0, 1.0], dtype=np.float32), 0.0, 1.0, scale)
    assert (sent["grounds"][0], sent["inks"][0], sent["grounds"][-1]) == (first, ink, last)
