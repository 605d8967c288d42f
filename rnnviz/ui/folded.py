"""Parts of a page that are drawn only while they are open: what nobody sees costs neither app nor browser anything."""

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from rnnviz.ui import link


def folded(title: str, icon: str, name: str, opened: bool = False) -> ExpanderContainer:
    """A part that is to be filled while it is `open`; `opened` says whether it begins so when the page is entered.

    Streamlit takes an expander with another title, as in another language, for another one; it stays as it was.
    """
    key = f"open {name}"
    link.put(key, bool(st.session_state.get(key, opened)))
    return st.expander(title, icon=icon, key=key, on_change="rerun")
