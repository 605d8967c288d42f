"""What the answer leans on, against autograd through the written-out cells and finite differences."""

import numpy as np
import pytest
import torch

from rnnviz.errors import BadInput
from rnnviz.insight.leaning import Leaning, leaning
from rnnviz.insight.trace import trace
from rnnviz.models.unrolled import unroll_classifier
from tests.insight.test_attribution import every_net
from tests.oracles import in_float64, untrained

TEXT = "abcaxh"


def leaned(model, text=TEXT, exact=False, **settings):
    reading = model.read(text)
    return leaning(in_float64(model) if exact else model, reading, trace(model, reading), **settings)


def read_until(model, t):
    """The tokens that have been read at a step."""
    return slice(t, None) if model.classifier.directions == ("reverse",) else slice(0, t + 1)


def answer(model, embedded, number):
    shares = torch.softmax(unroll_classifier(model.classifier, embedded[:, None]).logits[0], dim=-1)
    return torch.log(shares[number] / (1 - shares[number]))


@every_net
def test_each_row_is_the_gradient_of_the_text_read_so_far(cell, layers, direction, read_out):
    model = untrained(cell, layers, direction, read_out=read_out)
    ids = torch.from_numpy(model.read(TEXT).ids)

    found, model = leaned(model, target="bee", exact=True), in_float64(model)

    expected = np.zeros((6, 6))
    for t in range(6):
        part = read_until(model, t)
        leaf = model.classifier.embedding(ids[part]).detach().requires_grad_()
        (gradient,) = torch.autograd.grad(answer(model, leaf, 1), leaf)
        expected[t, part] = gradient.norm(dim=-1).numpy()
    np.testing.assert_allclose(found.norms, expected, rtol=1e-5, atol=1e-9)
    assert found.backwards == (direction == "reverse")


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_finite_differences_show_the_same_norms(cell):
    model = untrained(cell, read_out="mean")
    found, model = leaned(model, target="cow", exact=True), in_float64(model)
    embedded = model.classifier.embedding(torch.from_numpy(model.read(TEXT).ids)).detach()

    for t, s in ((5, 0), (5, 5), (3, 1)):
        slopes = []
        for unit in torch.eye(4, dtype=torch.float64) * 1e-6:
            step = torch.zeros_like(embedded)
            step[s] = unit
            up, down = (answer(model, (embedded + sign * step)[: t + 1], 2) for sign in (1, -1))
            slopes.append((up - down).item() / 2e-6)
        assert found.norms[t, s] == pytest.approx(np.linalg.norm(slopes), rel=1e-5)


def test_many_batches_give_the_same_as_one(monkeypatch):
    model = untrained("gru", 2, "both")
    whole, heard = leaned(model), []

    monkeypatch.setattr("rnnviz.insight.attribution.NUMBERS_AT_ONCE", 6 * 5 * 4)
    parts = leaned(model, tell=heard.append)

    np.testing.assert_allclose(parts.norms, whole.norms, rtol=1e-4)
    assert heard == [4 / 6, 1.0]


def test_one_token_leans_on_itself():
    found = leaned(untrained("lstm"), "a")

    assert found.norms.shape == (1, 1)
    assert found.shares.tolist() == [[1.0]]
    assert found.reach(0) == 1


def test_the_class_is_the_one_predicted_in_the_end():
    model = untrained("lstm")
    predicted = model.classes[model.probabilities([model.read(TEXT)])[0].argmax()]

    assert leaned(model).target == predicted
    np.testing.assert_array_equal(leaned(model).norms, leaned(model, target=predicted).norms)
    with pytest.raises(BadInput, match="Class is “dog”; allowed is one of: ant, bee, cow"):
        leaned(model, target="dog")


def test_the_reach_counts_the_tokens_that_hold_half_of_a_row():
    norms = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [4, 1, 1, 0], [1, 1, 1, 5]], dtype=np.float32)

    forward, backward = (Leaning(tuple("abcd"), "x", *rest) for rest in ((False, norms), (True, norms[::-1, ::-1])))

    assert [forward.reach(t) for t in range(4)] == [1, 1, 3, 1]
    assert [backward.reach(t) for t in range(4)] == [1, 3, 1, 1]
    np.testing.assert_allclose(forward.shares[2], [1, 0.25, 0.25, 0])
    assert not np.isnan(Leaning(("a",), "x", False, np.zeros((1, 1), np.float32)).shares).any()
