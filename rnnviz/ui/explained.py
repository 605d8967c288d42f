"""What stands above an instrument: a sentence that says what to look for, and a why with the equation."""

import streamlit as st

from rnnviz.language import _


def explain(look_for: str, why: str) -> None:
    """Both from the catalogue; `why` is Markdown with LaTeX between dollar signs, in a box that opens."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_(look_for))
        with st.popover(_("Why?"), icon=":material/help:", type="tertiary"):
            st.markdown(_(why))
