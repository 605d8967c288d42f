"""Progress: how far a long reading is, told as two numbers to whoever wants to know."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told (done, total), in whatever the source counts: bytes or files."""

TIMES = 50


def sparing(progress: Progress | None) -> Progress:
    """Pass on at most about fifty steps, the first and the last among them, however often it is told."""
    told = -1

    def tell(done: int, total: int) -> None:
        nonlocal told
        step = TIMES if done >= total else done * TIMES // total
        if progress is not None and step != told:
            told = step
            progress(done, total)

    return tell
