"""Labels: the names, tags and named surgeries that people give to runs, in one small file beside them."""

import json
import os
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rnnviz.errors import BadInput
from rnnviz.runs.store import RunStore

FILE = "labels.json"
LONGEST_TITLE = 80
MOST_TAGS = 8
LONGEST_TAG = 24
MOST_SURGERIES = 20
LONGEST_SURGERY = 40
"""Characters."""

_writing = threading.Lock()
"""One at a time reads the file, changes it and writes it back."""


@dataclass(frozen=True)
class Labels:
    """What people call a run."""

    title: str = ""
    """Empty where nobody has given it a name."""
    tags: tuple[str, ...] = ()
    surgeries: tuple[tuple[str, str], ...] = ()
    """Surgeries worth coming back to: a name and its cuts, in the notation of `insight.surgery`."""


class LabelBook:
    """The labels of all runs of a store. Holds no state but the path."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Labels]:
        """The labels by run; none at all where the file can't be read, which whoever writes next is told."""
        try:
            return self._opened()
        except (OSError, ValueError):
            return {}

    def rename(self, run: str, title: str) -> None:
        """Call a run by another name; an empty one takes the name away. `BadInput` for one that is too long."""
        title = one_line(title)
        if len(title) > LONGEST_TITLE:
            raise BadInput("The name has {count} characters; at most {most} fit.", count=len(title), most=LONGEST_TITLE)
        self._change(run, title=title)

    def tag(self, run: str, tags: Sequence[str]) -> None:
        """Give a run these tags and no others. `BadInput` for too many, or one that is too long."""
        plain = tuple(dict.fromkeys(filter(None, map(one_line, tags))))
        if len(plain) > MOST_TAGS:
            raise BadInput("There are {count} tags; a run has at most {most}.", count=len(plain), most=MOST_TAGS)
        for tag in plain:
            if len(tag) > LONGEST_TAG:
                raise BadInput(
                    "The tag “{tag}” has {count} characters; at most {most} fit.",
                    tag=tag[:LONGEST_TITLE],
                    count=len(tag),
                    most=LONGEST_TAG,
                )
        self._change(run, tags=plain)

    def keep_surgery(self, run: str, name: str, cuts: str) -> None:
        """Keep cuts under a name, in place of those that had it; no cuts take it away. `BadInput` for too many."""
        name = one_line(name)
        if not 0 < len(name) <= LONGEST_SURGERY:
            raise BadInput(
                "The name of a surgery has {count} characters; allowed is 1 to {most}.",
                count=len(name),
                most=LONGEST_SURGERY,
            )
        kept = {**dict(self.read().get(run, Labels()).surgeries), name: cuts}
        left = tuple((each, its) for each, its in kept.items() if its)
        if len(left) > MOST_SURGERIES:
            raise BadInput(
                "{count} surgeries are kept; a run has at most {most}.", count=len(left), most=MOST_SURGERIES
            )
        self._change(run, surgeries=left)

    def _change(self, run: str, **values: Any) -> None:
        with _writing:
            try:
                book = self._opened()
                book[run] = replace(book.get(run, Labels()), **values)
                self._write({name: labels for name, labels in book.items() if labels != Labels()})
            except OSError as error:
                raise BadInput("{path} can’t be written: {reason}.", path=self.path, reason=error.strerror) from None
            except ValueError:
                raise self._set_aside() from None

    def _opened(self) -> dict[str, Labels]:
        """What stands in the file; `ValueError` where it is damaged."""
        try:
            content = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except RecursionError:
            raise ValueError("nested without end") from None
        try:
            return {name: _labels(each) for name, each in content.items()}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(str(error)) from None

    def _write(self, book: dict[str, Labels]) -> None:
        """Whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps({name: asdict(labels) for name, labels in book.items()}, ensure_ascii=False, indent=1)
        handle, beside = tempfile.mkstemp(prefix=".writing-", dir=self.path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode())
                file.flush()
                os.fsync(file.fileno())
            Path(beside).chmod(0o644)
            Path(beside).replace(self.path)
        finally:
            Path(beside).unlink(missing_ok=True)

    def _set_aside(self) -> BadInput:
        """Make room for a new file; gives what is to be said about the old one."""
        aside = self.path.with_name(f"{self.path.name}.damaged")
        try:
            self.path.replace(aside)
        except OSError as error:
            return BadInput("{path} can’t be written: {reason}.", path=self.path, reason=error.strerror)
        return BadInput(
            "The names and tags in {path} can’t be read. It is kept as {aside}; do it again, and a new one begins.",
            path=self.path,
            aside=aside.name,
        )


def book_of(store: RunStore) -> LabelBook:
    """The labels of the runs of a store, those that come with the app among them."""
    return LabelBook(store.made / FILE)


def one_line(text: str) -> str:
    """The text without line breaks, and without blanks at its ends or more than one between two words."""
    return " ".join(text.split())


def _labels(each: Any) -> Labels:
    surgeries = tuple((_text(name), _text(cuts)) for name, cuts in each.get("surgeries", ()))
    return Labels(_text(each["title"]), tuple(map(_text, each["tags"])), surgeries)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value
