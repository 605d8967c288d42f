"""What is chosen stands in the address of the page, so that a link opens the same view.

Streamlit can bind a widget to the address by itself, but writes the label of an option
(which changes with the language) and silently mends what it can't read; here the values
themselves are written, and a bad one is said.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import streamlit as st

from rnnviz.errors import NOT_ONE_OF, BadInput, listed
from rnnviz.language import current_language
from rnnviz.ui.markdown import escaped

VISIT_KEY = "link visit"
REMEMBERED = 50
"""Values of a parameter that a browser may still be sending while newer ones are on their way to it."""


def enter(page: str) -> None:
    """Say which page is drawn: each time one is entered, what stands in its address is a new link."""
    last_page, visits = st.session_state.get(VISIT_KEY, ("", 0))
    if page != last_page or not visits:
        st.session_state[VISIT_KEY] = page, visits + 1


def take(key: str, parse: Callable[[list[str]], Any]) -> None:
    """Put what a newly opened link asks for into the widget of this key, before it is drawn.

    `parse` makes the widget's value from the values of the parameter, or raises `BadInput`.
    The address that comes with a key press can be older than the keys before it; what has
    stood in it since the page was entered is therefore no new link.
    """
    state, visit = st.session_state, st.session_state.get(VISIT_KEY)
    if state.get(f"visit of {key}") != visit:
        state[f"visit of {key}"], state[f"link {key}"] = visit, []
        if key in state:  # else Streamlit begins a widget of another page anew, whatever its key
            state[key] = state[key]
    given = st.query_params.get_all(key)
    if not given or given in state.get(f"link {key}", []):
        return
    remember(key, given)
    try:
        st.session_state[key] = parse(given)
    except BadInput as error:
        st.warning(escaped(str(error)), icon=":material/link_off:")


def offer(key: str, default: Any, form: tuple[Any, ...] = ()) -> None:
    """Begin a widget with a default; untouched, it follows when the default changes with the language."""
    state, offered = st.session_state, f"offered {key}"
    touched = key in state and state[key] != state.get(offered)
    put(key, state[key] if touched else default, form)
    state[offered] = default


def put(key: str, value: Any, form: tuple[Any, ...] = ()) -> None:
    """Make a widget show a value, and leave it alone where it shows it already.

    What is put overtakes what the browser is just sending: somebody who changes one setting, and the next one
    before the page has answered, would lose the second. `form` is what else tells the widget from the one before,
    such as the bounds of a slider or the titles of options; with another form, or language, it is put again.
    """
    state, form = st.session_state, (current_language(), *form)
    if key not in state or state[key] != value or state.get(f"form {key}") != form:
        state[key] = value
    state[f"form {key}"] = form


def give(key: str, values: Sequence[str]) -> None:
    """Write the present values of a widget into the address; none takes the parameter out."""
    given = list(values)
    remember(key, given)
    if st.query_params.get_all(key) == given:
        return
    if given:
        st.query_params[key] = given
    elif key in st.query_params:
        del st.query_params[key]


def remember(key: str, given: list[str]) -> None:
    known = [each for each in st.session_state.get(f"link {key}", []) if each != given]
    st.session_state[f"link {key}"] = [*known, given][-REMEMBERED:]


def one_of(name: str, allowed: Collection[str], value: str) -> str:
    """A choice that a link asks for; `BadInput` where it is not among those allowed."""
    if value not in allowed:
        raise BadInput(NOT_ONE_OF, name=name, value=value[:40], allowed=listed(allowed, most=len(allowed)))
    return value


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
