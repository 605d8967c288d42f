"""`judge`: areas, thresholds and calibration as JSON."""

import numpy as np
import pytest
from sklearn import metrics

from rnnviz.evaluation.answers import answer
from rnnviz.training.data import prepare


@pytest.fixture(autouse=True)
def texts_are_here(monkeypatch, names):
    """The forty names stand where the datasets of the library do."""
    monkeypatch.setattr(
        "rnnviz.cli.judging.data_of", lambda run, _tell: prepare(names, run.config.text, run.config.seed)
    )


@pytest.mark.parametrize("part", ["test", "train", "validation"])
def test_the_figures_are_those_of_scikit_learn(call, store, names, part):
    result = call("judge", "rnn", "gru", "--part", part).json

    data = prepare(names, store.info("rnn").config.text, 0)
    assert [run["run"] for run in result["runs"]] == ["rnn", "gru"]
    for run in result["runs"]:
        answers, choosing = (answer(store.model(run["run"]), data.parts[each]) for each in (part, "validation"))
        is_dog, scores = answers.targets == 1, answers.probabilities[:, 1]
        found = run["classes"]["dog"]
        assert found["roc_area"] == pytest.approx(metrics.roc_auc_score(is_dog, scores))
        assert found["average_precision"] == pytest.approx(metrics.average_precision_score(is_dog, scores))
        assert run["log_loss"] == pytest.approx(metrics.log_loss(answers.targets, answers.probabilities), rel=1e-6)
        assert run["brier_score"] == pytest.approx(2 * metrics.brier_score_loss(is_dog, scores), rel=1e-5)
        called = choosing.probabilities[:, 1] >= np.float32(found["threshold"])
        tried = [
            metrics.f1_score(choosing.targets, choosing.probabilities[:, 1] >= np.float32(t / 100), zero_division=0)
            for t in range(101)
        ]
        assert metrics.f1_score(choosing.targets, called) == pytest.approx(max(tried))
        assert found["f1_at_threshold"] == pytest.approx(
            metrics.f1_score(is_dog, scores >= np.float32(found["threshold"]))
        )


def test_what_cannot_be_judged_is_said(call):
    assert (
        "--part is “all”; allowed is one of: train, validation, test" in call("judge", "rnn", "--part", "all").complaint
    )
    assert "bins is 1; allowed is 2 to 50" in call("judge", "rnn", "--bins", "1").complaint
    assert "nobody" in call("judge", "nobody").complaint
