"""What units are worth, against scikit-learn and one text at a time."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, classification_report
from sklearn.neighbors import NearestCentroid

from rnnviz.evaluation.answers import answer
from rnnviz.insight.ablation import final_states, nearest_mean_accuracy, report_on, some_of, unit_worth
from rnnviz.insight.surgery import Cut, operate
from rnnviz.text.sequences import Sequences
from rnnviz.training.data import Part
from tests.oracles import SHALLOW_NETS, layer_states, untrained, ways

TEXTS = ("a", "bcd", "fade", "cafe", "hb", "gaffe", "bead", "dab")
LABELS = np.array([0, 1, 2, 0, 1, 2, 2, 0])


def part_of(model, texts=TEXTS, labels=LABELS):
    return Part(texts, Sequences.of([model.read(text).ids for text in texts]), labels)


def one_by_one(model, texts=TEXTS):
    return np.array([int(model.probabilities([model.read(text)])[0].argmax()) for text in texts])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_report_after_surgery_is_that_of_scikit_learn_on_its_predictions(cell):
    model = operate(untrained(cell), [Cut("hidden", (0, 2), 0.7)])
    part = part_of(model)

    report = report_on(model, part)

    given = one_by_one(model)
    assert answer(model, part).predicted.tolist() == given.tolist()
    expected = classification_report(
        LABELS, given, labels=[0, 1, 2], target_names=model.classes, output_dict=True, zero_division=0
    )
    assert report["ant"] == pytest.approx(expected["ant"])
    assert report["macro avg"] == pytest.approx(expected["macro avg"])
    assert report["accuracy"] == pytest.approx(accuracy_score(LABELS, given))


def test_the_worth_of_a_unit_is_the_accuracy_with_its_state_held_at_zero():
    model = untrained("gru", layers=2, direction="both")
    part = part_of(model)
    told = []

    worth = unit_worth(model, part, 0, "reverse", lambda *done: told.append(done))

    for unit in range(5):
        without = one_by_one(operate(model, [Cut("hidden", (unit,), 0.0, layer=0, direction="reverse")]))
        assert worth.without[unit] == pytest.approx((without == LABELS).mean())
    assert worth.accuracy == pytest.approx((one_by_one(model) == LABELS).mean())
    assert told == [(unit, 5) for unit in range(1, 6)]


@pytest.mark.parametrize(("cell", "layers", "direction", "way"), list(ways(SHALLOW_NETS)))
def test_final_states_are_those_of_torch_nn(cell, layers, direction, way):
    model = untrained(cell, layers, direction)

    states = final_states(model, part_of(model), layers - 1, way)

    for text, state in zip(TEXTS, states, strict=True):
        expected = layer_states(model, model.read(text), layers - 1, way)[-1 if way == "forward" else 0][0]
        assert np.allclose(state, expected.numpy(), atol=1e-5)


def test_a_unit_alone_classifies_as_the_nearest_centroid_of_scikit_learn_does():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 60)
    values = (labels + rng.normal(0, 0.7, 60)).astype(np.float32)
    even = np.arange(60) % 2 == 0

    right = 0
    for judged in (even, ~even):
        fitted = NearestCentroid().fit(values[~judged, None], labels[~judged])
        right += (fitted.predict(values[judged, None]) == labels[judged]).sum()

    assert nearest_mean_accuracy(values, labels) == pytest.approx(right / 60)
    assert nearest_mean_accuracy(values[:1], labels[:1]) == 0.0


def test_some_texts_are_always_the_same_and_keep_their_classes():
    model = untrained("rnn")
    part = part_of(model)

    few = some_of(part, 3)

    assert len(few) == 3
    assert [*few.texts] == [*some_of(part, 3).texts]
    for text, ids, label in zip(few.texts, few.ids, few.labels, strict=True):
        assert ids.tolist() == model.read(text).ids.tolist()
        assert LABELS[TEXTS.index(text)] == label
    assert some_of(part, 100) is part
