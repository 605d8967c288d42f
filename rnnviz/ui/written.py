"""Tables whose numbers are written as the rest of the page writes them, and still sort as numbers."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rnnviz.language import number

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

Rows = Sequence[Mapping[str, Any]]
Columns = Mapping[str, Sequence[Any]]


def written(table: Rows | Columns, specs: Mapping[str, str], missing: str = "—") -> "Styler":
    """The table with some of its columns written by a format, like {"accuracy": ".1%"}, in the page's language.

    Streamlit's own formats know no fixed number of decimals in percentages, and no decimal comma in Russian.
    """
    import pandas as pd  # only where a table can be sorted: it takes 70 MB

    formats: dict[Any, Any] = {name: partial(number, spec=spec) for name, spec in specs.items()}
    return pd.DataFrame(table).style.format(formats, na_rep=missing)
