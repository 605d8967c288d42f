"""A table of one's own: uploaded, looked at, trained on, and stepped through word by word."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import boxes, follow, settled

pytestmark = pytest.mark.browser

WORDS = {"good": ("lovely", "warm", "great"), "bad": ("dull", "cold", "awful")}
ENDINGS = ("from the first minute", "to the very end", "and so was the music", "said my brother", "in every scene")


def table() -> str:
    """Sixty short reviews in two classes."""
    rows = [
        f'"The film was {word}, {ending}, on evening {evening}.";{name}'
        for name, words in WORDS.items()
        for word in words
        for ending in ENDINGS
        for evening in (1, 2)
    ]
    assert len(rows) == 60
    return "\n".join(["review;mood", *rows])


def test_an_uploaded_table_is_trained_on_and_stepped_through(server, tab, tmp_path):
    file = tmp_path / "evenings.csv"
    file.write_text(table(), encoding="utf-16")
    tab.goto(server.link("data"))
    settled(tab)

    tab.get_by_text("Bring your own texts").click()
    expect(tab.get_by_text("up to 50 MB, 200,000 rows")).to_be_visible()
    tab.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)
    expect(tab.get_by_text("encoding: UTF-16LE · delimiter: “;” · rows: 60 · columns: 2")).to_be_visible()
    tab.get_by_role("button", name="Use this dataset").click()
    expect(tab).to_have_url(re.compile("dataset=upload-[0-9a-f]{10}-word"))
    settled(tab)
    expect(tab.get_by_text("0 texts stand in more than one part")).to_be_visible()
    assert not boxes(tab)

    follow(tab, "Train")
    expect(tab.get_by_role("combobox", name="Dataset")).to_have_value("evenings.csv")
    for name, value in (("Epochs", "3"), ("Hidden size", "8")):
        tab.get_by_role("spinbutton", name=name).fill(value)
        tab.get_by_role("spinbutton", name=name).press("Enter")
    for cell in ("RNN", "LSTM"):
        tab.get_by_test_id("stButtonGroup").get_by_role("button", name=cell, exact=True).click()
    expect(tab).to_have_url(re.compile("cells=gru"))
    settled(tab)
    tab.locator(".st-key-train").get_by_role("button").click()
    expect(tab.get_by_role("heading", name="What they came to")).to_be_visible()
    assert not boxes(tab)

    tab.get_by_test_id("stPageLink").filter(has_text="Step through").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Step through")
    settled(tab)
    expect(tab.get_by_test_id("stMultiSelect")).to_contain_text("evenings.csv")
    tab.get_by_role("textbox", name="Text", exact=True).fill("The film was dull, said my brother.")
    slider = tab.get_by_role("slider", name="Time step")
    expect(slider).to_have_value("9")
    slider.press("Home")
    for step, word in enumerate(("the", "film", "was", "dull"), start=1):
        expect(tab.get_by_text(f"After “{word}” (step {step})")).to_be_visible()
        expect(slider).to_have_value(str(step))
        settled(tab)
        slider.press("ArrowRight")
    settled(tab)
    assert not boxes(tab)
