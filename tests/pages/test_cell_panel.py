"""The panel of the cell at work: what its drawing is told for the runs, step and unit of the page."""

import json

import pytest

from tests.pages.conftest import said

PETS = "pets-en-rnn,pets-en-lstm,pets-en-gru"


def told(app, name="rnnviz_cell"):
    """What each component of this name was sent."""
    found = []
    collect(app.main, name, found)
    return found


def collect(element, name, found):
    proto = getattr(element, "proto", None)
    if getattr(proto, "component_name", "") == name:
        sent = json.loads(proto.json)
        found.append(sent if name == "rnnviz_cargo" else sent[0])
    for child in getattr(element, "children", {}).values():
        collect(child, name, found)


@pytest.mark.parametrize(("run", "neurons"), [("pets-en-rnn", 1), ("pets-en-lstm", 4), ("imdb-gru", 3)])
def test_the_drawing_has_the_step_and_unit_of_the_page(open_page, run, neurons):
    app = open_page("step_through", panel="cell", runs=run, text="Bella", unit="7")

    (drawing,) = told(app)

    assert not app.exception
    assert (drawing["step"], drawing["unit"], drawing["most"]) == (len(drawing_tokens(app)) - 1, 7, 32)
    assert len(drawing["plan"]["neurons"]) == neurons
    ids = {cargo["slot"]: cargo["id"] for cargo in cargos(app)}
    assert ids == {drawing[kind]["slot"]: drawing[kind]["id"] for kind in ("values", "weights")}


def cargos(app):
    return [cargo for sent in told(app, "rnnviz_cargo") for cargo in sent]


def drawing_tokens(app):
    return next(cargo for cargo in cargos(app) if "tokens" in cargo["about"])["about"]["tokens"]


def test_a_move_of_the_step_sends_the_same_arrays(open_page):
    app = open_page("step_through", panel="cell", runs="pets-en-lstm", text="Bella")
    before = told(app, "rnnviz_cargo")

    app.slider(key="step").set_value(2).run()

    assert told(app, "rnnviz_cargo") == before
    assert told(app)[0]["step"] == 1


def test_of_several_runs_one_is_drawn_and_the_choice_stands_in_the_link(open_page):
    app = open_page("step_through", panel="cell", runs=PETS, text="Bella", cell_run="pets-en-gru")

    (drawing,) = told(app)

    assert [each["name"] for each in drawing["plan"]["neurons"]] == ["reset", "update", "new"]
    assert app.query_params["cell_run"] == "pets-en-gru"


def test_a_link_to_a_run_that_is_not_open_is_said(open_page):
    app = open_page("step_through", panel="cell", runs=PETS, text="Bella", cell_run="nobody")

    assert not app.exception
    assert any("nobody" in each for each in said(app))
    assert len(told(app)) == 1


def test_in_russian_the_drawing_speaks_russian(open_page):
    app = open_page("step_through", "ru", panel="cell", runs="pets-en-lstm", text="Bella")

    (drawing,) = told(app)

    assert not app.exception
    titles = [each["title"] for each in drawing["plan"]["quantities"].values()]
    assert not [title for title in titles if title.isascii()]
    assert drawing["plan"]["labels"]["decimal"] == ","


def test_a_text_of_one_letter_is_drawn(open_page):
    app = open_page("step_through", panel="cell", runs="pets-en-gru", text="a")

    assert not app.exception
    assert told(app)[0]["step"] == 0


def test_a_token_that_the_run_does_not_read_is_said(open_page):
    runs = "pets-en-lstm,imdb-lstm"  # the first reads the last 32 letters of a text

    app = open_page("step_through", panel="cell", runs=runs, text="Bella " * 60, step="1")

    assert not app.exception
    assert not told(app)
    assert "This model does not read this token." in said(app)
