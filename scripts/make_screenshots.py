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
from urllib.parse import quote, urlsplit

from rnnviz.bench.browser import open_browser, wait_until_idle
from rnnviz.bench.server import app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

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
LONG_REVIEW = f"""{REVIEW} Still, let me say what troubled me, because a friend of mine left after an hour and he is
no fool. The story begins three times. First there is the drive, then the funeral, then a dinner at which nobody eats,
and each time the director seems to think that rain is a character. It is not. The younger brother shouts a lot and
means little; the actor is good, but somebody should have told him that a camera can hear a whisper. There is a scene
with a goat that is supposed to be funny, and I was told that half of the audience laughed on the first evening. On
mine there was silence, and one child asked loudly whether the goat was sad. The dialogue is not bad, only there is too
much of it: people explain what we have just seen, and then explain it again, as if we had been asleep. Perhaps we had.
The camera, on the other hand, never makes a mistake. It waits in a corner of the kitchen like a cat, it looks at hands
and at cups, and when the light comes in on the last morning you understand why the house could not be sold. I have not
often seen a film that trusts a room so much. The music deserves a prize of its own: four notes on a piano, a little
out of tune, and each time they come back they mean something else. My neighbour cried. I did not, but I had to look at
my shoes for a while. Is it a great film? No, it is too proud of its silence for that, and fifteen minutes shorter it
would be a better one. Is it worth your evening? Without any doubt. Go when it rains, take somebody along with whom you
have quarrelled, and do not read anything about the letter before."""
"""As long as the reviews that nets forget: about 400 words, and where it turns is far from its end."""
REVIEW_RUNS = "imdb-rnn,imdb-lstm,imdb-gru"
RUNS = {"ru": "pets-rnn,pets-lstm,pets-gru", "en": "pets-en-rnn,pets-en-lstm,pets-en-gru"}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
PANELS = ("units", "cell", "surgery", "decision", "what_if", "match", "responses", "map")
VIEWS = ("weights", "eigenvalues", "forgetting")
JUDGED = ("chance", "texts", "slices", "threshold", "calibration", "costs", "story", "take_home")
"""The instruments of Step through, Gradients and Compare beside the first, by their names in a link."""
PARAMETERS = {
    "compare": "judged",
    "gradients": "view",
    "review_gradients": "view",
    "long_review_gradients": "view",
}
"""What a link calls the instrument of a page; `panel` on all others."""
URLS = {
    "home": "",
    "review": "step_through",
    "long_review": "step_through",
    "review_gradients": "gradients",
    "long_review_gradients": "gradients",
}
"""Where a page stands that is not called as its address is."""
LONG = ("compute_decision", "measure_horizon", "follow_training")
"""Buttons of what takes long, by their keys."""
CUTS = "forget[*]=0@3; hidden[7]=0"
TALLEST = 12_000
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
            "long_review": f"text={quote(LONG_REVIEW)}&runs={REVIEW_RUNS}&step=210&unit=7",
            "long_review_gradients": f"text={quote(LONG_REVIEW)}&runs={REVIEW_RUNS}",
            "compare": f"runs={runs}",
            "runs": f"run={runs.rpartition(',')[2]}",
        }[self.base]
        url = URLS.get(self.base, self.base)
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


MATRIX = tuple(f"long_{page}" if page.startswith("review") else page for page in PAGES)


def everything() -> Iterator[Shot]:
    for page, language, theme, width in product(MATRIX, NAMES, THEMES, (1280, 390)):
        yield Shot(page, language, theme, width)
    instruments = [
        *(f"{page}.{panel}" for page in ("step_through", "long_review") for panel in PANELS),
        *(f"{page}.{view}" for page in ("gradients", "long_review_gradients") for view in VIEWS),
        *(f"compare.{view}" for view in JUDGED),
    ]
    for page in instruments:
        yield Shot(page)
        yield Shot(page, "ru", "dark", 390)


def take(browser: "Browser", url: str, shot: Shot, file: Path) -> list[str]:
    """Open the page as the visitor would, let Train train, and take a picture of the whole height.

    Returns what no page should have: errors in the console, red boxes, tracebacks, more than the width shows.
    """
    context = browser.new_context(
        viewport={"width": shot.width, "height": 900}, color_scheme=shot.theme, locale=shot.language
    )
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(f"script: {error}"))
    page.on("console", lambda message: trouble.extend(complaint(message)))
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
    for box in page.locator("[data-testid=stAlertContentError], [data-testid=stException]").all():
        trouble.append(f"box: {box.inner_text()}")
    beyond = page.evaluate(
        "Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".map((part) => part.scrollWidth - part.clientWidth))"
    )
    if beyond > 0:
        trouble.append(f"scrolls sideways by {beyond} px")
    context.close()
    return trouble


def complaint(message: "ConsoleMessage") -> list[str]:
    """The error that the console of the browser shows, if it is one of the page's own."""
    source = urlsplit(message.location.get("url", ""))
    # Streamlit looks for its base path below the page first; icons of its menu come from elsewhere.
    ours = "/_stcore/" not in source.path and source.hostname in {None, "localhost", "127.0.0.1"}
    return [f"console: {message.text}"] if message.type == "error" and ours else []


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
            trouble = take(browser, server.url, shot, file)
            print(file, *trouble, sep="\n  ", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
