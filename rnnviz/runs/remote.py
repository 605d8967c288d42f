"""What runs on a Dask worker.

Arguments are plain values and the heavy imports stand inside the functions, because
the scheduler unpickles every task it passes on and must not load torch for that.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import distributed

if TYPE_CHECKING:
    from rnnviz.runs.memory import Memory
    from rnnviz.runs.steering import Order

KEEP_EVERY = 2.0
"""Seconds between two times that the memory of a training is kept; so much of it may have to be done again.

Each time stops it for some five milliseconds, and a new worker takes longer to start than this."""
ANSWER = 10.0
"""Seconds after which a question to the scheduler is given up."""
WAIT = 20.0
"""Seconds after which the thread that waits for orders looks whether its training is over."""


def train_on_worker(
    config: dict[str, Any],
    card: dict[str, Any],
    brought: dict[str, Any] | None,
    watch: dict[str, Any],
    topic: str,
    token: str,
    vectors: dict[str, Any] | None = None,
) -> dict[str, bytes]:
    """Train and give the files of the checkpoint.

    The dataset is `brought` along, or else opened by its name, on a machine that has the same files as the app;
    so are the pretrained vectors of its words, where the configuration asks for some.

    Messages go out in parcels as events of `topic`. What is pressed comes through the queue of `token`, and what the
    training remembers is kept in its variable, on the scheduler: should this worker be lost, the next
    one goes on from there.
    """
    from rnnviz.runs.telling import Teller
    from rnnviz.runs.watching import Watch
    from rnnviz.runs.work import train_run
    from rnnviz.text.library import open_same_corpus
    from rnnviz.text.sources import Dataset, DatasetCard
    from rnnviz.text.vectors import Vectors
    from rnnviz.training.config import config_from_dict

    worker = distributed.get_worker()
    memory = memory_of(token, distributed.get_client())
    tell = Teller(lambda parcel: worker.log_event(topic, {"token": token, "told": parcel})).tell

    def tell_reading(done: int, total: int) -> None:
        tell({"kind": "reading", "done": done, "total": total})

    @sparing
    def keep(training: "Memory") -> None:
        memory.set(training.files())
        tell({"kind": "kept"})

    checked = config_from_dict(config)
    how = checked.text.unit, checked.text.contradictions
    texts = Dataset(**brought) if brought else open_same_corpus(DatasetCard(**card), *how, tell_reading)
    with inbox_of(token) as inbox:
        begun = memory.get(timeout=ANSWER)
        found = Vectors(**vectors) if vectors else None
        return train_run(checked, texts, Watch(**watch), tell, inbox, begun, keep, found)


def orders_of(token: str, client: distributed.Client) -> distributed.Queue:
    """Through which what is pressed gets to the worker that has this training."""
    return distributed.Queue(f"rnnviz-orders-{token}", client=client)


def memory_of(token: str, client: distributed.Client) -> distributed.Variable:
    """Where the scheduler keeps what the training remembers."""
    return distributed.Variable(f"rnnviz-memory-{token}", client=client)


def sparing(keep: "Callable[[Memory], None]") -> "Callable[[Memory], None]":
    """The same, but at most every `KEEP_EVERY` seconds, unless something was done by hand: that can't be done again."""
    last, hands = time.monotonic(), 0

    def kept(training: "Memory") -> None:
        nonlocal last, hands
        done = len(training.interventions)
        if done != hands or time.monotonic() - last >= KEEP_EVERY:
            last, hands = time.monotonic(), done
            keep(training)

    return kept


@contextmanager
def inbox_of(token: str) -> "Iterator[SimpleQueue[Order]]":
    """The orders that arrive while a training runs.

    A thread waits for them, so that a training can look after every batch without a
    question to the scheduler.
    """
    from rnnviz.runs.steering import unpacked

    inbox: SimpleQueue[Order] = SimpleQueue()
    over = threading.Event()
    remote = orders_of(token, distributed.get_client())

    def wait() -> None:
        while not over.is_set():
            try:
                inbox.put(unpacked(remote.get(timeout=WAIT)))
            except TimeoutError:
                continue
            except (OSError, RuntimeError):  # the scheduler has gone, and the task with it
                return

    threading.Thread(target=wait, name="rnnviz-orders", daemon=True).start()
    try:
        yield inbox
    finally:
        over.set()


def warm_up() -> None:
    """Load everything a training needs, so that the first click does not wait for it."""
    from rnnviz.runs.work import warm_up as train_something_small

    train_something_small()
