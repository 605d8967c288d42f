"""Work in a process of its own: what it has loaded and filled is gone with it when it ends.

The web process serves a whole class, and keeps every library that it has ever imported. The two
processes are one program on one machine, so they may speak in pickles; nothing from outside does.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from rnnviz.errors import BadInput

T = TypeVar("T")
Tell = Callable[[int, int], None]
"""Hears how many of how many steps are done."""

ROOT = Path(__file__).resolve().parents[2]
CHILD = "from rnnviz.runs.apart import serve; serve()"
TOLD, DONE, FAILED = "told", "done", "failed"
NICE = 10
"""It stands back behind those who type, as the workers do."""


def apart(work: Callable[..., T], *given: Any, tell: Tell) -> T:
    """What `work(*given, tell)` gives, or raises, in a new process; a function of ours that a pickle can name.

    `BadInput` where the process is ended from outside, as one is that takes more memory than there is.
    """
    command, alone = [sys.executable, "-c", CHILD], {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=alone, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin
        assert child.stdout
        try:
            pickle.dump((work, given), child.stdin)
            child.stdin.close()
            while True:
                kind, value = pickle.load(child.stdout)
                if kind == DONE:
                    result: T = value
                    return result
                if kind == FAILED:
                    raise value
                tell(*value)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            raise BadInput("The computation was ended from outside, perhaps for want of memory; try again.") from None
        finally:
            child.kill()


def serve() -> None:
    """The other side: do what stands on standard input, and tell of it on standard output."""
    os.nice(NICE)
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not stand between the pickles

    def say(kind: str, value: object) -> None:
        pickle.dump((kind, value), out)
        out.flush()

    work, given = pickle.load(sys.stdin.buffer)
    try:
        say(DONE, work(*given, lambda done, total: say(TOLD, (done, total))))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is raised on the other side
        say(FAILED, error)
