"""What all commands share: the parser, and how a command joins it."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, Protocol

from rnnviz.errors import BadInput
from rnnviz.runs.store import RunStore

Result = dict[str, Any]


class Parser(argparse.ArgumentParser):
    """Says a bad argument in one line, as all our errors are said."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}", file=sys.stderr)
        sys.exit(2)


class AddCommand(Protocol):
    """Adds a command to the parser: its name, what runs it, and what it is for."""

    def __call__(self, name: str, run: Callable[[argparse.Namespace], Result], help_text: str) -> Parser: ...


def folder_of(run: str) -> Path:
    """`RUN` is a folder, or the name of a run in the store."""
    folder = possible(Path(run))
    return folder if folder.is_dir() else RunStore().folder(run)


def possible(path: Path) -> Path:
    """The same path, whether anything is there or not; `BadInput` for an endless name."""
    try:
        path.exists()
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=path, reason=error.strerror) from None
    return path
