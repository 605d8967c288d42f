"""The closed loop: brush a pattern, find it in the test texts, cut a unit, and see the whole report change."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import boxes, settled

pytestmark = pytest.mark.browser


def open_panel(page: Page, title: str) -> None:
    page.locator(".st-key-panel").get_by_role("radio", name=title).click()
    settled(page)


def test_a_span_is_brushed_and_matched_and_a_unit_is_cut(server, tab):
    tab.goto(server.link("step_through", runs="pets-en-lstm", text="Whiskers", panel="match", span="3-4", lang="en"))
    settled(tab)

    end = tab.get_by_role("slider", name="Span of tokens").last
    end.press("ArrowRight")
    expect(tab).to_have_url(re.compile("span=3-5"))
    settled(tab)
    tab.get_by_role("button", name="Find it in the 496 test texts").click()
    expect(tab.get_by_test_id("stMetric").first).to_contain_text("/ 496")
    settled(tab)
    first = tab.locator("[class*='st-key-match-open-']").first
    expect(first).to_be_visible()
    first.get_by_role("button").click()
    expect(tab).not_to_have_url(re.compile("text=Whiskers"))

    open_panel(tab, "Surgery")
    expect(tab).to_have_url(re.compile("panel=surgery"))
    box = tab.get_by_role("textbox", name="Surgery")
    box.fill("hidden[*]=0")
    box.press("Enter")
    rows = tab.get_by_role("table").get_by_role("row")
    expect(rows.filter(has_text="accuracy")).to_contain_text(re.compile(r"0\.633\s*0\.5\d\d\s*−\d"))
    before = rows.filter(has_text="accuracy").inner_text()
    tab.get_by_role("button", name="Heal").click()
    expect(tab.get_by_text("Nothing is cut yet")).to_be_visible()
    tab.get_by_role("button", name="Cut", exact=True).click()
    expect(tab).to_have_url(re.compile(r"surgery=hidden"))
    expect(rows.filter(has_text="accuracy")).to_be_visible()
    settled(tab)
    assert rows.filter(has_text="accuracy").inner_text() != before
    assert not boxes(tab)
