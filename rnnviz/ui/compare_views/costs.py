"""Costs: what was paid for the accuracy, in epochs, seconds, tokens, parameters and time for a prediction."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from rnnviz.charts.costs import (
    AXES,
    MEASURES,
    Bought,
    Learnt,
    Level,
    accuracy_against_price,
    learning_curves,
)
from rnnviz.charts.gradients import dashes
from rnnviz.errors import BadInput
from rnnviz.evaluation.costs import Pace, each_point, majority_share, measure_paces, points_gained
from rnnviz.language import N_, _, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui import link, resources
from rnnviz.ui.compare_views.view import View
from rnnviz.ui.comparison import PARTS, Comparison, Contestant
from rnnviz.ui.looking import tested_on
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import live
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.table import Table, show_table
from rnnviz.ui.tables import cost_table

AXIS_KEY, MEASURE_KEY, PRICE_KEY = "cost_axis", "cost_measure", "cost_price"
PRICES: dict[str, tuple[str, Callable[[RunInfo], float]]] = {
    "seconds": (N_("Training time, s"), lambda run: run.seconds),
    "parameters": (N_("Parameters"), lambda run: run.parameters),
}
GREY = "#888888"
PACES = 256
"""Paces kept."""
PaceKey = tuple[str, int]
"""The folder of a run, and the moment its files were written."""


def show_costs(comparison: Comparison) -> None:
    if not comparison.runs:
        st.info(_("None of these was trained here, so nothing is known of what they cost."))
        return
    live(draw_curves)(comparison)
    live(draw_prices)(comparison)


def draw_curves(comparison: Comparison) -> None:
    """The learning curves of all runs on one axis."""
    axis_column, measure_column = st.columns(2)
    with axis_column:
        axis = choose_one(AXIS_KEY, _("Along"), {name: _(title) for name, title in AXES.items()})
    with measure_column:
        measure = choose_one(MEASURE_KEY, _("Show"), {name: _(title) for name, title in MEASURES.items()})
    trained = [each for each in comparison.contestants if each.run]
    learnt = [
        Learnt(each.title, each.colour, dash, each.run.history, each.run.best_epoch)
        for each, dash in zip(trained, dashes([each.colour for each in trained]), strict=True)
        if each.run
    ]
    levels = baselines(comparison, "validation") if measure == "validation_accuracy" else []
    show_picture(learning_curves(learnt, axis, measure, levels), _("Learning curves"), "learning")
    st.caption(
        _(
            "The diamond is the epoch whose weights were kept: the one with the lowest validation loss; the test texts "
            "had no say. Training figures are means over an epoch while the net still learns, with dropout on. Tokens "
            "are counted without padding; seconds are those of training alone."
        )
    )
    if short := [escaped(each.title) for each in learnt if len(each.history) < 2]:
        st.info(
            _("Without an epoch of training there is no curve, only a point: {titles}.").format(titles=", ".join(short))
        )
    with st.expander(_("The curves as a table"), icon=":material/table:"):
        st.dataframe(epochs_table(learnt, axis, measure), hide_index=True, width="stretch")


def choose_one(key: str, label: str, titles: dict[str, str]) -> str:
    """One of a few, which stands in the link; the first does without."""
    first = next(iter(titles))
    link.take(key, lambda given: link.one_of(label, titles, given[-1]))
    link.offer(key, first)
    name: str = st.selectbox(label, list(titles), format_func=titles.__getitem__, key=key, persist_state="session")
    link.give(key, [] if name == first else [name])
    return name


def epochs_table(learnt: Sequence[Learnt], axis: str, measure: str) -> list[dict[str, Any]]:
    """The points of the curves: a row a run and epoch."""
    along = {_(AXES["epoch"]): "epoch", _(AXES[axis]): axis, _(MEASURES[measure]): measure}
    return [
        {
            _("Run"): run.title,
            **{title: epoch[name] for title, name in along.items()},
            _("kept"): "◆" if epoch["epoch"] == run.best_epoch else "",
        }
        for run in learnt
        for epoch in run.history
    ]


def baselines(comparison: Comparison, part: str) -> list[Level]:
    """The accuracy of those without a net."""
    return [
        Level(each.title, each.colour, each.report[part]["accuracy"])
        for each in comparison.contestants
        if each.run is None and part in each.report
    ]


def draw_prices(comparison: Comparison) -> None:
    """The table of costs, and accuracy against the price."""
    part = comparison.part
    st.subheader(_("What each costs"))
    trained = [each for each in comparison.contestants if each.run]
    place = st.container()
    offer_measuring(comparison.runs)
    with place:
        show_table(prices_table(trained, part))
    st.caption(
        _(
            "Points of accuracy are percentage points on: {part}, above the share of its largest class, which can be "
            "had for nothing. Seconds of training and milliseconds of a prediction are of the machine they were "
            "measured on and of what else it did: compare them only between runs of one machine."
        ).format(part=_(PARTS[part]))
    )
    price = choose_one(PRICE_KEY, _("Accuracy against"), {name: _(title) for name, (title, _of) in PRICES.items()})
    title, of = PRICES[price]
    bought = [
        Bought(each.title, each.colour, of(each.run), each.report[part]["accuracy"])
        for each in trained
        if each.run and of(each.run) > 0
    ]
    levels = baselines(comparison, part) or [largest_class(comparison.reference, part)]
    figure = accuracy_against_price(bought, _(title), levels)
    show_picture(figure, _("Accuracy against its price"), "prices")
    st.caption(
        _(
            "Up and to the left is better. The scale of the price is logarithmic; its figures stand in the table. "
            "Dotted levels are what can be had without a net; what they cost is not counted."
        )
    )


def largest_class(contestant: Contestant, part: str) -> Level:
    """What always saying the most frequent class reaches."""
    return Level(_("largest class"), GREY, majority_share(contestant.report["confusion"][part]))


def prices_table(trained: Sequence[Contestant], part: str) -> Table:
    """Settings and costs: a row a figure, a column a run."""
    runs = [each.run for each in trained if each.run]
    titles = {run.name: each.title for each, run in zip(trained, runs, strict=True)}
    rows: dict[str, Callable[[RunInfo], str]] = {
        _("accuracy"): lambda run: number(run.report[part]["accuracy"], ".3f"),
        _("share of the largest class"): lambda run: number(majority_share(run.report["confusion"][part]), ".3f"),
        _("training time to the kept epoch, s"): lambda run: number(run.history[run.best_epoch]["seconds"], ".1f"),
        _("tokens read in training"): lambda run: number(run.history[-1]["tokens"], ",.0f"),
        _("milliseconds a prediction"): pace_of,
        _("training seconds for a point"): lambda run: a_point(run.seconds, run, part, ",.2f"),
        _("parameters for a point"): lambda run: a_point(run.parameters, run, part, ",.0f"),
    }
    table = {title: {titles[run.name]: show(run) for run in runs} for title, show in rows.items()}
    return {**table, **cost_table(runs, titles)}


def a_point(paid: float, run: RunInfo, part: str, spec: str) -> str:
    """The price of a percentage point; a dash where nothing was gained."""
    price = each_point(paid, points_gained(run.report, part))
    return "—" if price is None else number(price, spec)


def pace_of(run: RunInfo) -> str:
    """The time of a prediction as it was measured last."""
    pace = paces().get(_pace_key(run))
    if pace is None:
        return _("not measured")
    return _("{median} ({low} to {high})").format(
        median=number(pace.milliseconds, ".2f"), low=number(pace.low, ".2f"), high=number(pace.high, ".2f")
    )


def offer_measuring(runs: Sequence[RunInfo]) -> None:
    """Measures the time of a prediction now; those whose texts are gone are named."""
    label = _("Measure how long a prediction takes")
    if st.button(label, icon=":material/timer:", key="measure_paces"):
        with st.spinner(_("Measuring …")):
            measure(runs)
    measured = [paces()[_pace_key(run)] for run in runs if _pace_key(run) in paces()]
    if measured:
        st.caption(
            _(
                "Milliseconds from the typed text to the probabilities, one test text at a time: the median, in "
                "brackets the 10% and 90% quantiles, of at least {readings} readings a run. The runs took turns, so "
                "that whatever else this server was doing met all of them alike; a training that runs at the same "
                "time makes all of them slower."
            ).format(readings=min(pace.readings for pace in measured))
        )


def measure(runs: Sequence[RunInfo]) -> None:
    """Measure all runs in turns, and keep what came out."""
    there = []
    refused: dict[str, None] = {}  # each reason once, also where several runs lack the same texts
    for run in runs:
        try:
            there.append((run, resources.model(run.name), tested_on(run)))
        except BadInput as error:
            refused[str(error)] = None
    for reason in refused:
        st.warning(escaped(reason), icon=":material/folder_off:")
    found = measure_paces([model for _run, model, _part in there], [part for _run, _model, part in there])
    for (run, _model, _part), pace in zip(there, found, strict=True):
        paces().pop(_pace_key(run), None)
        paces()[_pace_key(run)] = pace
    for old in list(paces())[:-PACES]:
        paces().pop(old, None)


def _pace_key(run: RunInfo) -> PaceKey:
    folder = resources.store().folder(run.name)
    return str(folder), folder.stat().st_mtime_ns


@st.cache_resource(show_spinner=False)
def paces() -> dict[PaceKey, Pace]:
    """The time of a prediction of each run, the latest last, shared by all sessions."""
    return {}


COSTS = View(
    "costs",
    N_("Costs"),
    ":material/payments:",
    N_(
        "What does each point of accuracy cost? Look along seconds: a net that needs fewer epochs may still be the "
        "slower one."
    ),
    N_(
        "Epochs, seconds and tokens are three ways to count the same training. **Epochs** compare what is learned "
        "from the same texts, **tokens** from equally much text, **seconds** at the same price. A cell with gates "
        "has more parameters for the same number of units: with embedding size $E$ and hidden size $H$, a layer of "
        "an RNN has $H(E + H + 2)$ of them, of a GRU 3 times, of an LSTM 4 times as many."
        "\n\nThe price of a point is what was paid, divided by the percentage points above the share of the largest "
        "class. It is a mean: the last points cost most, as the curves show."
    ),
    show_costs,
)
