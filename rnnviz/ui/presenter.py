"""Presenting to a class: large type, nothing around the page, and one key that covers the answers and shows them.

Answers are covered on the server: what nobody should see yet does not reach the browser.
"""

import streamlit as st

from rnnviz.language import _
from rnnviz.ui import link

PRESENT_KEY, COVERED_KEY = "present", "covered"
COVER_SHORTCUT = "0"
"""A digit is where it is on keyboards of all languages."""

STAGE = """<style>
html { font-size: 20px !important; }
[data-testid="stHeader"], [data-testid="stToolbar"] { display: none !important; }
[data-testid="stMainBlockContainer"] { padding-top: 1rem !important; }
[data-testid="stHeading"] h1 { font-size: 1.2rem !important; padding: 0 !important; }
</style>"""


def presenting() -> bool:
    """Whether this session is shown to a class."""
    return bool(st.session_state.get(PRESENT_KEY, False))


def covered() -> bool:
    """Whether the answers of the models are covered, so that a class can guess."""
    return presenting() and bool(st.session_state.get(COVERED_KEY, False))


def settle_presenting() -> None:
    """Present where a newly opened link asks for it with `present=1`, which stands in the link meanwhile."""
    link.take(PRESENT_KEY, lambda given: link.one_of(_("Present"), ("0", "1"), given[-1]) == "1")
    link.give(PRESENT_KEY, ["1"] if presenting() else [])


def offer_presenting() -> None:
    """The buttons that begin and end it and cover the answers."""
    if not presenting():
        st.button(
            _("Present"),
            icon=":material/co_present:",
            key="present_button",
            type="tertiary",
            help=_("Large type, no menu, and a key that hides the answers until the class has guessed."),
            on_click=_turn,
            args=(PRESENT_KEY,),
        )
        return
    st.html(STAGE)
    st.button(
        _("Show answers") if covered() else _("Hide answers"),
        icon=":material/visibility:" if covered() else ":material/visibility_off:",
        key="cover_button",
        shortcut=COVER_SHORTCUT,
        on_click=_turn,
        args=(COVERED_KEY,),
    )
    st.button(
        _("End presenting"),
        icon=":material/close_fullscreen:",
        key="present_button",
        type="tertiary",
        on_click=_turn,
        args=(PRESENT_KEY,),
    )


def say_covered() -> None:
    """What stands where a picture would give an answer away."""
    st.info(_("Hidden with the answers: key {key} shows them.").format(key=COVER_SHORTCUT), icon=":material/lock:")


def _turn(key: str) -> None:
    st.session_state[key] = not st.session_state.get(key, False)
