"""The panel of matching: the units that are on in a span of the text, and the other texts that have them on too."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from rnnviz.charts.style import class_mark, token_labels
from rnnviz.errors import BadInput
from rnnviz.evaluation.answers import answer
from rnnviz.insight.ablation import chosen
from rnnviz.insight.matching import (
    Signed,
    Spans,
    best_spans,
    find_spans,
    suggested_threshold,
    texts_by_chance,
    units_on,
)
from rnnviz.language import N_, _, number
from rnnviz.training.data import Part
from rnnviz.ui import link
from rnnviz.ui.banks import bank_of, choose_look
from rnnviz.ui.choose import TEXT_KEY
from rnnviz.ui.looking import tested_on
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import page_style
from rnnviz.ui.panels.panel import Panel
from rnnviz.ui.pick import pick
from rnnviz.ui.running_text import Colouring, running_text
from rnnviz.ui.workspace import Look, Workspace

SPAN_KEY, THRESHOLD_KEY, OWN_KEY = "span", "match_threshold", "match_own_threshold"
SIDES_KEY = "match_sides"
OPENED_KEY = "match opened"
"""How many texts were opened from the list: each begins with a slider of its own, which stands at its span."""
SHOWN = 20
"""Texts that are listed."""
AROUND = 6
"""Tokens that are shown on each side of a span of a text of words; names are shown whole."""
USUAL = 0.3


@dataclass(frozen=True)
class Pattern:
    """What is looked for: where it was found, and the units that are on there."""

    first: int
    last: int
    """Steps from 0."""
    threshold: float
    units: tuple[Signed, ...]

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def show_match(workspace: Workspace) -> None:
    """Brush a span, see which units are on in it, and find other texts with the same pattern."""
    look = choose_look(workspace)
    first, last = choose_span(look)
    hidden = look.trace.values["hidden"]
    sides = choose_sides()
    threshold = choose_threshold(suggested_threshold(hidden, first, last, sides))
    pattern = Pattern(first, last, threshold, units_on(hidden, first, last, threshold, sides))
    say_units(look, pattern)
    if not pattern.units:
        return
    show_pattern(look, pattern)
    try:
        show_matches(look, pattern)
    except BadInput as error:
        st.warning(escaped(str(error)), icon=":material/folder_off:")


def choose_span(look: Look) -> tuple[int, int]:
    """The brushed tokens, steps from 0; the present one alone until a span is chosen. It stands in the link."""
    count = len(look.trace.tokens)
    if count == 1:
        return 0, 0
    here = (look.step if look.step is not None else count - 1) + 1
    link.take(SPAN_KEY, lambda given: parse_span(given[-1], count))
    low, high = (min(place, count) for place in st.session_state.get(SPAN_KEY) or (here, here))
    labels = token_labels(look.trace.tokens)
    slider = f"span of {count} {st.session_state.get(OPENED_KEY, 0)}"
    span: Any = st.select_slider(
        _("Span of tokens"),
        list(range(1, count + 1)),
        (low, high),
        format_func=lambda place: f"{place} {labels[place - 1]}",
        key=slider,
        on_change=lambda: st.session_state.update({SPAN_KEY: st.session_state[slider]}),
        help=_("Drag both ends. Selected are the units that are on throughout the span and off just outside of it."),
    )
    first, last = map(int, span)
    link.give(SPAN_KEY, [f"{first}-{last}"])
    return first - 1, last - 1


def parse_span(given: str, count: int) -> tuple[int, int]:
    """The span of a link, such as `3-5`; `BadInput` where it is none."""
    low, _dash, high = given.partition("-")
    if not (low.isdecimal() and high.isdecimal() and 1 <= int(low[:9]) <= int(high[:9]) <= count):
        raise BadInput(
            "The link asks for the span {value}; allowed is for example 1-{count}.", value=given[:40], count=count
        )
    return int(low), int(high)


def choose_sides() -> str:
    """Where the units have to be off."""
    titles = {"both": _("on both sides"), "before": _("before it"), "after": _("after it")}
    return pick(_("Off just outside of the span"), titles, SIDES_KEY)


def choose_threshold(suggested: float | None) -> float:
    """The value from which on a unit is on: the suggested one, or one's own."""
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    own = left.toggle(_("My own threshold"), key=OWN_KEY, persist_state="session")
    if own:
        st.session_state.setdefault(THRESHOLD_KEY, round(suggested or USUAL, 2))
        value: float = right.slider(
            _("Threshold of the hidden state, whatever its sign"),
            0.01,
            1.0,
            step=0.01,
            key=THRESHOLD_KEY,
            persist_state="session",
        )
        return value
    st.session_state.pop(THRESHOLD_KEY, None)
    if suggested is None:
        right.caption(_("No threshold selects a unit for this span."))
        return USUAL
    right.caption(
        _("Threshold {value}, suggested: no other one selects more units.").format(value=number(suggested, ".3f"))
    )
    return suggested


def say_units(look: Look, pattern: Pattern) -> None:
    if pattern.units:
        names = ", ".join(f"{'−' if sign < 0 else ''}{unit}" for unit, sign in pattern.units)
        message = _("On in the span, off just outside of it: units **{units}** (of {count}; − for a negative state).")
        st.markdown(message.format(units=names, count=look.trace.units))
    else:
        message = _(
            "No unit is at or above {threshold} throughout the span and below it just outside. Take another span, "
            "another side, or another threshold."
        )
        st.info(message.format(threshold=number(pattern.threshold, ".2f")), icon=":material/search_off:")


def show_pattern(look: Look, pattern: Pattern) -> None:
    """The text, each token coloured by how many of the units are on."""
    units, signs = zip(*pattern.units, strict=True)
    on = (look.trace.values["hidden"][:, units] * signs >= pattern.threshold).mean(axis=1)
    title = _("Share of these units that are on")
    colouring = Colouring(title, np.asarray(on, dtype=np.float32), 1.0, from_zero=True)
    running_text(look.trace, colouring, look.step, page_style(), f"match {look.name}", look.go, roomy=True)


def show_matches(look: Look, pattern: Pattern) -> None:
    """In how many test texts the pattern is found, how many chance would give, and the nearest ones."""
    bank = bank_of(look, _("Find it in the {count} test texts"))
    if bank is None:
        return
    part = tested_on(look.run)
    spans = find_spans(bank, pattern.units, pattern.threshold)
    chance = texts_by_chance(bank, len(pattern.units), pattern.threshold)
    found, expected = st.columns(2)
    found.metric(
        _("Test texts with all of them on at once"), f"{number(spans.texts)} / {number(len(part))}", border=True
    )
    expected.metric(
        _("As many units at random: mean of 20 draws"), f"{number(chance, '.0f')} / {number(len(part))}", border=True
    )
    say_classes(look, part, spans)
    list_texts(look, part, best_spans(bank, spans, pattern.units, pattern.length, SHOWN))


def say_classes(look: Look, part: Part, spans: Spans) -> None:
    """How the texts that have the pattern are spread over the classes, beside all test texts."""
    labels = part.labels[np.unique(spans.rows)]
    if not len(labels):
        st.info(_("No test text has all of these units on at once."), icon=":material/search_off:")
        return
    shares = [
        _("{name} {share} (of all texts {usual})").format(
            name=f":{class_mark(place)}[**{escaped(name)}**]",
            share=number(float((labels == place).mean()), ".0%"),
            usual=number(float((part.labels == place).mean()), ".0%"),
        )
        for place, name in enumerate(look.model.classes)
    ]
    st.markdown(_("Of these texts are: {shares}.").format(shares=", ".join(shares)))


def list_texts(look: Look, part: Part, best: Spans) -> None:
    """The texts with spans of about the same length, each with its span, its class and the prediction."""
    if not len(best.rows):
        return
    given = answer(look.model, chosen(part, best.rows)).predicted
    for place, row in enumerate(best.rows.tolist()):
        tokens = look.model.read(part.texts[row]).tokens
        shown = snippet(tokens, int(best.firsts[place]), int(best.lasts[place]), look.model.config.text.unit)
        true, predicted = int(part.labels[row]), int(given[place])
        sign = "✓" if true == predicted else "✗"
        words, go = st.columns([6, 1], vertical_alignment="center")
        words.markdown(
            f"{shown} · :{class_mark(true)}[{escaped(look.model.classes[true])}] {sign} "
            f":{class_mark(predicted)}[{escaped(look.model.classes[predicted])}]"
        )
        go.button(
            _("Open"),
            icon=":material/open_in_new:",
            key=f"match open {place}",
            on_click=open_text,
            args=(part.texts[row], int(best.firsts[place]) + 1, int(best.lasts[place]) + 1),
            type="tertiary",
        )
    st.caption(_("Bold: the span. Then the true class, ✓ or ✗, and the class that this run predicts."))


def snippet(tokens: tuple[str, ...], first: int, last: int, unit: str) -> str:
    """A text in Markdown, its span bold; of a text of words only what stands around it."""
    joint = "" if unit == "character" else " "
    around = len(tokens) if unit == "character" else AROUND
    before, after = tokens[max(first - around, 0) : first], tokens[last + 1 : last + 1 + around]
    parts = [
        "… " if first > around else "",
        escaped(joint.join(before)) + (joint if before else ""),
        f"**{escaped(joint.join(tokens[first : last + 1]).strip()) or '␣'}**",
        (joint if after else "") + escaped(joint.join(after)),
        " …" if last + 1 + around < len(tokens) else "",
    ]
    return "".join(parts)


def open_text(text: str, first: int, last: int) -> None:
    """Make a text the text of the page, with its span brushed; for callbacks."""
    st.session_state[TEXT_KEY] = text
    st.session_state[SPAN_KEY] = first, last
    st.session_state[OPENED_KEY] = st.session_state.get(OPENED_KEY, 0) + 1


MATCH = Panel(
    "match",
    N_("Select and match"),
    ":material/select:",
    N_("Brush some tokens: do other texts in which the same units are on have something in common with them?"),
    N_(
        "A pattern is the set of units $u$ with $s_u h_t^{(u)} \\ge \\theta$ throughout the span and below $\\theta$ "
        "just outside of it, $s_u$ the sign of the unit there (after Strobelt et al. 2018, LSTMVis). It means "
        "something only if it is rarer, or found with one class more often, than chance: beside it stands the mean "
        "count of as many random units."
    ),
    show_match,
)
