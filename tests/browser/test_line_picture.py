"""The picture of lines in a real browser, held by its own labels against the numbers it was told; and on page Train."""

import json
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from rnnviz.charts.curves import Curve, pinned_spec, training_spec
from rnnviz.charts.gradients import NormCurve, norm_spec
from rnnviz.charts.style import CELL_COLOURS
from rnnviz.language import use_language
from rnnviz.ui.line_picture import CSS, HTML, SCRIPT, placed
from rnnviz.ui.line_picture.plan import plan_of
from rnnviz.ui.pictures import own_camera
from tests.browser.conftest import ROOT, settled

pytestmark = pytest.mark.browser

EPOCHS = 12
SHOW = "plan => showLines({ data: [plan], parentElement: document.body })"
THEMES = {"light": ("#ffffff", "#262730"), "dark": ("#0e1117", "#fafafa")}


def history(epochs: int, scale: float = 1.0) -> list[dict[str, object]]:
    rows = []
    for number in range(epochs):
        loss = scale * (0.2 + 0.51234 / (number + 1))
        rows.append(
            {
                "epoch": number,
                "train_loss": loss * 0.9,
                "validation_loss": loss,
                "train_accuracy": 0.95 - 0.4 / (number + 1),
                "validation_accuracy": 0.9 - 0.4 / (number + 1),
                "best": number == 2,
                "pinned": {text: [0.4, 0.6] for text in NASTY},
            }
        )
    return rows


NASTY = ("<img src=x onerror=document.title='acted'>", "a&b")


def curves(epochs: int = EPOCHS) -> list[Curve]:
    return [Curve(cell.upper(), cell, history(epochs, 1 + at / 9)) for at, cell in enumerate(CELL_COLOURS)]


def told(spec: dict, title: str = "Loss") -> dict:
    return json.loads(json.dumps(placed(plan_of(spec, title), "a key")))


def empty(tabs, theme: str = "light", width: int = 600) -> Page:
    """A page with nothing but a place for a picture."""
    page = tabs.open(theme=theme, width=width)
    ground, ink = THEMES[theme]
    look = f"--st-text-color: {ink}; --st-background-color: {ground}; --st-font: sans-serif; background: {ground}"
    page.set_content(f'<style>{CSS}</style><body style="margin: 0; {look}">{HTML}</body>')
    page.add_script_tag(content=SCRIPT.replace("export default () => {}", ""))
    return page


def places(texts: list[list[object]], side: str) -> tuple[np.ndarray, np.ndarray]:
    """Value and place of the numbers that stand along one side of a panel."""
    found = [
        (float(text.replace("%", "").replace("−", "-")), float(x), float(y))
        for text, x, y, anchor in texts
        if anchor == side
    ]
    values, x, y = np.array(found).T
    return values, y - 12 * 0.35 if side == "end" else x


def drawn_points(page: Page) -> list[np.ndarray]:
    """Every path of every line, as (points, 2) in pixels."""
    ways = page.evaluate(
        "[...document.querySelectorAll('.plot .line path[fill=none]')].map(path => path.getAttribute('d'))"
    )
    return [np.array([list(map(float, point.split())) for point in way[1:].split("L")]) for way in ways]


def labels(page: Page) -> list[list[object]]:
    """The numbers at the axes: words, place, and at which end of the words that is."""
    return page.evaluate(
        """[...document.querySelectorAll('.plot .frame text')]
            .filter(({ textContent }) => /^[−\\d.]+%?$/.test(textContent))
            .map(text => [text.textContent, ...['x', 'y', 'text-anchor'].map(name => text.getAttribute(name))])"""
    )


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


def test_pointer_and_keys_say_the_values_of_an_epoch(tabs):
    page = empty(tabs)
    page.evaluate(SHOW, told(training_spec(curves(), "loss", EPOCHS)))
    plot, tip = page.get_by_role("img", name="Loss"), page.locator(".tip")

    def said(epoch: int) -> list[str]:
        rows = [(curve, curve.history[epoch]) for curve in curves()]
        return [f"Epoch {epoch}"] + [
            f"{curve.title} · {name}: {row[f'{part}_loss']:.3f}"
            for curve, row in rows
            for part, name in (("train", "training"), ("validation", "validation"))
        ]

    epochs, x = places(labels(page), "middle")
    page.mouse.move(float(np.interp(5.2, epochs, x)), 200)
    expect(tip.locator("b, div")).to_have_text(said(5))
    plot.focus()
    plot.press("End")
    expect(tip.locator("b, div")).to_have_text(said(EPOCHS - 1))
    plot.press("ArrowLeft")
    expect(tip.locator("b, div")).to_have_text(said(EPOCHS - 2))
    plot.press("Home")
    expect(tip.locator("b, div")).to_have_text(said(0))
    assert tip.get_attribute("aria-live") == "polite"

    page.get_by_role("button", name="LSTM · validation").click()
    plot.focus()
    plot.press("Home")
    expect(tip.locator("b, div")).to_have_text([line for line in said(0) if not line.startswith("LSTM · validation")])
    plot.press("Escape")
    expect(tip).to_be_hidden()


def test_an_entry_hides_its_line_with_its_diamond_and_shows_it_again(tabs):
    page = empty(tabs)
    page.evaluate(SHOW, told(training_spec(curves(), "loss", EPOCHS)))
    entry = page.get_by_role("button", name="RNN · validation")
    paths = page.locator(f".plot .line path[stroke='{CELL_COLOURS['rnn']}'], .line path[fill='{CELL_COLOURS['rnn']}']")
    expect(paths).to_have_count(3)

    entry.click()
    expect(paths).to_have_count(1)
    expect(entry).to_have_attribute("aria-pressed", "false")
    page.evaluate(SHOW, told(training_spec(curves(), "loss", EPOCHS + 3)))
    expect(paths).to_have_count(1)
    entry.click()
    expect(paths).to_have_count(3)
    entry.dblclick()
    expect(page.locator(".plot .line path[fill=none]")).to_have_count(1)


@pytest.mark.parametrize("grow", [SHOW, "({ key, camera, ...plan }) => grow({ [key]: plan })"])
def test_an_entry_that_is_pressed_shows_what_has_come_since_the_first_drawing(tabs, grow):
    page = empty(tabs)
    page.evaluate(SHOW, told(training_spec(curves(3), "loss", EPOCHS)))
    page.evaluate(grow, told(training_spec(curves(), "loss", EPOCHS)))
    assert {len(line) for line in drawn_points(page)} == {EPOCHS}

    page.get_by_role("button", name="RNN · validation").click()

    assert [len(line) for line in drawn_points(page)] == [EPOCHS] * 5
    page.get_by_role("button", name="RNN · validation").dblclick()
    assert [len(line) for line in drawn_points(page)] == [EPOCHS]


def test_what_grows_leaves_the_camera_and_other_pictures_alone(tabs):
    page = empty(tabs)
    page.evaluate(SHOW, told(training_spec(curves(3), "loss", EPOCHS)))

    page.evaluate("grow({ 'another key': null, 'a key': document.querySelector('.rnnviz-lines').plan })")

    camera = "document.querySelector('.rnnviz-lines').plan.camera"
    assert page.evaluate(camera) == own_camera("a key")


def test_what_has_not_changed_is_not_drawn_anew(tabs):
    page = empty(tabs)
    page.evaluate(SHOW, told(training_spec([], "loss", 20)))
    height = page.locator(".plot").bounding_box()["height"]
    page.evaluate(SHOW, told(training_spec(curves(5), "loss", 20)))
    page.evaluate(
        "for (const part of document.querySelectorAll('.plot .frame > *, .entry, .line > *')) part.old = true"
    )

    page.evaluate(SHOW, told(training_spec(curves(6), "loss", 20)))

    parts = "[...document.querySelectorAll({})].map(part => part.old === true)"
    assert all(page.evaluate(parts.format("'.plot .frame > *, .entry'"))), "neither axes nor legend"
    assert not any(page.evaluate(parts.format("'.line path[fill=none]'"))), "the lines have grown"
    assert page.locator(".plot").bounding_box()["height"] == height


def test_words_from_outside_do_nothing(tabs):
    page = empty(tabs)
    page.evaluate(SHOW, told(pinned_spec(curves(), NASTY, "<b>dog", 1)))
    page.locator(".plot").focus()
    page.locator(".plot").press("Home")

    assert page.locator("img, .plot b").count() == 0
    for words in (*NASTY, "P(<b>dog)"):
        expect(page.locator(".plot").get_by_text(words, exact=True)).to_have_count(1)
    assert page.title() != "acted"


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
