"""The panels over all test texts: the map of states, and what units respond to."""

import dataclasses

import numpy as np
import pytest

from rnnviz.insight.responses import for_unit, mean_responses
from rnnviz.insight.state_bank import bank_shape, fill_bank
from rnnviz.insight.state_map import last_states, principal_plane
from rnnviz.insight.trace import trace
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from rnnviz.training.data import prepare
from tests.pages.conftest import click, figures, plain, said, unpacked

RUN = "pets-en-small"


@pytest.fixture
def dataset(names):
    return dataclasses.replace(names, name="pets-en")


@pytest.fixture
def opened(open_page, small_datasets, checkpoints_folder, configs, dataset, tmp_path, monkeypatch):
    """A panel on a run whose forty texts are there, with a cache of its own, after the texts were read."""
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("rnnviz.ui.panels.responses.LEAST", 1)
    files = train_run(dataclasses.replace(configs["gru"], dataset="pets-en"), dataset)
    write_run(checkpoints_folder / "runs" / RUN, files)

    def open_it(panel, language="en", **parameters):
        app = open_page("step_through", language, **{"panel": panel, "runs": RUN, "text": "барсик", **parameters})
        return click(app, next(button.label for button in app.button if button.key == "find"))

    return open_it


@pytest.fixture
def model(opened, checkpoints_folder):
    return RunStore(checkpoints_folder).model(RUN)


@pytest.fixture
def part(model, dataset):
    return prepare(dataset, model.config.text, 0).test


@pytest.fixture
def bank(model, part):
    return fill_bank(model, part, 0, "forward", np.zeros(bank_shape(model, part), np.int16), lambda *done: None)


def test_the_map_shows_where_texts_end_and_the_way_of_this_one(opened, model, part, bank):
    app = opened("map")

    assert not app.exception
    *clouds, way = figures(app)["state_map"]["data"]
    points = last_states(bank, "forward", 3000)
    plane = principal_plane(points.states)
    by_class = {cloud["name"]: sorted(zip(cloud["x"], cloud["y"], strict=True)) for cloud in clouds}
    for number, name in enumerate(model.classes):
        mine = plane.project(points.states[part.labels[points.rows] == number])
        assert np.allclose(by_class[name], sorted(mine.tolist()), atol=1e-5)
    expected = plane.project(trace(model, model.read("барсик")).values["hidden"])
    assert np.allclose(np.column_stack([way["x"], way["y"]]), expected, atol=1e-5)


@pytest.mark.parametrize("colour", ["prediction", "length", "step"])
def test_the_map_is_coloured_by_what_is_asked_for(opened, model, part, colour):
    app = opened("map")

    app.segmented_control(key="map_colour").set_value(colour).run()

    assert not app.exception
    first, *_rest = figures(app)["state_map"]["data"]
    if colour == "prediction":
        given = model.probabilities([model.read(text) for text in part.texts]).argmax(axis=1)
        assert len(first["x"]) == (given == 0).sum()
    else:
        values = sorted(unpacked(first["marker"]["color"]))
        assert values == sorted(float(len(text)) for text in part.texts), "where reading ends, both are the same"


def test_neighbours_are_arranged_with_the_text_among_them(opened, part):
    app = opened("map")

    app.segmented_control(key="map_method").set_value("tsne").run()

    assert not app.exception
    *clouds, way = figures(app)["state_map"]["data"]
    assert sum(len(cloud["x"]) for cloud in clouds) == len(part)
    assert len(way["x"]) == len("барсик")


def test_units_and_tokens_show_the_mean_changes(opened, model, part, bank):
    app = opened("responses", unit="2")

    assert not app.exception
    responses = mean_responses(bank, part.ids.flat, model.vocabulary, "forward", least=1)
    raised, lowered = for_unit(responses, 2, 10)
    (bars,) = figures(app)["response_bars"]["data"]
    expected = [*raised.changes[:, 2], *lowered.changes[::-1, 2]]
    assert np.allclose(unpacked(bars["x"]), expected, atol=1e-6)
    (cells,) = figures(app)["response_map"]["data"]
    assert np.allclose(np.sort(np.ravel(unpacked(cells["z"]))), np.sort(responses.changes.ravel()), atol=1e-6)


def test_pairs_of_neighbours_can_be_looked_at(opened, part):
    app = opened("responses")

    app.segmented_control(key="response_pairs").set_value(True).run()

    assert not app.exception
    (bars,) = figures(app)["response_bars"]["data"]
    pairs = {text[at : at + 2] for text in part.texts for at in range(len(text) - 1)}
    assert {name.strip() for name in bars["y"] if "unk" not in name} <= pairs


@pytest.mark.parametrize("panel", ["map", "responses"])
def test_a_run_whose_texts_are_gone_says_so(open_page, small_datasets, panel):
    app = open_page("step_through", runs="pets-en-gru", text="Bella", panel=panel)

    assert not app.exception
    assert any("has changed since" in plain(text) for text in said(app))


@pytest.mark.parametrize(("panel", "word"), [("map", "Карта"), ("responses", "Усреднить по")])
def test_the_panels_speak_russian(opened, panel, word):
    app = opened(panel, "ru")

    assert not app.exception
    assert word in [control.label for control in app.segmented_control]
