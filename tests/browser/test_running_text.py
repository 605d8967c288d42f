"""The running text in a real browser: clicks and keys move the step, tokens stay text, and phones can read it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WORDS, settled

pytestmark = pytest.mark.browser

TEXT = " ".join(WORDS * 30)
MARKUP = "lovely <img onerror & film"


def open_text(page: Page, server, run: str, text: str) -> None:
    page.goto(server.link("step_through", runs=run, text=text))
    settled(page)
    expect(page.get_by_role("listbox", name="Text, token by token").locator(".token").first).to_be_visible()


def present(page: Page) -> int:
    """The marked token, counted from 0."""
    return page.locator(".token").evaluate_all(
        "tokens => tokens.findIndex(token => token.getAttribute('aria-selected') === 'true')"
    )


def in_address(step: int) -> re.Pattern[str]:
    return re.compile(rf"[?&]step={step}(&|$)")


def test_clicks_and_keys_move_the_step_one_at_a_time(tab, server, reader):
    open_text(tab, server, reader, TEXT)
    assert present(tab) == 239

    tab.locator(".token").nth(50).click()
    expect(tab).to_have_url(in_address(51))
    assert present(tab) == 50

    for step, key in [(52, "ArrowRight"), (53, "ArrowRight"), (52, "ArrowLeft"), (1, "Home"), (240, "End")]:
        tab.keyboard.press(key)
        expect(tab).to_have_url(in_address(step))
        settled(tab)
        assert present(tab) == step - 1

    tab.keyboard.press("ArrowUp")
    expect(tab.locator(".told")).not_to_contain_text("240.")
    above, below = (tab.locator(".token").nth(place).bounding_box() for place in (present(tab), 239))
    assert 0 < below["y"] - above["y"] < 2 * below["height"] + 10


def test_the_button_leads_to_the_most_decisive_token(tab, server, reader):
    open_text(tab, server, reader, TEXT)

    tab.get_by_role("button", name="Most decisive token").click()
    expect(tab).not_to_have_url(in_address(240))
    settled(tab)

    told = tab.locator(".told").inner_text()
    assert told.startswith(f"{present(tab) + 1}. “")


def test_markup_in_a_text_is_shown_and_not_acted_on(tab, server, reader):
    open_text(tab, server, reader, MARKUP)

    assert tab.locator(".token *").count() == 0
    assert tab.locator(".token").all_inner_texts() == ["lovely", "<", "img", "onerror", "&", "film"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_it_stays_within_the_screen(tabs, server, reader, theme):
    page = tabs.open(theme=theme, width=390, height=844)
    open_text(page, server, reader, TEXT)

    box = page.locator(".running").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    legend = page.locator(".running .legend")
    expect(legend).to_contain_text("Change of the probability of")
    expect(legend.locator(".middle")).to_have_text("0")


def test_pointing_at_a_token_shows_what_the_answer_leaned_on_there(tab, server, reader):
    tab.goto(server.link("step_through", runs=reader, text="the film was lovely", panel="decision", method="leaning"))
    settled(tab)
    text = tab.get_by_role("listbox").last
    expect(text.locator(".token")).to_have_count(4)
    tokens = text.locator(".token")
    grounds = "tokens => tokens.map(token => token.style.backgroundColor)"
    present_step = tokens.evaluate_all(grounds)

    tokens.nth(1).hover()

    expect(tab.get_by_text("What the answer at step 2 leans on")).to_be_visible()
    pointed = tokens.evaluate_all(grounds)
    assert pointed != present_step
    assert pointed[2] == pointed[3], "what is read later has no part in it"
    tab.get_by_role("heading", level=1).hover()
    assert tokens.evaluate_all(grounds) == present_step
