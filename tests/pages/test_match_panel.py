"""The panel of matching: a span is brushed, its units are found, and the test texts that have them on too."""

import dataclasses

import numpy as np
import pytest

from rnnviz.insight.matching import find_spans, suggested_threshold, units_on
from rnnviz.insight.state_bank import bank_shape, fill_bank
from rnnviz.insight.trace import trace
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from rnnviz.training.data import prepare
from tests.pages.conftest import click, plain, said

RUN = "pets-en-small"


@pytest.fixture
def dataset(names):
    return dataclasses.replace(names, name="pets-en")


@pytest.fixture
def opened(open_page, small_datasets, checkpoints_folder, configs, dataset, tmp_path, monkeypatch):
    """The panel on a run whose forty texts are there, with a cache of its own."""
    monkeypatch.setenv("RNNVIZ_CACHE", str(tmp_path / "cache"))
    files = train_run(dataclasses.replace(configs["gru"], dataset="pets-en"), dataset)
    write_run(checkpoints_folder / "runs" / RUN, files)

    def open_it(language="en", **parameters):
        return open_page("step_through", language, **{"panel": "match", "runs": RUN, "text": "барсик", **parameters})

    return open_it


@pytest.fixture
def part(opened, checkpoints_folder, dataset):
    """The texts that the run was tested on."""
    return prepare(dataset, RunStore(checkpoints_folder).model(RUN).config.text, 0).test


def find(app):
    return click(app, next(button.label for button in app.button if button.key == "find"))


def test_the_units_of_a_span_are_found_in_the_test_texts(opened, part, checkpoints_folder):
    model = RunStore(checkpoints_folder).model(RUN)
    hidden = trace(model, model.read(part.texts[0])).values["hidden"]
    threshold = suggested_threshold(hidden, 1, 2)
    states = np.zeros(bank_shape(model, part), np.int16)
    bank = fill_bank(model, part, 0, "forward", states, lambda *done: None)
    spans = find_spans(bank, units_on(hidden, 1, 2, threshold), threshold)

    app = find(opened(text=part.texts[0], span="2-3"))

    assert not app.exception
    assert spans.texts >= 1, "its own text has the pattern"
    assert app.metric[0].value == f"{spans.texts} / {len(part)}"
    assert len([button for button in app.button if button.label == "Open"]) == spans.texts


def test_a_text_of_the_list_can_be_opened_with_its_span(opened, part):
    app = find(opened(text=part.texts[0], span="2-3"))

    app.button(key="match open 0").click().run()

    assert not app.exception
    text = app.text_input(key="text").value
    assert text in list(part.texts)
    first, last = map(int, app.query_params["span"].split("-"))
    assert 1 <= first <= last <= len(text)


def test_where_no_unit_stands_out_it_says_what_to_try(opened):
    app = opened(span="2-3")
    app.toggle(key="match_own_threshold").set_value(True).run()

    app.slider(key="match_threshold").set_value(1.0).run()

    assert not app.exception
    assert any("No unit is at or above 1" in text for text in said(app))


@pytest.mark.parametrize("span", ["0-3", "4-2", "3", "2-99", "x-y", "-"])
def test_a_span_of_a_link_that_is_none_is_said(opened, span):
    app = opened(span=span)

    assert not app.exception
    assert any("The link asks for the span" in plain(text) for text in said(app))


def test_a_text_of_one_token_is_its_own_span(opened):
    app = opened(text="б")

    assert not app.exception
    assert "Span of tokens" not in [slider.label for slider in app.select_slider]


def test_a_run_whose_texts_are_gone_says_so(opened):
    app = opened(runs="pets-en-gru", text="Bella", span="1-2")

    assert not app.exception
    assert any("has changed since" in plain(text) for text in said(app))


def test_the_panel_speaks_russian(opened):
    app = opened("ru", span="2-3")

    assert not app.exception
    assert any("тестовых текстах" in button.label for button in app.button)
