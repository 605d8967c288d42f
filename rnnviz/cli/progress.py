"""How far something long is, on standard error: one line that changes in a terminal, many lines in a file."""

import sys
from collections.abc import Callable

from rnnviz.language import _, number
from rnnviz.text.progress import Progress

WIDTH = 60
"""Characters that a line covers, so that nothing is left of a longer one before it."""


def read(done: int, total: int) -> str:
    """How much of a dataset has been read."""
    return _("Reading the texts: {share}").format(share=number(done / total, ".0%"))


def told(describe: Callable[[int, int], str]) -> Progress:
    """A progress that describes itself on standard error."""
    changing = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        end = "\r" if changing and done < total else "\n"
        print(f"{describe(done, total):<{WIDTH}}" if changing else describe(done, total), end=end, file=sys.stderr)

    return tell
