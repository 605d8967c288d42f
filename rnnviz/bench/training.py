"""Bench `train`: from the click on Train to the first point of the curves, and to the end of all three cells."""

from typing import TYPE_CHECKING

from rnnviz.bench import server
from rnnviz.bench.browser import new_page, open_browser, wait_until_idle
from rnnviz.bench.cluster import wait_until_warm
from rnnviz.bench.figure import Figure, median, spread

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPEATS = 3
"""Each on a fresh server with an empty store: the same settings are never trained twice."""
FIRST_POINT_GOAL, END_GOAL = 1.5, 15.0
PAGE = "/train?lang=en&dataset=pets"
BUTTON = '[data-testid="stBaseButton-primary"]:not([disabled])'
POINT = ".st-key-training_curves .plot .line > *"
FULL_BAR = '[data-testid="stProgress"] [role="progressbar"][aria-valuenow="100"]'
WAY_ON = '[data-testid="stPageLink-NavLink"][href*="runs="]'
"""The links to the other pages with these runs chosen; they come when all have ended."""

WATCH = """([POINT, FULL_BAR, WAY_ON, CELLS]) => {
    const { next, when, painted, visible, inTime } = window.bench;
    const point = painted(when(() => visible(POINT).length > 0));
    const end = painted(when(() => document.querySelector(WAY_ON) && visible(FULL_BAR).length >= CELLS));
    window.measured = inTime(Promise.all([next("click"), point, end]))
        .then(([click, ...moments]) => moments.map((moment) => (moment - click) / 1000));
}"""


def measure() -> list[Figure]:
    with open_browser() as browser:
        seconds = [train_once(browser) for _ in range(REPEATS)]
    first, end = ([pair[place] for pair in seconds] for place in (0, 1))
    how = f"three cells, default settings, dataset pets, warm workers; median of {REPEATS} servers"
    return [
        Figure("click to first point", median(first), "s", f"{how}, {spread(first)}", FIRST_POINT_GOAL),
        Figure("click to end of all cells", median(end), "s", f"{how}, {spread(end)}", END_GOAL),
    ]


def train_once(browser: "Browser") -> tuple[float, float]:
    """Seconds to the first point and to the end, on an app that was just started."""
    with server.app() as app:
        page = new_page(browser)
        page.goto(app.url + PAGE)
        page.wait_for_selector(BUTTON)
        wait_until_warm(app)
        first, end = click_train(page, cells=3)
        page.context.close()
    return first, end


def click_train(page: "Page", cells: int) -> tuple[float, float]:
    """Click Train; seconds, by the clock of the page, to the first point of the curves and to the end of all cells."""
    wait_until_idle(page)
    page.evaluate(WATCH, [POINT, FULL_BAR, WAY_ON, cells])
    page.click(BUTTON)
    first, end = page.evaluate("() => window.measured")
    return first, end
