"""A Dask preload: a scheduler or nanny whose app was killed ends too, and its worker with it.

And a scheduler is not held up by what it says: Dask gives it a pipe for its errors that
nobody empties, and once that is full the scheduler stands still for good.
"""

import os
import sys
import threading
import time

import distributed

LOOK_EVERY = 2.0
"""Seconds between two looks whether the parent process is still there."""


def end_with(parent: int) -> None:
    """End this process once it belongs to another parent: the one that started it is gone."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os._exit(0)


def dask_setup(server: object) -> None:
    """Called by Dask when the process has started."""
    if isinstance(server, distributed.Scheduler):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    threading.Thread(target=end_with, args=(os.getppid(),), name="rnnviz-orphan", daemon=True).start()
