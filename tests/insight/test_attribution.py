"""What tokens did, against autograd on the written-out cells, finite differences, brute force, sums and Captum."""

from itertools import product

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients

from rnnviz.errors import BadInput
from rnnviz.insight.attribution import (
    METHODS,
    attribution,
    embedded_text,
    gradient_times_input,
    integrated_gradients,
    log_odds,
    occlusion,
    scores_of,
)
from rnnviz.insight.decisive import probability_steps
from rnnviz.insight.trace import trace
from rnnviz.insight.votes import disputed, strongest
from rnnviz.models.read_outs import READ_OUTS
from rnnviz.models.unrolled import unroll_classifier
from rnnviz.training.trained import Reading
from tests.oracles import LETTERS, SHALLOW_NETS, in_float64, named, prediction, untrained

TEXT = "abcaxh"
READ = [("lstm", 1, "forward", read_out) for read_out in READ_OUTS] + [("gru", 2, "both", name) for name in READ_OUTS]
EVERY_NET = [(*net, "last") for net in SHALLOW_NETS] + READ
every_net = pytest.mark.parametrize(
    ("cell", "layers", "direction", "read_out"),
    EVERY_NET,
    ids=[f"{name}-{net[3]}" for name, net in zip(named([net[:3] for net in EVERY_NET]), EVERY_NET, strict=True)],
)


def answer(model, embedded, number=1):
    """ln(p / (1 - p)) from the probabilities that the written-out cells give to embedded tokens (time, embedding)."""
    shares = torch.softmax(unroll_classifier(model.classifier, embedded[:, None]).logits[0], dim=-1)
    return torch.log(shares[number] / (1 - shares[number]))


def by_autograd(model, embedded):
    leaf = embedded.detach().requires_grad_()
    return torch.autograd.grad(answer(model, leaf), leaf)[0]


@every_net
def test_gradient_times_input_is_that_of_the_written_out_cells(cell, layers, direction, read_out):
    model = in_float64(untrained(cell, layers, direction, read_out=read_out))
    reading = model.read(TEXT)
    embedded = embedded_text(model, reading.ids)[0]

    values = gradient_times_input(model, reading.ids, 1)

    expected = (embedded * by_autograd(model, embedded)).sum(dim=-1)
    np.testing.assert_allclose(values, expected.numpy(), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_gradient_times_input_is_the_slope_that_differences_show(cell):
    model = in_float64(untrained(cell, 2, "both", read_out="all"))
    reading = model.read(TEXT)
    embedded = embedded_text(model, reading.ids)[0]

    values = gradient_times_input(model, reading.ids, 1)

    for t in range(len(reading.ids)):
        step = torch.zeros_like(embedded)
        step[t] = embedded[t] * 1e-6  # along the token's own vector
        slope = (answer(model, embedded + step) - answer(model, embedded - step)) / 2e-6
        assert values[t] == pytest.approx(slope.item(), rel=1e-5, abs=1e-7)


@every_net
def test_integrated_gradients_add_up_to_the_change_of_the_answer(cell, layers, direction, read_out):
    model = untrained(cell, layers, direction, read_out=read_out)
    reading = model.read(TEXT)
    embedded = embedded_text(model, reading.ids)[0]

    values, path = integrated_gradients(model, reading.ids, 1, steps=256)

    change = answer(model, embedded) - answer(model, torch.zeros_like(embedded))
    rough = 2e-2 if read_out in ("maximum", "all") else 1e-4  # the slope of a maximum jumps
    assert values.sum() == pytest.approx(change.item(), abs=rough)
    assert path.output - path.baseline == pytest.approx(change.item(), abs=1e-5)
    assert path.delta == pytest.approx(float(values.sum()) - change.item(), abs=1e-5)


@pytest.mark.parametrize(("cell", "steps"), list(product(["rnn", "lstm", "gru"], [5, 50])))
def test_integrated_gradients_equal_those_of_captum(cell, steps):
    model = untrained(cell, 2, "both", read_out="mean")
    reading = model.read(TEXT)
    embedded = embedded_text(model, reading.ids)
    captum = IntegratedGradients(
        lambda points: log_odds(scores_of(model.classifier, points, torch.full((len(points),), len(reading.ids))), 2)
    )

    values, path = integrated_gradients(model, reading.ids, 2, steps)

    theirs, delta = captum.attribute(embedded, n_steps=steps, method="gausslegendre", return_convergence_delta=True)
    np.testing.assert_allclose(values, theirs.sum(dim=-1)[0].detach().numpy(), atol=1e-5)
    assert path.delta == pytest.approx(delta.item(), abs=1e-5)


def test_the_baseline_is_the_embedding_of_padding():
    for cell in ("rnn", "lstm", "gru"):
        assert not untrained(cell).classifier.embedding.weight[0].any()


def test_more_steps_than_fit_at_once_give_the_same(monkeypatch):
    model = untrained("gru", 2, "both")
    reading = model.read(TEXT)
    whole, _path = integrated_gradients(model, reading.ids, 0, 20)

    monkeypatch.setattr("rnnviz.insight.attribution.NUMBERS_AT_ONCE", 6 * 5 * 3)
    heard = []
    parts, _path = integrated_gradients(model, reading.ids, 0, 20, heard.append)

    np.testing.assert_allclose(parts, whole, atol=1e-6)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert len(heard) == 7


@pytest.mark.parametrize("keep_place", [False, True])
@every_net
def test_occlusion_equals_reading_the_other_texts_one_by_one(cell, layers, direction, read_out, keep_place):
    model = untrained(cell, layers, direction, read_out=read_out)
    reading = model.read(TEXT)
    start = trace(model, reading).start

    values = occlusion(model, reading, 1, start, keep_place)

    whole = model.probabilities([reading])[0, 1]
    for t in range(len(TEXT)):
        text = TEXT[:t] + ("?" if keep_place else "") + TEXT[t + 1 :]
        assert values[t] == pytest.approx(whole - model.probabilities([model.read(text)])[0, 1], abs=1e-6)


def test_occlusion_of_many_batches_is_that_of_one(monkeypatch):
    model = untrained("lstm")
    reading = model.read("abcdefgh" * 3)
    start = trace(model, reading).start
    whole = occlusion(model, reading, 0, start)

    monkeypatch.setattr("rnnviz.insight.attribution.NUMBERS_AT_ONCE", 24 * 5 * 7)

    np.testing.assert_allclose(occlusion(model, reading, 0, start), whole, atol=1e-6)


@pytest.mark.parametrize(("cell", "direction"), list(product(["rnn", "lstm", "gru"], ["forward", "reverse", "both"])))
def test_without_its_only_token_a_text_is_what_the_net_says_of_nothing(cell, direction):
    model = untrained(cell, 1, direction)
    reading = model.read("c")

    found = attribution(model, reading, trace(model, reading))

    head = model.classifier.state_dict()["head.bias"]
    number = model.classes.index(found.target)
    expected = prediction(model, reading)[number] - torch.softmax(head, dim=0)[number].item()
    assert found.values["removal"] == pytest.approx([expected], abs=1e-6)
    assert found.values["step"] == pytest.approx([expected], abs=1e-6)
    assert all(values.shape == (1,) for values in found.values.values())


@pytest.mark.parametrize("target", [None, "ant", "bee", "cow"])
def test_an_attribution_has_every_method_for_the_class_that_is_meant(target):
    model = untrained("gru", 1, "both")
    reading = model.read(TEXT)
    traced, heard = trace(model, reading), []

    found = attribution(model, reading, traced, target, tell=heard.append)

    number = int(prediction(model, reading).argmax()) if target is None else model.classes.index(target)
    assert found.target == model.classes[number]
    assert list(found.values) == list(METHODS)
    np.testing.assert_array_equal(found.values["gradient"], gradient_times_input(model, reading.ids, number))
    np.testing.assert_array_equal(found.values["step"], probability_steps(traced)[:, number])
    assert found.path is not None
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_a_text_that_is_cut_is_judged_by_the_tokens_that_are_read(models):
    model = models["gru"]
    long = model.read("барсик" * 20)

    found = attribution(model, long, trace(model, long))

    alone = Reading("", long.tokens, long.ids, (), 0)
    assert long.cut
    assert found.tokens == long.tokens
    expected = attribution(model, alone, trace(model, alone))
    for name, values in found.values.items():
        np.testing.assert_allclose(values, expected.values[name], atol=1e-6)


def test_the_log_odds_of_two_classes_are_the_difference_of_their_scores():
    scores = torch.tensor([[3.0, -1.5], [200.0, -200.0]])

    assert log_odds(scores, 0).tolist() == [4.5, 400.0]
    assert log_odds(scores, 1).tolist() == [-4.5, -400.0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"target": "dog"}, "Class is “dog”; allowed is one of: ant, bee, cow."),
        ({"steps": 0}, "Number of steps is 0; allowed is 1 to 1024."),
        ({"steps": 1025}, "Number of steps is 1025; allowed is 1 to 1024."),
        (
            {"methods": ["lime"]},
            "Method is “lime”; allowed is one of: gradient, integrated, removal, unknown, step.",
        ),
    ],
)
def test_what_is_not_there_is_said(settings, message):
    model = untrained("rnn")
    reading = model.read(TEXT)

    with pytest.raises(BadInput) as error:
        attribution(model, reading, trace(model, reading), **settings)

    assert str(error.value) == message


def test_the_strongest_tokens_are_those_at_the_ends():
    assert strongest(np.array([0.1, -0.4, 0.3, -0.2])) == (2, 1)
    assert strongest(np.array([0.1, 0.4])) == (1, None)
    assert strongest(np.array([-0.1, -0.4])) == (None, 1)
    assert strongest(np.zeros(3)) == (None, None)


def test_methods_dispute_a_token_that_one_holds_for_and_another_against():
    values = {
        "a": np.array([1.0, 0.5, -0.3, 0.1]),
        "b": np.array([2.0, -2.0, 0.6, -2.0]),  # on another scale
    }

    assert disputed(values) == [1, 2], "the last is not clear by the first method"
    assert disputed({name: each[:1] for name, each in values.items()}) == []
    assert disputed({"a": np.zeros(2), "b": np.zeros(2)}) == []


def test_letters_that_are_not_known_count_like_any_token():
    model = untrained("lstm")
    reading = model.read("aяb")
    assert "я" not in LETTERS

    found = attribution(model, reading, trace(model, reading))

    assert found.values["unknown"][1] == pytest.approx(0, abs=1e-7), "it was <unk> before"
    assert found.values["removal"][1] != 0
