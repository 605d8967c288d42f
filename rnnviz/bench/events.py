"""Bench `events`: what telling a training live, and drawing it, costs that training."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import psutil

from rnnviz.bench import server
from rnnviz.bench.bare_training import DATASET, SETTINGS, Epochs, config_of
from rnnviz.bench.browser import new_page, open_browser, processes_of_browser, wait_until_idle
from rnnviz.bench.cluster import told, wait_until_warm
from rnnviz.bench.figure import Figure, median, ratios, spread
from rnnviz.bench.training import BUTTON, click_train
from rnnviz.runs.work import run_id
from rnnviz.text.sources import load_dataset

if TYPE_CHECKING:
    from playwright.sync_api import Page

Floats = npt.NDArray[np.float64]

SEEDS = tuple(range(101, 111))
STRETCH = 50
"""Epochs that are taken together: about three seconds, so that several looks at the page fall into every stretch.

During the first the page draws itself anew, for the click."""
GOAL = 1.05


@dataclass(frozen=True)
class Live:
    """A training on the page, and how many cores page and app kept busy from the click to the end."""

    epochs: Epochs
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
            wall = sum(live[-1].epochs.wall), sum(bare[-1].wall)
            print(f"events, seed {seed}: live {wall[0]:.2f} s, bare {wall[1]:.2f} s", file=sys.stderr)
    return figures(live, bare)


def figures(live: Sequence[Live], bare: Sequence[Epochs]) -> list[Figure]:
    pairs = ratios([sum(each.epochs.wall) for each in live], [sum(each.wall) for each in bare])
    telling = [each.epochs.telling for each in live]
    how = (
        f"one {str(SETTINGS['model.cell']).upper()}, {SETTINGS['epochs']} epochs, from the end of epoch 0 on, on a "
        f"worker with the page open, divided by the bare loop in a process; {len(pairs)} trainings of each in turns"
    )
    walls = undisturbed([each.epochs.wall for each in live]), undisturbed([each.wall for each in bare])
    steps = undisturbed([each.epochs.training for each in live]), undisturbed([each.training for each in bare])
    return [
        Figure(
            "training live, against bare",
            whole([each.epochs.wall for each in live]) / whole([each.wall for each in bare]),
            "×",
            f"{how}; of each {STRETCH} epochs the least of {len(pairs)}, looks and all, summed",
            GOAL,
        ),
        Figure(
            "as it came",
            median(pairs),
            "×",
            f"with all else on the machine: median of pairs with the same seed, {spread(pairs)}",
        ),
        Figure(
            "its quiet epochs",
            float(walls[0].sum() / walls[1].sum()),
            "×",
            "the same of the lower quartile of each epoch, into which no look at the page fell nor anything else",
        ),
        Figure(
            "its start",
            float(walls[0][:STRETCH].sum() / walls[1][:STRETCH].sum()),
            "×",
            f"the same of the first {STRETCH} epochs, while the page draws itself anew for the click",
        ),
        Figure(
            "training steps live, against bare",
            float(steps[0].sum() / steps[1].sum()),
            "×",
            "lower quartiles too, of the seconds inside training steps only: what page and app take from them",
        ),
        Figure(
            "share of telling",
            median(telling),
            "of the time",
            "outside the training steps: messages, the look for a stop, pinned names, profile; "
            f"{spread(telling, 3)}; {median([each.telling for each in bare]):.3f} in the bare loop",
        ),
        Figure("app while training", median([each.app for each in live]), "cores", "processor of the web process"),
        Figure("page while training", median([each.browser for each in live]), "cores", "processor of the browser"),
        Figure("bare training", median([sum(each.wall) for each in bare]), "s", "the yardstick: the loop in a process"),
    ]


def whole(trainings: Sequence[Sequence[float]]) -> float:
    """Seconds of a training with all that belongs to it, of (trainings, epochs): its stretches, each the least of all.

    Looks, parcels and what is kept are in every stretch. Who else uses the machine only ever adds, for seconds at a
    time: by medians it was 1.04 in one hour and 1.13 in the next, on a machine that is shared.
    """
    epochs = np.asarray(trainings)
    stretches = np.add.reduceat(epochs, range(0, epochs.shape[1], STRETCH), axis=1)
    return float(stretches.min(axis=0).sum())


def undisturbed(trainings: Sequence[Sequence[float]]) -> Floats:
    """Seconds that each epoch takes where nothing else disturbs, of (trainings, epochs): (epochs,).

    What others do on the machine only ever adds, so it is the lower quartile over the trainings. What happens in
    every training at the same place, as the start of the curves, is still in it; a look at the page, which falls
    into one epoch here and another there, is not.
    """
    quiet: Floats = np.quantile(np.asarray(trainings), 0.25, axis=0)
    return quiet


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
    return Live(epochs_of(app, seed), app_cores, browser_cores)


def processor(processes: Sequence[psutil.Process]) -> float:
    """Seconds of processor time that these have used so far."""
    return float(sum(sum(process.cpu_times()[:2]) for process in processes))


def epochs_of(app: server.Server, seed: int) -> Epochs:
    """The same epochs as of the bare loop, by when the worker had told them."""
    messages = [heard.message for heard in told(app, run_id(config_of(seed), load_dataset(DATASET)))]
    return Epochs.between([(each["at"], each["seconds"]) for each in messages if each["kind"] == "epoch"])


def bare_once(seed: int) -> Epochs:
    """The bare loop in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "rnnviz.bench.bare_training", str(seed)],
        cwd=server.ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return Epochs(**json.loads(done.stdout))
