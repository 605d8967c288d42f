"""Threshold: one class against the rest, ROC and precision-recall, and what any threshold makes of it."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from rnnviz.charts.gradients import dashes
from rnnviz.charts.thresholds import Judged, precision_recall_curves, roc_curves
from rnnviz.errors import OUT_OF_RANGE, BadInput
from rnnviz.evaluation.answers import Answers
from rnnviz.evaluation.curves import one_against_rest, pair_names
from rnnviz.evaluation.report import classification_report
from rnnviz.language import N_, _, number
from rnnviz.ui import link
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.comparison import PARTS, Comparison, Contestant, answers_of
from rnnviz.ui.linked_choice import choose_in_row
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import live
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.table import Table, show_table
from rnnviz.ui.tables import starred

CLASS_KEY, CHOICE_KEY, THRESHOLD_KEY = "positive", "threshold_by", "threshold"
CHOICES = {"hand": N_("One for all"), "validation": N_("Each its best F1 on validation")}
USUAL = 0.5
ALLOWED = np.arange(101) / 100
"""The positions of the slider, among which the best is looked for."""
ACROSS = 4
"""Matrices in a row."""


def show_threshold(comparison: Comparison) -> None:
    """Fetch the answers; what moves with the slider is a part of the page of its own."""
    answers = answers_of(comparison)
    if answers is not None:
        live(draw)(comparison, answers)


def draw(comparison: Comparison, answers: Mapping[str, Answers]) -> None:
    """The class and the threshold, both curves, and below them matrix and report of each."""
    class_column, choice_column = st.columns(2)
    with class_column:
        positive = choose_class(comparison)
    with choice_column:
        choice = choose_how(comparison)
    shown = [each for each in comparison.contestants if positive in answers[each.name].classes]
    if without := [each.title for each in comparison.contestants if each not in shown]:
        st.info(
            _("They have no class “{name}”: {titles}.").format(name=escaped(positive), titles=escaped_list(without))
        )
    thresholds = (
        best_on_validation(comparison, shown, positive)
        if choice == "validation"
        else dict.fromkeys([each.name for each in shown], choose_threshold())
    )
    if thresholds is None:
        return
    judged = [
        Judged(each.title, each.colour, dash, one_against_rest(answers[each.name], positive), thresholds[each.name])
        for each, dash in zip(shown, dashes([each.colour for each in shown]), strict=True)
    ]
    show_curves(judged, positive)
    with st.expander(_("The curves as a table"), icon=":material/table:"):
        st.dataframe(curves_table(judged), hide_index=True, width="stretch")
    st.caption(
        _(
            "A threshold is chosen on the validation texts, never on the test texts: on those that chose it, it looks "
            "better than it is. So no threshold is proposed from the test texts here; they only show what a threshold "
            "that was chosen elsewhere does."
        )
    )
    st.subheader(_("At this threshold") if choice == "hand" else _("Each at its threshold"))
    rest = _("the rest")
    show_table(report_at(judged, [answers[each.name].classes for each in shown], positive, rest))
    say_undefined(judged, positive, comparison.part)
    show_matrices(shown, judged, answers, positive, rest)


def choose_class(comparison: Comparison) -> str:
    """The class that is called positive; at first the last one of the reference."""
    classes = comparison.classes
    link.take(CLASS_KEY, lambda given: link.one_of(_("Class"), classes, given[-1]))
    usual = comparison.reference.classes[-1]
    if st.session_state.get(CLASS_KEY) not in classes:
        st.session_state[CLASS_KEY] = usual
    name: str = st.selectbox(
        _("Class to find"),
        classes,
        key=CLASS_KEY,
        persist_state="session",
        help=_("The positive class. All other classes together are the rest."),
    )
    link.give(CLASS_KEY, [] if name == usual else [name])
    return name


def choose_how(comparison: Comparison) -> str:
    """Where the thresholds come from: one of `CHOICES`; runs of long ago have no validation."""
    there = [
        choice
        for choice in CHOICES
        if choice == "hand" or all("validation" in each.report for each in comparison.contestants)
    ]
    return choose_in_row(
        CHOICE_KEY,
        _("Threshold"),
        there,
        "hand",
        lambda choice: _(CHOICES[choice]),
        help=_("A text is given the class where its probability is at least the threshold."),
    )


def choose_threshold() -> float:
    """The slider, whose place stands in the link."""
    link.take(THRESHOLD_KEY, parse_threshold)
    link.offer(THRESHOLD_KEY, USUAL)
    value: float = st.slider(
        _("Threshold of the probability"), 0.0, 1.0, step=0.01, key=THRESHOLD_KEY, persist_state="session"
    )
    link.give(THRESHOLD_KEY, [] if value == USUAL else [f"{value:.2f}"])
    return value


def parse_threshold(given: list[str]) -> float:
    """The threshold of a link; `BadInput` where it is not between 0 and 1."""
    try:
        value = float(given[-1])
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise BadInput(OUT_OF_RANGE, name=_("Threshold"), value=given[-1][:40], low=0, high=1)
    return round(value, 2)


def best_on_validation(comparison: Comparison, shown: Sequence[Contestant], positive: str) -> dict[str, float] | None:
    """The threshold of each with the best F1 on its validation texts; None while they have not answered them."""
    answers = answers_of(comparison, "validation")
    if answers is None:
        st.caption(_("The thresholds are chosen on the validation texts, and these have not been answered yet."))
        return None
    return {each.name: one_against_rest(answers[each.name], positive).best_f1(ALLOWED) for each in shown}


def show_curves(judged: Sequence[Judged], positive: str) -> None:
    """Both curves side by side; a sentence where one is not defined."""
    roc, precision_recall = st.columns(2)
    with roc:
        st.markdown(_("**ROC** · area under the curve"))
        if any(each.curve.roc_area is not None for each in judged):
            show_picture(roc_curves(judged), _("ROC curves"), "roc")
    with precision_recall:
        st.markdown(_("**Precision and recall** · average precision"))
        if any(each.curve.average_precision is not None for each in judged):
            show_picture(precision_recall_curves(judged), _("Precision-recall curves"), "precision recall")
    for each in judged:
        if not each.curve.positives:
            sentence = _("{title}: none of the texts is “{name}”, so there is no curve and no area.")
        elif not each.curve.negatives:
            sentence = _("{title}: all texts are “{name}”, so no false alarm is possible and there is no ROC curve.")
        else:
            continue
        st.info(sentence.format(title=escaped(each.title), name=escaped(positive)))


def curves_table(judged: Sequence[Judged]) -> list[dict[str, str]]:
    """Both curves at every tenth threshold: a row a contestant and threshold."""
    rows = []
    for each in judged:
        for threshold in ALLOWED[::10]:
            place, curve = each.curve.place(float(threshold)), each.curve
            rows.append(
                {
                    _("Run"): each.title,
                    _("Threshold"): number(threshold, ".1f"),
                    _("Recall"): _share(curve.recall[place]),
                    _("False alarms"): _share(curve.fallout[place]),
                    _("Precision"): _share(curve.precision[place]),
                }
            )
    return rows


def _share(value: float) -> str:
    return "—" if np.isnan(value) else number(float(value), ".3f")


def report_at(judged: Sequence[Judged], classes: Sequence[Sequence[str]], positive: str, rest: str) -> Table:
    """The report of the class against the rest: a row a figure, a column a contestant."""
    titles = [each.title for each in judged]
    names = [pair_names(own, positive, rest) for own in classes]
    reports = [
        classification_report(each.curve.confusion(each.threshold), pair)
        for each, pair in zip(judged, names, strict=True)
    ]
    other = names[0][0] if len(set(names)) == 1 else rest

    def row(values: Sequence[float | None]) -> dict[str, str]:
        return starred(dict(zip(titles, values, strict=True)))

    rows: dict[str, dict[str, str]] = {
        _("threshold"): {each.title: number(each.threshold, ".2f") for each in judged},
        _("accuracy"): row([report["accuracy"] for report in reports]),
    }
    for place, name in ((1, positive), (0, other)):
        for figure, title in (("precision", _("precision")), ("recall", _("recall")), ("f1-score", _("F1"))):
            values = [report[pair[place]][figure] for report, pair in zip(reports, names, strict=True)]
            called = [bool(each.curve.confusion(each.threshold)[:, place].sum()) for each in judged]
            known = [
                value if figure != "precision" or some else None for value, some in zip(values, called, strict=True)
            ]
            rows[f"{escaped(name)} · {title}"] = row(known)
    rows[_("macro average") + " · " + _("F1")] = row([report["macro avg"]["f1-score"] for report in reports])
    rows[_("area under the ROC curve")] = row([each.curve.roc_area for each in judged])
    rows[_("average precision")] = row([each.curve.average_precision for each in judged])
    return rows


def say_undefined(judged: Sequence[Judged], positive: str, part: str) -> None:
    """Why a precision is a dash, and on which texts all this was counted."""
    silent = [each.title for each in judged if not each.curve.confusion(each.threshold)[:, 1].sum()]
    if silent:
        st.caption(
            _(
                "At this threshold no text is called “{name}” by: {titles}. Precision is then a share of nothing, "
                "a dash in the table; averages count it as 0, as scikit-learn does."
            ).format(name=escaped(positive), titles=escaped_list(silent))
        )
    st.caption(_("Counted on: {part}. The best figure of each row is bold and has a star.").format(part=_(PARTS[part])))


def show_matrices(
    shown: Sequence[Contestant],
    judged: Sequence[Judged],
    answers: Mapping[str, Answers],
    positive: str,
    rest: str,
) -> None:
    """Two by two counts of each, with the share of the row."""
    pairs = list(zip(shown, judged, strict=True))
    for begin in range(0, len(pairs), ACROSS):
        for column, (each, found) in zip(st.columns(ACROSS), pairs[begin : begin + ACROSS], strict=False):
            names = pair_names(answers[each.name].classes, positive, rest)
            column.markdown(
                f":{each.mark}[**{escaped(each.title)}**] · "
                + _("threshold {value}").format(value=number(found.threshold, ".2f"))
            )
            with column:
                show_table(matrix(found, names))
    st.caption(_("Rows: the true class. Columns: what it is called at the threshold. Percentage: share of the row."))


def matrix(found: Judged, names: tuple[str, str]) -> Table:
    """The counts of one contestant; the class to find stands first."""
    counts = found.curve.confusion(found.threshold)[::-1, ::-1]
    rest, positive = (escaped(name) for name in names)
    return {
        name: {
            "→ " + called: f"{number(int(count))} ({number(count / max(row.sum(), 1), '.0%')})"
            for called, count in zip((positive, rest), row, strict=True)
        }
        for name, row in zip((positive, rest), counts, strict=True)
    }


def escaped_list(titles: Sequence[str]) -> str:
    """Names of contestants in a sentence."""
    return ", ".join(map(escaped, titles))


THRESHOLD = View(
    "threshold",
    N_("Threshold"),
    ":material/tune:",
    N_(
        "How sure must a net be before a text is called by a class? Move the threshold: recall is bought with false "
        "alarms. A curve that lies above another everywhere is the better net at any threshold."
    ),
    N_(
        "A text is called positive where $P(\\text{class}) \\ge \\theta$. For each $\\theta$ the **ROC** curve draws "
        "recall $TP/(TP + FN)$ over the share of false alarms $FP/(FP + TN)$. The area under it is the probability "
        "that a positive text gets a higher $P$ than one of the rest: 0.5 is chance, 1 is perfect."
        "\n\nThe **precision-recall** curve draws $TP/(TP + FP)$ over recall; where the class is rare it shows what "
        "ROC hides. **Average precision** is the area under its steps, $\\sum_n (R_n - R_{n-1}) P_n$; guessing "
        "reaches the share of the class."
        "\n\nThe threshold with the best **F1** is often far below one half where the class is frequent: F1 asks "
        "only for this class, and gives nothing for the rest that is rightly left out."
    ),
    show_threshold,
)
