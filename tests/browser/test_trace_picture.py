"""The picture of a trace in a real browser: what it shows, what it says, where clicks and drags lead, what it saves."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from rnnviz.charts.shading import shades
from rnnviz.charts.style import Style
from rnnviz.insight.trace import trace
from rnnviz.runs.store import RunStore
from tests.browser.conftest import WORDS, settled

pytestmark = pytest.mark.browser

TEXT = "Whiskers"
RUN = "pets-en-lstm"
LEFT, RIGHT, HEAD, PANEL = 58, 52, 34, 150


@pytest.fixture(scope="module")
def traced(server):
    model = RunStore(server.store).model(RUN)
    return trace(model, model.read(TEXT))


def open_picture(page: Page, server, key: str, **more: str) -> Locator:
    page.goto(server.link("step_through", **{"runs": RUN, "text": TEXT, "lang": "en", **more}))
    settled(page)
    picture = page.locator(f".st-key-{key}")
    expect(picture.locator("canvas")).to_have_attribute("data-drawn", re.compile("."))
    picture.scroll_into_view_if_needed()
    return picture


def place(picture: Locator, panel: int, across: float, down: float) -> tuple[float, float]:
    """A point of the screen: shares of the width and height of a panel, from its upper left corner."""
    box = picture.locator("canvas").bounding_box()
    top = HEAD + panel * (PANEL + HEAD) + HEAD
    return box["x"] + LEFT + across * (box["width"] - LEFT - RIGHT), box["y"] + top + down * PANEL


def cell(picture: Locator, traced, panel: int, step: int, unit: int) -> tuple[float, float]:
    return place(picture, panel, (step + 0.4) / len(traced.tokens), (unit + 0.5) / traced.units)


def shown_span(picture: Locator) -> list[int]:
    """The tokens that are drawn: first, and one after the last."""
    drawn = picture.locator("canvas").get_attribute("data-drawn")
    return [int(number) for number in drawn.split()[3:5]]


def test_what_is_pointed_at_has_the_value_of_the_trace(tab, server, traced):
    picture = open_picture(tab, server, "states-pets-en-lstm")

    for panel, name in enumerate(("hidden", "cell_state"), start=1):
        for step, unit in ((0, 0), (3, 17), (7, 31)):
            tab.mouse.move(*cell(picture, traced, panel, step, unit))
            value = f"{traced.values[name][step, unit]:.3f}".replace("-", "−")
            value = "0.000" if value == "−0.000" else value
            expect(picture.locator(".tip")).to_have_text(f"“{traced.tokens[step]}”, unit {unit}: {value}")

    tab.mouse.move(*place(picture, 0, 2.4 / 8, 0.5))
    lines = [f"{name}: {traced.probabilities[2, place]:.3f}" for place, name in enumerate(traced.classes)]
    expect(picture.locator(".tip")).to_have_text("\n".join(["after “i”", *lines]), use_inner_text=True)

    tab.mouse.move(*place(picture, 1, 1.2, 0.5))
    expect(picture.locator(".tip")).to_be_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_cell_has_the_colour_of_its_value(tabs, server, traced, theme):
    page = tabs.open(theme=theme)
    picture = open_picture(page, server, "states-pets-en-lstm", step="8", unit="0")
    page.mouse.move(0, 0)
    image = Image.open(BytesIO(page.screenshot())).convert("RGB")

    style = Style(dark=theme == "dark")
    for panel, name in enumerate(("hidden",), start=1):
        for step, unit in ((0, 5), (3, 17), (6, 31)):
            ((ground, _ink),) = shades(traced.values[name][step : step + 1, unit], -1, 1, style.diverging)
            expected = [int(ground[at : at + 2], 16) for at in (1, 3, 5)]
            seen = image.getpixel(tuple(map(int, cell(picture, traced, panel, step, unit))))
            assert seen == pytest.approx(expected, abs=2), (name, step, unit)


def test_a_click_makes_its_token_the_present_step_and_its_row_the_chosen_unit(tab, server, traced):
    picture = open_picture(tab, server, "gates-pets-en-lstm")

    tab.mouse.click(*cell(picture, traced, 1, 2, 9))
    expect(tab).to_have_url(re.compile(r"[?&]step=3(&|$)"))
    expect(tab).to_have_url(re.compile(r"[?&]unit=9(&|$)"))
    settled(tab)
    for key in ("states", "gates"):
        drawn = tab.locator(f".st-key-{key}-pets-en-lstm canvas")
        expect(drawn).to_have_attribute("data-drawn", re.compile(r"^\w+ 2 9 0 8 "))

    picture = tab.locator(".st-key-states-pets-en-lstm")
    tab.mouse.click(*place(picture, 0, 5.5 / 8, 0.5))
    expect(tab).to_have_url(re.compile(r"[?&]step=6(&|$)"))
    expect(tab).to_have_url(re.compile(r"[?&]unit=9(&|$)"))

    tab.keyboard.press("ArrowLeft")
    expect(tab).to_have_url(re.compile(r"[?&]step=5(&|$)"))


def test_a_key_is_drawn_at_once_and_nothing_moves(tab, server):
    picture = open_picture(tab, server, "states-pets-en-lstm")
    before, drawn = picture.bounding_box(), picture.locator("canvas").get_attribute("data-drawn")

    tab.get_by_label("Text", exact=True).press("End")
    tab.keyboard.type("y")

    expect(picture.locator("canvas")).not_to_have_attribute("data-drawn", drawn)
    settled(tab)
    assert shown_span(picture) == [0, 9]
    assert picture.bounding_box()["height"] == before["height"]


def test_into_a_long_text_one_zooms_by_dragging_and_comes_back_by_a_double_click(tab, server, reader):
    key = f"states-{reader}"
    picture = open_picture(tab, server, key, runs=reader, text=" ".join(WORDS * 30), step="120")
    assert shown_span(picture) == [89, 149]

    tab.mouse.move(*place(picture, 0, 10.5 / 60, 0.5))
    tab.mouse.down()
    tab.mouse.move(*place(picture, 0, 15.5 / 60, 0.5))
    tab.mouse.move(*place(picture, 0, 19.5 / 60, 0.5))
    expect(picture.locator(".band")).to_be_visible()
    tab.mouse.up()
    assert shown_span(picture) == [99, 109]
    tab.mouse.move(*place(picture, 1, 0.05, 0.1))
    expect(picture.locator(".tip")).to_contain_text(f"“{WORDS[99 % 8]}”, unit 0: ")

    tab.mouse.dblclick(*place(picture, 0, 0.5, 0.5))
    assert shown_span(picture) == [89, 149]
    tab.wait_for_timeout(500)
    assert "step=120" in tab.url, "a double click is no click"


def saved(page: Page, picture: Locator) -> tuple[Path, str]:
    picture.hover()
    with page.expect_download() as download:
        picture.locator(".camera").click()
    return Path(download.value.path()), download.value.suggested_filename


def test_the_picture_is_saved_as_png_and_as_svg(tab, server, traced):
    picture = open_picture(tab, server, "states-pets-en-lstm")
    box = picture.locator("canvas").bounding_box()

    path, name = saved(tab, picture)
    image = Image.open(path)
    assert name == "rnnviz-states-pets-en-lstm.png"
    assert image.size == (2 * round(box["width"]), 2 * round(box["height"]))
    assert len(image.convert("RGB").getcolors(image.width * image.height)) > 50

    tab.get_by_role("button", name="Save the pictures").click()
    tab.get_by_role("radio", name="SVG").click()
    expect(picture.locator(".camera")).to_have_attribute("title", "Save as SVG")
    tab.keyboard.press("Escape")
    path, name = saved(tab, picture)
    written = path.read_text(encoding="utf-8")
    assert name == "rnnviz-states-pets-en-lstm.svg"
    words = [re.sub("<.*?>", "", text) for text in re.findall(r"<text.*?</text>", written)]
    for label in (
        "Hidden state ht",
        "Cell state ct",
        "Prediction after each token",
        "Token",
        *traced.tokens,
        *traced.classes,
    ):
        assert label in words
    assert written.count("<image") == 4, "two heat maps, each with its scale"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_it_stays_within_the_screen_and_has_a_name(tabs, server, theme):
    page = tabs.open(theme=theme, width=390, height=844)
    picture = open_picture(page, server, "gates-pets-en-lstm")

    canvas = page.get_by_role("img", name="Gates · LSTM")
    box = canvas.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert picture.locator("canvas").count() == 1
