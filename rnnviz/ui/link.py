"""What is chosen stands in the address of the page, so that a link opens the same view.

Streamlit can bind a widget to the address by itself, but writes the label of an option
(which changes with the language) and silently mends what it can't read; here the values
themselves are written, and a bad one is said.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.ui.markdown import escaped


def take(key: str, parse: Callable[[list[str]], Any]) -> None:
    """Put what a newly opened link asks for into the widget of this key, before it is drawn.

    `parse` makes the widget's value from the values of the parameter, or raises `BadInput`.
    """
    given = st.query_params.get_all(key)
    seen = f"link {key}"
    if not given or given == st.session_state.get(seen):
        return
    st.session_state[seen] = given
    try:
        st.session_state[key] = parse(given)
    except BadInput as error:
        st.warning(escaped(str(error)), icon=":material/link_off:")


def give(key: str, values: Sequence[str]) -> None:
    """Write the present values of a widget into the address; none takes the parameter out."""
    given = list(values)
    st.session_state[f"link {key}"] = given
    if st.query_params.get_all(key) == given:
        return
    if given:
        st.query_params[key] = given
    elif key in st.query_params:
        del st.query_params[key]


def whole_number(name: str, low: int, high: int) -> Callable[[list[str]], int]:
    """A parser for a whole number within bounds."""

    def parse(given: list[str]) -> int:
        try:
            value = int(given[-1])
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise BadInput(
                "The link asks for {name} {value}; allowed is {low} to {high}.",
                name=name,
                value=given[-1][:40],
                low=low,
                high=high,
            )
        return value

    return parse
