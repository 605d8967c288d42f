"""What runs on a Dask worker.

Arguments are plain values and the heavy imports stand inside the functions, because
the scheduler unpickles every task it passes on and must not load torch for that.
"""

import time
from typing import Any

import distributed

TELL_EVERY = 0.1
"""Seconds between two batch messages: a page can't show more, and each costs training time."""
ASK_EVERY = 0.1
"""Seconds between two looks whether the run is to stop."""


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
    stop = distributed.Event(topic)
    told = asked = 0.0

    def tell(message: Message) -> None:
        nonlocal told
        if message["kind"] == "batch":
            now = time.monotonic()
            if now - told < TELL_EVERY:
                return
            told = now
        worker.log_event(topic, message)

    def control() -> Command | None:
        nonlocal asked
        now = time.monotonic()
        if now - asked < ASK_EVERY:
            return None
        asked = now
        return Command.STOP if stop.is_set() else None

    dataset = Dataset(name, tuple((text, label) for text, label in rows), unit)
    return train_run(config_from_dict(config), dataset, Watch(**watch), tell, control)


def warm_up() -> None:
    """Load everything a training needs, so that the first click does not wait for it."""
    from rnnviz.runs.work import warm_up as train_something_small

    train_something_small()
