"""Short texts that say what a picture shows, made from the numbers in it."""

import streamlit as st

from rnnviz.insight.gradients import GradientProfile
from rnnviz.language import _
from rnnviz.ui.markdown import escaped


def narrate_gradients(profiles: dict[str, GradientProfile]) -> None:
    """What one sees in the norms over the tokens, a sentence a model."""
    st.markdown("\n".join(f"- {_sentence(title, profile)}" for title, profile in profiles.items()))
    steps = min(len(profile.tokens) for profile in profiles.values())
    if steps < 2:
        st.caption(_("With a single token there is no way back through time; type a longer text."))


def _sentence(title: str, profile: GradientProfile) -> str:
    norms = profile.hidden_norms if profile.direction == "forward" else profile.hidden_norms[::-1]
    if len(norms) < 2 or norms[-1] == 0:
        return _("**{title}**: the gradient at the last step is {norm:.2g}.").format(title=title, norm=norms[-1])
    share = float(norms[0] / norms[-1])
    token = escaped(profile.tokens[0] if profile.direction == "forward" else profile.tokens[-1])
    values = {"title": title, "token": token, "share": f"{share:.2g}", "steps": len(norms) - 1}
    if share >= 1:
        message = _(
            "**{title}**: at “{token}”, {steps} steps back, the gradient is {share} times that of the last step: "
            "it does not vanish on this text."
        )
    elif share < 0.01:
        message = _(
            "**{title}**: at “{token}”, {steps} steps back, only {share} of the last step’s gradient is left: "
            "it has vanished, and this letter can teach the net next to nothing."
        )
    else:
        message = _(
            "**{title}**: at “{token}”, {steps} steps back, {share} of the last step’s gradient is left: "
            "it fades, but this letter still counts in training."
        )
    return message.format(**values)
