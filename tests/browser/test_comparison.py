"""From a cell of a confusion matrix to its texts, with one of them into Step through, and back to the same cell."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import boxes, settled

pytestmark = pytest.mark.browser


def asked(page: Page) -> dict[str, list[str]]:
    """What the address of the page says."""
    return parse_qs(urlsplit(page.url).query)


def click_cell(page: Page, matrix: int, row: int, column: int) -> None:
    """One cell of a matrix of two classes, near its corner: not only the middle can be clicked."""
    plot = page.locator(".js-plotly-plot").nth(matrix)
    expect(plot.locator(".hm image, .heatmaplayer image").first).to_be_attached()
    area = plot.locator(".nsewdrag").first
    box = area.bounding_box()
    assert box is not None
    place = {"x": box["width"] * (0.1 + 0.5 * column), "y": box["height"] * (0.15 + 0.5 * row)}
    area.hover(position=place)
    area.click(position=place)


def test_a_cell_is_opened_a_text_is_followed_into_step_through_and_the_way_back_leads_to_the_cell(fresh_server, tabs):
    tab = tabs.open(height=2400)  # lists that open close again where the page has to scroll to them
    tab.goto(fresh_server.link("compare", judged="texts", runs="pets-en-rnn,pets-en-gru", lang="en", baselines="none"))
    settled(tab)
    in_full = tab.get_by_role("combobox", name="Text to read in full")
    first = in_full.input_value()

    click_cell(tab, matrix=1, row=0, column=1)
    expect(tab).to_have_url(re.compile("whose=pets-en-gru"))
    settled(tab)
    assert (asked(tab)["true"], asked(tab)["predicted"]) == (["cat"], ["dog"])
    expect(tab.get_by_role("combobox", name="Answers of")).to_have_value("GRU")
    expect(tab.get_by_text("96 texts", exact=True)).to_be_visible()

    expect(in_full).not_to_have_value(first)
    settled(tab)
    in_full.click()
    tab.get_by_role("option").nth(2).click()
    expect(tab).to_have_url(re.compile("row="))
    settled(tab)
    text = tab.get_by_test_id("stText").inner_text()
    comparison = asked(tab)
    assert not boxes(tab)

    tab.get_by_test_id("stPageLink").filter(has_text="Step through it with GRU").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Step through")
    settled(tab)
    expect(tab.get_by_role("textbox", name="Text", exact=True)).to_have_value(text)
    assert asked(tab)["runs"] == ["pets-en-gru"]
    assert not boxes(tab)

    tab.go_back()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Compare")
    settled(tab)
    expect(tab.get_by_test_id("stText")).to_have_text(text)
    assert asked(tab) == comparison
    expect(tab.get_by_role("combobox", name="Predicted class")).to_have_value("dog")
    expect(tab.get_by_text("96 texts", exact=True)).to_be_visible()
    assert not boxes(tab)
