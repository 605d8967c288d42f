"""Slices: how good the answers are to long and short texts, to known and unknown tokens, to each class and kind."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from rnnviz.charts.slices import Drawn, slice_dots
from rnnviz.evaluation.slices import LEVEL, Marks, Slice, judge_slices
from rnnviz.language import N_, _, ngettext, number
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.comparison import Comparison
from rnnviz.ui.judged import Judged, judged
from rnnviz.ui.linked_choice import choose_in_box
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import page_style
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.slicing import RARE, marks_of, slicings_of, title_of
from rnnviz.ui.written import written

BY_KEY = "by"
MOST_SAID = 8
"""Slices that are named in sentences; the table has all."""


def show_slices(comparison: Comparison) -> None:
    """What is worse than the rest, in words; then one slicing as a picture and a table."""
    everyone = judged(comparison)
    if not everyone:
        return
    base = everyone[0]
    marks = {each.name: marks_of(base, each) for each in everyone}
    there = [each for each in everyone if (marks[each.name] >= 0).any()]
    for each in everyone:
        say_asked(each, base, marks[each.name])
    slicings = [slicing for slicing in slicings_of(base) if len(set(slicing.of.tolist()) - {-1}) > 1]
    if not slicings:
        st.info(_("All texts of this part are alike in what they could be sliced by, or there is only one."))
        return
    slices = judge_slices(slicings, {each.name: marks[each.name] for each in there})
    say_worse(slices, {each.name: each for each in there})
    names = [slicing.name for slicing in slicings]
    by = choose_in_box(BY_KEY, _("Slice the texts by"), names, names[0], title_of)
    (places,) = [{name: place for place, name in enumerate(each.slices)} for each in slicings if each.name == by]
    chosen = sorted((each for each in slices if each.slicing == by), key=lambda each: places[each.name])
    show_slicing(chosen, there, marks, by)


def say_asked(each: Judged, base: Judged, marks: Marks) -> None:
    """Say it where a contestant was asked only some of the texts, or none."""
    asked = int((marks >= 0).sum())
    if asked == len(marks):
        return
    st.warning(
        _("{title} was asked {count} of the {all} texts of {base}; only those are counted for it.").format(
            title=f"**{escaped(each.title)}**",
            base=f"**{escaped(base.title)}**",
            count=number(asked),
            all=number(len(marks)),
        ),
        icon=":material/warning:",
    )


def say_worse(slices: Sequence[Slice], contestants: dict[str, Judged]) -> None:
    """A sentence for each slice that is worse than the rest by more than chance: those of runs, the surest first."""

    def order(each: Slice) -> tuple[bool, float, float]:
        return contestants[each.contestant].contestant.run is None, each.corrected, each.accuracy

    same = {name: each for name, each in contestants.items() if len(set(each.answers.predicted.tolist())) == 1}
    worse = sorted((each for each in slices if each.worse and each.contestant not in same), key=order)
    for found in worse[:MOST_SAID]:
        judge = contestants[found.contestant]
        st.markdown(
            _(
                ":material/trending_down: {contestant} is worse at **{slicing}: {slice}** than at the rest by more "
                "than chance: {accuracy} of {texts} texts against {rest} of {others} ({p})."
            ).format(
                contestant=f":{judge.contestant.mark}[**{escaped(judge.title)}**]",
                slicing=escaped(title_of(found.slicing)),
                slice=escaped(found.name),
                accuracy=number(found.accuracy, ".1%"),
                texts=number(found.texts),
                rest=number(found.rest, ".1%"),
                others=number(found.rest_texts),
                p=probability(found.corrected),
            )
        )
    if len(worse) > MOST_SAID:
        st.markdown(
            ngettext(
                "And {count} more; the tables below mark them all.",
                "And {count} more; the tables below mark them all.",
                len(worse) - MOST_SAID,
            ).format(count=number(len(worse) - MOST_SAID))
        )
    for each in same.values():
        st.caption(
            _("{contestant} always answers “{name}”: its slices only tell how common this class is in them.").format(
                contestant=escaped(each.title), name=escaped(each.answers.classes[each.answers.predicted[0]])
            )
        )
    if not worse:
        st.markdown(_("No slice is worse than the rest by more than chance."))
    st.caption(
        ngettext(
            "{count} comparison of a slice with the rest was made, over all ways to slice.",
            "{count} comparisons of a slice with the rest were made, over all ways to slice and all contestants; p is "
            "corrected for all of them (Holm), and has to be below {level}.",
            len(slices),
        ).format(count=number(len(slices)), level=number(LEVEL, ".2f"))
    )


def show_slicing(slices: Sequence[Slice], there: Sequence[Judged], marks: dict[str, Marks], by: str) -> None:
    """The picture of one slicing, and its table."""
    drawn = {
        each.name: Drawn(
            each.title, each.contestant.colour, float((marks[each.name][marks[each.name] >= 0] == 1).mean())
        )
        for each in there
    }
    title = title_of(by)
    show_picture(slice_dots(slices, drawn, title, page_style()), _("Accuracy by slice") + f" · {title}", "slices")
    st.caption(
        _(
            "Dot: accuracy on the slice. Whisker: its 95% interval (Wilson). Dotted upright: accuracy on all texts. "
            "A ring marks a slice that is worse than the rest by more than chance."
        )
    )
    if by == "rare":
        st.caption(
            _("Rare is a token that stands at most {count} times in the training texts, or never.").format(count=RARE)
        )
    titles = {each.name: each.title for each in there}
    st.dataframe(
        written(
            slice_table(slices, titles),
            {
                **dict.fromkeys((_("accuracy"), _("95% interval from"), _("95% interval to"), _("the rest")), ".1%"),
                _("p, corrected"): ".2g",
            },
        ),
        hide_index=True,
        key="slice_table",
        alt=_("Every slice with its texts, accuracy, interval, the rest, and p."),
    )


def slice_table(slices: Sequence[Slice], titles: dict[str, str]) -> list[dict[str, Any]]:
    """A row for each slice and contestant."""
    return [
        {
            _("slice"): each.name,
            _("contestant"): titles[each.contestant],
            _("texts"): each.texts,
            _("accuracy"): each.accuracy,
            _("95% interval from"): each.low,
            _("95% interval to"): each.high,
            _("the rest"): each.rest,
            _("p, corrected"): each.corrected,
            _("verdict"): _("worse than the rest") if each.worse else "",
        }
        for each in slices
    ]


def probability(p: float) -> str:
    """A p-value with as many digits as mean something."""
    return "p < " + number(0.001, ".3f") if p < 0.001 else "p = " + number(p, ".3f")


SLICES = View(
    "slices",
    N_("Slices"),
    ":material/pie_chart:",
    N_("Where is a net weak? One accuracy for all texts may hide a kind of texts that it seldom gets right."),
    N_(
        "A slice is some of the texts: the short ones, those with words that the net has never seen, those of one "
        "class or kind. Its accuracy $k/n$ is known the less surely the fewer texts it has; the **Wilson interval** "
        "says how surely.\n\nWhether it is worse than the rest is asked by a **test of two shares**, "
        "$z = (p_1 - p_2) / \\sqrt{p(1-p)(1/n_1 + 1/n_2)}$ with the share $p$ of both together, or by Fisher’s exact "
        "test where fewer than 5 texts would be expected in a cell of the table. Of twenty slices one looks bad by "
        "chance alone; so **Holm’s correction** multiplies the smallest p by the number of comparisons, the next one "
        "by one less, and so on.\n\nA slice that is worse says where to look, not why: length, class and rare words "
        "often come together."
    ),
    show_slices,
)
