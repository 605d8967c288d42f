"""Bench `memory`: what the app and its workers hold after its pages were open and a training has run."""

from rnnviz.bench import server
from rnnviz.bench.browser import new_page, open_browser, wait_until_idle
from rnnviz.bench.cluster import wait_until_warm
from rnnviz.bench.figure import Figure
from rnnviz.bench.training import BUTTON, PAGE, click_train

APP_GOAL, WORKER_GOAL = 400.0, 500.0
PAGES = ("/?lang=en", "/step_through?lang=en", "/gradients?lang=en", "/compare?lang=en")
SORTED = ("/data?lang=en", "/runs?lang=en")
"""Those with a table that can be sorted: the first of them loads pandas and Arrow."""
MEGABYTE = 1e6


def measure() -> list[Figure]:
    with server.app() as app, open_browser() as browser:
        page = new_page(browser)
        for path in PAGES:
            page.goto(app.url + path)
            page.wait_for_selector('[data-testid="stPlotlyChart"] .main-svg, [data-drawn]')
            wait_until_idle(page)
        page.goto(app.url + PAGE)
        page.wait_for_selector(BUTTON)
        wait_until_warm(app)
        click_train(page, cells=3)
        wait_until_idle(page)
        resident = [worker.memory_info().rss / MEGABYTE for worker in app.workers()]
        own = app.process.memory_info().rss / MEGABYTE
        for path in SORTED:
            page.goto(app.url + path)
            page.wait_for_selector('[data-testid="stDataFrame"]')
            wait_until_idle(page)
        sorting = app.process.memory_info().rss / MEGABYTE
        whole = sum(process.memory_info().rss for process in app.process.children(recursive=True)) / MEGABYTE + sorting
    how = "resident set after Home, Step through, Gradients, Compare, Train and a training of three cells"
    return [
        Figure("memory of the app", own, "MB", how, APP_GOAL),
        Figure("memory of the app with tables to sort", sorting, "MB", "the same after Data and Runs, too"),
        Figure("memory of the largest worker", max(resident), "MB", f"{how}; {len(resident)} workers", WORKER_GOAL),
        Figure("memory of all processes", whole, "MB", f"{how}; shared pages counted once for each process"),
    ]
