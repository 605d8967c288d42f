"""Tables: what a person brings as CSV, TSV, JSON lines or Parquet, and the dataset that two of its columns make."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rnnviz.errors import BadInput, listed
from rnnviz.text.datasets import MAX_CLASSES, Dataset
from rnnviz.text.encodings import find_encoding, open_text
from rnnviz.text.formats import (
    LIMITS,
    Rows,
    TableLimits,
    find_delimiter,
    read_delimited,
    read_json_lines,
    width_of_header,
)
from rnnviz.text.parquet import MAGIC, read_parquet

JSON_SUFFIXES = {".jsonl", ".ndjson", ".json"}
DELIMITED_SUFFIXES = {".csv", ".tsv", ".tab", ".txt"}
SAMPLE = 100_000
"""Characters from which the delimiter is found."""


@dataclass(frozen=True)
class Table:
    """A table of texts as it stands in its file; every row is as wide as the header."""

    columns: tuple[str, ...]
    """Names without stray blanks, no two alike, none empty."""
    rows: tuple[tuple[str, ...], ...]
    format: str
    """"csv", "tsv", "jsonl" or "parquet"."""
    encoding: str | None = None
    delimiter: str | None = None
    ragged: int = 0
    """Rows that had more cells than the header, which were cut, or fewer, which were filled up."""


def read_table(content: bytes, filename: str, limits: TableLimits = LIMITS) -> Table:
    """The table in these bytes; format, encoding and delimiter are found from them and from the suffix."""
    if len(content) > limits.size:
        raise BadInput("{path} has more than {most} bytes; larger files are not read.", path=filename, most=limits.size)
    if not content.strip():
        raise BadInput("{path} is empty.", path=filename)
    if content.startswith(MAGIC) or _suffix(filename) == ".parquet":
        columns, rows = read_parquet(content, filename, limits)
        return _table(columns, rows, filename, "parquet")
    encoding = find_encoding(content, filename)
    try:
        return _read_text(content, encoding, filename, limits)
    except UnicodeDecodeError:
        raise BadInput(
            "{path} is not whole {encoding} text; save it as UTF-8.", path=filename, encoding=encoding
        ) from None


def _suffix(filename: str) -> str:
    return PurePath(filename).suffix.lower()


def _read_text(content: bytes, encoding: str, filename: str, limits: TableLimits) -> Table:
    sample = open_text(content, encoding).read(SAMPLE)
    file = open_text(content, encoding)
    suffix = _suffix(filename)
    if suffix in JSON_SUFFIXES or (suffix not in DELIMITED_SUFFIXES and sample.lstrip().startswith("{")):
        columns, rows = read_json_lines(file, filename, limits)
        return _table(columns, rows, filename, "jsonl", encoding)
    delimiter = find_delimiter(sample)
    limits.check(filename, 0, width_of_header(sample, delimiter))
    columns, rows, ragged = read_delimited(file, delimiter, filename, limits)
    return _table(columns, rows, filename, "tsv" if delimiter == "\t" else "csv", encoding, delimiter, ragged)


def _table(
    columns: Sequence[str],
    rows: Rows,
    filename: str,
    form: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    ragged: int = 0,
) -> Table:
    if not columns:
        raise BadInput("{path} has no columns that can be read.", path=filename)
    if not rows:
        raise BadInput("{path} has a header and no rows below it.", path=filename)
    return Table(unique_names(columns), tuple(rows), form, encoding, delimiter, ragged)


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Trimmed names, an empty one called by its place, a repeated one numbered: no two alike."""
    found: dict[str, None] = {}
    for place, name in enumerate(names, 1):
        plain = name.strip() or f"column {place}"
        repeated = 1
        unique = plain
        while unique in found:
            repeated += 1
            unique = f"{plain} ({repeated})"
        found[unique] = None
    return tuple(found)


def dataset_from(table: Table, text_column: str, label_column: str, unit: str, name: str) -> Dataset:
    """The rows of two columns, also those that lack a text or a class: cleaning counts them and leaves them out."""
    if text_column == label_column:
        raise BadInput(
            "“{column}” can’t be both the text and the class; choose two columns of: {columns}.",
            column=text_column,
            columns=listed(table.columns),
        )
    text, label = (_place(table, column, name) for column in (text_column, label_column))
    dataset = Dataset(name, tuple((row[text], row[label]) for row in table.rows), unit)
    if not 2 <= len(dataset.classes) <= MAX_CLASSES:
        raise BadInput(
            "Number of classes in {path}: {count} ({classes}); 2 to {most} are needed.",
            path=name,
            count=len(dataset.classes),
            classes=listed(shortened(label) for label in dataset.classes) or "—",
            most=MAX_CLASSES,
        )
    return dataset


def shortened(text: str, most: int = 40) -> str:
    """The beginning of a text that is too long to be named in a message."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _place(table: Table, column: str, name: str) -> int:
    if column not in table.columns:
        raise BadInput(
            "{path} has no column “{column}”; its columns are: {columns}.",
            path=name,
            column=column,
            columns=listed(table.columns),
        )
    return table.columns.index(column)


def guess_columns(table: Table) -> tuple[str, str] | None:
    """The columns that look like text and class; None where no column has 2 to 20 classes beside one of texts.

    A class column says few different things, and each of them more than once; of several the one with
    the fewest. The text is the longest of the other columns.
    """
    filled = {
        column: [cell.strip() for cell in cells if cell.strip()]
        for column, cells in zip(table.columns, zip(*table.rows, strict=True), strict=True)
    }
    different = {column: len(set(cells)) for column, cells in filled.items()}
    few = [column for column in table.columns if 2 <= different[column] <= MAX_CLASSES]
    repeated = [column for column in few if different[column] < len(filled[column])]
    texts = [column for column in table.columns if column not in repeated] or table.columns
    text = max(texts, key=lambda column: sum(map(len, filled[column])) / max(1, len(filled[column])))
    label = min((column for column in repeated or few if column != text), key=different.__getitem__, default=None)
    return None if label is None else (text, label)
