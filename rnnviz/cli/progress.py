"""How far something long is, on standard error: one line that changes in a terminal, many lines in a file."""

import sys
from collections.abc import Callable

from rnnviz.language import _, number
from rnnviz.text.progress import Progress

WIDTH = 60
"""Characters that a changing line covers, so that nothing is left of a longer one before it."""
LINES = 10
"""About so many where each stays."""


def read(done: int, total: int) -> str:
    """How much of a dataset has been read."""
    return _("Reading the texts: {share}").format(share=number(done / total, ".0%"))


def told(describe: Callable[[int, int], str]) -> Progress:
    """A progress that describes itself on standard error."""
    return _changing(describe) if sys.stderr.isatty() else _in_lines(describe)


def _changing(describe: Callable[[int, int], str]) -> Progress:
    def tell(done: int, total: int) -> None:
        print(f"{describe(done, total):<{WIDTH}}", end="\r" if done < total else "\n", file=sys.stderr, flush=True)

    return tell


def _in_lines(describe: Callable[[int, int], str]) -> Progress:
    next_line = 0

    def tell(done: int, total: int) -> None:
        nonlocal next_line
        if done * LINES >= next_line * total:
            next_line = done * LINES // total + 1
            print(describe(done, total), file=sys.stderr)

    return tell
