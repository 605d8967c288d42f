"""Texts behind a figure: a table that is searched and paged, and one of them in full, with the way to Step through."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from rnnviz.charts.style import class_mark
from rnnviz.evaluation.disagreement import Rows
from rnnviz.language import _, current_language, ngettext, number
from rnnviz.text.sequences import Texts
from rnnviz.text.statistics import containing
from rnnviz.training.trained import MAX_TYPED
from rnnviz.ui import link
from rnnviz.ui.choose import MAX_LINKED, MOST_RUNS, RUNS_KEY, TEXT_KEY
from rnnviz.ui.cleaning import shorten
from rnnviz.ui.judged import Judged, row_in
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import LANGUAGE_KEY, STEP_THROUGH
from rnnviz.ui.stepper import STEP_KEY
from rnnviz.ui.workspace import UNIT_KEY
from rnnviz.ui.written import written

ROW_KEY = "row"
PAGE = 50
"""Texts that are sent to the browser at once."""
LONG = 160
"""Characters of a text that are shown in the table."""
SHORT = 60
"""And in the list beside it."""
MOST_SOUGHT = 200

Columns = Callable[[Rows], dict[str, Any]]
"""What the table says of some rows beside their texts, by the title of the column; shares are floats."""


def choose_text(place: str, part: Sequence[str], rows: Rows, columns: Columns) -> int | None:
    """One of the rows of a part, by a click in the table or in the list beside it; None where none fits."""
    found = search(place, part, rows)
    if not len(found):
        return None
    link.take(ROW_KEY, link.whole_number(_("Text"), 0, len(part) - 1))
    key = hashlib.blake2s(place.encode() + found.tobytes(), digest_size=6).hexdigest()
    asked_for = np.flatnonzero(found == st.session_state.get(ROW_KEY, -1))
    table = st.container()
    page = choose_page(key, len(found), int(asked_for[0]) if len(asked_for) else 0)
    shown = found[(page - 1) * PAGE : page * PAGE].tolist()
    row = int(st.session_state.get(ROW_KEY, -1))
    if row not in shown:
        row = shown[0]
    st.session_state[ROW_KEY] = row
    with table:
        draw_table(f"texts {key} {page}", part, shown, columns, row)
    draw_list(f"list {key} {page}", part, shown, row, (page - 1) * PAGE)
    link.give(ROW_KEY, [] if row == found[0] else [str(row)])
    return row


def search(place: str, part: Sequence[str], rows: Rows) -> Rows:
    """The rows in which the letters stand that are looked for, in the same order."""
    sought = st.text_input(
        _("Search in these texts"), key=f"sought {place}", live="250ms", max_chars=MOST_SOUGHT, disabled=not len(rows)
    ).strip()
    texts = part if isinstance(part, Texts) else Texts.of(part)
    found = rows[containing(texts.chosen(rows), sought)] if len(rows) else rows
    st.caption(
        ngettext("{count} text of {all} fits.", "{count} texts of {all} fit.", len(found)).format(
            count=number(len(found)), all=number(len(rows))
        )
        if sought
        else ngettext("{count} text", "{count} texts", len(rows)).format(count=number(len(rows)))
    )
    return found


def choose_page(key: str, texts: int, place: int) -> int:
    """The page, from 1; it begins with the one on which the text at this place stands."""
    pages = -(-texts // PAGE)
    if pages == 1:
        return 1
    if f"page {key}" not in st.session_state:
        st.session_state[f"begin {key}"] = place // PAGE + 1
    return int(st.pagination(pages, default=st.session_state[f"begin {key}"], key=f"page {key}"))


def draw_table(key: str, part: Sequence[str], shown: Sequence[int], columns: Columns, row: int) -> None:
    """The rows of one page; the chosen one is marked, and a click on another chooses that."""

    def take() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:  # none where the chosen one was clicked again
            st.session_state[ROW_KEY] = shown[rows[0]]

    st.session_state[key] = {"selection": {"rows": [list(shown).index(row)], "columns": [], "cells": []}}
    beside = columns(np.array(shown, dtype=np.int64))
    shares = [title for title, values in beside.items() if np.asarray(values).dtype.kind == "f"]
    st.dataframe(
        written(
            {_("text"): [shorten(part[each], LONG) for each in shown], **beside},
            dict.fromkeys(shares, ".1%"),
        ),
        hide_index=True,
        height=420 if len(shown) > 10 else "auto",
        on_select=take,
        selection_mode="single-row",
        key=key,
        alt=_("Texts, surest first; click the box at the left of a row to read it in full."),
    )


def draw_list(key: str, part: Sequence[str], shown: Sequence[int], row: int, before: int) -> None:
    """The same rows for those who use the keyboard."""

    def take() -> None:
        st.session_state[ROW_KEY] = st.session_state[key]

    link.put(key, row)
    numbers = {each: before + place for place, each in enumerate(shown, start=1)}
    st.selectbox(
        _("Text to read in full"),
        list(shown),
        format_func=lambda each: f"{numbers[each]} · {shorten(part[each], SHORT)}",
        key=key,
        on_change=take,
    )


def show_text(base: Judged, row: int, everyone: Sequence[Judged]) -> None:
    """A text in full, what each contestant answered to it, and the links to walk through it with the runs."""
    text, true = base.part.texts[row], base.answers.classes[base.answers.targets[row]]
    with st.container(border=True):
        st.markdown(
            _("True class: {name}").format(name=_coloured(true, base.answers.classes))
            + " · "
            + ngettext("{count} token read", "{count} tokens read", int(base.part.lengths[row])).format(
                count=number(int(base.part.lengths[row]))
            )
        )
        st.text(text)
        walked: list[tuple[Judged, int]] = []
        for each in everyone:
            place = row_in(base, row, each)
            if place is None:
                continue
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(answer_line(each, place), width="content")
                if each.contestant.run:
                    walked.append((each, place))
                    offer_way(
                        _("Step through it with {title}").format(title=escaped(each.title)), text, [(each, place)]
                    )
        if len(walked) > 1:
            offer_way(_("Step through it with all of them, side by side"), text, walked)


def offer_way(label: str, text: str, walked: Sequence[tuple[Judged, int]]) -> None:
    """A link to Step through; to a text that is too long for a link, a button that carries it there."""
    way = way_to(text, walked)
    if TEXT_KEY in way:
        st.page_link(STEP_THROUGH.file, label=label, icon=STEP_THROUGH.icon, query_params=way)
    elif st.button(label, icon=STEP_THROUGH.icon, type="tertiary", key=f"walk {way[RUNS_KEY]}"):
        st.session_state[TEXT_KEY] = text[:MAX_TYPED]
        st.switch_page(STEP_THROUGH.file, query_params=way)


def answer_line(each: Judged, row: int) -> str:
    """What one answered: a sign that needs no colour, the class, and how sure it is."""
    answers = each.answers
    predicted = answers.classes[answers.predicted[row]]
    return ":{mark}[**{title}**] {sign} {name} {share}".format(
        mark=each.contestant.mark,
        title=escaped(each.title),
        sign="✓" if answers.correct[row] else "✗",
        name=_coloured(predicted, answers.classes),
        share=number(float(answers.confidence[row]), ".1%"),
    )


def way_to(text: str, walked: Sequence[tuple[Judged, int]]) -> dict[str, str]:
    """Step through as a link: a text, and the runs that read it, each with the row of the text in its part.

    The link is written as that page itself will write it: each parameter that it had to add would be one
    more step for the browser's way back.
    """
    runs = [each.source for each, _row in walked[:MOST_RUNS]]
    units = min(run.config.model.hidden_size for run in runs)
    lengths = {
        (run.config.text.unit, int(each.part.lengths[row])) for run, (each, row) in zip(runs, walked, strict=False)
    }
    (_unit, length) = next(iter(lengths))
    return {
        RUNS_KEY: ",".join(run.name for run in runs),
        **({TEXT_KEY: text} if len(text) <= MAX_LINKED else {}),
        LANGUAGE_KEY: current_language(),
        **({STEP_KEY: str(length)} if len(lengths) == 1 else {}),
        **({UNIT_KEY: str(min(int(st.session_state.get(UNIT_KEY, 0)), units - 1))} if units > 1 else {}),
    }


def _coloured(name: str, classes: Sequence[str]) -> str:
    return f":{class_mark(classes.index(name))}[**{escaped(name)}**]"
