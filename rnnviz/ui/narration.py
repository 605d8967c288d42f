"""Short texts that say what a picture shows, made from the numbers in it."""

import streamlit as st

from rnnviz.insight.gradients import GradientProfile
from rnnviz.language import _, number
from rnnviz.ui.markdown import escaped


def narrate_gradients(profiles: dict[str, GradientProfile]) -> None:
    """What one sees in the norms over the tokens, a sentence a model."""
    st.markdown("\n".join(f"- {_sentence(title, profile)}" for title, profile in profiles.items()))
    if any(profile.cell_state_norms is not None for profile in profiles.values()):
        st.caption(
            _(
                "An LSTM carries two states. What it keeps for long stands in its cell state $c_t$: the dotted curve "
                "is the gradient along it, $\\partial L/\\partial c_t$. The half-life is that of $h_t$, "
                "as for every cell."
            )
        )
    steps = min(len(profile.tokens) for profile in profiles.values())
    if steps < 2:
        st.caption(_("With a single token there is no way back through time; type a longer text."))


def _sentence(title: str, profile: GradientProfile) -> str:
    norms = profile.hidden_norms if profile.direction == "forward" else profile.hidden_norms[::-1]
    if len(norms) < 2 or norms[-1] == 0:
        return _("**{title}**: the gradient at the last step is {norm}.").format(
            title=title, norm=number(norms[-1], ".2g")
        )
    share = float(norms[0] / norms[-1])
    token = escaped(profile.tokens[0] if profile.direction == "forward" else profile.tokens[-1])
    values = {"title": title, "token": token, "share": number(share, ".2g"), "steps": len(norms) - 1}
    if share >= 1:
        message = _(
            "**{title}**: at “{token}”, {steps} steps back, the gradient is {share} times that of the last step: "
            "it does not vanish on this text."
        )
    elif share < 0.01:
        message = _(
            "**{title}**: at “{token}”, {steps} steps back, only {share} of the last step’s gradient is left: "
            "it has vanished, and this token can teach the net next to nothing."
        )
    else:
        message = _(
            "**{title}**: at “{token}”, {steps} steps back, {share} of the last step’s gradient is left: "
            "it fades, but this token still counts in training."
        )
    return message.format(**values)
