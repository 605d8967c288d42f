"""`terms`: what it gives adds up, and a bad step is said in one line."""

import pytest

from rnnviz.insight.trace import trace

GATES = {"rnn": ["hidden"], "lstm": ["input", "forget", "candidate", "output"], "gru": ["reset", "update", "new"]}


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_terms_gives_the_sums_of_every_gate(call, store, cell):
    result = call("terms", cell, "Барсик", "--step", 2, "--unit", 3).json

    model = store.model(cell)
    traced = trace(model, model.read("Барсик"))
    assert (result["cell"], result["token"], result["step"], result["unit"]) == (cell, "р", 2, 3)
    assert list(result["gates"]) == GATES[cell]
    for name, gate in result["gates"].items():
        assert (len(gate["input_terms"]), len(gate["recurrent_terms"])) == (4, 5)
        total = sum(gate["input_terms"]) + sum(gate["recurrent_terms"]) + gate["input_bias"] + gate["recurrent_bias"]
        assert gate["preactivation"] == pytest.approx(total, abs=1e-6)
        assert gate["value"] == pytest.approx(traced.values[name][2, 3], abs=1e-6)


def test_terms_looks_at_the_last_step_if_none_is_given(call):
    assert call("terms", "gru", "том").json["token"] == "м"


@pytest.mark.parametrize(("option", "value"), [("--step", 3), ("--unit", 5), ("--layer", 1), ("--direction", "up")])
def test_terms_says_what_there_is_where_something_else_is_asked_for(call, option, value):
    assert str(value) in call("terms", "lstm", "том", option, value).complaint
