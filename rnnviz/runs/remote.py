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
    config: dict[str, Any], card: dict[str, Any], brought: dict[str, Any] | None, watch: dict[str, Any], topic: str
) -> dict[str, bytes]:
    """Train and give the files of the checkpoint.

    The dataset is `brought` along, or else opened by its name, on a machine that has the same files as the app.

    Messages go out as events of `topic`; the `distributed.Event` of that name stops the run.
    """
    from rnnviz.runs.work import Message, Watch, train_run
    from rnnviz.text.library import open_same_corpus
    from rnnviz.text.sources import Dataset, DatasetCard
    from rnnviz.training.config import config_from_dict
    from rnnviz.training.events import Command

    worker = distributed.get_worker()
    told, losses = 0.0, []

    def tell(message: Message) -> None:
        nonlocal told, losses
        if message["kind"] == "batch":
            losses.append(message["loss"])
            now = time.monotonic()
            if now - told < TELL_EVERY:
                return
            message["loss"] = sum(losses) / len(losses)
            told, losses = now, []
        worker.log_event(topic, message)

    def tell_reading(done: int, total: int) -> None:
        tell({"kind": "reading", "done": done, "total": total})

    checked = config_from_dict(config)
    how = checked.text.unit, checked.text.contradictions
    texts = Dataset(**brought) if brought else open_same_corpus(DatasetCard(**card), *how, tell_reading)
    with awaited(topic) as stopped:
        return train_run(
            checked,
            texts,
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
