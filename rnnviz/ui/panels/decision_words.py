"""What the pictures of a decision say, in words."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.charts.style import token_labels
from rnnviz.insight.attribution import METHODS, Attribution, Path
from rnnviz.insight.leaning import Leaning
from rnnviz.insight.votes import disputed, strongest
from rnnviz.language import _, number
from rnnviz.training.trained import Floats
from rnnviz.ui.markdown import escaped

ROUGH = 0.05
"""Share of the change of the log-odds that integrated gradients may miss without a word."""


def in_words(found: Attribution) -> str:
    """A line for each method with the tokens that push most, and where methods disagree."""
    lines = [_("Pushing for and against **{name}**:").format(name=escaped(found.target))]
    for name, values in found.values.items():
        most, least = (None if at is None else pushed(found.tokens, at, values) for at in strongest(values))
        template = (
            _("- {method}: most for it {most}; most against it {least}")
            if most and least
            else _("- {method}: most for it {most}; nothing against it")
            if most
            else _("- {method}: nothing for it; most against it {least}")
            if least
            else _("- {method}: no token does anything")
        )
        lines.append(template.format(method=_(METHODS[name].title), most=most, least=least))
    places = disputed(found.values)
    lines.append("")
    lines.append(
        _("Methods disagree about {tokens}: one holds it clearly for, another clearly against.").format(
            tokens=", ".join(named(found.tokens, place) for place in places[:3]) + (" …" if len(places) > 3 else "")
        )
        if places
        else _("No token that one method holds clearly for the class does another hold clearly against it.")
    )
    return "\n".join(lines)


def pushed(tokens: Sequence[str], place: int, values: Floats) -> str:
    return f"{named(tokens, place)} **{number(float(values[place]), '+.3f')}**"


def named(tokens: Sequence[str], place: int) -> str:
    """A token with its step, so that equal ones can be told apart."""
    return _("“{token}” (step {step})").format(token=escaped(token_labels(tokens)[place]), step=place + 1)


def say_path(path: Path) -> None:
    """Whether integrated gradients add up to what they should."""
    change = path.output - path.baseline
    sentence = _(
        "Completeness: integrated gradients add up to {total}; the log-odds of the text are {output}, those of the "
        "baseline (every embedding 0, like that of <pad>) {baseline}. Convergence delta {delta}."
    ).format(
        total=number(path.total, "+.3f"),
        output=number(path.output, "+.3f"),
        baseline=number(path.baseline, "+.3f"),
        delta=number(path.delta, "+.1e"),
    )
    st.caption(escaped(sentence))
    if abs(path.delta) > ROUGH * max(abs(change), 1.0):
        st.caption(
            ":orange[:material/warning:] "
            + _("That is far off: the answer changes abruptly on the path. Take more steps, and trust it less.")
        )


def say_leaning(found: Leaning, step: int) -> None:
    """How far back the answer at the present step reaches."""
    read = len(found.tokens) - step if found.backwards else step + 1
    st.caption(
        _("At step {step}, half of the leaning is on the tokens read last: {count} of {all}.").format(
            step=step + 1, count=found.reach(step), all=read
        )
    )
