"""The picture of lines in a real browser, under pointer, keys and legend, and while it grows."""

import numpy as np
import pytest
from playwright.sync_api import expect

from rnnviz.charts.curves import training_spec
from rnnviz.charts.style import CELL_COLOURS
from rnnviz.ui.pictures import own_camera
from tests.browser.lines import EPOCHS, SHOW, curves, drawn_points, empty, labels, places, told

pytestmark = pytest.mark.browser


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
