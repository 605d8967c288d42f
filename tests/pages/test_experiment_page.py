"""An experiment on Train: one press, many runs, and the spread over their seeds."""

import numpy as np
import pytest

from tests.pages.conftest import figures
from tests.pages.training import press
from tests.tables import tables

SMALL = {"epochs": "2", "hidden_size": "4", "cells": "gru", "patience": "0"}


@pytest.fixture
def page(open_page, small_datasets):
    return open_page("train", **SMALL, vary="hidden_size", values="3,5", seeds="2")


def test_one_press_trains_every_value_with_every_seed(page, engine):
    press(page, "experiment")

    assert not page.exception
    asked = [(config.model.hidden_size, config.seed) for config, *_rest in engine.submitted]
    assert asked == [(3, 0), (3, 1), (5, 0), (5, 1)]
    assert {config.epochs for config, *_rest in engine.submitted} == {2}


def test_the_curves_are_the_means_over_the_seeds(page, engine):
    press(page, "experiment")
    engine.finish()
    page.run()

    assert not page.exception
    losses = {
        size: np.mean(
            [
                [epoch["validation_loss"] for epoch in live.history]
                for live in engine.live.values()
                if live.config.model.hidden_size == size
            ],
            axis=0,
        )
        for size in (3, 5)
    }
    drawn = [np.asarray(line["y"], float) for line in figures(page)["spread validation_loss"]["data"] if "y" in line]
    for size, expected in losses.items():
        assert any(len(line) == len(expected) and np.allclose(line, expected, atol=1e-5) for line in drawn), size


def test_what_they_came_to_is_told_by_group(page, engine):
    press(page, "experiment")
    engine.finish()
    page.run()

    (table,) = [element for element in tables(page) if "seeds" in element.columns]
    assert list(table["seeds"]) == ["2", "2"]
    assert "final_points" in figures(page)


def test_while_it_is_going_it_can_be_stopped_but_not_started_again(page, engine):
    press(page, "experiment")

    assert page.button(key="experiment").disabled
    assert page.button(key="train").disabled
    assert not page.button(key="stop").disabled


def test_too_many_runs_are_refused_with_how_many_are_allowed(open_page, small_datasets, engine):
    app = open_page("train", vary="hidden_size", values=",".join(map(str, range(1, 12))), seeds="10")

    assert not app.exception
    assert any("330 runs" in error.value and "60" in error.value for error in app.error)
    assert not [button for button in app.button if button.key == "experiment"]
