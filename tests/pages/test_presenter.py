"""Presenting: it stands in the link, and covered answers do not reach the browser."""

import json

import pytest

from tests.pages.conftest import click, drawn_traces, said

NAMES = ["home", "data", "train", "step_through", "gradients", "compare", "runs"]
ANSWERS = ("cat", "dog", "%")


def everything_said(app):
    """All words in Markdown, and all that the components on the page are sent."""
    return " ".join([*(each.value for each in app.markdown), *(each.proto.json for each in app.get("bidi_component"))])


def answers_told(app):
    """What the browser is told of the answers on Home."""
    (told,) = [each.proto for each in app.get("bidi_component") if each.proto.component_name == "rnnviz_answers"]
    return json.loads(told.json)[0]["cards"]


@pytest.mark.parametrize("page", NAMES)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_page_can_be_presented_by_link(open_page, page, language):
    app = open_page(page, language, present="1")

    assert not app.exception
    assert app.query_params["present"] == "1"
    assert app.button(key="cover_button")


def test_it_begins_and_ends_with_a_button(open_page):
    app = open_page("step_through", text="Bella")
    assert "present" not in app.query_params

    click(app, "Present")
    assert app.query_params["present"] == "1"

    click(app, "End presenting")
    assert "present" not in app.query_params


@pytest.mark.parametrize("page", ["home", "step_through"])
def test_covered_answers_are_not_told_and_come_back(open_page, page):
    app = open_page(page, text="Bella", present="1")
    shown = everything_said(app)

    click(app, "Hide answers")
    assert "?" in everything_said(app)
    assert not [answer for answer in ANSWERS if f"[**{answer}" in everything_said(app)]
    assert "%" not in everything_said(app)

    click(app, "Show answers")
    assert everything_said(app) == shown


def test_pictures_of_probabilities_are_covered_too(open_page):
    app = open_page("step_through", text="Bella", present="1")
    assert all(drawn.plan["probabilities"] for drawn in drawn_traces(app).values())

    click(app, "Hide answers")

    assert len(drawn_traces(app)) == 3
    for drawn in drawn_traces(app).values():
        assert not drawn.plan["probabilities"]
        assert "probabilities" not in drawn.arrays, "what nobody should see yet does not reach the browser"


@pytest.mark.parametrize("panel", ["decision", "surgery", "what_if"])
def test_an_instrument_about_the_answers_waits_for_them(open_page, panel):
    app = open_page("step_through", text="Bella", present="1", panel=panel)

    click(app, "Hide answers")

    assert not app.exception
    assert said(app) == ["Hidden with the answers: key 0 shows them."]


def test_answers_are_covered_only_while_presenting(open_page):
    app = open_page("home", text="Bella", present="1")
    click(app, "Hide answers")

    click(app, "End presenting")

    assert {card["best"] for card in answers_told(app)} <= {"cat", "dog"}


def test_a_link_that_asks_for_something_else_is_said(open_page):
    app = open_page("home", present="maybe")

    assert not app.exception
    assert "maybe" in said(app)[0]
