"""Instruments of a page: one is open, its place stays, and above it stands what to look for, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, ParamSpec

import streamlit as st

from rnnviz.language import _
from rnnviz.ui import link

P = ParamSpec("P")


@dataclass(frozen=True)
class Instrument(Generic[P]):
    """One way to look; only the open one is computed and drawn."""

    name: str
    """How a link calls it."""
    title: str
    icon: str
    look_for: str
    """One sentence that says what to look for."""
    why: str
    """A short explanation, with the equation; Markdown with LaTeX between dollar signs."""
    show: Callable[P, None]


def choose(key: str, label: str, instruments: Sequence[Instrument[P]]) -> Instrument[P]:
    """The instrument that is open; it stands in the link, and the first one does without."""
    by_name = {instrument.name: instrument for instrument in instruments}
    link.take(key, lambda given: link.one_of(label, by_name, given[-1]))
    link.offer(key, instruments[0].name)
    name = st.pills(
        label,
        list(by_name),
        format_func=lambda name: f"{by_name[name].icon} {_(by_name[name].title)}",
        required=True,
        key=key,
        persist_state="session",
    )
    link.give(key, [] if name == instruments[0].name else [str(name)])
    return by_name[str(name)]


def explain(instrument: Instrument[P]) -> None:
    """What to look for, and why in a box that opens."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_(instrument.look_for))
        with st.popover(_("Why?"), icon=":material/help:", type="tertiary"):
            st.markdown(_(instrument.why))
