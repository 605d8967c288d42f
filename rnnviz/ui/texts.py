"""The texts of a dataset as a table: searched, in pages, each to be read in full."""

import hashlib

import numpy as np
import streamlit as st

from rnnviz.charts.style import class_mark
from rnnviz.language import _, ngettext, number
from rnnviz.text.corpus import Corpus
from rnnviz.text.sequences import Places
from rnnviz.text.splits import PARTS
from rnnviz.text.statistics import containing
from rnnviz.ui.cleaning import shorten
from rnnviz.ui.dataset import PART_TITLES
from rnnviz.ui.markdown import escaped
from rnnviz.ui.survey import Survey

PAGE = 100
"""Texts that are sent to the browser at once."""
LONG = 160
"""Characters of a text that are shown in the table."""
MOST_SOUGHT = 200


def browse(corpus: Corpus, found: Survey) -> None:
    """Search box, filters, one page of rows, and the row that was chosen in full."""
    search, part_box, class_box = st.columns([2, 1, 1])
    sought = search.text_input(_("Search in the texts"), key="find", live="250ms", max_chars=MOST_SOUGHT)
    parts = part_box.multiselect(
        _("Parts"), list(PARTS), format_func=lambda part: _(PART_TITLES[part]), key="find_parts", placeholder=_("all")
    )
    names = corpus.card.classes
    classes = class_box.multiselect(
        _("Classes"),
        list(range(len(names))),
        format_func=names.__getitem__,
        key=f"find_classes {corpus.card.name}",
        placeholder=_("all"),
    )
    part_of = part_numbers(found, len(corpus.texts))
    rows = matching(corpus, part_of, sought, [PARTS.index(part) for part in parts], classes)
    st.caption(
        ngettext("{count} text of {all} fits.", "{count} texts of {all} fit.", len(rows)).format(
            count=number(len(rows)), all=number(len(corpus.texts))
        )
    )
    if not len(rows):
        return
    asked = repr((corpus.card.name, corpus.card.fingerprint, sought, parts, classes))
    key = hashlib.blake2s(asked.encode(), digest_size=4).hexdigest()
    place = st.container()
    pages = -(-len(rows) // PAGE)
    page = st.pagination(pages, key=f"page_{key}") if pages > 1 else 1
    shown = rows[(page - 1) * PAGE : page * PAGE]
    table = [
        {
            _("part"): _(PART_TITLES[PARTS[part_of[row]]]),
            _("class"): names[corpus.labels[row]],
            _("tokens"): int(corpus.sequences.lengths[row]),
            _("text"): shorten(corpus.texts[row], LONG),
        }
        for row in shown.tolist()
    ]
    chosen = place.dataframe(
        table,
        hide_index=True,
        height=420 if len(shown) > 10 else "auto",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            _("part"): st.column_config.TextColumn(width=90),
            _("class"): st.column_config.TextColumn(width=90),
            _("tokens"): st.column_config.NumberColumn(width=70, format="localized"),
            _("text"): st.column_config.TextColumn(width="large"),
        },
        key=f"texts_{key}_{page}",
    ).selection.rows
    if not chosen:
        st.caption(_("Choose a row to read its text in full."))
        return
    row = int(shown[chosen[0]])
    label = int(corpus.labels[row])
    with st.container(border=True):
        st.markdown(
            f":{class_mark(label)}[**{escaped(names[label])}**] · {_(PART_TITLES[PARTS[part_of[row]]])} · "
            + _("{count} tokens").format(count=number(int(corpus.sequences.lengths[row])))
        )
        st.text(corpus.texts[row])


def part_numbers(found: Survey, texts: int) -> Places:
    """The part of each text, as its place in `PARTS`."""
    numbers = np.zeros(texts, dtype=np.int64)
    for place, part in enumerate(PARTS):
        numbers[found.parts[part]] = place
    return numbers


def matching(corpus: Corpus, part_of: Places, sought: str, parts: list[int], classes: list[int]) -> Places:
    """Rows that hold what is sought, in the parts and classes asked for; none asked for means all."""
    fits = np.ones(len(corpus.texts), dtype=bool)
    if parts:
        fits &= np.isin(part_of, parts)
    if classes:
        fits &= np.isin(corpus.labels, classes)
    rows = containing(corpus.texts, sought.strip())
    return rows[fits[rows]]
