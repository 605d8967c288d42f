"""Named surgeries: kept with a run, for everybody, until they are forgotten."""

import streamlit as st

from rnnviz.insight.surgery import Cut
from rnnviz.language import _
from rnnviz.runs.labels import LONGEST_SURGERY, Labels
from rnnviz.ui.markdown import escaped
from rnnviz.ui.runs import book, labels, said_later
from rnnviz.ui.workspace import Look

NAME_KEY = "surgery_name"


def offer_kept(look: Look, box: str, cuts: tuple[Cut, ...]) -> None:
    """The surgeries that were kept with a run, which go into the text box of this key, and the way to keep one more."""
    kept = dict(labels().get(look.name, Labels()).surgeries)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, written in kept.items():
            st.button(
                escaped(name),
                icon=":material/bookmark:",
                key=f"kept surgery {name}",
                help=escaped(written),
                on_click=lambda written=written: st.session_state.update({box: written}),
            )
        if not cuts:
            return
        with st.popover(_("Keep"), icon=":material/bookmark_add:"):
            st.text_input(_("Name of this surgery"), key=NAME_KEY, max_chars=LONGEST_SURGERY)
            written = "; ".join(map(str, cuts))
            st.button(
                _("Keep with {title}").format(title=look.title),
                on_click=keep,
                args=(look.name, written),
                key="keep_surgery",
            )
            for name in kept:
                st.button(
                    _("Forget “{name}”").format(name=escaped(name)),
                    icon=":material/bookmark_remove:",
                    key=f"forget surgery {name}",
                    on_click=forget,
                    args=(look.name, name),
                    type="tertiary",
                )


def keep(run: str, cuts: str) -> None:
    with said_later():
        book().keep_surgery(run, st.session_state.get(NAME_KEY) or "", cuts)


def forget(run: str, name: str) -> None:
    with said_later():
        book().keep_surgery(run, name, "")
