"""Compare: reports of several runs next to each other."""

import streamlit as st

from rnnviz.charts.judgement import confusion_heatmap
from rnnviz.charts.style import cell_mark
from rnnviz.language import N_, _
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui.choose import choose_runs, short_titles
from rnnviz.ui.page import COMPARE, live, page_setup, page_style
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.tables import cost_table, report_table

PARTS = {"test": N_("Test"), "train": N_("Training")}


def judge(runs: list[RunInfo]) -> None:
    titles = short_titles(runs)
    if len({(run.dataset.fingerprint, run.config.text, run.config.seed) for run in runs}) > 1:
        st.warning(
            _(
                "These runs were not judged on the same texts: their dataset, cleaning or seed of the split differs. "
                "Compare their figures with care."
            ),
            icon=":material/warning:",
        )
    if len({run.classes for run in runs}) > 1:
        st.warning(_("These runs have different classes; rows are shown for each class of any of them."))
    st.subheader(_("Classification reports"))
    st.caption(_("The best figure of each row is bold and has a star. Test names were never seen in training."))
    for column, (part, title) in zip(st.columns(2), PARTS.items(), strict=True):
        with column:
            st.markdown(f"**{_(title)}**")
            st.table(report_table(runs, titles, part), border="horizontal")
    show_confusions(runs, titles)
    st.subheader(_("What each costs"))
    st.table(cost_table(runs, titles), border="horizontal", hide_index=False)


def show_confusions(runs: list[RunInfo], titles: dict[str, str]) -> None:
    st.subheader(_("Confusion matrices"))
    part = st.segmented_control(
        _("Part"), list(PARTS), format_func=lambda part: _(PARTS[part]), default="test", required=True, key="part"
    )
    st.caption(_("Colour and percentage: share of the true class (row). Number: texts."))
    for column, run in zip(st.columns(len(runs)), runs, strict=True):
        figure = confusion_heatmap(run.report["confusion"][part], run.classes, page_style())
        column.markdown(f":{cell_mark(run.config.model.cell)}[**{titles[run.name]}**]")
        with column:
            show_picture(figure, _("Confusion matrix") + f" · {titles[run.name]}", f"confusion {run.name}")


page_setup(COMPARE)
live(judge)(choose_runs(least=2))
