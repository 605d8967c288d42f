"""The panel of units and tokens: what each unit responds to over all test texts."""

import streamlit as st

from rnnviz.charts.maps import response_bars, response_map
from rnnviz.errors import BadInput
from rnnviz.insight.responses import CoClusters, Responses, co_clusters, for_unit, mean_responses, most_moving
from rnnviz.insight.state_bank import StateBank
from rnnviz.language import N_, _, number
from rnnviz.ui.banks import BankKey, bank_key, bank_of, choose_look
from rnnviz.ui.looking import tested_on
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import page_style
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.pick import pick
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.workspace import Look, Workspace

PAIRS_KEY, CLUSTERS_KEY = "response_pairs", "response_clusters"
SHOWN, OF_UNIT = 40, 10
"""Tokens in the map, and on each side of the chosen unit's bars."""
LEAST = 10
"""Times that a token must have been read in the test texts: the mean of fewer says little."""


def show_responses(workspace: Workspace) -> None:
    """The map of units and tokens, and what moves the chosen unit."""
    look = choose_look(workspace)
    try:
        bank = bank_of(look, _("Read the {count} test texts"))
        if bank is None:
            return
        pairs, clusters = choose_kind(), choose_clusters()
        responses = responses_of(look, bank, pairs)
    except BadInput as error:
        st.warning(escaped(str(error)), icon=":material/folder_off:")
        return
    if not responses.tokens:
        st.info(_("No token was read {least} times or more.").format(least=LEAST), icon=":material/search_off:")
        return
    moving = most_moving(responses, SHOWN)
    order = clusters_of(look, pairs, clusters, moving)
    figure = response_map(moving, order, page_style(), workspace.unit)
    show_picture(figure, _("Units and tokens") + f" · {look.title}", "response_map")
    st.caption(
        _("The {shown} tokens that move the states most, of {count} that were read at least {least} times.").format(
            shown=len(moving.tokens), count=number(len(responses.tokens)), least=LEAST
        )
    )
    title = _("What moves unit {unit}").format(unit=workspace.unit)
    st.subheader(title)
    raised, lowered = for_unit(responses, workspace.unit, OF_UNIT)
    show_picture(response_bars(raised, lowered, workspace.unit), f"{title} · {look.title}", "response_bars")


def choose_kind() -> bool:
    """Whether pairs of neighbours are looked at, not single tokens."""
    return pick(_("Averaged over"), {False: _("single tokens"), True: _("pairs of neighbours")}, PAIRS_KEY)


def choose_clusters() -> int:
    clusters: int = st.slider(_("Clusters"), 2, 10, 5, key=CLUSTERS_KEY, persist_state="session")
    return clusters


def responses_of(look: Look, bank: StateBank, pairs: bool) -> Responses:
    return _responses(bank_key(look), pairs, look, bank)


@st.cache_resource(max_entries=16, show_spinner=False)
def _responses(key: BankKey, pairs: bool, _look: Look, _bank: StateBank) -> Responses:
    del key
    part = tested_on(_look.run)
    return mean_responses(_bank, part.ids.flat, _look.model.vocabulary, _look.trace.direction, pairs, LEAST)


def clusters_of(look: Look, pairs: bool, clusters: int, moving: Responses) -> CoClusters:
    return _clusters(bank_key(look), pairs, clusters, moving)


@st.cache_resource(max_entries=64, show_spinner=False)
def _clusters(key: BankKey, pairs: bool, clusters: int, _moving: Responses) -> CoClusters:
    del key, pairs
    return co_clusters(_moving.changes, clusters)


RESPONSES = Panel(
    "responses",
    N_("Units and tokens"),
    ":material/grid_view:",
    N_("Look for blocks: units that are moved by the same tokens do the same work."),
    N_(
        "For each token the mean of $h_t - h_{t-1}$ over all its occurrences in the test texts says what a unit "
        "responds to, whatever stood before (the expected response of Ming et al. 2017, RNNVis). Tokens and units are "
        "grouped together by spectral co-clustering of the sizes of these means (Dhillon 2001)."
    ),
    show_responses,
)
