"""Reports side by side, confusion matrices, and what each run costs."""

import streamlit as st

from rnnviz.charts.judgement import confusion_heatmap
from rnnviz.language import N_, _
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.comparison import Comparison
from rnnviz.ui.page import page_style
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.tables import cost_table, report_table


def show_reports(comparison: Comparison) -> None:
    """The classification reports of the chosen part, and their confusion matrices."""
    runs, part = comparison.runs, comparison.part
    titles = {run.name: each.title for each in comparison.contestants if (run := each.run)}
    st.table(report_table(runs, titles, part), border="horizontal")
    st.subheader(_("Confusion matrices"))
    st.caption(_("Colour and percentage: share of the true class (row). Number: texts."))
    for column, each in zip(st.columns(len(comparison.contestants)), comparison.contestants, strict=True):
        figure = confusion_heatmap(each.report["confusion"][part], each.classes, page_style())
        column.markdown(f":{each.mark}[**{each.title}**]")
        with column:
            show_picture(figure, _("Confusion matrix") + f" · {each.title}", f"confusion {each.name}")
    st.subheader(_("What each costs"))
    st.table(cost_table(runs, titles), border="horizontal", hide_index=False)


REPORTS = View(
    "reports",
    N_("Reports"),
    ":material/table_chart:",
    N_("Which net is best, and at what? The best figure of each row is bold and has a star."),
    N_(
        "**Precision** of a class: of the texts that were given this class, the share that has it. **Recall**: of the "
        "texts that have it, the share that was found. **F1** is their harmonic mean, $2pr/(p + r)$. The **macro "
        "average** counts every class alike, the **weighted average** every text."
    ),
    show_reports,
)
