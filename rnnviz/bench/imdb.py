"""Bench `imdb`: from raw reviews to arrays, the training loop against plain PyTorch and its kernels, accuracy.

Needs the reviews (`python -m rnnviz datasets fetch imdb`); takes about a quarter of an hour, most of it training.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rnnviz.bench.figure import Figure, mean, median, ratios, spread
from rnnviz.bench.imdb_loops import LOOPS, Loops, speeds
from rnnviz.bench.server import ROOT
from rnnviz.models.cells import CELLS
from rnnviz.text.library import open_corpus, source_of
from rnnviz.training.data import make_ready
from rnnviz.training.presets import config_for

SEEDS = (0, 1, 2)
ACCURACIES = (("minute", "gru", 0.885, 60.0), ("best", "gru", 0.900, 300.0), ("minute", "rnn", 0.83, None))
"""Preset, cell, least mean accuracy, most seconds of training."""
RAW_GOAL, CACHED_GOAL, MEMORY_GOAL = 8.0, 1.0, 1500.0
PLAIN_GOAL, KERNEL_GOAL = 1.7, 0.75


def measure() -> list[Figure]:
    source_of("imdb")  # said at once where it is missing
    return [*reading(), *loops(), *accuracies()]


def reading() -> list[Figure]:
    """From the raw file to token arrays, and the same from the cache."""
    source = source_of("imdb").name
    with empty_cache():
        seconds = [timed(), *(timed() for _ in range(3))]
    return [
        Figure("raw reviews to arrays", seconds[0], "s", f"50,000 reviews from {source}, nothing cached", RAW_GOAL),
        Figure("cached reviews to arrays", median(seconds[1:]), "s", "the same once more; median of 3", CACHED_GOAL),
    ]


@contextmanager
def empty_cache() -> Iterator[None]:
    """An own cache folder for a while."""
    before = os.environ.get("RNNVIZ_CACHE")
    with tempfile.TemporaryDirectory(prefix="rnnviz-bench-") as folder:
        os.environ["RNNVIZ_CACHE"] = folder
        try:
            yield
        finally:
            os.environ.pop("RNNVIZ_CACHE")
            if before is not None:
                os.environ["RNNVIZ_CACHE"] = before


def timed() -> float:
    """Seconds until a training could begin: texts opened, split, and encoded with the vocabulary of its part."""
    began = time.perf_counter()
    corpus = open_corpus("imdb")
    make_ready(corpus, config_for(corpus.card).text, seed=0)
    return time.perf_counter() - began


def loops() -> list[Figure]:
    """Tokens a second of our whole loop, of a plain one, and of the bare kernel, turn by turn."""
    corpus = open_corpus("imdb")
    figures = []
    for cell in CELLS:
        found = speeds(cell, corpus)
        figures += loop_figures(cell, found)
    return figures


def loop_figures(cell: str, found: Loops) -> list[Figure]:
    title, judged = CELLS[cell].title, cell == "gru"
    plain, kernel = ratios(found.ours, found.plain), ratios(found.ours, found.kernel)
    setting = f"{title} 64/64, 400 tokens, batch 64, dropout 0.5"
    return [
        Figure(
            f"{title} loop against plain PyTorch",
            median(plain),
            "×",
            f"tokens a second, {setting}; random batches padded to the longest, loss.item() each step; "
            f"median, {spread(plain)}",
            at_least=PLAIN_GOAL if judged else None,
        ),
        Figure(
            f"{title} loop against the kernel",
            median(kernel),
            "×",
            f"the same against forward and backward of the bare torch.nn module on the same batches; "
            f"median, {spread(kernel)}",
            at_least=KERNEL_GOAL if judged else None,
        ),
        *(
            Figure(f"{title}: {name}", median(getattr(found, name)) / 1000, "thousand tokens/s", "median")
            for name in LOOPS
        ),
    ]


def accuracies() -> list[Figure]:
    """Test accuracy, seconds and memory of the presets, over three seeds."""
    figures = []
    for preset, cell, least, most in ACCURACIES:
        runs = [train_in_process(preset, cell, seed) for seed in SEEDS]
        title = f"preset “{preset}”, {CELLS[cell].title}"
        accuracy = [run["accuracy"] for run in runs]
        seconds = [run["seconds"] for run in runs]
        figures += [
            Figure(
                f"{title}: test accuracy",
                mean(accuracy),
                "",
                f"{runs[0]['texts']:.0f} official test reviews, mean of {len(SEEDS)} seeds, {spread(accuracy, 4)}",
                at_least=least,
            ),
            Figure(f"{title}: training", max(seconds), "s", f"the longest; {spread(seconds, 1)}", most),
            Figure(
                f"{title}: peak memory", max(run["peak_mb"] for run in runs), "MB", "of the whole process", MEMORY_GOAL
            ),
        ]
    return figures


def train_in_process(preset: str, cell: str, seed: int) -> dict[str, float]:
    print(f"imdb, preset {preset}, {cell}, seed {seed}", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "rnnviz.bench.imdb_training", preset, cell, str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found
