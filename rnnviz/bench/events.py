"""Bench `events`: what telling a training live, and drawing it, costs that training."""

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from rnnviz.bench import server
from rnnviz.bench.bare_training import DATASET, SETTINGS, Span, config_of
from rnnviz.bench.browser import new_page, open_browser, wait_until_idle
from rnnviz.bench.cluster import told, wait_until_warm
from rnnviz.bench.figure import Figure, median, ratios, spread
from rnnviz.bench.training import BUTTON, click_train
from rnnviz.runs.work import run_id
from rnnviz.text.sources import load_dataset

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SEEDS = (101, 102, 103, 104, 105)
GOAL = 1.05


def measure() -> list[Figure]:
    live, bare = [], []
    with server.app() as app, open_browser() as browser:
        warm_page(app, browser)
        for place, seed in enumerate(SEEDS):
            if place % 2:
                bare.append(bare_once(seed))
            live.append(live_once(app, browser, seed))
            if not place % 2:
                bare.append(bare_once(seed))
            print(f"events, seed {seed}: live {live[-1]}, bare {bare[-1]}", file=sys.stderr)
    return figures(live, bare)


def figures(live: list[Span], bare: list[Span]) -> list[Figure]:
    pairs = f"one LSTM, {SETTINGS['epochs']} epochs, page open; median of pairs with the same seed"
    wall = ratios([span.wall for span in live], [span.wall for span in bare])
    training = ratios([span.training for span in live], [span.training for span in bare])
    telling = [(span.wall - span.training) / span.wall for span in live]
    return [
        Figure(
            "training live, against bare",
            median(wall),
            "×",
            f"first batch to last epoch on a worker with {pairs}, divided by the bare loop; {spread(wall)}",
            GOAL,
        ),
        Figure(
            "the same without the telling",
            median(training),
            "×",
            f"only the seconds inside the training steps: what page, app and scheduler take away; {spread(training)}",
        ),
        Figure(
            "share of telling",
            median(telling),
            "",
            f"of the worker’s time outside its training steps: messages, pinned names, profile; {spread(telling, 3)}",
        ),
        Figure("bare training", median(span.wall for span in bare), "s", "the yardstick: the loop in a process alone"),
    ]


def warm_page(app: server.Server, browser: "Browser") -> None:
    """Start the workers by opening a page."""
    page = new_page(browser)
    page.goto(f"{app.url}/train?lang=en")
    page.wait_for_selector(BUTTON)
    wait_until_warm(app)
    page.context.close()


def live_once(app: server.Server, browser: "Browser", seed: int) -> Span:
    """The training on a worker of the app, started from the page and watched there."""
    asked = "&".join(f"{path.rpartition('.')[2]}={value}" for path, value in SETTINGS.items() if path != "model.cell")
    page = new_page(browser)
    page.goto(f"{app.url}/train?lang=en&dataset={DATASET}&cells={SETTINGS['model.cell']}&{asked}&seed={seed}")
    page.wait_for_selector(BUTTON)
    click_train(page, cells=1)
    wait_until_idle(page)
    page.context.close()
    return span_of(app, seed)


def span_of(app: server.Server, seed: int) -> Span:
    """The same span as of the bare loop, by when the scheduler heard the messages."""
    messages = told(app, run_id(config_of(seed), load_dataset(DATASET)))
    first = next(heard for heard in messages if heard.message["kind"] == "batch")
    last = [heard for heard in messages if heard.message["kind"] == "epoch"][-1]
    return Span(last.time - first.time, last.message["seconds"] - first.message["seconds"])


def bare_once(seed: int) -> Span:
    """The bare loop in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "rnnviz.bench.bare_training", str(seed)],
        cwd=server.ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return Span(**json.loads(done.stdout))
