"""A small table, and how it is read or refused."""

import pytest

from rnnviz.errors import BadInput
from rnnviz.text.formats import TableLimits
from rnnviz.text.tables import Table, read_table

TEXT = "отзыв,класс\nОчень хорошо,да\nПлохо,нет\n"
COLUMNS = ("отзыв", "класс")
ROWS = (("Очень хорошо", "да"), ("Плохо", "нет"))
SMALL = TableLimits(size=10_000, rows=10, columns=5, cells=40, characters=100)


def refusal(content: bytes | str, filename: str = "my.csv", limits: TableLimits | None = None) -> str:
    content = content.encode() if isinstance(content, str) else content
    with pytest.raises(BadInput) as caught:
        read_table(content, filename, *([] if limits is None else [limits]))
    assert filename in str(caught.value)
    return str(caught.value)


def read(text: str, filename: str = "my.csv", limits: TableLimits | None = None) -> Table:
    return read_table(text.encode(), filename, *([] if limits is None else [limits]))
