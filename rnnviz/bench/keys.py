"""Bench `keys`: from a key press to the new answers on Home, beside the echo of a bare page."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rnnviz.bench import server
from rnnviz.bench.browser import new_page, open_browser, wait_until_idle
from rnnviz.bench.figure import Figure, median, spread

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEYS = 20
UNMEASURED = 4
"""Keys before the first measured one: a browser compiles what it runs often."""
GOAL = 1.5
NAMES = ("biscuit", "luna", "shadow", "ginger", "rex", "pumpkin", "daisy", "oliver", "zorro", "milky")
BOX = ".st-key-text input"
ANSWERS = ".answer-class"
ECHO = '[data-testid="stMarkdown"]'
HEATMAP = ".st-key-home_heatmap [data-drawn]"
QUIET = 250
"""Milliseconds without any change before the next key."""

WATCH = """([texts, picture]) => {
    const { next, when, texts: read } = window.bench;
    const drawn = () => document.querySelector(picture)?.dataset.drawn;
    const textsBefore = read(texts), drawnBefore = picture && drawn();
    const changed = when(() => {
        const now = read(texts);
        return now.length === textsBefore.length && now.every((text, place) => text !== textsBefore[place]);
    });
    const redrawn = picture ? when(() => drawn() && drawn() !== drawnBefore) : changed;
    const late = new Promise((resolve) => setTimeout(resolve, 8000, null));
    const both = Promise.all([next("keydown"), changed, redrawn]).then(([key, text, heat]) => [text - key, heat - key]);
    window.measured = Promise.race([both, late]);
}"""


@dataclass(frozen=True)
class Key:
    """Milliseconds from a key press to its answers and its heatmap on Home, and to its echo on the bare page."""

    answers: float
    heatmap: float
    echo: float


def measure() -> list[Figure]:
    with server.app() as app, server.echo() as bare, open_browser() as browser:
        home, echo = new_page(browser), new_page(browser)
        home.goto(f"{app.url}/?lang=en")
        home.wait_for_selector(HEATMAP)
        echo.goto(bare.url)
        wait_until_calm(app)
        measured = list(islice(press_keys(home, echo), UNMEASURED, UNMEASURED + KEYS))
    if len(measured) < KEYS:
        raise RuntimeError(f"Only {len(measured)} keys changed all answers on Home.")
    return figures(measured)


def wait_until_calm(app: server.Server) -> None:
    """The workers are still warming up when the first page shows; wait until they are through."""
    from rnnviz.bench.cluster import wait_until_warm

    wait_until_warm(app)


def figures(measured: list[Key]) -> list[Figure]:
    answers, heatmaps, echoes = ([getattr(key, part) for key in measured] for part in ("answers", "heatmap", "echo"))
    return [
        Figure(
            "key to answers, against echo",
            median(answers) / median(echoes),
            "×",
            f"median of {len(measured)} keys on Home until all three answers are new, divided by that of a page "
            "that only echoes the text under Streamlit's own settings; both servers up, keys in turn",
            GOAL,
        ),
        Figure("key to answers", median(answers), "ms", f"keydown to the last new probability; {spread(answers, 0)}"),
        Figure("key to echo", median(echoes), "ms", f"keydown to the echoed text; {spread(echoes, 0)}"),
        Figure("key to heatmap", median(heatmaps), "ms", f"keydown to the new heatmap; {spread(heatmaps, 0)}"),
    ]


def press_keys(home: "Page", echo: "Page") -> Iterator[Key]:
    """The letters of some names, on Home and on the bare page in turn; the first one of a name replaces the last name.

    A key that leaves one of the answers as it was, to the digit that is shown, is left out.
    """
    for name in NAMES:
        for place, letter in enumerate(name):
            on_home = press(home, letter, place == 0, WATCH, ANSWERS, HEATMAP)
            on_echo = press(echo, letter, place == 0, WATCH, ECHO, None)
            if on_home is None or on_echo is None:
                print(f"not counted: “{letter}” of {name}", file=sys.stderr)
            else:
                yield Key(*on_home, on_echo[0])


def press(page: "Page", letter: str, replace: bool, watch: str, *given: str | None) -> tuple[float, float] | None:
    """Milliseconds from the key to the two moments that the script `watch` waits for; None if they don't come."""
    page.bring_to_front()
    box = page.locator(BOX)
    box.focus()
    if replace:
        box.select_text()
    else:
        page.keyboard.press("End")
    wait_until_idle(page, QUIET)
    page.evaluate(watch, list(given))
    page.keyboard.press(letter)
    measured: tuple[float, float] | None = page.evaluate("() => window.measured")
    wait_until_idle(page, QUIET)
    return measured
