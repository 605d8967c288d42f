"""What each process of our own cluster loads first.

A scheduler or nanny whose app was killed ends too, and its worker with it. A scheduler is
not held up by what it says: Dask gives it a pipe for its errors that nobody empties, and
once that is full the scheduler stands still for good. And workers stand back for the
pages: who types must not wait for a training.
"""

import os
import sys
import threading
import time

import distributed

LOOK_EVERY = 2.0
"""Seconds between two looks whether the parent process is still there."""
HEARTBEAT = 2.0
"""Seconds between two signs of life of a worker, each of which stops its training a little; Dask has no setting for it.

A worker that is lost is noticed at once all the same, by its connection."""
NICE = 10
"""By how much workers stand back; what is left over is theirs."""


def end_with(parent: int) -> None:
    """End this process once it belongs to another parent: the one that started it is gone."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os._exit(0)


def beat_rarely(n: int) -> float:
    """Seconds between two signs of life of each of `n` workers."""
    del n
    return HEARTBEAT


def dask_setup(server: object) -> None:
    """Called by Dask when the process has started."""
    if isinstance(server, distributed.Scheduler):
        distributed.scheduler.heartbeat_interval = beat_rarely
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    elif isinstance(server, distributed.Nanny) and hasattr(os, "nice"):
        os.nice(NICE)  # its worker inherits it
    threading.Thread(target=end_with, args=(os.getppid(),), name="rnnviz-orphan", daemon=True).start()
