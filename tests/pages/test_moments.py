"""Moments of a training: Step through and Gradients look at the weights of the epoch that is chosen."""

import numpy as np
import pytest

from rnnviz.insight.gradients import gradient_profile
from rnnviz.insight.trace import trace
from rnnviz.runs.store import read_model, write_run
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import train_run
from rnnviz.training.config import changed
from tests.pages.conftest import drawn_traces, figures, said

TEXT = "мурка"


@pytest.fixture
def runs(checkpoints_folder, configs, names):
    """Two runs with snapshots of different epochs, and one without any."""
    for cell, epochs, snapshots in (("gru", 4, 10), ("rnn", 2, 10), ("lstm", 2, 0)):
        files = train_run(changed(configs[cell], {"epochs": epochs}), names, Watch(snapshots=snapshots))
        write_run(checkpoints_folder / "runs" / f"moments-{cell}", files)
    return checkpoints_folder / "runs"


def open_with(open_page, page, *cells, **more):
    return open_page(page, runs=",".join(f"moments-{cell}" for cell in cells), text=TEXT, **more)


def test_every_kept_epoch_can_be_chosen_and_the_best_weights_are_shown_first(open_page, runs):
    app = open_with(open_page, "step_through", "gru")

    slider = app.select_slider(key="epoch")
    assert slider.options == ["epoch 0", "epoch 1", "epoch 2", "epoch 3", "epoch 4", "best weights"]
    assert slider.value == "best"


@pytest.mark.parametrize("epoch", [0, 3])
def test_the_pictures_are_those_of_the_weights_of_the_epoch(open_page, runs, epoch):
    app = open_with(open_page, "gradients", "gru", epoch=str(epoch))

    assert not app.exception
    model = read_model(runs / "moments-gru", epoch)
    profile = gradient_profile(model, model.read(TEXT))
    (line,) = [each for each in figures(app)["norms"]["data"] if each["name"] == "GRU"]
    np.testing.assert_allclose(line["y"], profile.hidden_norms / profile.hidden_norms[-1], rtol=1e-4)


def test_moving_the_slider_changes_the_trace(open_page, runs):
    app = open_with(open_page, "step_through", "gru", "rnn", epoch="0")
    for epoch in ("0", "1"):
        app.select_slider(key="epoch").set_value(epoch).run()
        assert not app.exception
        assert app.query_params["epoch"] == epoch
        for cell in ("gru", "rnn"):
            model = read_model(runs / f"moments-{cell}", int(epoch))
            expected = trace(model, model.read(TEXT)).probabilities
            drawn = drawn_traces(app)[f"panels moments-{cell}"].arrays["probabilities"]
            np.testing.assert_allclose(drawn, expected, atol=1e-5)


def test_a_run_that_has_not_kept_the_epoch_shows_an_earlier_one_and_says_so(open_page, runs):
    app = open_with(open_page, "step_through", "gru", "rnn", "lstm", epoch="4")

    captions = [caption.value for caption in app.caption]
    assert "Run `moments-rnn` has not kept epoch 4: shown is epoch 2." in captions
    assert "Run `moments-lstm` has not kept epoch 4: shown is its best weights." in captions


def test_runs_without_snapshots_have_no_slider(open_page, runs):
    app = open_with(open_page, "step_through", "lstm")
    assert not [slider for slider in app.select_slider if slider.key == "epoch"]


def test_an_epoch_of_the_link_that_was_not_kept_is_said(open_page, runs):
    app = open_with(open_page, "step_through", "gru", epoch="17")

    assert any("The link asks for epoch 17" in text and "0, 1, 2, 3, 4, best" in text for text in said(app))
    assert app.select_slider(key="epoch").value == "best"


def test_the_slider_speaks_russian(open_page, runs):
    app = open_with(open_page, "gradients", "gru", language="ru")
    assert app.select_slider(key="epoch").options[-1] == "лучшие веса"
