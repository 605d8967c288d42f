"""Datasets that people bring: kept in this process for as long as it lives, the latest few of them."""

import sys
import threading
from dataclasses import dataclass, field

import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.text.columns import Columns, size_of
from rnnviz.text.sources import Dataset, DatasetCard

PREFIX = "upload-"
MOST_UPLOADS = 16
MOST_BYTES = 200_000_000
"""Memory that all of them may take together."""
SHORT = 80
"""Characters of a text that still goes into a text box as an example."""


@dataclass(frozen=True, eq=False)
class Upload:
    """A dataset, and what the interface calls it."""

    dataset: Dataset
    card: DatasetCard
    title: str
    examples: tuple[str, ...]
    size: int
    """Bytes of memory that its rows take."""
    columns: Columns = field(default_factory=dict)
    """What its file says of the rows beside text and class."""


@dataclass
class Shelf:
    """The latest uploads, the newest last."""

    most: int = MOST_UPLOADS
    most_bytes: int = MOST_BYTES
    _held: dict[str, Upload] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, upload: Upload) -> str:
        """Put one on the shelf, under the name of its dataset; the oldest make room."""
        if upload.size > self.most_bytes:
            raise BadInput(
                "“{name}” takes {size} bytes of memory; at most {most} are kept.",
                name=upload.title,
                size=upload.size,
                most=self.most_bytes,
            )
        name = upload.dataset.name
        with self._lock:
            held = {key: each for key, each in self._held.items() if key != name} | {name: upload}
            while len(held) > self.most or sum(each.size for each in held.values()) > self.most_bytes:
                held.pop(next(iter(held)))
            self._held = held  # replaced whole: who reads it meanwhile sees the old one or the new one
        return name

    def get(self, name: str) -> Upload:
        """One by its name; `BadInput` where it has made room for others, or came to another server."""
        upload = self._held.get(name)
        if upload is None:
            raise BadInput(
                "The data “{name}” are no longer on this server; upload the file again on the page “Data”.", name=name
            )
        return upload

    def names(self) -> list[str]:
        return list(self._held)


@st.cache_resource(show_spinner=False)
def shelf() -> Shelf:
    """The one shelf of this process."""
    return Shelf()


def named(dataset: Dataset) -> str:
    """The same rows read in the same way have the same name."""
    return f"{PREFIX}{dataset.fingerprint[:10]}-{dataset.unit}"


def is_upload(name: str) -> bool:
    return name.startswith(PREFIX)


def prepared(dataset: Dataset, title: str, columns: Columns | None = None) -> Upload:
    """A dataset made ready for the shelf, under its new name, with what is known of its rows."""
    dataset = Dataset(named(dataset), dataset.rows, dataset.unit, dataset.official)
    known = columns or {}
    return Upload(dataset, dataset.card, title, examples(dataset), _bytes(dataset) + size_of(known), known)


def _bytes(dataset: Dataset) -> int:
    return sum(sys.getsizeof(row) + sum(map(sys.getsizeof, row)) for row in dataset.rows)


def examples(dataset: Dataset, each: int = 2, most: int = 4) -> tuple[str, ...]:
    """Some short texts of the first classes, to begin with."""
    by_class: dict[str, list[str]] = {}
    for text, label in dataset.rows:
        plain = " ".join(text.split())
        found = by_class.setdefault(label.strip(), [])
        if len(found) < each and 0 < len(plain) <= SHORT and plain not in found and not _has_comma(plain, dataset):
            found.append(plain)
    return tuple(text for label in sorted(by_class) if label for text in by_class[label])[:most]


def _has_comma(text: str, dataset: Dataset) -> bool:
    """Names are pinned in one line, commas between."""
    return dataset.unit == "character" and "," in text
