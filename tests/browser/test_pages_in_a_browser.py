"""What only a browser shows: the menu, both themes, narrow screens, and that nothing goes wrong on the way."""

import contextlib
import re

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from rnnviz.language import _, pgettext, use_language
from rnnviz.ui.page import PAGES
from tests.browser.conftest import Server, boxes, settled

pytestmark = pytest.mark.browser

PATHS = [page.url for page in PAGES]


def menu(page: Page) -> list[str]:
    links = page.get_by_test_id("stTopNavLink")
    expect(links).to_have_count(len(PAGES))
    return [text.strip().split("\n")[-1] for text in links.all_inner_texts()]


def titles_in(language: str) -> list[str]:
    use_language(language)
    return [_(page.title) for page in PAGES]


def drawn(page: Page) -> None:
    """Wait until the pictures of the page are there, where it has some."""
    settled(page)
    if "/runs" not in page.url:
        expect(page.locator(".js-plotly-plot, [data-drawn]").first).to_be_visible()


TOO_WIDE = """() => ['html', 'body', '[data-testid=stMain]', '[data-testid=stMainBlockContainer]'].filter(name => {
    const found = document.querySelector(name); return found.scrollWidth > found.clientWidth })"""


def wider_than_a_phone(page: Page) -> list[str]:
    """What has to be scrolled sideways on a screen of 390 pixels, once everything has taken its new width."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        "[...document.querySelectorAll('.js-plotly-plot')].every(plot => plot._fullLayout.width < 390)"
    )
    for picture in page.locator("canvas[data-drawn], .rnnviz-lines[data-drawn]").all():
        expect(picture).to_have_attribute("data-drawn", re.compile(r" [123]\d\d$"))
    with contextlib.suppress(PlaywrightTimeout):
        page.wait_for_function(f"({TOO_WIDE})().length == 0", timeout=10_000)
    wide = page.evaluate(TOO_WIDE)
    page.set_viewport_size({"width": 1280, "height": 900})
    return list(wide)


def test_a_link_to_a_page_of_a_fresh_server_shows_menu_and_page(fresh_server, tab):
    """Streamlit runs the page of the first link without `app.py`, which has the menu."""
    tab.goto(fresh_server.link("train", epochs="7", lang="ru"))

    settled(tab)
    assert menu(tab) == titles_in("ru")
    expect(tab.get_by_role("heading", level=1)).to_have_text(titles_in("ru")[PATHS.index("train")])
    expect(tab.get_by_role("spinbutton").first).to_have_value("7")
    assert not boxes(tab)


def test_a_long_name_typed_and_erased_as_fast_as_fingers_can_leaves_the_page_alive(server, tabs):
    """Streamlit may refer the browser to a picture that it has just dropped, and then nothing moves any more."""
    for _again in range(3):
        tab = tabs.open()
        tab.goto(server.link(lang="en"))
        settled(tab)
        name = tab.get_by_role("textbox").first
        for letters, delay, pause in (("WhiskersWhiskersWhiskers", 40, 1500), ("Alexandria", 30, 0)):
            name.click()
            tab.keyboard.press("Control+A")
            tab.keyboard.press("Delete")
            tab.keyboard.type(letters, delay=delay)
            tab.wait_for_timeout(pause)
        for _letter in range(8):
            tab.keyboard.press("Backspace", delay=30)
        settled(tab)

        expect(name).to_be_enabled()
        expect(name).to_have_value("Al")
        expect(tab).to_have_url(re.compile("text=Al($|&)"))


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("ru", "dark")])
def test_every_page_opens_without_trouble_and_fits_a_phone(server, tabs, language, theme):
    tab = tabs.open(language, theme)
    tab.goto(server.link())
    for number, title in enumerate(titles_in(language)):
        if number:
            tab.get_by_test_id("stTopNavLink").nth(number).click()
            expect(tab.get_by_role("heading", level=1)).to_have_text(title)
        drawn(tab)
        assert menu(tab) == titles_in(language)
        assert not boxes(tab)
        assert not wider_than_a_phone(tab), title
    ground = tab.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert (sum(map(int, ground[4:-1].split(","))) > 380) == (theme == "light")


def test_the_language_is_switched_in_menu_and_page_and_stays(server, tab):
    tab.goto(server.link("compare"))
    settled(tab)
    assert menu(tab) == titles_in("en")

    tab.get_by_role("radio", name="Русский").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(titles_in("ru")[PATHS.index("compare")])
    expect(tab.get_by_test_id("stTopNavLink").last).to_contain_text(titles_in("ru")[-1])
    settled(tab)
    assert menu(tab) == titles_in("ru")

    for number in (PATHS.index("step_through"), PATHS.index("train")):
        tab.get_by_test_id("stTopNavLink").nth(number).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text(titles_in("ru")[number])
        settled(tab)
        expect(tab.get_by_role("radio", name="Русский")).to_be_checked()
        assert "lang=ru" in tab.url
    use_language("ru")
    expect(tab.locator(".st-key-train").get_by_role("button")).to_contain_text(pgettext("button", "Train"))
    tab.get_by_role("radio", name="English").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Train")


def test_one_step_back_leads_to_the_page_before(server: Server, tab):
    tab.goto(server.link("data", lang="en", dataset="pets-en"))
    settled(tab)
    tab.wait_for_function("history.rnnviz")  # what the first page writes before is not counted
    steps = tab.evaluate("history.length")
    for page in ("Gradients", "Compare"):
        tab.get_by_role("link", name=page, exact=True).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text(page)
        settled(tab)
        steps += 1
        assert tab.evaluate("history.length") == steps, "a page that writes into its address has made a step of it"

    tab.go_back()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Gradients")


def test_fast_typing_loses_no_letter(server: Server, tab):
    tab.goto(server.link())
    drawn(tab)
    box = tab.get_by_role("textbox").first
    box.fill("")

    box.press_sequentially("Sir Barks-a-Lot")

    tab.wait_for_url(lambda address: "text=Sir+Barks-a-Lot" in address.replace("%20", "+"))
    settled(tab)
    expect(box).to_have_value("Sir Barks-a-Lot")
    mark, letters = tab.evaluate("(({ id, tokens }) => [id, tokens.join('')])(rnnvizCargo.get('home'))")
    expect(tab.locator(".st-key-home_heatmap canvas")).to_have_attribute("data-drawn", re.compile(f"^{mark} .* 0 15 "))
    assert letters == "sir␣barks-a-lot"


def test_arrow_keys_move_the_step_once_and_stay_in_the_text_box(server: Server, tab):
    """They are keys of the slider and of the buttons beside it, and move the caret in a text."""
    tab.goto(server.link("step_through", text="Bella", step="3"))
    drawn(tab)
    slider = tab.get_by_role("slider", name="Time step")
    slider.press("ArrowRight")
    expect(tab.get_by_role("heading", name="at step 4")).to_be_visible()
    settled(tab)
    expect(slider).to_have_value("4")

    box = tab.get_by_role("textbox", name="Text")
    box.press("End")
    box.press("ArrowLeft")
    box.press("ArrowLeft")
    box.press_sequentially("x")

    tab.wait_for_url(lambda address: "text=Belxla" in address)
    settled(tab)
    expect(slider).to_have_value("6")


NASTY = (
    "https://evil.example www.evil.example me@evil.example **b** _s_ `c` ~~d~~ <b>e</b> [f](https://g.example) "
    ":red[h] :material/home: :streamlit: :smile: $i$ -> <- -- >= &amp; # j | k"
)


def test_nothing_in_a_link_acts_on_the_page(server: Server, tab):
    """What Streamlit itself makes of an escaped text."""
    tab.goto(server.link("compare", runs=NASTY))
    drawn(tab)

    box = tab.get_by_test_id("stAlertContentWarning")
    expect(box).to_have_count(1)
    body = box.get_by_test_id("stMarkdownContainer")
    assert NASTY in (body.text_content() or "").replace("\u2060", "")
    assert body.locator("a, b, strong, em, code, del, img, span, .katex").count() == 0


def test_settings_changed_faster_than_the_page_answers_all_stay(server, tab):
    tab.goto(server.link("train", lang="en"))
    settled(tab)
    typed = {"Epochs": "7", "Hidden size": "12", "Learning rate": "0.003", "Seed": "5"}
    for name, value in typed.items():
        box = tab.get_by_role("spinbutton", name=name, exact=True)
        box.fill(value)
        box.press("Enter")
    expect(tab).to_have_url(re.compile("seed=5"))
    settled(tab)

    for name, value in typed.items():
        expect(tab.get_by_role("spinbutton", name=name, exact=True)).to_have_value(value)
    expect(tab).to_have_url(re.compile("epochs=7.*hidden_size=12.*learning_rate=0.003.*seed=5"))


def test_an_arrow_key_held_down_on_the_slider_loses_no_step(server, tab):
    tab.goto(server.link("step_through", text="whiskers", lang="en"))
    drawn(tab)
    slider = tab.get_by_role("slider", name="Time step")
    expect(slider).to_have_value("8")
    slider.focus()
    for _step in range(5):
        tab.keyboard.press("ArrowLeft")
        tab.wait_for_timeout(40)
    settled(tab)

    expect(slider).to_have_value("3")
    expect(tab).to_have_url(re.compile("step=3"))
    expect(tab.get_by_role("heading", name=re.compile("at step 3$"))).to_be_visible()
