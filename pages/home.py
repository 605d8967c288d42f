"""Home: type a name, and three nets answer with every key."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.heatmaps import ALONE
from rnnviz.insight.trace import trace
from rnnviz.language import N_, _, number
from rnnviz.models.cells import CELLS, Quantity
from rnnviz.text.library import IMDB
from rnnviz.training.trained import Reading, TrainedModel
from rnnviz.ui import link, resources
from rnnviz.ui.answer_cards import show_answers
from rnnviz.ui.choose import TEXT_KEY, cell_title, default_runs, open_models, own_runs, read, say_damaged, type_text
from rnnviz.ui.outdated import begin_anew, is_outdated, session_name, wait_until_sent
from rnnviz.ui.page import HOME, PAGES, live, page_setup, page_style
from rnnviz.ui.trace_picture import View, bring_script, draw_trace, values_of

KIND_KEY = "read"
KINDS = {"names": N_("A name"), "reviews": N_("A film review")}
DATASETS = {"names": None, "reviews": IMDB}
"""Whose nets read it; None stands for the names in the user's language."""
TURNS = resources.turns()
"""When a whole class types, one page is drawn after the other: all at once, each would wait for all the others.
Who has typed on while waiting is answered for what stands there now, with no wait from the start."""


def ask(dataset: str | None, cell: str, quantity: str) -> None:
    """The text box, the answers, and one picture of what happened inside: all that is drawn with every key."""
    session = session_name()
    with TURNS.of(session):
        if is_outdated():
            TURNS.keep_place(session)
            begin_anew()
        answer(dataset, cell, quantity)
    wait_until_sent()


def answer(dataset: str | None, cell: str, quantity: str) -> None:
    _runs, models = open_models(own_runs(dataset))
    if not models:
        say_missing()
        return
    readings = read(models, type_text(_("Type; the nets answer with every key"), dataset))
    show_answers(models, readings)
    inside = zip(models, readings, strict=True)
    by_cell = {model.config.model.cell: (model, reading) for model, reading in inside}
    if cell not in by_cell:  # its weights can't be read: another one is shown in its place
        cell = next(iter(by_cell))
        quantity = usual_quantity(cell)
    draw_inside(*by_cell[cell], quantity)


def say_missing() -> None:
    st.info(_("The trained models that come with the app are missing. Train some on the page “Train”."))


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


def choose_inside(cells: Sequence[str]) -> tuple[str, str]:
    """Of which net and which of its states and gates the picture is."""
    cell = st.segmented_control(
        _("Look inside"),
        cells,
        format_func=cell_title,
        default="lstm" if "lstm" in cells else cells[0],
        required=True,
        key="home_cell",
    )
    quantities = quantities_of(str(cell))
    name = st.segmented_control(
        _("State or gate"),
        list(quantities),
        format_func=lambda name: _(quantities[name].title),
        default=usual_quantity(str(cell)),
        required=True,
        key=f"home_quantity_{cell}",
    )
    return str(cell), str(name)


def quantities_of(cell: str) -> dict[str, Quantity]:
    """What of a cell is worth a picture, by name."""
    return {quantity.name: quantity for quantity in (*CELLS[cell].states, *CELLS[cell].gates)}


def usual_quantity(cell: str) -> str:
    """What the picture begins with: the forget gate, else the first gate, else the hidden state."""
    gates = [gate.name for gate in CELLS[cell].gates]
    return "forget" if "forget" in gates else (*gates, "hidden")[0]


def draw_inside(model: TrainedModel, reading: Reading, name: str) -> None:
    """One state or gate over the tokens of the text."""
    traced = trace(model, reading)
    quantity = quantities_of(traced.cell)[name]
    everything, words = range(len(traced.tokens)), model.config.text.unit != "character"
    values = values_of("home", traced, everything, answers=False)
    view = View((quantity,), everything, panel=ALONE, words=words)
    title = f"{cell_title(traced.cell)} · {_(quantity.title)}"
    draw_trace(traced, values, view, page_style(), title, "home_heatmap", with_values=True)


def begin() -> None:
    """What is drawn once stands around what is drawn with every key, and costs a typing class nothing."""
    dataset = choose_kind()
    runs = own_runs(dataset)
    if not runs:
        say_missing()
        return
    typed = st.container()
    bring_script()
    st.caption(_("Each column is a token, each row a unit. Type on and see which units open or close."))
    cell, quantity = choose_inside([run.config.model.cell for run in runs])
    best = max(run.report["test"]["accuracy"] for run in runs)
    st.caption(
        _("On texts it has never seen, the best of these nets is right in {share} of the cases.").format(
            share=number(best, ".0%")
        )
    )
    with typed:
        live(ask)(dataset, cell, quantity)


page_setup(HOME)
st.markdown(
    _(
        "A recurrent network reads a text one token at a time and keeps what it has understood so far "
        "in its **hidden state**. Here are some that have learned to guess from a pet’s name "
        "whether it is a dog or a cat, and from a film review whether it praises or blames."
    )
)
say_damaged()
begin()
st.subheader(_("What you can do here"))
for page in PAGES[1:]:
    way, promise = st.columns([1, 4], vertical_alignment="center")
    way.page_link(page.file, label=_(page.title), icon=page.icon)
    promise.write(_(page.promise))
resources.engine()
