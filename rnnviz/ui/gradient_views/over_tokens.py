"""Over the tokens: where the gradient dies on its way back through one text, and through many."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.gradients import NormCurve, dashes, norm_curves, relative
from rnnviz.charts.token_axes import WINDOW, is_long
from rnnviz.insight.alignment import Alignment, align
from rnnviz.insight.gradients import GradientProfile
from rnnviz.language import N_, _, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.trained import Reading, TrainedModel
from rnnviz.ui.choose import open_models, read, short_titles, type_text
from rnnviz.ui.gradient_views.view import View
from rnnviz.ui.layer import choose_direction
from rnnviz.ui.looking import jacobians, profiled
from rnnviz.ui.many_texts import over_many_texts
from rnnviz.ui.markdown import escaped
from rnnviz.ui.narration import narrate_gradients
from rnnviz.ui.page import live
from rnnviz.ui.pictures import show_picture


def show_over_tokens(runs: list[RunInfo], epoch: int | None) -> None:
    """One text that answers to every key, then many of the test part."""
    live(follow)(runs, epoch)
    st.subheader(_("Over many texts"))
    live(over_many_texts)(runs, epoch)


def follow(runs: list[RunInfo], epoch: int | None) -> None:
    runs, models = open_models(runs, epoch)
    if not models:
        return
    readings = read(models, type_text(_("Text"), runs[0].dataset.name))
    target, scale, of = st.columns(3)
    with target:
        wanted = choose_target(runs)
    divided = scale.segmented_control(
        _("Norms"),
        [True, False],
        format_func=lambda divided: _("divided by the last step’s") if divided else _("absolute"),
        default=True,
        required=True,
        help=_("A confident answer has a small loss and so a small gradient everywhere; dividing takes that out."),
    )
    inputs = of.segmented_control(
        _("With respect to"),
        [False, True],
        format_func=lambda inputs: _("the input $x_t$") if inputs else _("the hidden state $h_t$"),
        default=False,
        required=True,
    )
    direction = choose_direction(models)
    profiles = [
        profiled(run.name, model, reading, wanted, direction)
        for run, model, reading in zip(runs, models, readings, strict=True)
    ]
    titles, axis = list(short_titles(runs).values()), align(models, readings)
    show_half_lives(titles, profiles)
    show_norms(titles, profiles, axis, divided, inputs)
    if all(profile.direction == "forward" for profile in profiles):
        st.caption(_("Reading goes to the right, the gradient to the left. A dotted upright marks a half-life."))
    else:
        st.caption(_("A net that reads in reverse begins at the right, and its gradient goes back to the right."))
    if any((profile.hidden_norms == 0).any() for profile in profiles):
        st.caption(
            _(
                "Where a line ends before the text does, the gradient is smaller than any number that a net "
                "computes with (about $10^{-45}$): in training it is exactly 0."
            )
        )
    if is_long(axis.tokens):
        st.caption(_("Drag along the tokens to zoom in, double-click to come back. Every word is in the hover."))
    say_read_out(models)
    narrate_gradients(dict(zip(titles, profiles, strict=True)))
    show_jacobians(runs, models, readings, axis, direction)


def say_read_out(models: Sequence[TrainedModel]) -> None:
    """Why the gradient of some nets vanishes less."""
    if any(model.config.model.read_out != "last" for model in models):
        st.caption(
            _(
                "A net whose read-out is the maximum or the mean of all states has a short way from every step to the "
                "loss, so less of its gradient vanishes. Train one with the last state as read-out to see it vanish."
            )
        )


def choose_target(runs: list[RunInfo]) -> str | None:
    """The class whose loss is followed back; None for what each model predicts."""
    classes = [name for name in runs[0].classes if all(name in run.classes for run in runs)]
    return st.selectbox(
        _("Loss of the class"),
        [None, *classes],
        format_func=lambda name: _("predicted by each model") if name is None else name,
    )


def show_half_lives(titles: list[str], profiles: list[GradientProfile]) -> None:
    for column, title, profile in zip(st.columns(len(titles)), titles, profiles, strict=True):
        value = (
            _("never")
            if profile.half_life is None
            else _("{steps} steps").format(steps=number(profile.half_life, ".1f"))
        )
        column.metric(
            _("{title}: half-life").format(title=title),
            value,
            help=_("How many steps back from the end the norm falls to half of the last step’s for the first time."),
            border=True,
        )
        column.caption(_("loss of “{name}”").format(name=escaped(profile.target)))


def show_norms(
    titles: list[str], profiles: list[GradientProfile], axis: Alignment, divided: bool, inputs: bool
) -> None:
    symbol = "x<sub>t</sub>" if inputs else "h<sub>t</sub>"
    curves = []
    scaled = relative if divided else lambda norms, _last: norms
    lines = dashes([profile.cell for profile in profiles])
    for title, profile, places, dash in zip(titles, profiles, axis.places, lines, strict=True):
        last = profile.last
        if inputs:
            curves.append(NormCurve(title, profile.cell, scaled(profile.input_norms, last), dash=dash, places=places))
            continue
        hidden = scaled(profile.hidden_norms, last)
        curves.append(NormCurve(title, profile.cell, hidden, profile.half_life, dash, last, places))
        if profile.cell_state_norms is not None:
            along, norms = _("{title}, cell state").format(title=title), scaled(profile.cell_state_norms, last)
            curves.append(NormCurve(along, profile.cell, norms, dash="dot", places=places))
    y_title = f"‖∂L/∂{symbol}‖₂" + (_(" / that of the last step") if divided else _(" (nats)"))
    show_picture(norm_curves(curves, axis.tokens, y_title), _("Over the tokens"), "norms")


def show_jacobians(
    runs: list[RunInfo], models: list[TrainedModel], readings: list[Reading], axis: Alignment, direction: str | None
) -> None:
    st.subheader(_("One step back: the Jacobian"))
    st.markdown(
        _(
            "The gradient travels back by multiplying with the Jacobian $\\partial h_t/\\partial h_{t-1}$ of each "
            "step. Its **spectral norm** is the most by which one step can stretch a small change: below 1 the "
            "signal must shrink, above 1 it may grow."
        )
    )
    if len(axis.tokens) > WINDOW and not st.toggle(
        _("Compute the Jacobians of this text"),
        key="jacobians_of_long",
        persist_state="session",
        help=_("A Jacobian for each token of a long text takes about a second."),
    ):
        return
    curves = []
    titles, lines = short_titles(runs), dashes([run.config.model.cell for run in runs])
    for run, model, reading, places, dash in zip(runs, models, readings, axis.places, lines, strict=True):
        title, cell, norms = titles[run.name], model.config.model.cell, jacobians(run.name, model, reading, direction)
        curves.append(NormCurve(title, cell, norms.hidden, dash=dash, places=places))
        if norms.has_cell_state:
            whole = _("{title}, whole state (h, c)").format(title=title)
            curves.append(NormCurve(whole, cell, norms.state, dash="dot", places=places))
    y_title = _("Spectral norm ‖∂h<sub>t</sub>/∂h<sub>t−1</sub>‖₂")
    figure = norm_curves(curves, axis.tokens, y_title, reference=1.0)
    show_picture(figure, _("One step back: the Jacobian"), "jacobians")


OVER_TOKENS = View(
    "tokens",
    N_("Over the tokens"),
    ":material/show_chart:",
    N_("Look for how fast each curve falls to the left: where it is down, the early tokens teach the net nothing."),
    N_(
        "The loss $L$ is known after the last token only. What an earlier state $h_t$ has to do with it comes back "
        "step by step, $\\frac{\\partial L}{\\partial h_t} = \\frac{\\partial L}{\\partial h_T} "
        "\\prod_{k=t+1}^{T} \\frac{\\partial h_k}{\\partial h_{k-1}}$. A product of many factors below 1 vanishes, of "
        "many above 1 it explodes (Hochreiter 1991; Bengio, Simard and Frasconi 1994)."
    ),
    show_over_tokens,
)
