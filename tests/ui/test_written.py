"""Numbers in tables: written alike, and still numbers."""

import numpy as np
import pandas as pd

from rnnviz.language import use_language
from rnnviz.ui.written import written

TABLE = {"run": ["a", "b", "c"], "share": [0.61, 0.57299, np.nan], "parameters": [642370, 2112, 5]}


def shown(language: str) -> list[list[str]]:
    use_language(language)
    styled = written(TABLE, {"share": ".1%", "parameters": ","})
    rows = styled._translate(sparse_index=False, sparse_cols=False)["body"]
    return [[cell["display_value"] for cell in row[1:]] for row in rows]


def test_percentages_have_as_many_decimals_each():
    assert [row[1] for row in shown("en")] == ["61.0%", "57.3%", "—"]


def test_the_numbers_are_written_as_the_language_has_them():
    assert [row[2] for row in shown("en")] == ["642,370", "2,112", "5"]
    assert shown("ru")[0][1:] == ["61,0\u00a0%", "642\u00a0370"]


def test_the_values_stay_what_they_were():
    pd.testing.assert_frame_equal(written(TABLE, {"share": ".1%"}).data, pd.DataFrame(TABLE))
