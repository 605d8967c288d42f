"""Loss and score of the task, and the evaluation of a whole part."""

import math

import pytest
import torch

from rnnviz.text.batches import pad
from rnnviz.training import task
from rnnviz.training.loop import build_classifier


def test_the_loss_is_the_mean_cross_entropy_in_nats() -> None:
    logits = torch.tensor([[2.0, 0.0, 1.0], [0.5, 0.5, -1.0]])
    targets = torch.tensor([0, 2])
    by_hand = [
        -math.log(math.exp(2) / (math.exp(2) + 1 + math.e)),
        -math.log(math.exp(-1) / (2 * math.exp(0.5) + math.exp(-1))),
    ]
    assert task.loss(logits, targets).item() == pytest.approx(sum(by_hand) / 2, rel=1e-6)


def test_correct_counts_the_texts_whose_class_is_on_top() -> None:
    logits = torch.tensor([[2.0, 0.0], [0.0, 1.0], [3.0, 1.0]])
    assert task.correct(logits, torch.tensor([0, 1, 1])) == 2


def test_the_scores_of_a_part_stand_in_its_own_order_whatever_the_batches(tiny, data, monkeypatch) -> None:
    classifier = build_classifier(tiny(), data).eval()
    monkeypatch.setattr(task, "EVALUATION_BATCH", 7)
    scores = task.scores(classifier, data.train)
    assert scores.shape == (len(data.train), 2)
    for text, score in zip(data.train.ids, scores, strict=True):
        ids, lengths = map(torch.from_numpy, pad([text]))
        torch.testing.assert_close(classifier(ids, lengths)[0], score, atol=1e-6, rtol=0)


def test_evaluation_knows_no_dropout_and_leaves_the_mode_as_it_was(tiny, data) -> None:
    classifier = build_classifier(tiny({"model.dropout": 0.9}), data)
    for training in (True, False):
        classifier.train(training)
        assert torch.equal(task.scores(classifier, data.test), task.scores(classifier, data.test))
        assert classifier.training is training


def test_evaluation_leaves_no_gradient(tiny, data) -> None:
    assert not task.scores(build_classifier(tiny(), data), data.test).requires_grad


def test_evaluation_gives_mean_loss_and_accuracy(tiny, data) -> None:
    classifier = build_classifier(tiny(), data)
    probabilities = torch.softmax(task.scores(classifier, data.train).double(), dim=-1).numpy()
    of_target = probabilities[range(len(data.train)), data.train.labels]
    loss, accuracy = task.evaluate(classifier, data.train)
    assert loss == pytest.approx(sum(-math.log(p) for p in of_target) / len(of_target), rel=1e-5)
    assert accuracy == pytest.approx(sum(p > 0.5 for p in of_target) / len(of_target))
