"""Forgetting: change one token some steps before the end of many texts, and see how far the end moves."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.gradients import dashes
from rnnviz.charts.horizon import HorizonCurve, horizon_curves
from rnnviz.errors import BadInput
from rnnviz.insight.horizon import CHANGES, LEAST_TEXTS, NOISE, Horizon
from rnnviz.language import N_, _, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.trained import TrainedModel
from rnnviz.ui import link
from rnnviz.ui.choose import open_models, short_titles
from rnnviz.ui.gradient_views.kept import HorizonKey, horizon_key, horizons, measure_horizon
from rnnviz.ui.gradient_views.sizes import show_sizes, steps_said
from rnnviz.ui.gradient_views.view import View
from rnnviz.ui.layer import choose_direction
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import live
from rnnviz.ui.pictures import show_picture

CHANGE_KEY = "change"
COUNTS = (25, 50, 100, 200, 400)
USUAL = 100
SIZES = (0.01, NOISE, 1.0)
CHANGE_TITLES = {"token": N_("another token"), "noise": N_("noise on the embedding")}


def show_forgetting(runs: list[RunInfo], epoch: int | None) -> None:
    live(draw)(runs, epoch)


def draw(runs: list[RunInfo], epoch: int | None) -> None:
    """What is changed, the button, the picture, and how large the compared nets are."""
    runs, models = open_models(runs, epoch)
    if not models:
        return
    how, how_many, size = st.columns(3)
    with how:
        change = choose_change()
    texts = int(
        how_many.select_slider(_("Test texts"), COUNTS, value=USUAL, key="horizon_texts", persist_state="session")
    )
    with size:
        noise = choose_noise() if change == "noise" else NOISE
        direction = choose_direction(models)
    keys = [horizon_key(run, model, texts, change, noise, direction) for run, model in zip(runs, models, strict=True)]
    missing = [each for each in zip(runs, models, keys, strict=True) if each[2] not in horizons()]
    place = st.empty()
    label = _("Change the texts and measure")
    if missing and place.button(label, icon=":material/play_arrow:", key="measure_horizon"):
        measure(missing, short_titles(runs))
        if all(key in horizons() for key in keys):
            place.empty()
    found = [(run, horizons()[key]) for run, key in zip(runs, keys, strict=True) if key in horizons()]
    if found:
        show_horizons(runs, found, change, noise)
    show_sizes(runs, {run.name: each for run, each in found})


def choose_change() -> str:
    """What is done to a token: one of `CHANGES`."""
    link.take(CHANGE_KEY, lambda given: link.one_of(_("Change"), CHANGES, given[-1]))
    link.offer(CHANGE_KEY, CHANGES[0])
    chosen = str(
        st.segmented_control(
            _("In place of the token"),
            CHANGES,
            format_func=lambda change: _(CHANGE_TITLES[change]),
            required=True,
            key=CHANGE_KEY,
            persist_state="session",
        )
    )
    link.give(CHANGE_KEY, [] if chosen == CHANGES[0] else [chosen])
    return chosen


def choose_noise() -> float:
    """The size of the noise, as a multiple of the root mean square of the embeddings."""
    return float(
        st.select_slider(
            _("Size of the noise"),
            SIZES,
            value=NOISE,
            format_func=lambda size: number(size, "g"),
            key="noise",
            persist_state="session",
            help=_("Standard deviation of each component, in units of the root mean square of all embeddings."),
        )
    )


def measure(missing: Sequence[tuple[RunInfo, TrainedModel, HorizonKey]], titles: dict[str, str]) -> None:
    """Measure what is not there yet; runs whose texts can't be read are named."""
    bar = st.empty()
    refused: dict[str, list[str]] = {}
    for run, model, key in missing:

        def tell(done: int, total: int, title: str = titles[run.name]) -> None:
            text = _("{title}: {done} of {total} texts").format(title=title, done=done, total=total)
            bar.progress(done / total, text=text)

        try:
            measure_horizon(run, model, key, tell)
        except BadInput as error:
            refused.setdefault(str(error), []).append(titles[run.name])
    bar.empty()
    for reason, whose in refused.items():
        st.warning(f"{', '.join(whose)}: {escaped(reason)}", icon=":material/folder_off:")


def show_horizons(runs: Sequence[RunInfo], found: Sequence[tuple[RunInfo, Horizon]], change: str, noise: float) -> None:
    """Half-lives, the picture, and how to read it."""
    titles = short_titles(runs)
    for column, (run, each) in zip(st.columns(len(found)), found, strict=True):
        column.metric(
            _("{title}: half-life of the state").format(title=titles[run.name]),
            steps_said(each.state_half_life),
            help=_(
                "How many steps before the end a changed token moves the final state half as far as one at the end, "
                "in the median text."
            ),
            border=True,
        )
        column.caption(
            _("of the probability: {steps} · texts: {count}").format(
                steps=steps_said(each.probability_half_life), count=int(each.counts.max(initial=0))
            )
        )
    lines = dashes([run.config.model.cell for run, _each in found])
    curves = [HorizonCurve(titles[run.name], each, dash) for (run, each), dash in zip(found, lines, strict=True)]
    show_picture(horizon_curves(curves), _("Forgetting"), "horizon")
    changed = (
        _("In each text one token is replaced by another one, drawn evenly from the whole vocabulary.")
        if change == "token"
        else _(
            "In each text the embedding of one token gets Gaussian noise, in each component {size} of the root mean "
            "square of all embeddings."
        ).format(size=number(noise, "g"))
    )
    st.caption(
        changed
        + " "
        + _(
            "Line: the median text; band: the middle half of the texts. Far from the end only long texts are left; a "
            "distance is drawn where at least {count} texts have it. The draws are always the same. A dotted upright "
            "marks a half-life."
        ).format(count=LEAST_TEXTS)
    )
    if any(run.config.model.read_out != "last" for run, _each in found):
        st.caption(
            _(
                "A net that reads out the maximum or mean of all states can forget a token in its last state and still "
                "answer by it: compare the two pictures."
            )
        )


FORGETTING = View(
    "forgetting",
    N_("Forgetting"),
    ":material/hourglass_bottom:",
    N_(
        "Look for how far to the left a curve stays up: so many steps after a token has been read, the net still knows "
        "which one it was."
    ),
    N_(
        "One token $k$ steps before the end is changed and the text is read again. The state has moved by "
        "$\\|h'_T - h_T\\|_2 / \\|h_T\\|_2$, the probabilities by $\\frac12 \\sum_c |p'_c - p_c|$ (the total variation "
        "distance; of two classes simply $|p' - p|$). The half-life is the $k$ at which the median has fallen to half "
        "of that at $k = 0$, interpolated on the logarithmic scale.\n\nThe gradient says what an infinitely small "
        "change does; this is a whole change, and needs no derivative. To compare cells fairly, give them equal units "
        "(equal room to remember in) or equal parameters (equal cost): an LSTM has four times the weights of an RNN of "
        "the same size, a GRU three times."
    ),
    show_forgetting,
)
