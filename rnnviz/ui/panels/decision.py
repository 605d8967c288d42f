"""The panel of where the decision falls: what each token did, by four methods, and what the answer leans on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnviz.charts.attribution import Row, attribution_panels
from rnnviz.charts.shading import bound
from rnnviz.charts.style import Style
from rnnviz.errors import BadInput
from rnnviz.insight.attribution import METHODS, Attribution, attribution
from rnnviz.insight.leaning import Leaning, leaning
from rnnviz.language import N_, _
from rnnviz.ui import link
from rnnviz.ui.kept import is_kept, kept
from rnnviz.ui.looking import run_key
from rnnviz.ui.page import page_style, say
from rnnviz.ui.panels.decision_choices import Choice, choose
from rnnviz.ui.panels.decision_words import in_words, say_leaning, say_path
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.pictures import show_picture
from rnnviz.ui.running_text import Colouring, Pointed, running_text
from rnnviz.ui.workspace import Look, Workspace

METHOD_KEY = "method"
LONG = 64
"""Tokens from which on nothing is computed before it is asked for: it would hold up the next key."""


@dataclass(frozen=True)
class Decision:
    """What was found of one run."""

    attribution: Attribution
    leaning: Leaning


class Leaned(Colouring):
    """From the page's own ground at 0 on, so that what was not read yet has no colour."""

    def colours(self, style: Style) -> list[tuple[float, str]]:
        return [(2 * place - 1, colour) for place, colour in style.diverging if place >= 0.5]


def show_decision(workspace: Workspace) -> None:
    """Choices for all runs, then for each run its pictures and the sentences below them."""
    choice = choose(workspace)
    waiting = [look for look in workspace.looks if not is_ready(look, choice)]
    if any(len(look.trace.tokens) > LONG for look in waiting) and not asked():
        return
    decisions = decide_all(workspace.looks, choice)
    if any(look.model.config.text.unit == "word" or len(look.trace.tokens) > LONG for look in workspace.looks):
        show_coloured_texts(workspace, decisions)
    for column, look, decision in zip(workspace.named_columns(), workspace.looks, decisions, strict=True):
        with column:
            if isinstance(decision, BadInput):
                say(decision)
            else:
                show_pictures(look, decision)


def asked() -> bool:
    """Whether a person has just asked for what takes a moment; the question then goes away."""
    place = st.empty()
    with place.container():
        st.info(_("The text is long: computing this takes a moment, so it waits until you ask for it."))
        pressed = st.button(_("Compute"), icon=":material/play_arrow:", key="compute_decision", type="primary")
    if pressed:
        place.empty()
    return pressed


def keys_of(look: Look, choice: Choice) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """What the attribution and the leaning of a run are kept under."""
    run = run_key(look.name, look.model), look.reading.text
    return ("attribution", *run, choice), ("leaning", *run, choice.target)


def is_ready(look: Look, choice: Choice) -> bool:
    return all(is_kept(key) for key in keys_of(look, choice))


def decide_all(looks: Sequence[Look], choice: Choice) -> list[Decision | BadInput]:
    """What is found of each run, with a bar that moves where it takes a moment."""
    place = st.empty()
    tells = any(len(look.trace.tokens) > LONG and not is_ready(look, choice) for look in looks)
    decisions: list[Decision | BadInput] = []
    for done, look in enumerate(looks):

        def tell(share: float, done: int = done, title: str = look.title) -> None:
            if tells:
                whole = (done + share) / len(looks)
                place.progress(min(whole, 1.0), text=_("Looking at {run} …").format(run=title))

        try:
            decisions.append(decide(look, choice, tell))
        except BadInput as error:
            decisions.append(error)
    place.empty()
    return decisions


def decide(look: Look, choice: Choice, tell: Callable[[float], None]) -> Decision:
    """Both instruments on one run; `tell` hears which share is done. `BadInput` for a class that it does not know."""
    first, second = keys_of(look, choice)
    parts = (look.model, look.reading, look.trace, choice.target)
    return Decision(
        kept(first, lambda: attribution(*parts, choice.methods, choice.steps, lambda share: tell(share / 2))),
        kept(second, lambda: leaning(*parts, lambda share: tell((1 + share) / 2))),
    )


def show_pictures(look: Look, decision: Decision) -> None:
    """All pictures of one run, and what they say in words."""
    found = decision.attribution
    rows = [Row(_(METHODS[name].title), _(METHODS[name].unit), values) for name, values in found.values.items()]
    style = page_style()
    picture = attribution_panels(found.tokens, rows, style, look.step, look.window, decision.leaning)
    show_picture(picture, _("Where the decision falls") + f" · {look.title}", f"decision {look.name}")
    st.markdown(in_words(found))
    if found.path is not None:
        say_path(found.path)
    if look.step is not None:
        say_leaning(decision.leaning, look.step)
    if look.reading.cut:
        st.caption(_("Tokens that are left out ({count}) have no part in this.").format(count=look.reading.cut))


def show_coloured_texts(workspace: Workspace, decisions: Sequence[Decision | BadInput]) -> None:
    """The text of each run, coloured by a method or by what the present step leans on."""
    done = [each.attribution for each in decisions if isinstance(each, Decision)]
    if not done:
        return
    method = choose_method(list(done[0].values))
    values = [found.values.get(method) for found in done]
    limit = bound([each for each in values if each is not None]) if method != "leaning" else 1.0
    if method == "leaning":
        st.caption(_("Point at a token to see which ones the answer leaned on there."))
    for column, look, decision in zip(workspace.named_columns(), workspace.looks, decisions, strict=True):
        if isinstance(decision, BadInput):
            continue
        with column:
            colouring = coloured(decision, method, look.step, limit)
            if colouring is not None:
                roomy = len(workspace.looks) == 1
                key = f"decision text {look.name}"
                rows = pointed(decision) if method == "leaning" else None
                running_text(look.trace, colouring, look.step, page_style(), key, look.go, roomy=roomy, pointed=rows)


def pointed(decision: Decision) -> Pointed:
    """What the answer leans on at whichever step is pointed at."""
    return Pointed(_("What the answer at step {step} leans on"), decision.leaning.shares)


def coloured(decision: Decision, method: str, step: int | None, limit: float) -> Colouring | None:
    """The colours of the tokens; None for the leaning of a step that the run does not read."""
    if method == "leaning":
        if step is None:
            return None
        title = _("What the answer at step {step} leans on").format(step=step + 1)
        return Leaned(title, decision.leaning.shares[step], limit, from_zero=True)
    values = decision.attribution.values[method]
    title = _("{method} for “{name}”").format(method=_(METHODS[method].title), name=decision.attribution.target)
    return Colouring(title, values, limit, open_ended=float(np.abs(values).max()) > limit)


def choose_method(methods: Sequence[str]) -> str:
    """What the text of the panel is coloured by."""
    options = [*methods, "leaning"]
    link.take(METHOD_KEY, lambda given: link.one_of(_("Colour of the text"), options, given[-1]))
    if st.session_state.get(METHOD_KEY) not in options:
        st.session_state[METHOD_KEY] = options[0]
    chosen = st.segmented_control(
        _("Colour of the text"),
        options,
        format_func=lambda name: _("Leaning of the present step") if name == "leaning" else _(METHODS[name].title),
        required=True,
        key=METHOD_KEY,
        persist_state="session",
    )
    link.give(METHOD_KEY, [] if chosen == options[0] else [str(chosen)])
    return str(chosen)


DECISION = Panel(
    "decision",
    N_("Where the decision falls"),
    ":material/ads_click:",
    N_("Look for tokens on which all four methods agree; where they do not, each has asked another question."),
    N_(
        "Let $f$ be the log-odds of the class, $f = \\ln \\frac{p}{1-p}$, and $x_t$ the embedded token.\n\n"
        "- **Gradient × input** $\\sum_j x_{tj}\\, \\partial f / \\partial x_{tj}$: the slope where the text stands.\n"
        "- **Integrated gradients** $\\sum_j x_{tj} \\int_0^1 \\frac{\\partial f(\\alpha x)}{\\partial x_{tj}} "
        "d\\alpha$ sum up the slopes on the way from zeros to the text, so that all add up to $f(x) - f(0)$. "
        "Zeros are what the net reads as `<pad>`, the one embedding that is never learned.\n"
        "- **Token left out** $p(x) - p(x_{\\setminus t})$: what would have been said otherwise.\n"
        "- **Step of the running probability** $p_t - p_{t-1}$: what the token did at the moment it was read.\n\n"
        "The triangle shows $\\lVert \\partial f_t / \\partial x_s \\rVert$, how much the answer at step $t$ leans on "
        "token $s$, each row divided by its largest value (after Madsen 2019). In a net that reads both ways, $f_t$ "
        "is its answer to the text up to $t$."
    ),
    show_decision,
)
