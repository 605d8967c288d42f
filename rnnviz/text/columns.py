"""Further columns of a table: what is known of its texts beside the class, by which answers can be judged."""

import math
import sys
from collections.abc import Mapping, Sequence

from rnnviz.text.tables import Table

MOST_COLUMNS = 16
MOST_VALUES = 20
"""Different values up to which each is a kind of its own; of more, only numbers can be put in order."""

Columns = Mapping[str, tuple[str, ...]]
"""The values of each column, (rows,), without stray blanks; empty where nothing stands."""


def further_columns(table: Table, *taken: str) -> Columns:
    """The columns, but for those that are taken, which part the rows into kinds, or hold numbers only."""
    found: dict[str, tuple[str, ...]] = {}
    for place, column in enumerate(table.columns):
        if column in taken or len(found) == MOST_COLUMNS:
            continue
        values = tuple(sys.intern(row[place].strip()) for row in table.rows)
        kinds = set(values) - {""}
        if len(kinds) >= 2 and (len(kinds) <= MOST_VALUES or all(as_number(value) is not None for value in kinds)):
            found[column] = values
    return found


def as_number(value: str) -> float | None:
    """The number that is written so, with a point or a comma; None where none is."""
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def size_of(columns: Columns) -> int:
    """Bytes of memory that columns take: equal values are kept once."""
    return sum(sys.getsizeof(values) + sum(map(sys.getsizeof, set(values))) for values in columns.values())


def first_rows(texts: Sequence[str]) -> dict[str, int]:
    """Where each different text stands first."""
    places: dict[str, int] = {}
    for row, text in enumerate(texts):
        places.setdefault(text, row)
    return places
