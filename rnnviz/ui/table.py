"""Small tables of finished text, as Markdown.

Streamlit's own tables bring pandas and Arrow with them: 70 MB and half a second, for a dozen words.
"""

import re
from collections.abc import Iterable, Mapping

import streamlit as st

BREAKS = re.compile(r"[ \t\r\n]+")
"""What must not stand in a row; blanks that hold words together may."""

Table = Mapping[str, Mapping[str, str]]
"""By the title of the row, then of the column: Markdown. A row may leave out cells."""


def show_table(table: Table, corner: str = "") -> None:
    """Rows below each other; `corner` stands above their titles. Without rows nothing is shown."""
    if table:
        st.markdown(as_markdown(table, corner))


def as_markdown(table: Table, corner: str = "") -> str:
    """The lines of the table; a column for every title that some row has, in the order of their coming."""
    titles = list(dict.fromkeys(title for row in table.values() for title in row))
    rows = ([name, *(row.get(title, "") for title in titles)] for name, row in table.items())
    return "\n".join([_line([corner, *titles]), _line(["---"] * (len(titles) + 1)), *map(_line, rows)])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(BREAKS.sub(" ", cell) for cell in cells) + " |"
