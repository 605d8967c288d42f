"""Bench `start`: from the start of the app to the first answer on Home."""

import sys
import time
from typing import TYPE_CHECKING

from rnnviz.bench import server
from rnnviz.bench.browser import new_page, open_browser
from rnnviz.bench.figure import Figure, median, spread
from rnnviz.bench.keys import ANSWERS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPEATS = 3
GOAL = 6.0
AGAIN = 20
"""Milliseconds between two attempts of the browser to reach the app."""

WATCH = """(answers) => {
    const { when, painted, visible, inTime } = window.bench;
    return inTime(painted(when(() => visible(answers).length >= 6)))
        .then((moment) => (performance.timeOrigin + moment) / 1000);
}"""


def measure() -> list[Figure]:
    with open_browser() as browser:
        seconds = [start_once(browser) for _ in range(REPEATS)]
    how = f"`streamlit run app.py` to all answers on Home, in an open browser that polls; median, {spread(seconds)}"
    return [Figure("start to first answer", median(seconds), "s", how, GOAL)]


def start_once(browser: "Browser") -> float:
    """Seconds from the command to the first answer in sight."""
    from playwright.sync_api import Error

    page = new_page(browser)
    page.goto("about:blank")
    with server.app_starting() as app:
        while True:
            try:
                page.goto(f"{app.url}/?lang=en", wait_until="commit")
                break
            except Error:
                if time.time() - app.started > server.START_TIMEOUT:
                    raise
                page.wait_for_timeout(AGAIN)
        answered: float = page.evaluate(WATCH, ANSWERS)
        page.context.close()
    print(f"start: {answered - app.started:.2f} s", file=sys.stderr)
    return answered - app.started
