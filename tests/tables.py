"""The small tables of a page, read back from their Markdown."""

import re

import pandas as pd
from streamlit.testing.v1 import AppTest

BETWEEN = re.compile(r"(?<!\\)\|")


def tables(app: AppTest) -> list[pd.DataFrame]:
    """Each with the titles of its rows as its index."""
    return [table_in(each.value) for each in app.markdown if each.value.startswith("| ")]


def table_in(markdown: str) -> pd.DataFrame:
    (_corner, *titles), _dashes, *rows = [
        [cell.strip() for cell in BETWEEN.split(line)[1:-1]] for line in markdown.splitlines()
    ]
    return pd.DataFrame([row[1:] for row in rows], index=[row[0] for row in rows], columns=titles)
