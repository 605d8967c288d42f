"""Bench `train`: from the click on Train to the first point of the curves, to the end of all cells, and from Stop."""

from typing import TYPE_CHECKING

from rnnviz.bench import server
from rnnviz.bench.browser import new_page, open_browser, wait_until_idle
from rnnviz.bench.cluster import wait_until_warm
from rnnviz.bench.figure import Figure, median, spread

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPEATS = 3
"""Each on a fresh server with an empty store: the same settings are never trained twice."""
FIRST_POINT_GOAL, END_GOAL, STOP_GOAL = 1.5, 15.0, 0.5
PAGE = "/train?lang=en&dataset=pets"
LONG = PAGE + "&epochs=200&patience=0"
BUTTON = '[data-testid="stBaseButton-primary"]:not([disabled])'
POINT = ".st-key-training_curves .plot .line > *"
FULL_BAR = '.progress-card .net-bar[aria-valuenow="100"]'
WAY_ON = '[data-testid="stPageLink-NavLink"][href*="runs="]'
"""The links to the other pages with these runs chosen; they come when all have ended."""

STOP = ".st-key-stop button:not([disabled])"
STOPPED = "stopped by hand"

WATCH = """([POINT, FULL_BAR, WAY_ON, CELLS]) => {
    const { next, when, painted, visible, inTime } = window.bench;
    const point = painted(when(() => visible(POINT).length > 0));
    const end = painted(when(() => document.querySelector(WAY_ON) && visible(FULL_BAR).length >= CELLS));
    window.measured = inTime(Promise.all([next("click"), point, end]))
        .then(([click, ...moments]) => moments.map((moment) => (moment - click) / 1000));
}"""


WATCH_STOP = """([STOPPED, CELLS]) => {
    const { next, when, painted, texts, inTime } = window.bench;
    const all = () => texts('.progress-card').filter((text) => text.includes(STOPPED)).length >= CELLS;
    window.measured = inTime(Promise.all([next("click"), painted(when(all))]))
        .then(([click, moment]) => (moment - click) / 1000);
}"""


def measure() -> list[Figure]:
    with open_browser() as browser:
        seconds = [train_once(browser) for _ in range(REPEATS)]
    first, end, stop = ([each[place] for each in seconds] for place in range(3))
    how = f"three cells, default settings, dataset pets, warm workers; median of {REPEATS} servers"
    return [
        Figure("click to first point", median(first), "s", f"{how}, {spread(first)}", FIRST_POINT_GOAL),
        Figure("click to end of all cells", median(end), "s", f"{how}, {spread(end)}", END_GOAL),
        Figure(
            "Stop to its effect",
            median(stop),
            "s",
            f"until the page says of three cells that train that they are stopped, and kept; {spread(stop)}",
            STOP_GOAL,
        ),
    ]


def train_once(browser: "Browser") -> tuple[float, float, float]:
    """Seconds to the first point, to the end, and of another training from Stop on; on an app that was just started."""
    with server.app() as app:
        page = new_page(browser)
        page.goto(app.url + PAGE)
        page.wait_for_selector(BUTTON)
        wait_until_warm(app)
        first, end = click_train(page, cells=3)
        page.goto(app.url + LONG)
        page.click(BUTTON)
        stop = click_stop(page, cells=3)
        page.context.close()
    return first, end, stop


def click_stop(page: "Page", cells: int) -> float:
    """Click Stop once something is drawn; seconds until the page says that all have ended."""
    page.wait_for_selector(POINT)
    page.evaluate(WATCH_STOP, [STOPPED, cells])
    page.click(STOP)
    seconds: float = page.evaluate("() => window.measured")
    return seconds


def click_train(page: "Page", cells: int) -> tuple[float, float]:
    """Click Train; seconds, by the clock of the page, to the first point of the curves and to the end of all cells."""
    wait_until_idle(page)
    page.evaluate(WATCH, [POINT, FULL_BAR, WAY_ON, cells])
    page.click(BUTTON)
    first, end = page.evaluate("() => window.measured")
    return first, end
