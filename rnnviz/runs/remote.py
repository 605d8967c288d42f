"""What runs on a Dask worker.

Arguments are plain values and the heavy imports stand inside the functions, because
the scheduler unpickles every task it passes on and must not load torch for that.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import distributed

TELL_EVERY = 0.1
"""Seconds between two batch messages: a page can't show more, and each costs training time."""
WAIT = 2.0
"""Seconds after which the thread that waits for a stop looks whether its training is over."""


def train_on_worker(
    config: dict[str, Any], name: str, rows: list[tuple[str, str]], unit: str, watch: dict[str, Any], topic: str
) -> dict[str, bytes]:
    """Train and give the files of the checkpoint.

    Messages go out as events of `topic`; the `distributed.Event` of that name stops the run.
    """
    from rnnviz.runs.work import Message, Watch, train_run
    from rnnviz.text.sources import Dataset
    from rnnviz.training.config import config_from_dict
    from rnnviz.training.events import Command

    worker = distributed.get_worker()
    told = 0.0

    def tell(message: Message) -> None:
        nonlocal told
        if message["kind"] == "batch":
            now = time.monotonic()
            if now - told < TELL_EVERY:
                return
            told = now
        worker.log_event(topic, message)

    dataset = Dataset(name, tuple((text, label) for text, label in rows), unit)
    with awaited(topic) as stopped:
        return train_run(
            config_from_dict(config),
            dataset,
            Watch(**watch),
            tell,
            lambda: Command.STOP if stopped.is_set() else None,
        )


@contextmanager
def awaited(name: str) -> Iterator[threading.Event]:
    """A flag that is set as soon as the `distributed.Event` of this name is.

    A thread waits for it, so that a training can look at the flag after every batch
    without a question to the scheduler.
    """
    flag, over = threading.Event(), threading.Event()
    remote = distributed.Event(name, client=distributed.get_client())

    def wait() -> None:
        with suppress(OSError, TimeoutError):  # the scheduler has gone, and the task with it
            while not (over.is_set() or flag.is_set()):
                if remote.wait(timeout=WAIT):
                    flag.set()

    threading.Thread(target=wait, name="rnnviz-stop", daemon=True).start()
    try:
        yield flag
    finally:
        over.set()


def warm_up() -> None:
    """Load everything a training needs, so that the first click does not wait for it."""
    from rnnviz.runs.work import warm_up as train_something_small

    train_something_small()
