"""Colours mean the same everywhere, and pages, theme and pictures agree on them."""

import html
import tomllib
from pathlib import Path

import pytest

from rnnviz.charts.style import (
    CELL_COLOURS,
    CELL_MARKS,
    CLASS_COLOURS,
    CLASS_MARKS,
    Style,
    cell_colour,
    cell_mark,
    class_colour,
    class_mark,
    plain,
    plain_tokens,
    token_labels,
)
from rnnviz.models.cells import CELLS

THEME = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]


def luminance(colour):
    """Relative luminance of WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_cell_has_a_colour_of_its_own():
    assert [cell_colour(cell) for cell in CELLS] == [CELL_COLOURS[cell] for cell in CELLS]
    assert len(set(CELL_COLOURS.values())) == len(CELLS)


@pytest.mark.parametrize("cell", list(CELLS))
def test_the_theme_gives_coloured_words_the_colour_of_the_cell(cell):
    assert THEME[f"{cell_mark(cell)}Color"] == CELL_COLOURS[cell]


@pytest.mark.parametrize("number", [0, 1])
def test_the_theme_gives_coloured_words_the_colour_of_the_class(number):
    assert THEME[f"{class_mark(number)}Color"] == class_colour(number)


def test_two_classes_never_share_the_colour_of_a_cell():
    assert not set(CLASS_COLOURS[:2]) & set(CELL_COLOURS.values())
    assert not {class_mark(0), class_mark(1)} & set(CELL_MARKS.values())


def test_classes_beyond_the_palette_begin_again():
    assert class_colour(len(CLASS_COLOURS)) == CLASS_COLOURS[0]
    assert class_mark(len(CLASS_MARKS)) == CLASS_MARKS[0]


def test_a_cell_to_come_has_a_colour_too():
    assert cell_colour("peephole").startswith("#")
    assert cell_mark("peephole") == "gray"


@pytest.mark.parametrize("dark", [False, True])
def test_the_diverging_scale_is_balanced_around_the_ground_of_the_page(dark):
    scale = Style(dark).diverging

    places = [place for place, _colour in scale]
    assert places == sorted(places)
    assert places == [1 - place for place in reversed(places)]
    ground = luminance(scale[len(scale) // 2][1])
    assert ground < 0.05 if dark else ground > 0.9


@pytest.mark.parametrize(("theme", "ground"), [("light", "#ffffff"), ("dark", "#0e1117")])
def test_coloured_words_can_be_read_in_both_themes(theme, ground):
    """At least 4.5 to 1, as WCAG 2 asks of text."""
    for mark in {*CELL_MARKS.values(), *CLASS_MARKS}:
        light, dark = sorted((luminance(THEME[theme][f"{mark}TextColor"]), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, mark


@pytest.mark.parametrize("text", ["<b>", "<a href='https://evil.example'>x</a>", "&amp;", "a<b>c"])
def test_a_text_from_outside_is_shown_to_the_letter(text):
    """Plotly acts on a few tags, links among them."""
    assert not set(plain(text)) & set("<>")
    assert html.unescape(plain(text)) == text
    assert plain_tokens([text, " "]) == [plain(text), "␣"]


def test_blanks_are_shown_and_other_tokens_stay():
    assert token_labels(["a", " ", "-", "кот"]) == ["a", "␣", "-", "кот"]
