"""Benches: the speed of the app, measured against named yardsticks in one run.

Each bench is a module with `measure() -> list[Figure]`; it starts and ends all it needs.
"""

import os
import platform
import signal
import sys
import time
from importlib import import_module
from importlib.metadata import version
from typing import Any

from rnnviz.errors import BadInput, listed

BENCHES = {
    "start": "startup",
    "keys": "keys",
    "train": "training",
    "memory": "memory",
    "events": "events",
    "looking": "looking",
    "compare": "comparing",
    "imdb": "imdb",
    "class": "classroom",
}
"""The module of each bench, by the name it goes by on the command line."""
USUAL = tuple(name for name in BENCHES if name not in ("imdb", "class"))
"""Those that run when none is named: all but one that needs a download and half an hour, and one of ten minutes."""


def run_benches(names: list[str]) -> dict[str, Any]:
    """Measure what was asked for, or the usual ones; figures go to standard error as they come.

    `BadInput` for a bench that there is not, and where a browser is needed and missing.
    """
    for name in names:
        if name not in BENCHES:
            raise BadInput(
                "There is no bench “{name}”. Known are: {known}.", name=name, known=listed(BENCHES, most=len(BENCHES))
            )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # end what was started, too
    found = {name: measured(name) for name in names or USUAL}
    figures = [figure for bench in found.values() for figure in bench]
    return {
        "benches": found,
        "goals_met": all(figure["met"] for figure in figures if figure["met"] is not None),
        "machine": machine(),
    }


def measured(name: str) -> list[dict[str, Any]]:
    """The figures of one bench, told as lines and given as plain values."""
    print(f"{name} …", file=sys.stderr, flush=True)
    say_if_busy()
    figures = import_module(f"rnnviz.bench.{BENCHES[name]}").measure()
    for figure in figures:
        print(f"{name} · {figure.line}", file=sys.stderr, flush=True)
    return [figure.to_dict() for figure in figures]


def say_if_busy(seconds: float = 1.0, share: float = 0.15) -> None:
    """Warn where other programs keep the processor busy: the figures are then theirs too."""
    import psutil

    busy = psutil.cpu_percent(interval=seconds) / 100
    if busy > share:
        print(f"other programs use {busy:.0%} of the processor: the figures will be too large", file=sys.stderr)


def machine() -> dict[str, Any]:
    """Where the figures come from."""
    return {
        "cores": os.cpu_count(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in ("streamlit", "torch", "distributed", "plotly")},
        "time": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }
