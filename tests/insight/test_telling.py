"""Which units tell most, against one unit at a time and NumPy."""

import numpy as np
import pytest

from rnnviz.errors import BadInput
from rnnviz.insight.surgery import Cut, operate
from rnnviz.insight.telling import class_correlations, effects_on_answer, ranked, unit_effects, unit_variances
from rnnviz.insight.trace import trace
from tests.insight.test_ablation import LABELS, TEXTS, part_of
from tests.oracles import SHALLOW_NETS, layer_states, untrained, ways


@pytest.mark.parametrize(("cell", "layers", "direction", "way"), list(ways(SHALLOW_NETS)))
def test_the_effect_of_a_unit_is_what_the_answer_loses_without_it(cell, layers, direction, way):
    model = untrained(cell, layers, direction)
    reading = model.read("fadeabc")

    effects = unit_effects(model, reading, 0, way)

    (whole,) = model.probabilities([reading])
    for unit in range(5):
        silenced = operate(model, [Cut("hidden", (unit,), 0.0, layer=0, direction=way)])
        assert np.allclose(effects[unit], whole - silenced.probabilities([reading])[0], atol=1e-5)
    number = int(whole.argmax())
    assert np.allclose(effects_on_answer(model, reading, trace(model, reading, 0, way)), effects[:, number])


@pytest.mark.parametrize("way", ["forward", "reverse"])
def test_the_correlation_with_a_class_is_that_of_numpy_on_the_states_of_torch(way):
    model = untrained("gru", 2, "both")

    correlations = class_correlations(model, part_of(model), 1, way)

    end = -1 if way == "forward" else 0
    states = np.array([layer_states(model, model.read(text), 1, way)[end][0].numpy() for text in TEXTS])
    for unit in range(5):
        for number in range(3):
            expected = np.corrcoef(states[:, unit], number == LABELS)[0, 1]
            assert correlations[unit, number] == pytest.approx(expected, abs=1e-4)


def test_a_class_without_texts_goes_with_no_unit():
    model = untrained("rnn")

    correlations = class_correlations(model, part_of(model, labels=np.array([0, 1, 1, 0, 1, 0, 0, 1])), 0, "forward")

    assert (correlations[:, 2] == 0).all()
    assert (correlations[:, 0] != 0).all()


def test_variances_are_those_over_the_tokens():
    model = untrained("lstm")
    traced = trace(model, model.read("abcde"))

    assert np.allclose(unit_variances(traced, "forget"), np.var(traced.values["forget"], axis=0))
    with pytest.raises(BadInput, match="update"):
        unit_variances(traced, "update")


def test_units_are_ranked_by_size_whatever_the_sign():
    assert ranked(np.array([0.1, -0.9, 0.5, -0.5], dtype=np.float32)) == [1, 2, 3, 0]
