"""Sources: where texts and classes come from. The bundled pet names, or a CSV file."""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rnnviz.errors import BadInput, listed
from rnnviz.language import N_
from rnnviz.text.cleaning import Row, clean_label

DATA = Path(__file__).resolve().parents[2] / "data"
MAX_CLASSES = 20
MAX_ROWS = 200_000
MAX_CHARACTERS = 100_000
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
        return _classes(self.rows)


def _classes(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(sorted({clean_label(label) for text, label in rows if text.strip() and label.strip()}))


@dataclass(frozen=True)
class DatasetCard:
    """What has to be known of a dataset to configure and name a run, without its rows."""

    name: str
    unit: str
    classes: tuple[str, ...]
    rows: int
    fingerprint: str


@dataclass(frozen=True)
class Bundled:
    """A dataset that lies in `data/`."""

    file: str
    text_column: str
    label_column: str
    unit: str
    title: str
    examples: tuple[str, ...]
    """Texts that pages offer first."""


BUNDLED = {
    "pets": Bundled(
        "pets.csv", "имя", "класс", "character", N_("Pet names (Russian)"), ("Барсик", "Полкан", "Мурка", "Рекс")
    ),
    "pets-en": Bundled(
        "pets_en.csv", "name", "class", "character", N_("Pet names (English)"), ("Whiskers", "Rex", "Mittens", "Buddy")
    ),
    "reviews": Bundled(
        "reviews.csv",
        "review",
        "sentiment",
        "word",
        N_("Short film reviews (English)"),
        ("A slow start, but the ending is wonderful.", "Not funny, not moving, just loud."),
    ),
}


def load_dataset(name: str, folder: Path = DATA) -> Dataset:
    """One of `BUNDLED` by name; `BadInput` where it is unknown, missing or damaged."""
    if name not in BUNDLED:
        raise BadInput("There is no dataset “{name}”. Known are: {known}.", name=name, known=listed(BUNDLED))
    bundled = BUNDLED[name]
    return read_csv(folder / bundled.file, bundled.text_column, bundled.label_column, bundled.unit, name)


def read_csv(path: Path, text_column: str, label_column: str, unit: str, name: str | None = None) -> Dataset:
    """Texts and classes from two named columns of a UTF-8 file, comma, semicolon or tab between."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BadInput("The file {path} does not exist.", path=path) from None
    except UnicodeDecodeError as error:
        raise BadInput(
            "{path} is not UTF-8 text (byte {position}); save it as UTF-8.", path=path, position=error.start
        ) from None
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=path, reason=error.strerror) from None
    rows = _rows(content, path, text_column, label_column)
    return Dataset(name or path.stem, _checked(rows, path), unit)


def _rows(content: str, path: Path, text_column: str, label_column: str) -> list[Row]:
    first_line = content.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    try:
        header = [column.strip() for column in next(reader, [])]
        places = [_place(header, column, path) for column in (text_column, label_column)]
        rows = [_row(line, places) for line in reader if line]
    except csv.Error as error:
        raise BadInput(
            "{path}, line {line}, is not CSV: {reason}.", path=path, line=reader.line_num, reason=error
        ) from None
    return rows


def _place(header: Sequence[str], column: str, path: Path) -> int:
    if column not in header:
        raise BadInput(
            "{path} has no column “{column}”; its columns are: {columns}.",
            path=path,
            column=column,
            columns=listed(header) or "—",
        )
    return header.index(column)


def _row(line: Sequence[str], places: Sequence[int]) -> Row:
    text, label = (line[place] if place < len(line) else "" for place in places)
    if len(text) + len(label) > MAX_CHARACTERS:
        raise BadInput(
            "A row has {count} characters of text; at most {most} are read.", count=len(text), most=MAX_CHARACTERS
        )
    return text, label


def _checked(rows: list[Row], path: Path) -> tuple[Row, ...]:
    if len(rows) > MAX_ROWS:
        raise BadInput("{path} has {count} rows; at most {most} are read.", path=path, count=len(rows), most=MAX_ROWS)
    classes = _classes(rows)
    if not 2 <= len(classes) <= MAX_CLASSES:
        raise BadInput(
            "{path} has {count} classes ({classes}); 2 to {most} are needed.",
            path=path,
            count=len(classes),
            classes=listed(classes) or "—",
            most=MAX_CLASSES,
        )
    return tuple(rows)
