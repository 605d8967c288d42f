"""Calibration: whether what a net says of its answers is so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from rnnviz.charts.calibration import Calibrated, reliability_diagram
from rnnviz.charts.gradients import dashes
from rnnviz.evaluation.answers import Answers
from rnnviz.evaluation.calibration import (
    EQUAL_COUNT,
    EQUAL_WIDTH,
    Reliability,
    Stated,
    brier_score,
    log_loss,
    of_class,
    of_prediction,
    reliability,
    ruled_out,
    verdict,
    worst_bin,
)
from rnnviz.language import N_, _, ngettext, number
from rnnviz.ui import link
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.comparison import PARTS, Comparison, Contestant, answers_of
from rnnviz.ui.linked_choice import choose_in_row
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import live
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.table import Table, show_table

OF_KEY, KIND_KEY, BINS_KEY = "calibration_of", "bins_of", "bins"
KIND_TITLES = {EQUAL_WIDTH: N_("equally wide"), EQUAL_COUNT: N_("equally many texts")}
USUAL_BINS, FEWEST, MOST = 10, 5, 20
PREDICTED = ""
"""In place of a class: whichever was predicted."""

VERDICTS = {
    "over": N_("**{title}** says {said} on average and is right {so} of the time: overconfident."),
    "under": N_("**{title}** says {said} on average and is right {so} of the time: underconfident."),
    "chance": N_(
        "**{title}** says {said} on average and is right {so} of the time: no further apart than chance makes it."
    ),
}
CLASS_VERDICTS = {
    "over": N_("**{title}** says {said} on average, and {so} of the texts are “{name}”: too high."),
    "under": N_("**{title}** says {said} on average, and {so} of the texts are “{name}”: too low."),
    "chance": N_(
        "**{title}** says {said} on average, and {so} of the texts are “{name}”: no further apart than chance makes it."
    ),
}
WORST = N_("Most is lost where it says about {said}: there it is so {so} of the time (texts: {count}).")


@dataclass(frozen=True, eq=False)
class Found:
    """What was found of one of those that are compared."""

    contestant: Contestant
    answers: Answers
    stated: Stated
    diagram: Reliability


def show_calibration(comparison: Comparison) -> None:
    """Fetch the answers; what the boxes change is a part of the page of its own."""
    answers = answers_of(comparison)
    if answers is not None:
        live(draw)(comparison, answers)


def draw(comparison: Comparison, answers: Mapping[str, Answers]) -> None:
    """The diagram, what it says in words, and the figures."""
    of_column, kind_column, bins_column = st.columns(3)
    with of_column:
        name = choose_of(comparison)
    with kind_column:
        kind = choose_kind()
    with bins_column:
        bins = choose_bins()
    found = [
        Found(each, its, stated, reliability(stated, bins, kind))
        for each in comparison.contestants
        if name in (PREDICTED, *(its := answers[each.name]).classes)
        for stated in (of_class(its, name) if name else of_prediction(its),)
    ]
    if without := [each.title for each in comparison.contestants if each not in [one.contestant for one in found]]:
        titles = ", ".join(map(escaped, without))
        st.info(_("They have no class “{name}”: {titles}.").format(name=escaped(name), titles=titles))
    st.markdown("\n".join(f"- {sentence(each, name)}" for each in found))
    lines = dashes([each.contestant.colour for each in found])
    calibrated = [
        Calibrated(each.contestant.title, each.contestant.colour, dash, each.diagram)
        for each, dash in zip(found, lines, strict=True)
    ]
    stated_title, observed_title = axis_titles(name)
    figure = reliability_diagram(calibrated, stated_title, observed_title)
    show_picture(figure, _("Calibration curve"), "calibration")
    st.caption(
        _(
            "A point a bin of probabilities; in the legend: the expected calibration error. On the dotted diagonal it "
            "is as it was said, below it too much was promised. A point that rests on few texts means little: their "
            "numbers stand below it. Counted on: {part}."
        ).format(part=_(PARTS[comparison.part]))
    )
    show_table(figures_table(found))
    say_ruled_out(found)
    with st.expander(_("The curve as a table"), icon=":material/table:"):
        st.dataframe(bins_table(found), hide_index=True, width="stretch")


def choose_of(comparison: Comparison) -> str:
    """Which probability: that of the predicted class, or of one class."""
    classes = (PREDICTED, *comparison.classes)
    link.take(OF_KEY, lambda given: link.one_of(_("Class"), classes, given[-1]))
    if st.session_state.get(OF_KEY) not in classes:
        st.session_state[OF_KEY] = PREDICTED
    name: str = st.selectbox(
        _("Probability"),
        classes,
        format_func=lambda name: _("P({name})").format(name=name) if name else _("of the predicted class"),
        key=OF_KEY,
        persist_state="session",
    )
    link.give(OF_KEY, [name] if name else [])
    return name


def choose_kind() -> str:
    """Bins of equal width, or with equally many texts."""
    return choose_in_row(KIND_KEY, _("Bins"), list(KIND_TITLES), EQUAL_WIDTH, lambda kind: _(KIND_TITLES[kind]))


def choose_bins() -> int:
    """How many."""
    link.take(BINS_KEY, link.whole_number(_("Number of bins"), FEWEST, MOST))
    link.offer(BINS_KEY, USUAL_BINS)
    bins: int = st.slider(_("Number of bins"), FEWEST, MOST, key=BINS_KEY, persist_state="session")
    link.give(BINS_KEY, [] if bins == USUAL_BINS else [str(bins)])
    return bins


def axis_titles(name: str) -> tuple[str, str]:
    """What was said, and what was so."""
    if name:
        return _("P({name}) that was said").format(name=name), _("Share that is “{name}”").format(name=name)
    return _("Probability of the predicted class"), _("Share that is right")


def sentence(found: Found, name: str) -> str:
    """The verdict on one contestant, and where it errs most if that is more than chance."""
    stated = found.stated
    said = (CLASS_VERDICTS if name else VERDICTS)[verdict(stated)]
    text = _(said).format(
        title=escaped(found.contestant.title), said=share(stated.mean), so=share(stated.share), name=escaped(name)
    )
    worst = worst_bin(stated, found.diagram)
    if worst is not None and len(worst.so) < len(stated.so):
        text += " " + _(WORST).format(said=share(worst.mean), so=share(worst.share), count=number(len(worst.so)))
    return text


def share(value: float) -> str:
    """A share in a sentence."""
    return number(value, ".1%")


def figures_table(found: Sequence[Found]) -> Table:
    """Accuracy, confidence and the three errors: a row a contestant; smaller errors are better."""
    columns: dict[str, Callable[[Found], str]] = {
        _("accuracy"): lambda each: number(float(each.answers.correct.mean()), ".3f"),
        _("mean confidence"): lambda each: number(float(each.answers.confidence.mean()), ".3f"),
        _("expected calibration error"): lambda each: number(each.diagram.expected_error, ".3f"),
        _("Brier score (0 to 2)"): lambda each: number(brier_score(each.answers), ".3f"),
        _("log loss, nats"): lambda each: number(log_loss(each.answers), ".3f"),
    }
    return {escaped(each.contestant.title): {title: show(each) for title, show in columns.items()} for each in found}


def say_ruled_out(found: Sequence[Found]) -> None:
    """A probability of 0 for what was so would make the log loss infinite."""
    for each in found:
        if count := ruled_out(each.answers):
            st.caption(
                ngettext(
                    "{title} gave {count} text a probability of (almost) 0 for its true class. Its log loss would be "
                    "infinite; the probability is counted as 0.00000012, as scikit-learn does.",
                    "{title} gave {count} texts a probability of (almost) 0 for their true class. Its log loss would "
                    "be infinite; the probability is counted as 0.00000012, as scikit-learn does.",
                    count,
                ).format(title=escaped(each.contestant.title), count=number(count))
            )


def bins_table(found: Sequence[Found]) -> list[dict[str, Any]]:
    """The points of the diagram: a row a contestant and bin."""
    rows = []
    for each in found:
        diagram = each.diagram
        for place, bin_number in enumerate(diagram.numbers):
            low, high = diagram.edges[bin_number : bin_number + 2]
            rows.append(
                {
                    _("Run"): each.contestant.title,
                    _("Bin"): f"{number(low, '.3f')} – {number(high, '.3f')}",
                    _("Said"): share(diagram.stated[place]),
                    _("Was so"): share(diagram.observed[place]),
                    _("Texts"): int(diagram.counts[place]),
                }
            )
    return rows


CALIBRATION = View(
    "calibration",
    N_("Calibration"),
    ":material/speed:",
    N_(
        "When a net says 80%, is it right four times out of five? Below the diagonal it promises too much, above it "
        "too little."
    ),
    N_(
        "Texts are put into bins by the probability $p$ that was said. A net is calibrated where in every bin $B_m$ "
        "the share that is right, $\\text{acc}(B_m)$, is the mean of $p$, $\\text{conf}(B_m)$. The **expected "
        "calibration error** is $\\sum_m \\frac{|B_m|}{n} |\\text{acc}(B_m) - \\text{conf}(B_m)|$ (Guo et al. 2017); "
        "it depends on the bins, so look at both kinds."
        "\n\nThe **Brier score** is the mean of $\\sum_k (p_k - y_k)^2$ over all classes $k$, between 0 and 2 (Brier "
        "1950); where only one of two classes is counted it is half of that. The **log loss** is the mean of "
        "$-\\ln p_{\\text{true}}$. Both reward being right and being honest about it; the calibration error only the "
        "second: who always says the shares of the classes is calibrated and useless."
        "\n\n“No further apart than chance makes it”: were all $p$ true, the number of right answers would vary with "
        "the variance $\\sum p(1-p)$; the distance is judged by that at 5%, for single bins divided by their number."
    ),
    show_calibration,
)
