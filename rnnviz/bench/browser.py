"""A Chromium driven by Playwright, which measures by the clock of the page itself."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from rnnviz.errors import BadInput, listed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WATCH = Path(__file__).with_name("watch.js")
PATIENCE = 120_000
"""Milliseconds after which a page is given up."""


def chromium() -> str:
    """Where Chromium is; `BadInput` where it is not."""
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    raise BadInput("This bench drives a browser, and none is on the PATH. Looked for: {names}.", names=listed(CHROMIUM))


@contextmanager
def open_browser() -> Iterator["Browser"]:
    """A browser without pages; `BadInput` where Playwright or Chromium is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise BadInput(
            "This bench drives a browser with Playwright: pip install -r requirements-dev.txt brings it."
        ) from None
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: "Browser") -> "Page":
    """A page in a session of its own: English, as large as a small laptop, nothing cached."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    context.add_init_script(path=WATCH)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def processes_of_browser() -> list[psutil.Process]:
    """The processes of the browser that this one has opened."""
    return [child for child in psutil.Process().children(recursive=True) if child.name().startswith("chrom")]


def wait_until_idle(page: "Page", quiet_ms: int = 300) -> None:
    """Wait until the script of the page has ended and nothing on the page has moved for a while."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.evaluate(
        """(quiet) => new Promise((resolve) => {
            let timer = setTimeout(done, quiet);
            const observer = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, quiet); });
            observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
            function done() { observer.disconnect(); resolve(); }
        })""",
        quiet_ms,
    )
