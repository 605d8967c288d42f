"""Screenshots of every page, from the real app.

`python -m scripts.make_screenshots` makes those of the README; with a folder as
argument it makes all of them there, in both languages and themes, wide and narrow, to look at.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import quote

from rnnviz.bench.browser import open_browser, wait_until_idle
from rnnviz.bench.server import app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

README = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
NAMES = {"ru": "Александрит", "en": "Butterscotch"}
REVIEW = (
    "I went in with low hopes, because the first film bored me and the trailer promised more of the same. "
    "For twenty minutes it looked as if I had been right: a long drive, a rainy village, people who say little. "
    "Then the old woman opens the letter, and from that moment on I could not look away. The acting is wonderful, "
    "the music never pushes, and even the jokes are kind. Some scenes in the middle are too long, and one of the "
    "brothers is hardly more than a hat and a coat. But the ending, quiet and brave, is the best thing I have seen "
    "this year. I loved it."
)
"""Ours, for nets that read words."""
REVIEW_RUNS = "imdb-rnn,imdb-lstm,imdb-gru"
RUNS = {"ru": "pets-rnn,pets-lstm,pets-gru", "en": "pets-en-rnn,pets-en-lstm,pets-en-gru"}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
PANELS = ("units", "cell", "surgery", "decision", "what_if", "match", "responses", "map")
VIEWS = ("weights", "eigenvalues", "forgetting")
JUDGED = ("chance", "texts", "slices", "threshold", "calibration", "costs", "story", "take_home")
"""The instruments of Step through, Gradients and Compare beside the first, by their names in a link."""
PARAMETERS = {"compare": "judged", "gradients": "view", "review_gradients": "view"}
"""What a link calls the instrument of a page; `panel` on all others."""
LONG = ("find", "compute_decision", "measure_horizon")
"""Buttons of what takes long, by their keys."""
CUTS = "forget[*]=0@3; hidden[7]=0"
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
            "data": "dataset=reviews",
            "train": "",
            "step_through": f"text={name}&runs={runs}&step=5&unit=7",
            "gradients": f"text={name}&runs={runs}",
            "review": f"text={quote(REVIEW)}&runs={REVIEW_RUNS}&step=93&unit=7",
            "review_gradients": f"text={quote(REVIEW)}&runs={REVIEW_RUNS}",
            "compare": f"runs={runs}",
            "runs": f"run={runs.rpartition(',')[2]}",
        }[self.base]
        url = {"home": "", "review": "step_through", "review_gradients": "gradients"}.get(self.base, self.base)
        chosen = f"&{PARAMETERS.get(self.base, 'panel')}={self.instrument}" if self.instrument else ""
        cuts = f"&surgery={quote(CUTS)}" if self.instrument == "surgery" else ""
        return f"/{url}?lang={self.language}&{query}{chosen}{cuts}"

    @property
    def base(self) -> str:
        """The page without its instrument."""
        return self.page.partition(".")[0]

    @property
    def instrument(self) -> str:
        return self.page.partition(".")[2]

    @property
    def file(self) -> str:
        return f"{self.page}-{self.language}-{self.theme}-{self.width}.png"


PAGES = ("home", "data", "train", "step_through", "review", "gradients", "review_gradients", "compare", "runs")
README_PANELS = (
    *("step_through.cell", "review.units", "review.decision", "step_through.surgery", "step_through.map"),
    *("compare.chance", "compare.texts"),
)


def everything() -> Iterator[Shot]:
    for page, language, theme, width in product(PAGES, NAMES, THEMES, (1280, 390)):
        yield Shot(page, language, theme, width)
    instruments = [
        *(f"{page}.{panel}" for page in ("step_through", "review") for panel in PANELS),
        *(f"{page}.{view}" for page in ("gradients", "review_gradients") for view in VIEWS),
        *(f"compare.{view}" for view in JUDGED),
    ]
    for page in instruments:
        yield Shot(page)
        yield Shot(page, "ru", "dark", 390)


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
    for asked in page.locator(
        ", ".join(f".st-key-{key} button" for key in LONG)
    ).all():  # what is long waits for a click
        asked.click()
        wait_until_idle(page, quiet_ms=1500)
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
    shots = {Shot(page): README / f"{page.replace('.', '_')}.png" for page in (*PAGES, *README_PANELS)}
    if arguments:
        shots = {shot: Path(arguments[0]) / shot.file for shot in everything()}
    with app() as server, open_browser() as browser:
        for shot, file in shots.items():
            take(browser, server.url, shot, file)
            print(file)


if __name__ == "__main__":
    main(sys.argv[1:])
