"""The drawing of the cell: keys move it in the browser, and its numbers are those of the trace."""

import re

import pytest
from playwright.sync_api import Page, expect

from rnnviz.insight.terms import neuron_sums
from rnnviz.insight.trace import trace
from rnnviz.models.classifier import ModelConfig
from rnnviz.runs.store import RunStore, write_run
from rnnviz.runs.work import train_run
from rnnviz.text.sources import Dataset
from rnnviz.training.config import RunConfig, TextConfig
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser

TEXT = "Whiskers"
WORDS = ["the", "film", "was", "lovely", "and", "its", "cast", "dull"]
GATE = {"rnn": "hidden", "lstm": "forget", "gru": "new"}


def open_cell(page: Page, server, run: str, **more: str) -> None:
    page.goto(server.link("step_through", runs=run, text=TEXT, panel="cell", **more))
    settled(page)
    expect(number_on(page, "hidden")).not_to_be_empty()


def number_on(page: Page, quantity: str):
    """The number of the chosen unit above a strip."""
    return page.locator(f'.cell .strip[data-quantity="{quantity}"] .number')


def shown(value: float) -> str:
    return f"{value:.3f}".replace("-", "−") if f"{value:.3f}" != "-0.000" else "0.000"


def read(text: str) -> float:
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_keys_move_step_and_unit_to_the_numbers_of_the_trace_and_a_gate_opens(tab, server, cell):
    model = RunStore(server.store).model(f"pets-en-{cell}")
    reading = model.read(TEXT)
    traced = trace(model, reading)
    open_cell(tab, server, f"pets-en-{cell}", step="4", unit="2")
    expect(number_on(tab, "hidden")).to_have_text(shown(traced.values["hidden"][3, 2]))

    tab.locator(".cell").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowRight"):
        tab.keyboard.press(key)
    for name in ("hidden", *(gate.name for gate in traced.gates)):
        expect(number_on(tab, name)).to_have_text(shown(traced.values[name][5, 3]))
    expect(tab).to_have_url(re.compile(r"step=6"))
    expect(tab).to_have_url(re.compile(r"unit=3"))
    settled(tab)
    expect(number_on(tab, "hidden")).to_have_text(shown(traced.values["hidden"][5, 3]))

    tab.locator(f'.cell .gate[data-neuron="{GATE[cell]}"]').last.click()
    (expected,) = [each for each in neuron_sums(model, reading, traced, 5, 3) if each.name == GATE[cell]]
    *terms, total = [read(each) for each in tab.locator(".cell .term:visible .number").all_inner_texts()]
    assert total == pytest.approx(expected.preactivation, abs=0.0006)
    assert sum(terms) == pytest.approx(total, abs=0.0006 * len(terms))
    largest = max(expected.recurrent_terms, key=abs)
    units = tab.locator('.cell .term[data-kind="unit"]:visible .number').all_inner_texts()
    assert read(units[0]) == pytest.approx(largest, abs=0.0006)
    expect(tab.locator(".cell .outcome")).to_contain_text(shown(expected.value))

    tab.keyboard.press("Escape")
    expect(tab.locator(".cell .neuron")).to_be_hidden()
    expect(number_on(tab, "hidden")).to_be_visible()


def test_what_is_pointed_at_says_its_equation_with_numbers(tab, server):
    open_cell(tab, server, "pets-en-lstm", step="4")

    tab.locator('.cell .node[data-quantity="cell_state"]').hover()

    expect(tab.locator(".cell .symbolic")).to_contain_text("Cell state: ct = ft ⊙ ct−1 + it ⊙ gt")
    numbers = [number_on(tab, name).text_content() for name in ("forget", "input", "cell_state")]
    for value in numbers:
        expect(tab.locator(".cell .numeric")).to_contain_text(value)


def test_of_a_long_text_and_a_large_cell_what_is_missing_comes_when_it_is_needed(tab, server):
    rows = [(f"{WORDS[number % 8]} {WORDS[number % 7]}", ("bad", "good")[number % 2]) for number in range(40)]
    config = RunConfig(
        text=TextConfig(unit="word", min_count=1, max_tokens=400),
        model=ModelConfig(cell="lstm", embedding_size=3, hidden_size=256),
        epochs=1,
    )
    write_run(server.store / "runs" / "large-cell", train_run(config, Dataset("words", tuple(rows), "word")))
    model = RunStore(server.store).model("large-cell")
    text = " ".join(WORDS * 40)
    hidden = trace(model, model.read(text)).values["hidden"]
    tab.goto(server.link("step_through", runs="large-cell", text=text, panel="cell", step="1"))
    settled(tab)
    expect(number_on(tab, "hidden")).to_have_text(shown(hidden[0, 0]))

    tab.locator(".cell").focus()
    tab.keyboard.press("End")
    expect(tab.locator(".cell .step-said")).to_contain_text("320 of 320")
    expect(number_on(tab, "hidden")).to_have_text(shown(hidden[319, 0]))

    tab.locator(".cell input.unit").fill("255")
    expect(tab.locator(".cell .unit-said")).to_have_text("Unit 255")
    expect(number_on(tab, "hidden")).to_have_text(shown(hidden[319, 255]))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_the_drawing_stays_within_the_screen(tabs, server, theme):
    page = tabs.open(theme=theme, width=390, height=844)
    open_cell(page, server, "pets-en-gru")

    box = page.locator(".cell .picture").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
