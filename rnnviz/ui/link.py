"""What is chosen stands in the address of the page, so that a link opens the same view.

Streamlit can bind a widget to the address by itself, but writes the label of an option
(which changes with the language) and silently mends what it can't read; here the values
themselves are written, and a bad one is said.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from rnnviz.errors import NOT_ONE_OF, BadInput, listed
from rnnviz.language import current_language
from rnnviz.ui.markdown import escaped

VISIT_KEY = "link visit"
NOTES_KEY = "link notes"
REMEMBERED = 50
"""Values of a parameter that a browser may still be sending while newer ones are on their way to it."""


@dataclass
class Note:
    """What this session remembers of a widget."""

    visit: int = 0
    """The visit to a page in which it was drawn last."""
    known: list[list[str]] = field(default_factory=list)
    """What has stood in the address for it since then, the latest last."""
    offered: Any = None
    """The default that it was given last."""
    chosen: bool = False
    """Whether a link has asked for a value, or somebody for another one than was offered."""
    form: tuple[Any, ...] | None = None
    """What else told it from the one before when it was put last."""


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
    state, note = st.session_state, note_of(key)
    _page, visit = state.get(VISIT_KEY, ("", 0))
    if note.visit != visit:
        note.visit, note.known = visit, []
        if key in state:  # else Streamlit begins a widget of another page anew, whatever its key
            state[key] = state[key]
    given = st.query_params.get_all(key)
    if not given or given in note.known:
        return
    remember(note, given)
    try:
        state[key] = parse(given)
        note.chosen = True
    except BadInput as error:
        st.warning(escaped(str(error)), icon=":material/link_off:")


def offer(key: str, default: Any, form: tuple[Any, ...] = (), lasting: bool = False) -> None:
    """Begin a widget with a default; untouched, it follows when the default changes with the language.

    What was chosen counts as untouched again once it is the default; not so where choices are `lasting`.
    """
    state, note = st.session_state, note_of(key)
    touched = key in state and (state[key] != note.offered or (lasting and note.chosen))
    note.chosen |= touched
    put(key, state[key] if touched else default, form)
    note.offered = default


def put(key: str, value: Any, form: tuple[Any, ...] = ()) -> None:
    """Make a widget show a value, and leave it alone where it shows it already.

    What is put overtakes what the browser is just sending: somebody who changes one setting, and the next one
    before the page has answered, would lose the second. `form` is what else tells the widget from the one before,
    such as the bounds of a slider or the titles of options; with another form, or language, it is put again.
    """
    state, note, form = st.session_state, note_of(key), (current_language(), *form)
    if key not in state or state[key] != value or note.form != form:
        state[key] = value
    note.form = form


def give(key: str, values: Sequence[str]) -> None:
    """Write the present values of a widget into the address; none takes the parameter out."""
    given = list(values)
    remember(note_of(key), given)
    if st.query_params.get_all(key) == given:
        return
    if given:
        st.query_params[key] = given
    elif key in st.query_params:
        del st.query_params[key]


def note_of(key: str) -> Note:
    """What is remembered of a widget, all in one entry: Streamlit walks through the entries with every key typed."""
    notes: dict[str, Note] = st.session_state.setdefault(NOTES_KEY, {})
    return notes.setdefault(key, Note())


def remember(note: Note, given: list[str]) -> None:
    note.known = [*(each for each in note.known if each != given), given][-REMEMBERED:]


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
