"""Parquet: a table in columns, read through pyarrow, which is loaded only where somebody brings such a file."""

from importlib import import_module
from typing import Any

from rnnviz.errors import BadInput
from rnnviz.text.formats import Rows, TableLimits

MAGIC = b"PAR1"
BATCH = 256
"""Rows that are unpacked at once."""


def read_parquet(content: bytes, path: object, limits: TableLimits) -> tuple[list[str], Rows]:
    """The columns of text, numbers, dates and yes or no, and their rows as text; lists and bytes are left out."""
    arrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    try:
        schema = parquet.read_schema(arrow.BufferReader(content))
        names = [field.name for field in schema if _is_simple(arrow.types, field.type)]
        texts = [field.name for field in schema if _is_text(arrow.types, field.type)]
        limits.check(path, 0, len(names))
        file = parquet.ParquetFile(arrow.BufferReader(content), read_dictionary=texts)
        limits.check(path, file.metadata.num_rows, len(names))
        groups = range(file.metadata.num_row_groups)
        _check_unpacked(path, sum(file.metadata.row_group(group).total_byte_size for group in groups), limits)
        return names, _rows(arrow, file, names, path, limits)
    except (arrow.ArrowException, OSError, ValueError, KeyError, MemoryError):
        raise BadInput("{path} is not a whole Parquet file; save it again.", path=path) from None


def _is_text(types: Any, kind: Any) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind))


def _is_simple(types: Any, kind: Any) -> bool:
    kind = kind.value_type if types.is_dictionary(kind) else kind
    return bool(
        _is_text(types, kind)
        or types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_boolean(kind)
        or types.is_decimal(kind)
        or types.is_date(kind)
        or types.is_timestamp(kind)
    )


def _check_unpacked(path: object, size: int, limits: TableLimits) -> None:
    if size > limits.unpacked:
        raise BadInput(
            "{path} unpacks to more than {most} bytes; leave some rows out.", path=path, most=limits.unpacked
        )


def _rows(arrow: Any, file: Any, names: list[str], path: object, limits: TableLimits) -> Rows:
    rows: Rows = []
    size = 0
    for batch in file.iter_batches(batch_size=BATCH, columns=names, use_threads=False):
        for column in batch.columns:
            _check_lengths(arrow, column, path, len(rows), limits)
        columns = [column.cast(arrow.string()).to_pylist() for column in batch.columns]
        size += sum(len(cell or "") for column in columns for cell in column)
        _check_unpacked(path, size, limits)
        rows += [tuple(cell or "" for cell in row) for row in zip(*columns, strict=True)]
    return rows


def _check_lengths(arrow: Any, column: Any, path: object, before: int, limits: TableLimits) -> None:
    """A text that stands in many rows is stored once: it is measured before it is written out for each of them."""
    if arrow.types.is_dictionary(column.type):
        column = column.dictionary
    if _is_text(arrow.types, column.type):
        longest = import_module("pyarrow.compute").max(import_module("pyarrow.compute").utf8_length(column)).as_py()
        if (longest or 0) > limits.characters:
            raise BadInput(
                "{path}: among the rows from {row} on, a cell is longer than {most} characters; no text may be.",
                path=path,
                row=before + 1,
                most=limits.characters,
            )
