"""Tables whose numbers are written as the rest of the page writes them, and still sort as numbers."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
from pandas.io.formats.style import Styler

from rnnviz.language import number


def written(table: pd.DataFrame, specs: Mapping[str, str], missing: str = "—") -> Styler:
    """The table with some of its columns written by a format, like {"accuracy": ".1%"}, in the page's language.

    Streamlit's own formats know no fixed number of decimals in percentages, and no decimal comma in Russian.
    """
    return table.style.format({name: partial(number, spec=spec) for name, spec in specs.items()}, na_rep=missing)
