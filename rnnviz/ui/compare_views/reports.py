"""Reports side by side: who is best at what, by how much, and which zeros are none of a net's making."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from rnnviz.charts.judgement import Measured, confusion_heatmap, difference_bars
from rnnviz.evaluation.figures import Figure, figures_of, value_in
from rnnviz.language import N_, _, number
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.comparison import Comparison, Contestant
from rnnviz.ui.folded import folded
from rnnviz.ui.linked_choice import choose_in_box, choose_in_row
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import page_style
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.table import show_table
from rnnviz.ui.tables import all_figures, figure_title, report_table

FIGURE_KEY, ORDER_KEY = "ranked", "order"
ORDERS = {"chosen": N_("as chosen"), "best": N_("best first")}
BESIDE = 4
"""Confusion matrices in one row."""
ROLES = {
    "train": N_(
        "Judged on the {count} training texts. The nets learned from them, so these figures also show what was learned "
        "by heart; only test tells how good a net is."
    ),
    "validation": N_(
        "Judged on the {count} validation texts. They chose the epoch of each run, so these figures are a little too "
        "good; only test chose nothing."
    ),
    "test": N_(
        "Judged on the {count} test texts. Validation chose the epoch of each run; test chose nothing and judges once."
    ),
}
"""What a part was for; several parts of different runs may be of different size."""


def show_reports(comparison: Comparison) -> None:
    """The differences in one figure as bars, the classification reports as a table, and what stands behind them."""
    part, reference = comparison.part, comparison.reference
    st.caption(role_of(comparison))
    figures = {str(figure): figure for figure in figures_of(comparison.classes)}
    figure_column, order_column = st.columns([2, 1])
    with figure_column:
        name = choose_in_box(
            FIGURE_KEY, _("Figure"), list(figures), "accuracy", lambda name: figure_title(figures[name])
        )
    with order_column:
        order = choose_in_row(ORDER_KEY, _("Order"), list(ORDERS), "chosen", lambda name: _(ORDERS[name]))
    contestants = list(comparison.contestants)
    if order == "best":
        contestants = best_first(contestants, figures[name], part)
    bars = [measured(each, figures[name], part) for each in contestants]
    show_picture(
        difference_bars(bars, measured(reference, figures[name], part), figure_title(figures[name]), page_style()),
        _("{figure}: difference to {reference}").format(figure=figure_title(figures[name]), reference=reference.title),
        "differences",
    )
    show_table(report_table(contestants, reference, part))
    st.caption(
        _(
            "Behind each figure stands its difference to {reference}. All bars have one scale; one with an arrow is "
            "too long for it."
        ).format(reference=escaped(reference.title))
    )
    for sentence in zeros(contestants, part):
        st.caption(f":material/info: {sentence}")
    show_digits(contestants, part)
    show_confusions(contestants, part)


def measured(contestant: Contestant, figure: Figure, part: str) -> Measured:
    return Measured(contestant.title, contestant.colour, value_in(contestant.report[part], figure))


def best_first(contestants: Sequence[Contestant], figure: Figure, part: str) -> list[Contestant]:
    """By one figure, those without it last; where they tie, as chosen."""
    values = {each.name: value_in(each.report[part], figure) for each in contestants}
    return sorted(contestants, key=lambda each: -1.0 if (value := values[each.name]) is None else value, reverse=True)


def role_of(comparison: Comparison) -> str:
    """What the part was for in these trainings, and which texts the baselines learned from."""
    supports = {each.report[comparison.part]["weighted avg"]["support"] for each in comparison.contestants}
    count = "–".join(number(support, ",.0f") for support in sorted({min(supports), max(supports)}))
    sentences = [_(ROLES[comparison.part]).format(count=count)]
    if len(comparison.runs) < len(comparison.contestants):
        baselines = _(
            "The baselines learned from the training texts of {run}, the first of the runs; validation chose the "
            "penalty of the n-grams."
        )
        sentences.append(baselines.format(run=escaped(comparison.contestants[0].title)))
    return " ".join(sentences)


def zeros(contestants: Sequence[Contestant], part: str) -> list[str]:
    """A sentence for those that never predict a class, and one for classes without any text: 0 / 0 counts as 0."""
    silent: dict[tuple[str, ...], list[str]] = {}
    absent: dict[tuple[str, ...], list[str]] = {}
    for each in contestants:
        counts = np.asarray(each.report["confusion"][part])
        for found, totals in ((silent, counts.sum(axis=0)), (absent, counts.sum(axis=1))):
            names = tuple(name for name, total in zip(each.classes, totals, strict=True) if total == 0)
            if names:
                found.setdefault(names, []).append(each.title)
    never = _(
        "Never predicted by {who}: {classes}. Precision would be 0 / 0 there; it counts as 0, as in scikit-learn, and "
        "so do recall and F1."
    )
    none = _("No text that {who} answered has the class {classes}: recall would be 0 / 0 there, and counts as 0.")
    return [
        sentence.format(
            who=escaped(", ".join(who)), classes=", ".join(_("“{token}”").format(token=escaped(name)) for name in names)
        )
        for sentence, found in ((never, silent), (none, absent))
        for names, who in found.items()
    ]


def show_digits(contestants: Sequence[Contestant], part: str) -> None:
    """Every figure with its digits, drawn when it is asked for; a click on a column sorts."""
    opened = folded(_("Every digit, to sort by any column"), ":material/sort:", "digits")
    if opened.open:
        table = all_figures(contestants, part)
        digits = st.column_config.NumberColumn(format="%.10f")
        opened.dataframe(table, width="stretch", key="every digit", column_config=dict.fromkeys(table.columns, digits))


def show_confusions(contestants: Sequence[Contestant], part: str) -> None:
    """The confusion matrices, drawn when they are asked for."""
    opened = folded(_("Confusion matrices"), ":material/grid_on:", "confusion")
    if not opened.open:
        return
    with opened:
        st.caption(_("Colour and percentage: share of the true class (row). Number: texts."))
        for first in range(0, len(contestants), BESIDE):
            columns = st.columns(min(BESIDE, len(contestants)))
            for column, each in zip(columns, contestants[first : first + BESIDE], strict=False):
                figure = confusion_heatmap(each.report["confusion"][part], each.classes, page_style())
                column.markdown(f":{each.mark}[**{escaped(each.title)}**]")
                with column:
                    show_picture(figure, _("Confusion matrix") + f" · {each.title}", f"confusion {each.name}")


REPORTS = View(
    "reports",
    N_("Reports"),
    ":material/table_chart:",
    N_("Which net is best, and at what? The best figure of each row is bold and has a star."),
    N_(
        "**Precision** of a class: of the texts that were given this class, the share that has it. **Recall**: of the "
        "texts that have it, the share that was found. **F1** is their harmonic mean, $2pr/(p + r)$. The **macro "
        "average** counts every class alike, the **weighted average** every text. The **baselines** are what can be "
        "had without a net: one that is no better than they are has learned nothing of the order of its tokens."
    ),
    show_reports,
)
