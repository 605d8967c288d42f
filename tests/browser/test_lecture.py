"""The whole lecture in a browser, from the first letter to the comparison."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import boxes, follow, settled

pytestmark = pytest.mark.browser

TRAINING = 120_000.0
"""Milliseconds that three trainings may take on a busy machine."""
CURVE = "document.querySelector('.st-key-training_curves .rnnviz-lines')?.plan?.lines?.[0]?.x?.length ?? 0"


def chip(page: Page, step: int) -> Locator:
    return page.locator(".st-key-step_chip").get_by_role("radio").nth(step - 1)


def expect_step(page: Page, step: int, letters: str) -> None:
    """Slider, chip, sentence, equations and frames all stand at this step."""
    expect(page.get_by_role("slider", name="Time step")).to_have_value(str(step))
    expect(chip(page, step)).to_have_text(letters[step - 1])
    expect(chip(page, step)).to_be_checked()
    expect(page.get_by_text(f"After “{letters[step - 1]}” (step {step})").first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile(rf"at step {step}$"))).to_be_visible()
    pictures = page.locator("canvas[data-drawn]")
    expect(pictures).to_have_count(3)
    for picture in pictures.all():
        expect(picture).to_have_attribute("data-drawn", re.compile(rf"^\w+ {step - 1} "))


def equations(page: Page, before: str | None = None) -> str:
    """The first equation; with `before`, once it has become another: it is drawn after its heading."""
    equation = page.locator(".katex-mathml annotation").first
    if before is not None:
        expect(equation).not_to_have_text(before)
    return equation.text_content() or ""


def test_the_whole_lecture(server, tab):
    tab.goto(server.link())
    settled(tab)
    name = tab.get_by_role("textbox", name="Type; the nets answer with every key")
    expect(name).to_have_value("Whiskers")
    name.fill("")
    expect(tab.get_by_text("There is nothing to read")).to_be_visible()
    answers = []
    for number, letter in enumerate("Bella", start=1):
        name.press_sequentially(letter)
        tab.wait_for_url(re.compile(f"text={'Bella'[:number]}$"))
        settled(tab)
        expect(tab.locator(".answer-class")).to_have_count(6)
        answers.append(tuple(tab.locator(".answer-class").all_inner_texts()))
    expect(name).to_have_value("Bella")
    expect(name).to_be_focused()
    assert len(set(answers)) == 5

    follow(tab, "Train")
    tab.get_by_role("spinbutton", name="Epochs").fill("8")
    tab.get_by_role("spinbutton", name="Epochs").press("Enter")
    tab.get_by_role("spinbutton", name="Hidden size").fill("8")
    tab.get_by_role("spinbutton", name="Hidden size").press("Enter")
    expect(tab).to_have_url(re.compile("epochs=8.*hidden_size=8"))
    settled(tab)
    tab.get_by_role("button", name="Train", exact=False).first.click()
    tab.wait_for_function(f"({CURVE}) > 0")
    first = tab.evaluate(CURVE)
    tab.wait_for_function(f"({CURVE}) > {first}")
    expect(tab.get_by_role("heading", name="What they came to")).to_be_visible(timeout=TRAINING)
    outcome = tab.get_by_role("table").filter(has_text="macro F1 on test")
    for cell in ("RNN", "LSTM", "GRU"):  # the ways on hold those that have ended: wait for the last of them
        expect(outcome).to_contain_text(cell, timeout=TRAINING)
    tab.wait_for_function(f"({CURVE}) === 9")
    assert not boxes(tab)
    settled(tab)

    tab.get_by_test_id("stPageLink").filter(has_text="Step through").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Step through")
    settled(tab)
    chosen = tab.get_by_test_id("stMultiSelect")
    expect(chosen).to_contain_text("8 units")
    assert chosen.inner_text().count("8 units") == 3
    expect(tab.get_by_role("textbox", name="Text")).to_have_value("Bella")
    expect_step(tab, 5, "bella")
    numbers = [equations(tab)]
    tab.keyboard.press("ArrowLeft")
    expect_step(tab, 4, "bella")
    numbers.append(equations(tab, numbers[-1]))
    chip(tab, 2).click()
    expect_step(tab, 2, "bella")
    numbers.append(equations(tab, numbers[-1]))
    tab.get_by_role("heading", level=1).click()
    tab.keyboard.press("ArrowRight")
    expect_step(tab, 3, "bella")
    numbers.append(equations(tab, numbers[-1]))
    slider = tab.get_by_role("slider", name="Time step")
    slider.press("Home")
    expect_step(tab, 1, "bella")
    numbers.append(equations(tab, numbers[-1]))
    assert len(set(numbers)) == 5

    follow(tab, "Gradients")
    expect(tab.get_by_test_id("stMetric")).to_have_count(3)
    for metric in tab.get_by_test_id("stMetric").all():
        expect(metric).to_contain_text(re.compile(r"never|\d steps"))
    assert tab.get_by_test_id("stMultiSelect").inner_text().count("8 units") == 3

    follow(tab, "Compare")
    expect(tab.get_by_role("table").first).to_contain_text("macro average")
    expect(tab.get_by_role("table").first).to_contain_text("n-grams", timeout=TRAINING)
    assert not boxes(tab)
    tab.get_by_text("Is it real?").click()
    expect(tab.get_by_role("heading", name="Is the difference real?")).to_be_visible()
    expect(tab.get_by_text(re.compile(r"with \d+ test texts")).first).to_be_visible()
    assert not boxes(tab)
