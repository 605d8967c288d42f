"""The bench of the page Compare, as far as it needs neither a browser nor the reviews."""

import numpy as np
import pytest

from rnnviz.bench import comparing


def test_the_bootstrap_is_timed_on_answers_that_are_right_as_often_as_asked_for(monkeypatch):
    monkeypatch.setattr(comparing, "REVIEWS", 4000)

    figure = comparing.bootstrap_figure()

    assert 0 < figure.value < 60
    answers = comparing.answers_at_random(np.random.default_rng(0), np.tile([0, 1], 2000), 0.85)
    assert answers.correct.mean() == pytest.approx(0.85, abs=0.02)


def test_without_the_reviews_it_says_what_is_left_out(monkeypatch, tmp_path):
    monkeypatch.setattr("rnnviz.text.library.DATA", tmp_path)

    (figure,) = comparing.on_reviews()

    assert figure.goal is None
    assert "left out" in figure.line
