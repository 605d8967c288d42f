"""The bench of Step through: its arithmetic, and its instruments on tiny nets."""

import os

import numpy as np
import pytest
import torch

from rnnviz.bench import BENCHES, USUAL, looking
from rnnviz.bench.looking import Banked, bank_figures, bank_once, long_review, one_thread, pattern_of, search
from rnnviz.bench.looking_keys import Key, figures
from rnnviz.errors import BadInput
from rnnviz.insight.matching import find_spans
from rnnviz.insight.state_bank import SCALE, StateBank
from tests.insight.test_ablation import LABELS, part_of


@pytest.fixture
def parts(models):
    return {cell: part_of(model, labels=LABELS % 2) for cell, model in models.items()}


def bank_of(states, *ends):
    """A bank of the given states, (units, tokens)."""
    return StateBank((np.array(states) * SCALE).astype(np.int16), np.array(ends))


def test_it_is_one_of_the_usual_benches():
    assert BENCHES["looking"] == "looking"
    assert "looking" in USUAL


def test_answers_and_pictures_are_judged_by_ratios_of_medians_to_the_echo():
    keys = [Key(*times) for times in ((100, 220, 50), (150, 230, 100), (900, 900, 120))]
    to_answers, to_pictures, answers, pictures, echo = figures(keys, 11)
    assert (to_answers.value, to_answers.goal, to_answers.met) == (1.5, 1.6, True)
    assert (to_pictures.value, to_pictures.goal, to_pictures.met) == (2.3, 2.5, True)
    assert (answers.value, pictures.value, echo.value) == (150, 230, 100)
    assert "all 11 heatmaps" in to_pictures.yardstick


def test_the_instruments_are_judged_by_the_slowest_cell():
    figure = looking.slowest("surgery", {"rnn": 1.0, "lstm": 3.0, "gru": 2.0}, "once", 2.5)
    assert (figure.value, figure.met) == (3.0, False)
    assert "RNN 1, LSTM 3, GRU 2" in figure.yardstick


def test_every_instrument_is_measured_on_every_cell(models, parts):
    measured = [
        looking.trace_figure(models, "мурка"),
        looking.occlusion_figure(models, "мурка"),
        looking.surgery_figure("surgery", models, parts, 0.3, 2),
    ]
    assert all(figure.met for figure in measured)
    assert "5 tokens" in measured[0].yardstick
    assert "the report on 8 test texts, median of 2" in measured[2].yardstick


def test_the_long_review_is_of_bundled_texts_and_long_enough():
    words = long_review(400).split()
    assert 400 <= len(words) < 600


def test_a_bank_is_kept_measured_and_searched_in_a_cache_of_its_own(store, models, parts, tmp_path, monkeypatch):
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "mine"))
    banked = bank_once(store.folder("gru"), models["gru"], parts["gru"])
    tokens = sum(parts["gru"].lengths)
    assert (banked.texts, banked.units) == (8, 5)
    assert banked.megabytes * 1e6 == pytest.approx(2 * 5 * tokens, abs=200)  # and a header
    assert 1 <= banked.found <= 8
    assert min(banked.seconds, banked.search) > 0
    assert os.environ["RNNVIZ_CACHE"] == str(tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def test_the_pattern_is_of_the_units_furthest_from_zero_at_the_end_of_a_text():
    bank = bank_of([[0.9, 0.1], [0.0, -0.8], [0.0, 0.5], [0.0, 0.6]], 2)
    units, threshold = pattern_of(bank, 0)
    assert units == ((1, -1), (3, 1), (2, 1))
    assert threshold == pytest.approx(0.25, abs=1e-4)
    assert search(bank, units, threshold) == find_spans(bank, units, threshold).texts == 1


def test_the_largest_bank_and_the_slowest_search_count():
    banked = {
        "rnn": Banked(texts=100, units=32, seconds=10.0, megabytes=400.0, search=0.5, found=7),
        "gru": Banked(texts=100, units=32, seconds=20.0, megabytes=1600.0, search=0.4, found=9),
    }
    states, size, searched = bank_figures(banked)
    assert (states.value, states.met) == (20.0, True)
    assert (size.value, size.unit, size.met) == (1600.0, "MB", False)
    assert (searched.value, searched.met) == (0.5, True)
    assert "RNN 7, GRU 9" in searched.yardstick


def test_without_the_reviews_it_is_said_that_their_figures_were_left_out(monkeypatch):
    def missing(folders):
        raise BadInput("The IMDB reviews are not in {folder}.", folder="data")

    monkeypatch.setattr(looking, "tested", missing)
    (figure,) = looking.on_reviews()
    assert (figure.value, figure.met) == (0, None)
    assert figure.yardstick == "left out: The IMDB reviews are not in data."


def test_the_instruments_have_one_thread_and_what_comes_after_has_as_many_as_before():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with one_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_the_runs_that_it_measures_come_with_the_app():
    folders = [*looking.bundled("imdb").values(), *looking.bundled("pets-en").values()]
    assert all((folder / "run.json").is_file() for folder in folders)
