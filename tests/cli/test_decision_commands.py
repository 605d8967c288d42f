"""`attribution`, `leaning`, `edits` as scripts call them."""

import numpy as np
import pytest

from rnnviz.insight.attribution import METHODS, attribution
from rnnviz.insight.leaning import leaning
from rnnviz.insight.trace import trace
from tests.oracles import prediction


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_attribution_gives_every_method(call, store, cell):
    result = call("attribution", cell, "Барсик").json

    model = store.model(cell)
    reading = model.read("Барсик")
    expected = attribution(model, reading, trace(model, reading))
    assert result["tokens"] == list("барсик")
    assert result["class"] == model.classes[prediction(model, reading).argmax()]
    assert list(result["attribution"]) == list(METHODS)
    for name, values in result["attribution"].items():
        np.testing.assert_allclose(values, expected.values[name], atol=1e-6)
    total = sum(result["attribution"]["integrated"])
    assert total == pytest.approx(result["log_odds"] - result["baseline_log_odds"] + result["convergence_delta"])


def test_attribution_gives_the_class_and_methods_that_are_asked_for(call):
    result = call("attribution", "gru", "том", "--class", "dog", "--method", "removal", "--method", "step").json

    assert result["class"] == "dog"
    assert list(result["attribution"]) == ["removal", "step"]
    assert result["convergence_delta"] is None


def test_leaning_gives_a_row_for_each_token(call, store):
    result = call("leaning", "lstm", "том", "--class", "cat").json

    model = store.model("lstm")
    reading = model.read("том")
    expected = leaning(model, reading, trace(model, reading), "cat")
    np.testing.assert_allclose(result["norms"], expected.norms, rtol=1e-5)
    assert result["reach"] == [expected.reach(step) for step in range(3)]
    assert result["class"] == "cat"


def test_edits_gives_the_texts_that_are_answered_otherwise(call, store):
    result = call("edits", "gru", "том").json

    model = store.model("gru")
    probabilities = prediction(model, model.read("том"))
    assert result["class"] == model.classes[probabilities.argmax()]
    assert result["probability"] == pytest.approx(float(probabilities.max()), abs=1e-6)
    assert result["edits"] > 50
    for flip in result["flips"]:
        others = prediction(model, model.read(flip["text"]))
        assert model.classes[others.argmax()] == flip["class"] != result["class"]
        assert flip["probability"] == pytest.approx(float(others.max()), abs=1e-6)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("attribution", "gru", "том", "--class", "bird"), "Class is “bird”; allowed is one of: cat, dog."),
        (("leaning", "gru", "том", "--class", "bird"), "Class is “bird”; allowed is one of: cat, dog."),
        (("attribution", "gru", "том", "--steps", "0"), "Number of steps is 0; allowed is 1 to 1024."),
        (("edits", "gru", " "), "There is nothing to read"),
        (
            ("attribution", "gru", "том", "--method", "lime"),
            "Method is “lime”; allowed is one of: gradient, integrated, removal, unknown, step.",
        ),
    ],
)
def test_bad_input_is_said_in_a_line(call, command, message):
    assert message in call(*command).complaint
