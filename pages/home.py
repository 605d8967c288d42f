"""Home: type a name, and three nets answer with every key."""

import streamlit as st

from rnnviz.charts.heatmaps import ALONE
from rnnviz.insight.trace import trace
from rnnviz.language import N_, _, number
from rnnviz.text.library import IMDB
from rnnviz.training.trained import Reading, TrainedModel
from rnnviz.ui import link, resources
from rnnviz.ui.answer_cards import show_answers
from rnnviz.ui.choose import TEXT_KEY, cell_title, default_runs, open_models, read, say_damaged, type_text
from rnnviz.ui.page import HOME, PAGES, live, page_setup, page_style
from rnnviz.ui.trace_picture import View, bring, draw_trace, values_of

KIND_KEY = "read"
KINDS = {"names": N_("A name"), "reviews": N_("A film review")}
DATASETS = {"names": None, "reviews": IMDB}
"""Whose nets read it; None stands for the names in the user's language."""
TURN = resources.turn()
"""When a whole class types, one page is drawn after the other: all at once, each would wait for all the others."""


def ask() -> None:
    """The text box, three answers, and one picture of what happened inside."""
    with TURN:
        answer()


def answer() -> None:
    dataset = choose_kind()
    known = resources.runs()
    runs, models = open_models([known[name] for name in default_runs(dataset)])
    if not models:
        st.info(_("The trained models that come with the app are missing. Train some on the page “Train”."))
        return
    best = max(run.report["test"]["accuracy"] for run in runs)
    text = type_text(_("Type; the nets answer with every key"), dataset)
    readings = read(models, text)
    show_answers(models, readings)
    st.caption(
        _("On texts it has never seen, the best of these nets is right in {share} of the cases.").format(
            share=number(best, ".0%")
        )
    )
    look_inside(models, readings)


def choose_kind() -> str | None:
    """The dataset whose nets answer: names, or film reviews where nets for them came with the app."""
    if not default_runs(IMDB):
        return None
    link.take(KIND_KEY, lambda given: link.one_of(_("What is read"), KINDS, given[-1]))
    link.offer(KIND_KEY, "names")
    kind = st.segmented_control(
        _("What is read"),
        list(KINDS),
        format_func=lambda kind: _(KINDS[kind]),
        required=True,
        key=KIND_KEY,
        persist_state="session",
        on_change=lambda: st.session_state.pop(TEXT_KEY, None),
    )
    link.give(KIND_KEY, [] if kind == "names" else [str(kind)])
    return DATASETS[str(kind)]


def look_inside(models: list[TrainedModel], readings: list[Reading]) -> None:
    by_cell = {model.config.model.cell: (model, reading) for model, reading in zip(models, readings, strict=True)}
    cell = st.segmented_control(
        _("Look inside"),
        list(by_cell),
        format_func=cell_title,
        default="lstm" if "lstm" in by_cell else next(iter(by_cell)),
        required=True,
        key="home_cell",
    )
    traced = trace(*by_cell[cell])
    quantities = {quantity.name: quantity for quantity in traced.quantities}
    name = st.segmented_control(
        _("State or gate"),
        list(quantities),
        format_func=lambda name: _(quantities[name].title),
        default="forget" if "forget" in quantities else traced.gates[0].name if traced.gates else "hidden",
        required=True,
        key=f"home_quantity_{cell}",
    )
    title = f"{cell_title(cell)} · {_(quantities[name].title)}"
    everything, words = range(len(traced.tokens)), by_cell[cell][0].config.text.unit != "character"
    values = values_of("home", traced, everything, answers=False)
    view = View((quantities[name],), everything, panel=ALONE, words=words)
    with st.container(gap=None):
        bring("home_trace", values)
        draw_trace(traced, values, view, page_style(), title, "home_heatmap")
    st.caption(_("Each column is a token, each row a unit. Type on and see which units open or close."))


page_setup(HOME)
st.markdown(
    _(
        "A recurrent network reads a text one token at a time and keeps what it has understood so far "
        "in its **hidden state**. Here are some that have learned to guess from a pet’s name "
        "whether it is a dog or a cat, and from a film review whether it praises or blames."
    )
)
say_damaged()
live(ask)()
st.subheader(_("What you can do here"))
for page in PAGES[1:]:
    way, promise = st.columns([1, 4], vertical_alignment="center")
    way.page_link(page.file, label=_(page.title), icon=page.icon)
    promise.write(_(page.promise))
resources.engine()
