"""What makes the bundled reviews interesting: their third column, counted by class."""

from collections import Counter

import streamlit as st

from rnnviz.language import N_, _, number
from rnnviz.text.sources import BUNDLED, DATA
from rnnviz.text.tables import read_table
from rnnviz.ui.markdown import escaped
from rnnviz.ui.table import show_table

REVIEWS = "reviews"
COLUMN = "phenomenon"
TITLES = {
    "plain": N_("plain praise or blame"),
    "negation": N_("negation: “not good at all”"),
    "turn": N_("a turn: “slow, but wonderful”"),
    "irony": N_("irony"),
    "early": N_("a decisive word early, then a long neutral tail"),
    "mixed": N_("mixed: good and bad in one review"),
}


def show_phenomena() -> None:
    """How many reviews of each class show what; nothing where the column is not there."""
    counts = _counts()
    if not counts:
        return
    st.markdown(_("What makes these reviews interesting:"))
    classes = sorted({label for _kind, label in counts})
    kinds = dict.fromkeys([*TITLES, *(kind for kind, _label in counts)])
    rows = {
        _(TITLES[kind]) if kind in TITLES else escaped(kind): {
            escaped(label): number(counts[kind, label]) for label in classes
        }
        for kind in kinds
        if any(counts[kind, label] for label in classes)
    }
    show_table(rows)


@st.cache_resource(max_entries=1, show_spinner=False)
def _counts() -> Counter[tuple[str, str]]:
    bundled = BUNDLED[REVIEWS]
    table = read_table((DATA / bundled.file).read_bytes(), bundled.file)
    if COLUMN not in table.columns:
        return Counter()
    kind, label = table.columns.index(COLUMN), table.columns.index(bundled.label_column)
    return Counter((row[kind].strip(), row[label].strip()) for row in table.rows)
