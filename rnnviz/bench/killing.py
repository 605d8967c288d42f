"""An experiment whose workers are killed again and again: what it comes to, beside the same one left in peace."""

import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import psutil

from rnnviz.bench.figure import Figure
from rnnviz.models.cells import CELLS
from rnnviz.runs.checkpoint import WEIGHTS, snapshot_file
from rnnviz.runs.engine import Engine
from rnnviz.runs.live import LiveRun, Stage
from rnnviz.runs.store import RunStore
from rnnviz.text.sources import load_dataset
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.presets import config_for

DATASET = "pets-en"
SEEDS = (201, 202, 203, 204)
EPOCHS = 120
KILLS = 20
GAPS = 1.0, 5.0
"""The least and the most seconds between two kills; anything between is as likely."""
PATIENCE = 900.0
"""Seconds after which a run that has not ended counts as lost."""
LOOK_EVERY = 0.05

Weights = tuple[bytes, bytes]
"""The best weights of a run and those after its last epoch, as their files hold them."""


@dataclass(frozen=True)
class Experiment:
    """What became of an experiment: the weights of the runs that ended, by seed and cell."""

    weights: dict[str, Weights]
    seconds: float
    kills: int


def measure() -> list[Figure]:
    peaceful = experiment([])
    disturbed = experiment(gaps(KILLS, random.Random(4)))
    return figures(peaceful, disturbed)


def figures(peaceful: Experiment, disturbed: Experiment) -> list[Figure]:
    runs = len(configs())
    same = sum(disturbed.weights.get(name) == weights for name, weights in peaceful.weights.items())
    what = f"{runs} runs on {DATASET}, {len(CELLS)} cells and {len(SEEDS)} seeds, {EPOCHS} epochs each"
    how = f"{what}; a worker is killed with SIGKILL every {GAPS[0]:g} to {GAPS[1]:g} s"
    return [
        Figure("workers killed", disturbed.kills, "", f"{how}, while runs were going on", at_least=KILLS),
        Figure("runs that ended", len(disturbed.weights), f"of {runs}", how, at_least=runs),
        Figure(
            "runs with the same weights",
            same,
            f"of {runs}",
            "best and last weights bit for bit those of the same runs in peace",
            at_least=runs,
        ),
        Figure("time with kills", disturbed.seconds / peaceful.seconds, "×", f"of {peaceful.seconds:.0f} s in peace"),
    ]


def configs() -> dict[str, RunConfig]:
    """The runs of the experiment by seed and cell."""
    config = config_for(load_dataset(DATASET))
    return {
        f"{cell}, seed {seed}": changed(config, {"model.cell": cell, "seed": seed, "epochs": EPOCHS, "patience": 0})
        for seed, cell in product(SEEDS, CELLS)
    }


def gaps(kills: int, chance: random.Random) -> list[float]:
    """Seconds before each kill."""
    return [chance.uniform(*GAPS) for _ in range(kills)]


def experiment(waits: Sequence[float]) -> Experiment:
    """Train all runs on workers of their own, and kill one of these after each of the waits."""
    with tempfile.TemporaryDirectory(prefix="rnnviz-bench-") as folder:
        engine = Engine(RunStore(Path(folder)))
        try:
            engine.wait_until_ready()
            card, started = load_dataset(DATASET).card, time.monotonic()
            runs = {name: engine.submit(config, card) for name, config in configs().items()}
            kills = sum(1 for _ in killing(list(runs.values()), waits))
            wait_for(list(runs.values()))
            seconds = time.monotonic() - started
            weights = {name: weights_of(engine.store, run) for name, run in runs.items() if run.stage is Stage.ENDED}
        finally:
            engine.close()
    return Experiment(weights, seconds, kills)


def killing(runs: Sequence[LiveRun], waits: Sequence[float]) -> Iterator[int]:
    """Kill a worker, whichever, after each of the waits, as long as runs go on; gives those that were killed."""
    chance = random.Random(len(waits))
    for number, wait in enumerate(waits, start=1):
        time.sleep(wait)
        if not any(run.active for run in runs):
            return
        victim = chance.choice(workers())
        victim.send_signal(signal.SIGKILL)
        print(f"kill {number}: worker {victim.pid}; {progress(runs)}", file=sys.stderr, flush=True)
        yield victim.pid


def workers() -> list[psutil.Process]:
    """The processes below this one that train: a nanny starts a new one wherever one was killed."""
    while True:
        found = [each for each in psutil.Process().children(recursive=True) if is_worker(each)]
        if found:
            return found
        time.sleep(LOOK_EVERY)


def is_worker(process: psutil.Process) -> bool:
    try:
        return any("spawn_main" in word for word in process.cmdline())
    except psutil.Error:
        return False


def wait_for(runs: Sequence[LiveRun]) -> None:
    end = time.monotonic() + PATIENCE
    while any(run.active for run in runs) and time.monotonic() < end:
        time.sleep(LOOK_EVERY)
    print(progress(runs), file=sys.stderr, flush=True)
    for run in runs:
        if run.failure is not None:
            print(f"{run.id} failed: {run.failure!r}", file=sys.stderr)


def progress(runs: Sequence[LiveRun]) -> str:
    stages = [run.stage for run in runs]
    return ", ".join(f"{stages.count(stage)} {stage.value}" for stage in Stage if stage in stages)


def weights_of(store: RunStore, run: LiveRun) -> Weights:
    folder = store.folder(str(run.run))
    return (folder / WEIGHTS).read_bytes(), (folder / snapshot_file(EPOCHS)).read_bytes()
