"""Bench `events`: what telling a training live, and drawing it, costs that training."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from rnnviz.bench import server
from rnnviz.bench.bare_training import DATASET, SETTINGS, Span, config_of
from rnnviz.bench.browser import new_page, open_browser, processes_of_browser, wait_until_idle
from rnnviz.bench.cluster import told, wait_until_warm
from rnnviz.bench.figure import Figure, median, ratios, spread
from rnnviz.bench.training import BUTTON, click_train
from rnnviz.runs.work import run_id
from rnnviz.text.sources import load_dataset

if TYPE_CHECKING:
    from playwright.sync_api import Page

SEEDS = (101, 102, 103, 104, 105)
GOAL = 1.05


@dataclass(frozen=True)
class Live:
    """A training on the page, and how many cores page and app kept busy from the click to the end."""

    span: Span
    app: float
    browser: float


def measure() -> list[Figure]:
    live, bare = [], []
    with server.app() as app, open_browser() as browser:
        page = new_page(browser)
        page.goto(f"{app.url}/train?lang=en")
        page.wait_for_selector(BUTTON)
        wait_until_warm(app)
        for place, seed in enumerate(SEEDS):
            if place % 2:
                bare.append(bare_once(seed))
            live.append(live_once(app, page, seed))
            if not place % 2:
                bare.append(bare_once(seed))
            print(f"events, seed {seed}: {live[-1]}, bare {bare[-1]}", file=sys.stderr)
    return figures(live, bare)


def figures(live: Sequence[Live], bare: Sequence[Span]) -> list[Figure]:
    wall = ratios([each.span.wall for each in live], [span.wall for span in bare])
    training = ratios([each.span.training for each in live], [span.training for span in bare])
    telling = [(each.span.wall - each.span.training) / each.span.wall for each in live]
    how = (
        f"one {str(SETTINGS['model.cell']).upper()}, {SETTINGS['epochs']} epochs, first batch to last epoch, on a "
        "worker with the page open, divided by the bare loop in a process; median of pairs with the same seed"
    )
    return [
        Figure("training live, against bare", median(wall), "×", f"{how}, {spread(wall)}", GOAL),
        Figure(
            "training steps live, against bare",
            median(training),
            "×",
            f"of that only the seconds inside training steps: what page and app take from them; {spread(training)}",
        ),
        Figure(
            "share of telling",
            median(telling),
            "of the time",
            f"outside the training steps: messages, the look for a stop, pinned names, profile; {spread(telling, 3)}",
        ),
        Figure("app while training", median([each.app for each in live]), "cores", "processor of the web process"),
        Figure("page while training", median([each.browser for each in live]), "cores", "processor of the browser"),
        Figure("bare training", median([span.wall for span in bare]), "s", "the yardstick: the loop in a process"),
    ]


def live_once(app: server.Server, page: "Page", seed: int) -> Live:
    """The training on a worker of the app, started from the page and watched there."""
    asked = "&".join(f"{path.rpartition('.')[2]}={value}" for path, value in SETTINGS.items() if path != "model.cell")
    page.goto(f"{app.url}/train?lang=en&dataset={DATASET}&cells={SETTINGS['model.cell']}&{asked}&seed={seed}")
    page.wait_for_selector(BUTTON)
    wait_until_idle(page)
    before, own, drawn = time.monotonic(), processor([app.process]), processor(processes_of_browser())
    click_train(page, cells=1)
    seconds = time.monotonic() - before
    app_cores = (processor([app.process]) - own) / seconds
    browser_cores = (processor(processes_of_browser()) - drawn) / seconds
    wait_until_idle(page)
    return Live(span_of(app, seed), app_cores, browser_cores)


def processor(processes: Sequence[psutil.Process]) -> float:
    """Seconds of processor time that these have used so far."""
    return float(sum(sum(process.cpu_times()[:2]) for process in processes))


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
