"""Bench `compare`: how soon the page Compare stands, and how long what it rests on takes.

Those on whole reviews are left out where the reviews are not here.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.bench import server
from rnnviz.bench.browser import new_page, open_browser, wait_until_idle
from rnnviz.bench.figure import Figure, median, spread
from rnnviz.bench.imdb import empty_cache
from rnnviz.bench.keys import wait_until_calm
from rnnviz.bench.server import ROOT
from rnnviz.errors import BadInput
from rnnviz.evaluation.answers import Answers
from rnnviz.evaluation.bootstrap import RESAMPLES, interval_of, patterns_of, resampled
from rnnviz.evaluation.figures import figures_of
from rnnviz.models.cells import CELLS
from rnnviz.runs.baseline_files import known_baseline, make_baseline
from rnnviz.runs.store import read_info
from rnnviz.runs.tested import data_of
from rnnviz.text.library import source_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES_GOAL, REVIEWS_GOAL, BOOTSTRAP_GOAL, BASELINE_GOAL, CACHED_GOAL = 1.0, 2.0, 1.0, 60.0, 1.0
VISITS = 5
REVIEWS = 25_000
TWINS = ("pets-rnn", "pets-lstm", "pets-gru")
"""Runs that the bench has twice, under another name: six on the same names."""
PATIENCE = 180_000
RUN_SCRIPT = """
import json, runpy
print(json.dumps({"accuracy": runpy.run_path("train.py")["result"]["test"]["accuracy"]}))
"""

COMPLETE = """(pictures) => {
    const app = document.querySelector('[data-testid="stApp"]');
    const drawn = document.querySelectorAll('[data-testid="stPlotlyChart"] .main-svg, canvas').length;
    return document.querySelector("h1")?.textContent === "Compare" && drawn >= pictures
        && app?.getAttribute("data-test-script-state") === "notRunning"
        && !document.querySelector('[data-stale="true"]');
}"""

CLICK = """([complete, pictures]) => {
    const { next, when } = window.bench;
    const holds = eval(complete);
    const clicked = next("click");
    window.measured = clicked.then((click) => when(() => holds(pictures)).then((moment) => moment - click));
    const link = [...document.querySelectorAll('[data-testid="stTopNavLink"]')]
        .find((each) => each.textContent.includes("Compare"));
    link.click();
}"""


def measure() -> list[Figure]:
    with empty_cache():
        return [*on_names(), *on_reviews(), bootstrap_figure(), exported_figure()]


def on_names() -> list[Figure]:
    """The page with six runs on names: all baselines known, as on every visit but the first."""
    with server.app() as app, open_browser() as browser:
        store = app.log.with_name("checkpoints")
        for name in TWINS:
            _twin(store, name)
        page = new_page(browser)
        page.goto(f"{app.url}/?lang=en")
        wait_until_calm(app)
        runs = [*TWINS, *(f"{name}-again" for name in TWINS)]
        page.goto(f"{app.url}/compare?lang=en&runs={','.join(runs)}")
        wait_until_idle(page, 1500)
        pictures = page.locator('[data-testid="stPlotlyChart"] .main-svg, canvas').count()
        seconds = [visit(page, pictures) for _ in range(VISITS)]
    what = f"click in the menu until six runs and the baselines stand, {pictures} layers of pictures"
    return [Figure("Compare with six runs on names", median(seconds), "s", f"{what}; {spread(seconds)}", NAMES_GOAL)]


def _twin(store: Path, name: str) -> None:
    """The same run once more under another name: written whole, beside it first."""
    beside = store / f".writing-{name}"
    beside.mkdir()
    for file in (store / name).iterdir():
        (beside / file.name).write_bytes(file.read_bytes())
    beside.rename(store / f"{name}-again")


def visit(page: "Page", pictures: int) -> float:
    """Seconds from a click on Compare in the menu until the page stands."""
    page.locator('[data-testid="stTopNavLink"]').filter(has_text="Home").click()
    page.wait_for_function("document.querySelector('h1')?.textContent.startsWith('See a recurrent')")
    wait_until_idle(page)
    page.evaluate(CLICK, [COMPLETE, pictures])
    measured: float = page.evaluate("() => window.measured") / 1000
    wait_until_idle(page)
    return measured


def on_reviews() -> list[Figure]:
    """The n-grams on all reviews, and the page with the three nets that come with the app."""
    try:
        source_of("imdb")
    except BadInput as error:
        return [Figure("n-grams and Compare on all reviews", 0, "reviews", f"left out: {error}")]
    return [*baseline_figures(), *(page_figure(view) for view in ("reports", "threshold"))]


def baseline_figures() -> list[Figure]:
    """Training the n-grams on the official split, with the reviews opened before; and having them from the cache."""
    run = read_info(ROOT / "checkpoints" / "imdb-gru")
    data = data_of(run)
    began = time.perf_counter()
    answers = make_baseline("n-grams", run, data)
    trained = time.perf_counter() - began
    began = time.perf_counter()
    known_baseline("n-grams", run)
    cached = time.perf_counter() - began
    accuracy = float(answers["test"].correct.mean())
    for other in ("majority", "look-up"):
        make_baseline(other, run, data)
    what = f"{len(answers['train'])} training reviews, words and pairs, validation chose the penalty"
    return [
        Figure("n-grams on the reviews", trained, "s", f"{what}; test accuracy {accuracy:.4f}", BASELINE_GOAL),
        Figure("the same from the cache", cached, "s", "all parts read from disk", CACHED_GOAL),
    ]


def page_figure(view: str) -> Figure:
    """A view of the page with three runs on the 25,000 test reviews, their answers known."""
    runs = ",".join(f"imdb-{cell}" for cell in CELLS)
    with server.app() as app, open_browser() as browser:
        page = new_page(browser)
        page.goto(f"{app.url}/?lang=en")
        wait_until_calm(app)
        page.goto(f"{app.url}/compare?lang=en&runs={runs}&judged={view}")
        wait_until_idle(page, 1500)
        ask = page.get_by_role("button", name="Let them answer")
        if ask.count():
            ask.click()
            page.wait_for_selector('[data-testid="stPlotlyChart"] .main-svg', timeout=PATIENCE)
            wait_until_idle(page, 3000)
        pictures = page.locator('[data-testid="stPlotlyChart"] .main-svg, canvas').count()
        seconds = [visit(page, pictures) for _ in range(VISITS)]
    what = f"click in the menu until the view “{view}” of three runs and baselines stands, answers known"
    return Figure(f"Compare on the reviews: {view}", median(seconds), "s", f"{what}; {spread(seconds)}", REVIEWS_GOAL)


def bootstrap_figure() -> Figure:
    """Intervals of every figure of three contestants on as many answers as there are test reviews, drawn at random."""
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 2, REVIEWS)
    contestants = [answers_at_random(rng, targets, right) for right in (0.85, 0.88, 0.90)]
    seconds = [bootstrap_once(targets, contestants) for _ in range(VISITS)]
    what = f"{RESAMPLES} resamples of {REVIEWS} answers, every figure of three contestants"
    return Figure("bootstrap", median(seconds), "s", f"{what}; {spread(seconds)}", BOOTSTRAP_GOAL)


def answers_at_random(rng: np.random.Generator, targets: np.ndarray, right: float) -> Answers:
    predicted = np.where(rng.random(len(targets)) < right, targets, 1 - targets)
    return Answers(("neg", "pos"), targets, np.eye(2, dtype=np.float32)[predicted])


def bootstrap_once(targets: np.ndarray, contestants: Sequence[Answers]) -> float:
    began = time.perf_counter()
    classes = contestants[0].classes
    patterns = patterns_of(targets, [each.predicted for each in contestants], classes)
    draws = resampled(patterns)
    for place in range(len(contestants)):
        for figure in figures_of(classes):
            interval_of(patterns, draws, figure, place)
    return time.perf_counter() - began


def exported_figure() -> Figure:
    """The test accuracy of the script that a run is taken home as, trained anew, less that of a run on this machine."""
    with tempfile.TemporaryDirectory(prefix="rnnviz-bench-") as folder:
        command = [sys.executable, "-m", "rnnviz"]
        settings = ("--dataset", "pets-en", "--cell", "gru", "--seed", "3", "--out", f"{folder}/run")
        trained = _last_line([*command, "train", *settings], ROOT)
        _last_line([*command, "takeaway", f"{folder}/run", "--out", f"{folder}/home"], ROOT)
        reported = _last_line([sys.executable, "-I", "-c", RUN_SCRIPT], f"{folder}/home")
    difference = abs(reported["accuracy"] - trained["test_accuracy"])
    what = f"test accuracy of the script, trained by itself, less that of the run ({trained['test_accuracy']:.4f})"
    return Figure("script against run", difference, "", what, 0.0)


def _last_line(command: Sequence[str], folder: str | Path) -> dict[str, float]:
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
