"""Datasets: rows as their source has them, before any cleaning, and how large they may be."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rnnviz.limits import TEXTS
from rnnviz.text.cleaning import Row, clean_label

MAX_CLASSES = TEXTS["classes"]
MAX_ROWS = TEXTS["rows"]
MAX_CHARACTERS = TEXTS["characters"]
"""Length of one text that is read from a file; a longer one is not a text but a mistake."""


@dataclass(frozen=True)
class Dataset:
    """Rows as they stand in the source, before any cleaning, and how they are to be read."""

    name: str
    rows: tuple[Row, ...]
    unit: str
    """"character" or "word": the tokenizer that fits these texts."""
    official: tuple[str, ...] = ()
    """"train" or "test" for each row, where the source comes with a split of its own."""

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over all rows: the same texts in the same order, wherever they were read."""
        digest = hashlib.sha256()
        for text, label in self.rows:
            digest.update(f"{text}\x1f{label}\x1e".encode())
        if self.official:
            digest.update("\x1e".join(self.official).encode())
        return digest.hexdigest()

    @property
    def card(self) -> "DatasetCard":
        return DatasetCard(self.name, self.unit, self.classes, len(self.rows), self.fingerprint)

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in alphabetical order, as models number them."""
        return classes_of(self.rows)


def classes_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """The classes that cleaning will leave, in alphabetical order."""
    return tuple(sorted({clean_label(label) for text, label in rows if text.strip() and label.strip()}))


@dataclass(frozen=True)
class DatasetCard:
    """What has to be known of a dataset to configure and name a run, without its rows."""

    name: str
    unit: str
    classes: tuple[str, ...]
    rows: int
    fingerprint: str
