"""The picture of lines in a real browser, held by its own labels against the numbers it was told; and on page Train."""

import json
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from rnnviz.charts.curves import pinned_spec, training_spec
from rnnviz.charts.gradients import NormCurve, norm_spec
from rnnviz.charts.style import CELL_COLOURS
from rnnviz.language import use_language
from tests.browser.conftest import ROOT, settled
from tests.browser.lines import EPOCHS, NASTY, SHOW, THEMES, curves, drawn_points, empty, labels, places, told

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("measure", ["loss", "accuracy"])
def test_read_off_by_its_own_ticks_each_line_has_the_values_of_the_history(tabs, measure):
    page = empty(tabs)
    page.evaluate(SHOW, told(training_spec(curves(), measure, EPOCHS)))

    epochs, x = places(labels(page), "middle")
    values, y = places(labels(page), "end")
    to_epoch, to_value = np.polyfit(x, epochs, 1), np.polyfit(y, values / (100 if measure == "accuracy" else 1), 1)
    lines = drawn_points(page)
    assert len(lines) == 6
    expected = [
        [row[f"{part}_{measure}"] for row in curve.history] for curve in curves() for part in ("train", "validation")
    ]
    for line, truth in zip(lines, expected, strict=True):
        np.testing.assert_allclose(np.polyval(to_epoch, line[:, 0]), range(EPOCHS), atol=0.01)
        np.testing.assert_allclose(np.polyval(to_value, line[:, 1]), truth, atol=0.002)


@pytest.mark.parametrize("low", [1e-2, 1e-9])
def test_on_a_logarithmic_axis_too(tabs, low):
    norms = np.geomspace(low, 1, 8).astype(np.float32)
    page = empty(tabs)
    page.evaluate(SHOW, told(norm_spec([NormCurve("GRU", "gru", norms)], list("abcdefgh"), "norm")))

    texts = page.evaluate(
        """[...document.querySelectorAll('.plot .frame text[text-anchor=end]')].map(text =>
            [[...text.children].map(part => part.textContent), +text.getAttribute('y')])"""
    )
    powers = [
        np.log10(float(parts[0])) if len(parts) == 1 else float(parts[1].replace("−", "-")) for parts, _y in texts
    ]
    fit = np.polyfit([y - 12 * 0.35 for _parts, y in texts], powers, 1)
    (line,) = drawn_points(page)
    np.testing.assert_allclose(np.polyval(fit, line[:, 1]), np.log10(norms), atol=0.03)


def test_ticks_are_nice_and_hold_all_values(tabs):
    chance = np.random.default_rng(0)
    ranges = [sorted(chance.normal(size=2) * 10.0 ** chance.integers(-5, 6)) for _ in range(60)] + [[3, 3], [0, 0]]
    axis = {"log": False, "range": None, "ticks": None, "share": False, "step": None}

    found = empty(tabs).evaluate(
        """([axis, ranges]) => ranges.map(values => {
            const { low, high, ticks } = scaleOf(axis, values, { most: 6, counted: false, words: { decimal: "." } })
            return [low, high, ticks] })""",
        [axis, ranges],
    )

    for (least, most), (low, high, ticks) in zip(ranges, found, strict=True):
        room = 1e-6 * (high - low)
        values = np.array([value for value, _label in ticks])
        step = values[1] - values[0]
        assert low - room <= least <= most <= high + room
        np.testing.assert_allclose(np.diff(values), step, rtol=1e-6)
        assert step / 10 ** np.floor(np.log10(step) + 1e-9) in [pytest.approx(each, rel=1e-6) for each in (1, 2, 5)]
        assert [float(label.replace("−", "-")) for _value, label in ticks] == pytest.approx(
            list(values), rel=1e-6, abs=room
        )
        assert 2 <= len(ticks) <= 9


def test_words_from_outside_do_nothing(tabs):
    page = empty(tabs, width=1000)
    page.evaluate(SHOW, told(pinned_spec(curves(), NASTY, "<b>dog", 1)))
    page.locator(".plot").focus()
    page.locator(".plot").press("Home")

    assert page.locator("img, .plot b").count() == 0
    for words in (*NASTY, "P(<b>dog)"):
        expect(page.locator(".plot").get_by_text(words, exact=True)).to_have_count(1)
    assert page.title() != "acted"


def test_a_title_that_is_longer_than_its_panel_is_cut(tabs):
    page = empty(tabs, width=390)
    titles = ("Barsik", "one film review after another, all of them long and none of them bad", "🐈" * 60)
    page.evaluate(SHOW, told(pinned_spec(curves(), titles, "dog", 1)))

    found = page.locator(".plot .frame text").filter(has_text=re.compile("Bars|one film|🐈"))
    words = found.all_text_contents()
    assert words[0] == titles[0]
    for text, title in zip(words[1:], titles[1:], strict=True):
        assert text.endswith("…")
        assert title.startswith(text.removesuffix("…"))
        assert len(text) > 8
    seen = [title.bounding_box() for title in found.all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in seen)
    assert seen[0]["x"] + seen[0]["width"] < seen[1]["x"], "two titles side by side"


def saved(page: Page, picture: Locator) -> tuple[Path, str]:
    picture.hover()
    with page.expect_download() as download:
        picture.locator(".camera").click()
    return Path(download.value.path()), download.value.suggested_filename


@pytest.mark.parametrize("theme", THEMES)
def test_it_is_saved_as_it_is_seen(tabs, theme):
    page = empty(tabs, theme)
    plan = told(training_spec(curves(), "loss", EPOCHS))
    page.evaluate(SHOW, plan)
    picture = page.locator(".rnnviz-lines")

    path, name = saved(page, picture)
    image = Image.open(path).convert("RGB")
    assert (name, image.size) == ("rnnviz-a-key.png", (1200, 720))
    ground = tuple(int(THEMES[theme][0][at : at + 2], 16) for at in (1, 3, 5))
    assert image.getpixel((5, 700)) == ground

    page.evaluate(SHOW, {**plan, "camera": {**plan["camera"], "kind": "svg"}})
    path, name = saved(page, picture)
    written = path.read_text(encoding="utf-8")
    assert name == "rnnviz-a-key.svg"
    for way in page.evaluate("[...document.querySelectorAll('.plot .line path')].map(path => path.getAttribute('d'))"):
        assert f'd="{way}"' in written
    words = [re.sub("<.*?>", "", text) for text in re.findall("<text.*?</text>", written)]
    assert {"Epoch", "Loss (cross-entropy, nats)", "RNN · training", "GRU · validation"} <= set(words)
    assert "currentColor" not in written


def test_into_a_long_text_one_zooms_by_dragging_and_comes_back_by_a_double_click(tabs):
    words = [f"word{number}" for number in range(400)]
    norms = np.linspace(0.1, 1, 400).astype(np.float32)
    page = empty(tabs, width=390)
    page.evaluate(SHOW, told(norm_spec([NormCurve("GRU", "gru", norms)], words, "norm")))
    shown = page.locator(".plot .frame text[transform^='rotate(90']")
    apart = [float(text.get_attribute("x")) for text in shown.all()]
    assert min(np.diff(apart)) >= 12, "one word beside the other"
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    page.mouse.move(200, 150)
    page.mouse.down()
    page.mouse.move(215, 150)
    page.mouse.move(220, 150)
    page.mouse.up()
    expect(shown.filter(has_text=re.compile("^word(23[0-9]|22[0-9]|21[0-9])$")).first).to_be_visible()
    page.mouse.dblclick(200, 150)
    expect(shown.first).to_have_text("word0")


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ru", "dark")])
def test_on_page_train_the_curves_are_those_of_the_runs(server, tabs, language, theme):
    tab = tabs.open(language, theme)
    tab.goto(server.link("train", lang=language, dataset="pets-en", watch="pets-en-rnn,pets-en-gru"))
    settled(tab)
    picture = tab.locator(".st-key-training_curves .rnnviz-lines")
    expect(picture).to_have_attribute("data-drawn", re.compile("."))
    last = [
        json.loads(line) for line in (ROOT / "checkpoints" / "pets-en-gru" / "history.jsonl").read_text().splitlines()
    ][-1]

    picture.locator(".plot").focus()
    tab.keyboard.press("End")

    use_language(language)
    value = f"{last['validation_loss']:.3f}".replace(".", "," if language == "ru" else ".")
    expect(picture.locator(".tip")).to_contain_text(f": {value}")
    ink = picture.locator(".frame text").first.evaluate("text => getComputedStyle(text).fill")
    assert (sum(map(int, re.findall(r"\d+", ink)[:3])) > 380) == (theme == "dark")
    image = Image.open(BytesIO(picture.screenshot())).convert("RGB")
    colour = tuple(int(CELL_COLOURS["gru"][at : at + 2], 16) for at in (1, 3, 5))
    assert colour in {found for _count, found in image.getcolors(1 << 24)}

    tab.set_viewport_size({"width": 390, "height": 844})
    expect(picture).to_have_attribute("data-drawn", re.compile(r" [23]\d\d$"))
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    entries = [entry.bounding_box() for entry in picture.locator(".entry").all()]
    assert len({round(box["y"]) for box in entries}) > 1
    assert all(box["x"] + box["width"] <= 390 for box in entries)
