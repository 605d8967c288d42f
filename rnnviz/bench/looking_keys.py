"""The keys of bench `looking`: from a key press on Step through to its new answers and pictures, beside a bare echo."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rnnviz.bench import server
from rnnviz.bench.browser import new_page, open_browser
from rnnviz.bench.figure import Figure, median, spread
from rnnviz.bench.keys import ECHO, KEYS, NAMES, UNMEASURED, press, wait_until_calm
from rnnviz.bench.keys import WATCH as WATCH_ECHO

if TYPE_CHECKING:
    from playwright.sync_api import Page

ANSWERS_GOAL, PICTURES_GOAL = 1.6, 2.5
RUNS = ("pets-en-rnn", "pets-en-lstm", "pets-en-gru")
PAGE = f"/step_through?lang=en&runs={','.join(RUNS)}"

READ = """window.looking = {
    answers: () => window.bench.texts('[data-testid="stMarkdown"]').filter((text) => text.startsWith("After “")),
    pictures: () => [...document.querySelectorAll("[data-drawn]")].map((picture) => picture.dataset.drawn),
    heatmaps: () => [...document.querySelectorAll("[data-drawn]")]
        .reduce((sum, picture) => sum + Number(picture.dataset.heatmaps), 0),
};"""
"""The answer of each run, in a line that names the token it follows; what each picture says it has just drawn."""

READY = """(runs) => {
    const { answers, pictures } = window.looking;
    return answers().length === runs && pictures().length === runs;
}"""

WATCH = """() => {
    const { next, when } = window.bench, { answers, pictures } = window.looking;
    const renewed = (read) => {
        const before = read();
        return when(() => {
            const now = read();
            return now.length === before.length && now.every((each, place) => each && each !== before[place]);
        });
    };
    const late = new Promise((resolve) => setTimeout(resolve, 8000, null));
    const all = Promise.all([next("keydown"), renewed(answers), renewed(pictures)])
        .then(([key, ...moments]) => moments.map((moment) => moment - key));
    window.measured = Promise.race([all, late]);
}"""


@dataclass(frozen=True)
class Key:
    """Milliseconds from a key press to all answers and to all pictures on Step through, and to the bare echo."""

    answers: float
    pictures: float
    echo: float


def measure() -> list[Figure]:
    """Three runs on names, the panel of states and gates open; the keys fall on both pages in turn."""
    with server.app() as app, server.echo() as bare, open_browser() as browser:
        looking, echo = new_page(browser), new_page(browser)
        looking.add_init_script(READ)
        looking.goto(f"{app.url}/?lang=en")  # Home starts the workers, as it does for everybody
        wait_until_calm(app)
        looking.goto(app.url + PAGE)
        looking.wait_for_function(READY, arg=len(RUNS))
        echo.goto(bare.url)
        measured = list(islice(press_keys(looking, echo), UNMEASURED, UNMEASURED + KEYS))
        heatmaps = looking.evaluate("() => window.looking.heatmaps()")
    if len(measured) < KEYS:
        raise RuntimeError(f"Only {len(measured)} keys changed all answers and pictures on Step through.")
    return figures(measured, heatmaps)


def press_keys(looking: "Page", echo: "Page") -> Iterator[Key]:
    """The letters of some names, on Step through and on the bare page in turn; no text comes twice."""
    for name in NAMES:
        for place, letter in enumerate(name):
            found = press(looking, letter, place == 0, WATCH)
            echoed = press(echo, letter, place == 0, WATCH_ECHO, ECHO, None)
            if found is None or echoed is None:
                print(f"not counted: “{letter}” of {name}", file=sys.stderr)
            else:
                yield Key(*found, echoed[0])


def figures(measured: list[Key], heatmaps: int) -> list[Figure]:
    answers, pictures, echoes = ([getattr(key, part) for key in measured] for part in ("answers", "pictures", "echo"))
    drawn = f"all {heatmaps} heatmaps of the three runs"
    how = (
        "divided by that of a page that only echoes the text under Streamlit's own settings; "
        "both servers up, keys in turn"
    )
    return [
        Figure(
            "key to new prediction, against echo",
            median(answers) / median(echoes),
            "×",
            f"median of {len(measured)} keys on Step through until the answers of all three runs are new, {how}",
            ANSWERS_GOAL,
        ),
        Figure(
            "key to all pictures, against echo",
            median(pictures) / median(echoes),
            "×",
            f"median of the same keys until {drawn} are drawn anew, {how}",
            PICTURES_GOAL,
        ),
        Figure("key to new prediction", median(answers), "ms", f"keydown to the last answer; {spread(answers, 0)}"),
        Figure("key to all pictures", median(pictures), "ms", f"keydown to the last of {drawn}; {spread(pictures, 0)}"),
        Figure("key to echo", median(echoes), "ms", f"keydown to the echoed text; {spread(echoes, 0)}"),
    ]
