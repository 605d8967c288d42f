"""Banks of states for the panels: which run, and its states at all test texts, computed when it is asked for."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnviz.insight.state_bank import StateBank
from rnnviz.language import _, number
from rnnviz.runs.state_files import open_bank
from rnnviz.ui import resources
from rnnviz.ui.looking import RunKey, run_key, tested_on
from rnnviz.ui.workspace import Look, Workspace

RUN_KEY = "bank_run"
KEPT = 4
BankKey = tuple[RunKey, int, str]


def choose_look(workspace: Workspace) -> Look:
    """The run whose units are looked at, asked where there are several."""
    looks = {look.name: look for look in workspace.looks}
    if len(looks) == 1:
        return workspace.looks[0]
    if st.session_state.get(RUN_KEY) not in looks:
        st.session_state[RUN_KEY] = next(iter(looks))
    name = st.segmented_control(
        _("Run"),
        list(looks),
        format_func=lambda name: looks[name].title,
        required=True,
        key=RUN_KEY,
        persist_state="session",
    )
    return looks[str(name)]


def bank_key(look: Look) -> BankKey:
    """Tells banks apart: by the weights of the run, and the layer and direction that are looked at."""
    return run_key(look.name, look.model), look.trace.layer, look.trace.direction


def bank_of(look: Look, label: str) -> StateBank | None:
    """The states of all test texts; where they are not known yet, a button of this label computes them.

    `{count}` in the label stands for the number of texts. `BadInput` where the texts are gone,
    or their states too large.
    """
    key, kept = bank_key(look), _banks()
    if key not in kept:
        part = tested_on(look.run)
        place = st.empty()
        asked = label.format(count=number(len(part)))
        if not place.button(asked, icon=":material/search:", key="find", type="primary"):
            return None
        folder = resources.store().folder(look.name)
        kept[key] = open_bank(folder, look.model, part, look.trace.layer, look.trace.direction, told(place))
        place.empty()
        for old in list(kept)[:-KEPT]:
            kept.pop(old, None)
    return kept[key]


def told(place: DeltaGenerator) -> Callable[[int, int], None]:
    """A progress bar in a place of the page, over texts."""

    def tell(done: int, total: int) -> None:
        place.progress(done / total, text=_("{done} of {total} texts").format(done=number(done), total=number(total)))

    return tell


@st.cache_resource(show_spinner=False)
def _banks() -> dict[BankKey, StateBank]:
    """The latest last; each is only mapped from disk. Not kept by a decorator: that could not tell its progress."""
    return {}
