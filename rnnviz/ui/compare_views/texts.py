"""Where they differ: the texts behind each cell of the confusion matrices, and those that one of two gets right."""

from typing import Any

import numpy as np
import streamlit as st

from rnnviz.charts.judgement import confusion_heatmap
from rnnviz.charts.picking import with_cells_to_pick
from rnnviz.evaluation.disagreement import OUTCOMES, Rows, chosen, outcome_rows, rows_of_cell
from rnnviz.language import N_, _, number
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.comparison import Comparison
from rnnviz.ui.contestant import Contestant
from rnnviz.ui.judged import Judged, judged, shared
from rnnviz.ui.linked_choice import choose_in_box, choose_in_row
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import page_style
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.text_table import choose_text, show_text
from rnnviz.ui.written import written

WHICH_KEY, WHOSE_KEY, TRUE_KEY, PREDICTED_KEY = "texts", "whose", "true", "predicted"
FIRST_KEY, SECOND_KEY, OUTCOME_KEY = "first", "second", "outcome"
WHICH = {"cell": N_("In a cell of a confusion matrix"), "pair": N_("Right here, wrong there")}
Shown = dict[str, Any]

BESIDE = 3
"""Matrices that stand in one row."""
CLASSES_BESIDE = 6
"""Classes up to which they do; larger matrices have a row of their own."""


def show_texts(comparison: Comparison) -> None:
    """The texts of a cell, or of two who differ; only what is open is computed."""
    which = choose_in_row(WHICH_KEY, _("Show texts"), list(WHICH), "cell", lambda name: _(WHICH[name]))
    if which == "cell":
        show_cell(comparison)
    else:
        show_pair(comparison)


def show_cell(comparison: Comparison) -> None:
    """Matrices to click, the same choice as three boxes, and the texts of the chosen cell."""
    by_name = {each.name: each for each in comparison.contestants}
    matrices = st.container()
    whose_place, true_place, predicted_place = st.columns(3)
    with whose_place:
        name = choose_in_box(
            WHOSE_KEY, _("Answers of"), list(by_name), comparison.reference.name, lambda name: by_name[name].title
        )
    whose = by_name[name]
    row, column = commonest_error(np.asarray(whose.report["confusion"][comparison.part]))
    classes = list(whose.classes)
    with true_place:
        true = choose_in_box(TRUE_KEY, _("True class"), classes, classes[row], always=True)
    with predicted_place:
        predicted = choose_in_box(PREDICTED_KEY, _("Predicted class"), classes, classes[column], always=True)
    cell = classes.index(true), classes.index(predicted)
    with matrices:
        draw_matrices(comparison, whose, cell)
        with st.expander(_("The matrices as a table")):
            st.dataframe(
                written(cell_table(comparison), {_("share of the true class"): ".1%"}),
                hide_index=True,
                key="cell_table",
            )
    everyone = judged(comparison)
    base = next((each for each in everyone if each.name == whose.name), None)
    if base is None:
        return
    rows = rows_of_cell(base.answers, *cell)
    if not len(rows):
        st.info(why_empty(base, cell), icon=":material/check_box_outline_blank:")
        return

    def columns(shown: Rows) -> Shown:
        given = base.answers.probabilities[shown]
        found = {_("probability of “{name}”").format(name=predicted): given[:, cell[1]].astype(float)}
        if true != predicted:
            found[_("probability of “{name}”").format(name=true)] = given[:, cell[0]].astype(float)
        return found

    read = choose_text(f"cell {whose.name} {comparison.part} {cell}", base.part.texts, rows, columns)
    if read is not None:
        show_text(base, read, everyone)


def commonest_error(counts: Rows) -> tuple[int, int]:
    """The cell beside the diagonal with most texts; the first cell where there is none."""
    errors = counts * (1 - np.eye(len(counts), dtype=np.int64))
    row, column = np.unravel_index(int(errors.argmax()), errors.shape)
    return int(row), int(column)


def draw_matrices(comparison: Comparison, whose: Contestant, cell: tuple[int, int]) -> None:
    """A matrix for each contestant; a click on a cell chooses it, and whose it is."""
    st.caption(
        _("Click a cell to read its texts. Colour and percentage: share of the true class (row). Number: texts.")
    )
    wide = BESIDE if len(comparison.classes) <= CLASSES_BESIDE else 1
    contestants = comparison.contestants
    for begin in range(0, len(contestants), wide):
        row = contestants[begin : begin + wide]
        for column, each in zip(st.columns(min(wide, len(contestants))), row, strict=False):
            with column:
                st.markdown(f":{each.mark}[**{escaped(each.title)}**]")
                draw_matrix(each, comparison.part, cell if each is whose else None)


def draw_matrix(each: Contestant, part: str, cell: tuple[int, int] | None) -> None:
    key = f"cells of {each.name}"

    def take() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:
            row, column, _texts = points[0]["customdata"]
            st.session_state[WHOSE_KEY] = each.name
            st.session_state[TRUE_KEY], st.session_state[PREDICTED_KEY] = each.classes[row], each.classes[column]

    figure = with_cells_to_pick(confusion_heatmap(each.report["confusion"][part], each.classes, page_style()), cell)
    show_picture(figure, _("Confusion matrix") + f" · {each.title}", key, on_pick=take)


def cell_table(comparison: Comparison) -> list[dict[str, Any]]:
    """A row for each cell of each matrix."""
    rows = []
    for each in comparison.contestants:
        counts = np.asarray(each.report["confusion"][comparison.part])
        for (true, predicted), count in np.ndenumerate(counts):
            rows.append(
                {
                    _("contestant"): each.title,
                    _("true class"): each.classes[true],
                    _("predicted class"): each.classes[predicted],
                    _("texts"): int(count),
                    _("share of the true class"): count / max(int(counts[true].sum()), 1),
                }
            )
    return rows


def why_empty(base: Judged, cell: tuple[int, int]) -> str:
    """What it means that a cell holds no text."""
    names = [escaped(base.answers.classes[place]) for place in cell]
    if not (base.answers.targets == cell[0]).any():
        return _("No text of this part is of the class “{true}”.").format(true=names[0])
    if not (base.answers.predicted == cell[1]).any():
        return _("{title} never answers “{predicted}” in this part, so this whole column is empty.").format(
            title=escaped(base.title), predicted=names[1]
        )
    return _("{title} never took “{true}” for “{predicted}” in this part.").format(
        title=escaped(base.title), true=names[0], predicted=names[1]
    )


def show_pair(comparison: Comparison) -> None:
    """Two contestants, how often they differ, and the texts where they do."""
    if len(comparison.contestants) < 2:
        st.info(_("Choose a second run above: one alone differs from nobody."))
        return
    everyone = {each.name: each for each in judged(comparison)}
    if len(everyone) < 2:
        return
    names = list(everyone)
    first_place, second_place = st.columns(2)
    with first_place:
        first = everyone[choose_in_box(FIRST_KEY, _("One"), names, names[0], lambda name: everyone[name].title)]
    others = [name for name in names if name != first.name]
    with second_place:
        second = everyone[
            choose_in_box(SECOND_KEY, _("The other"), others, others[0], lambda name: everyone[name].title)
        ]
    here, there = shared(first, second)
    if not len(here):
        st.info(
            _("{first} and {second} were not judged on any text together.").format(
                first=escaped(first.title), second=escaped(second.title)
            )
        )
        return
    if len(here) < len(first.answers):
        st.caption(
            _("Of {all} texts, {count} were given to both; only those are looked at here.").format(
                all=number(len(first.answers)), count=number(len(here))
            )
        )
    found = outcome_rows(chosen(first.answers, here), chosen(second.answers, there))

    def title(outcome: str) -> str:
        words = _(OUTCOMES[outcome]).format(first=escaped(first.title), second=escaped(second.title))
        return f"{words}: {number(len(found[outcome]))}"

    outcome = choose_in_row(OUTCOME_KEY, _("Texts"), list(OUTCOMES), "first", title)
    rows = found[outcome]
    if not len(rows):
        st.info(_("There is no such text."), icon=":material/check_box_outline_blank:")
        return
    place_in = dict(zip(here.tolist(), range(len(here)), strict=True))

    def columns(shown: Rows) -> Shown:
        beside = there[[place_in[row] for row in shown.tolist()]]
        table: Shown = {_("true class"): [first.answers.classes[place] for place in first.answers.targets[shown]]}
        for each, places in ((first, shown), (second, beside)):
            answers = each.answers
            table[_("{title} says").format(title=each.title)] = [
                answers.classes[place] for place in answers.predicted[places]
            ]
            table[_("{title}: how sure").format(title=each.title)] = answers.confidence[places].astype(float)
        return table

    st.caption(_("The texts come first where both are sure of their answers."))
    asked = f"pair {first.name} {second.name} {comparison.part} {outcome}"
    read = choose_text(asked, first.part.texts, here[rows], columns)
    if read is not None:
        show_text(first, read, list(everyone.values()))


TEXTS = View(
    "texts",
    N_("Where they differ"),
    ":material/difference:",
    N_("Which texts does a net get wrong, and do they share something? Does another one get them right?"),
    N_(
        "Each cell of a confusion matrix stands for texts: those of the **true class** in its row that were given the "
        "**predicted class** in its column. Off the diagonal they are errors. An error with a probability near 1 is "
        "worth reading first: the text may be labelled wrongly, or hold a word that the net has learned to trust too "
        "much. One with a probability near one half the net could not decide.\n\nTexts that one net gets right and "
        "another wrong show **what** one has learned and the other not. Whether one is better by more than chance is "
        "decided by these texts alone (McNemar’s test), never by those where both are right or both wrong."
    ),
    show_texts,
)
