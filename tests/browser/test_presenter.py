"""Presenting in a browser: no menu, large type, arrow keys for steps, one key for the answers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


def test_a_class_can_guess_before_one_key_shows_the_answer(tab, server):
    tab.goto(server.link("step_through", runs="pets-en-lstm", text="Bella", present="1", step="2"))
    settled(tab)
    answer = tab.get_by_text("(step 2)")
    expect(answer).to_contain_text("%")
    expect(tab.get_by_test_id("stHeader")).to_be_hidden()
    assert tab.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"

    expect(tab.get_by_role("button", name="Hide answers")).to_be_visible()
    tab.keyboard.press("0")
    expect(answer).to_have_text("After “e” (step 2): ?")

    tab.keyboard.press("ArrowRight")
    expect(tab).to_have_url(re.compile("step=3"))
    expect(tab.get_by_text("(step 3)")).to_have_text("After “l” (step 3): ?")

    tab.get_by_label("Text", exact=True).fill("Bell")
    tab.keyboard.press("0")
    expect(tab.get_by_text("(step 5)")).to_have_text("After “0” (step 5): ?")

    tab.get_by_role("heading", level=1).click()
    tab.keyboard.press("0")
    expect(tab.get_by_text("(step 5)")).to_contain_text("%")

    tab.get_by_role("button", name="End presenting").click()
    expect(tab.get_by_test_id("stHeader")).to_be_visible()
