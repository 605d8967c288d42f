"""Screenshots of every page, from the real app.

`python -m scripts.make_screenshots` makes the five of the README; with a folder as
argument it makes all of them there, in both languages and themes, wide and narrow, to look at.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from rnnviz.bench.browser import open_browser, wait_until_idle
from rnnviz.bench.server import app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

README = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
NAMES = {"ru": "Александрит", "en": "Butterscotch"}
RUNS = {"ru": "pets-rnn,pets-lstm,pets-gru", "en": "pets-en-rnn,pets-en-lstm,pets-en-gru"}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
TALLEST = 6000
PATIENCE = 240_000
"""Milliseconds that a training may take before a picture is given up."""


@dataclass(frozen=True)
class Shot:
    """One page as one kind of visitor sees it."""

    page: str
    language: str = "en"
    theme: Theme = "light"
    width: int = 1280

    @property
    def path(self) -> str:
        name, runs = NAMES[self.language], RUNS[self.language]
        query = {
            "home": f"text={name}",
            "train": "",
            "step_through": f"text={name}&runs={runs}&step=5&unit=7",
            "gradients": f"text={name}&runs={runs}",
            "compare": f"runs={runs}",
        }[self.page]
        return f"/{'' if self.page == 'home' else self.page}?lang={self.language}&{query}"

    @property
    def file(self) -> str:
        return f"{self.page}-{self.language}-{self.theme}-{self.width}.png"


PAGES = ("home", "train", "step_through", "gradients", "compare")


def everything() -> Iterator[Shot]:
    for page, language, theme, width in product(PAGES, NAMES, THEMES, (1280, 390)):
        yield Shot(page, language, theme, width)


def take(browser: "Browser", url: str, shot: Shot, file: Path) -> None:
    """Open the page as the visitor would, let Train train, and take a picture of the whole height."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": 900}, color_scheme=shot.theme, locale=shot.language
    )
    page = context.new_page()
    page.goto(url + shot.path)
    page.locator("h1").first.wait_for()
    wait_until_idle(page, quiet_ms=1500)
    if shot.page == "train":
        train(page)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": shot.width, "height": min(height + 10, TALLEST)})
    wait_until_idle(page, quiet_ms=1000)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)
    context.close()


def train(page: "Page") -> None:
    """Press Train and wait for the links that stand under the result."""
    button = page.locator(".st-key-train button")
    if button.is_enabled():
        button.click()
    page.locator("[data-testid=stMain] [data-testid=stPageLink]").first.wait_for(timeout=PATIENCE)
    wait_until_idle(page, quiet_ms=1500)


def main(arguments: list[str]) -> None:
    shots = {Shot(page): README / f"{page}.png" for page in PAGES}
    if arguments:
        shots = {shot: Path(arguments[0]) / shot.file for shot in everything()}
    with app() as server, open_browser() as browser:
        for shot, file in shots.items():
            take(browser, server.url, shot, file)
            print(file)


if __name__ == "__main__":
    main(sys.argv[1:])
