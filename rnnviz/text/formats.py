"""Formats of a table in text: CSV and its kin, and JSON lines, each within limits that hold while it is read.

Every reader gives the header, and rows of the same width as the header, whatever the file holds.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

from rnnviz.errors import BadInput
from rnnviz.language import N_
from rnnviz.text.datasets import MAX_CHARACTERS, MAX_ROWS

DELIMITERS = "\t|;,"
"""From the one that is least likely to stand inside a text."""
SAMPLE_ROWS = 50
_END = "\0the end of the file\0"

Rows = list[tuple[str, ...]]
LONG_CELL = N_("{path}, line {line}: a cell is longer than {most} characters; no text may be.")


@dataclass(frozen=True)
class TableLimits:
    """How much of a table is read; more is refused before it fills the memory."""

    size: int = 50_000_000
    """Bytes of the file."""
    rows: int = MAX_ROWS
    columns: int = 200
    cells: int = 4_000_000
    characters: int = MAX_CHARACTERS
    """Characters of one cell."""

    @property
    def row_characters(self) -> int:
        """Characters of one row, all cells together."""
        return 10 * self.characters

    @property
    def unpacked(self) -> int:
        """Bytes of a compressed file when it is unpacked."""
        return 4 * self.size

    def check(self, path: object, rows: int, columns: int) -> None:
        """Raise `BadInput` where a table of this size is too large."""
        if columns > self.columns:
            raise BadInput(
                "{path} has more than {most} columns; leave out those that are not needed.",
                path=path,
                most=self.columns,
            )
        if rows > self.rows:
            raise BadInput("{path} has more than {most} rows; leave some out.", path=path, most=self.rows)
        if rows * columns > self.cells:
            raise BadInput(
                "{path} has more than {most} cells; leave out columns that are not needed.",
                path=path,
                most=self.cells,
            )


LIMITS = TableLimits()


class _Lines:
    """The lines of a file as the CSV reader asks for them, and how much one row has taken so far."""

    def __init__(self, file: TextIO, most: int) -> None:
        self.file = file
        self.most = most
        self.number = 0
        self.begin_row()

    def begin_row(self) -> None:
        self.first = self.number + 1
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        while line := self.file.readline(self.most + 1):
            self.number += 1
            self.length += len(line)
            if self.length > self.most:
                raise csv.Error
            yield line
        yield _END  # a row of its own, unless it falls into a quotation that nobody closed


def read_records(file: TextIO, delimiter: str, path: object, limits: TableLimits = LIMITS) -> Iterator[list[str]]:
    """The rows of a CSV file, the header among them, blank lines left out."""
    lines = _Lines(file, limits.row_characters)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for record in reader:
            if record == [_END]:
                return
            if record and record[-1].endswith(_END):
                raise BadInput(
                    "{path}: the quotation mark opened in line {line} is never closed.", path=path, line=lines.first
                )
            if lines.length > limits.characters and max(map(len, record)) > limits.characters:
                raise csv.Error
            lines.begin_row()
            if record:
                yield record
    except csv.Error:
        raise BadInput(
            "{path}, line {line}: a cell is longer than {most} characters, or a quotation mark is never closed.",
            path=path,
            line=lines.first,
            most=limits.characters,
        ) from None


def find_delimiter(sample: str) -> str:
    """The delimiter whose rows most often have as many cells as the header; a comma where there is one column."""
    agreement = {}
    for delimiter in DELIMITERS:
        widths = [len(row) for row in islice(_sample_rows(sample, delimiter), SAMPLE_ROWS)]
        if widths and widths[0] > 1:
            agreement[delimiter] = (widths.count(widths[0]) / len(widths), widths[0])
    return max(agreement, key=lambda delimiter: agreement[delimiter], default=",")


def width_of_header(sample: str, delimiter: str) -> int:
    """The number of columns, as far as the sample goes: known before a header without end is taken apart."""
    return len(next(_sample_rows(sample, delimiter), []))


def _sample_rows(sample: str, delimiter: str) -> Iterator[list[str]]:
    return filter(None, csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))


def read_delimited(file: TextIO, delimiter: str, path: object, limits: TableLimits) -> tuple[list[str], Rows, int]:
    """Header, rows, and how many of them had more or fewer cells than the header (cut, or filled up)."""
    records = read_records(file, delimiter, path, limits)
    header = next(records, [])
    limits.check(path, 0, len(header))
    rows: Rows = []
    ragged = 0
    for record in records:
        if len(record) != len(header):
            ragged += 1
            record = [*record[: len(header)], *[""] * (len(header) - len(record))]  # noqa: PLW2901
        rows.append(tuple(record))
        limits.check(path, len(rows), len(header))
    return header, rows, ragged


def read_json_lines(file: TextIO, path: object, limits: TableLimits) -> tuple[list[str], Rows]:
    """All keys in the order in which they appear, and a row for each object; a key that is missing is an empty cell."""
    places: dict[str, int] = {}
    rows: list[list[str]] = []
    number = 0
    while line := file.readline(limits.row_characters + 1):
        number += 1
        if len(line) > limits.row_characters:
            raise BadInput(
                "{path}, line {line}, is longer than {most} characters.",
                path=path,
                line=number,
                most=limits.row_characters,
            )
        if line.strip():
            found = _json_object(line, path, number)
            for key in found:
                places.setdefault(key, len(places))
            limits.check(path, len(rows) + 1, len(places))
            row = [""] * len(places)
            for key, value in found.items():
                row[places[key]] = _json_text(value, key, path, number, limits)
            rows.append(row)
    return [_whole(key) for key in places], [tuple(row + [""] * (len(places) - len(row))) for row in rows]


def _json_object(line: str, path: object, number: int) -> dict[str, object]:
    try:
        found = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadInput(
            "{path}, line {line}, is not a JSON object; each line must be one, like {example}.",
            path=path,
            line=number,
            example='{"text": "…", "class": "…"}',
        )
    return found


def _json_text(value: object, key: str, path: object, number: int, limits: TableLimits) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        raise BadInput(
            "{path}, line {line}: “{key}” is neither text nor a number; lists and objects can’t be read.",
            path=path,
            line=number,
            key=key,
        )
    if len(value) > limits.characters:
        raise BadInput(LONG_CELL, path=path, line=number, most=limits.characters)
    return _whole(value)


def _whole(text: str) -> str:
    """The text with a question mark for half an emoji, which JSON can write and nothing else can."""
    return text.encode("utf-8", "replace").decode()
