"""Is it real? Intervals, tests of all pairs, and the spread over seeds: what chance alone would explain."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from rnnviz.charts.significance import Estimate, difference_matrix, forest
from rnnviz.evaluation.bootstrap import RESAMPLES, Interval, intervals_of_confusion
from rnnviz.evaluation.figures import ACCURACY, MACRO, WEIGHTED, Figure, figures_of
from rnnviz.evaluation.significance import Pair
from rnnviz.evaluation.verdicts import (
    TESTS,
    bounds_said,
    correction,
    figure_title,
    p_said,
    percent,
    points,
    refusal,
    verdict,
)
from rnnviz.language import N_, _, number
from rnnviz.ui import link
from rnnviz.ui.compare_views.paired import Paired, paired_answers, tested
from rnnviz.ui.compare_views.seeds import show_seeds
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.comparison import PARTS, Comparison, Contestant
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import page_style, say
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.table import show_table

FIGURE_KEY = "figure"
FEW_TEXTS = 20
"""Of a class, or of a part: below this the bounds were measured to hold the truth in 80 to 90 of 100, not in 95."""


def show_chance(comparison: Comparison) -> None:
    """Each contestant's figure with its interval, then every pair, then the seeds."""
    figure = choose_figure(comparison)
    show_intervals(comparison, figure)
    show_pairs(comparison, figure)
    show_seeds(comparison, figure)


def choose_figure(comparison: Comparison) -> Figure:
    """The figure of the report that is looked at."""
    known = {str(figure): figure for figure in figures_of(comparison.classes)}
    link.take(FIGURE_KEY, lambda given: link.one_of(_("Figure"), known, given[-1]))
    if st.session_state.get(FIGURE_KEY) not in known:
        st.session_state[FIGURE_KEY] = ACCURACY
    chosen: str = st.selectbox(
        _("Figure"),
        list(known),
        format_func=lambda name: figure_title(known[name]),
        key=FIGURE_KEY,
        persist_state="session",
        width=320,
    )
    link.give(FIGURE_KEY, [] if chosen == ACCURACY else [chosen])
    return known[chosen]


def axis_title(figure: Figure, part: str) -> str:
    """The figure and the part, as the title of an axis."""
    title = figure_title(figure)
    return f"{title[:1].upper()}{title[1:]} · {_(PARTS[part])}"


def support_of(each: Contestant, part: str, figure: Figure) -> int:
    """The texts that a figure of a contestant stands on."""
    row = figure.row if figure.row in each.classes else WEIGHTED
    return int(each.report[part][row]["support"])


@st.cache_resource(max_entries=256, show_spinner=False)
def bounded(confusion: list[list[int]], classes: tuple[str, ...], figure: Figure) -> Interval:
    """A figure with its interval; kept."""
    return intervals_of_confusion(confusion, classes, [figure])[figure]


def knows(each: Contestant, figure: Figure) -> bool:
    return figure.row in (ACCURACY, MACRO, WEIGHTED, *each.classes)


def show_intervals(comparison: Comparison, figure: Figure) -> None:
    """The figure of each contestant with its interval, as a picture and as a table."""
    part = comparison.part
    found = {
        each.name: bounded(each.report["confusion"][part], each.classes, figure)
        for each in comparison.contestants
        if knows(each, figure)
    }
    shown = [each for each in comparison.contestants if each.name in found]
    reference = found.get(comparison.reference.name)
    estimates = [Estimate(each.title, each.colour, found[each.name]) for each in shown]
    picture, table = st.columns([3, 2], vertical_alignment="center")
    with picture:
        axis = axis_title(figure, part)
        title = _("{figure} with its 95% interval").format(figure=axis)
        show_picture(forest(estimates, reference.value if reference else None, axis), title, "chance intervals")
    with table:
        show_table(
            {
                f":{each.mark}[**{escaped(each.title)}**]": _interval_row(each, found.get(each.name), part, figure)
                for each in comparison.contestants
            },
            _("Contestant"),
        )
    st.caption(
        _(
            "The bars are bootstrap intervals from {count} resamples of the texts, always the same ones; the dashed "
            "line is the reference. They tell how far the figure may be off because there are only so many texts, "
            "not what another training would give."
        ).format(count=number(RESAMPLES))
    )
    few = [each for each in shown if support_of(each, part, figure) < FEW_TEXTS]
    if few:
        st.caption(
            _("Of fewer than {count} texts or so the bounds are too narrow: take them as a rough guess.").format(
                count=FEW_TEXTS
            )
        )
    if reference and len(shown) < len(comparison.contestants):
        st.caption(_("“—”: a class that this one does not know."))


def _interval_row(each: Contestant, found: Interval | None, part: str, figure: Figure) -> dict[str, str]:
    texts = support_of(each, part, figure)
    return {
        _("figure"): percent(found.value if found else None, texts),
        _("low"): percent(found.low if found else None, texts),
        _("high"): percent(found.high if found else None, texts),
        _("texts"): number(texts) if found else "—",
    }


def show_pairs(comparison: Comparison, figure: Figure) -> None:
    """What the tests say of every pair, in words and in figures; which pairs can't be tested, and why."""
    if len(comparison.contestants) < 2:
        st.info(_("Choose at least two runs to compare: one alone has nothing to differ from."))
        return
    st.subheader(_("Is the difference real?"))
    found = paired_answers(comparison)
    for error in found.errors:
        say(error)
    titles = {each.name: each.title for each in comparison.contestants}
    pairs = tested(found, figure)
    if pairs:
        show_verdicts(comparison, figure, pairs, titles)
        show_differences(pairs, titles)
    show_refused(found, titles)


def show_verdicts(comparison: Comparison, figure: Figure, pairs: Sequence[Pair], titles: dict[str, str]) -> None:
    """A sentence for each pair with the reference; those of the other pairs in a box that opens."""
    name = comparison.reference.name
    told = [pair for pair in pairs if name in (pair.a, pair.b)] or list(pairs)
    others = [pair for pair in pairs if pair not in told]

    def say_all(some: Sequence[Pair]) -> None:
        said = (verdict(pair, figure, comparison.part, titles, len(pairs)) for pair in some)
        st.markdown("\n".join(_line(sentence, pair) for sentence, pair in zip(said, some, strict=True)))

    say_all(told)
    if others:
        with st.expander(_("The other pairs in words")):
            say_all(others)
    if said := correction(pairs):
        st.caption(said)
    if comparison.part == "train":
        st.caption(_("The nets learned from these texts: who is better on them need not be better on new ones."))


def _line(said: str, pair: Pair) -> str:
    icon = ":material/check_circle:" if pair.real else ":material/casino:"
    return f"- {icon} {escaped(said)}"


def show_differences(pairs: Sequence[Pair], titles: dict[str, str]) -> None:
    """All pairs: the matrix of differences, and the table with intervals and p."""
    if len(pairs) > 1:
        named = {name: title for name, title in titles.items() if any(name in (pair.a, pair.b) for pair in pairs)}
        title = _("Differences of all pairs, in points")
        show_picture(difference_matrix(named, pairs, page_style()), title, "chance differences")
        st.caption(_("Row less column. ★: more than chance explains, after Holm’s correction."))
    st.dataframe(
        [_pair_row(pair, titles) for pair in pairs],
        hide_index=True,
        key="chance pairs",
        height="content",
        row_height=32,
    )


def _pair_row(pair: Pair, titles: dict[str, str]) -> dict[str, Any]:
    return {
        _("first"): titles[pair.a],
        _("second"): titles[pair.b],
        _("difference, points"): points(pair.difference.value, pair.texts, sign=True),
        _("real?"): _("real") if pair.real else _("may be chance") if pair.differ else _("alike"),
        _("95% interval"): bounds_said(pair.difference, pair.texts),
        _("only the first right"): number(pair.only_a),
        _("only the second right"): number(pair.only_b),
        _("test"): _(TESTS[pair.test]),
        _("p"): p_said(pair.p),
        _("p after Holm"): p_said(pair.adjusted),
    }


def show_refused(found: Paired, titles: dict[str, str]) -> None:
    """One sentence for each reason why pairs are not tested."""
    for reason, names in found.refused.items():
        said = refusal(reason, [(titles[a], titles[b]) for a, b in names])
        st.info(escaped(said), icon=":material/link_off:")


CHANCE = View(
    "chance",
    N_("Is it real?"),
    ":material/casino:",
    N_("Is one net better, or was it lucky with these texts? Look whether a difference is more than chance explains."),
    N_(
        "**Bootstrap**: as many texts are drawn with replacement, again and again; the figure of 95% of the draws lies "
        "in the interval. **McNemar’s test** looks only at the texts that one gets right and the other wrong, $b$ and "
        "$c$ of them: were both equally good, $b$ would be like heads in $b + c$ tosses of a coin. Exact for fewer "
        "than 25 of them, else $\\chi^2 = (|b - c| - 1)^2 / (b + c)$. Figures that do not count right answers, as "
        "F1, are tested by **randomisation**: exchange the two answers to a text by a coin’s toss, and see how often "
        "the difference comes out as large. **Holm** multiplies the smallest of $m$ values of $p$ by $m$, the next "
        "by $m - 1$, and so on: many comparisons find something by chance."
    ),
    show_chance,
)
