"""The answer of one model to one text, in a line."""

import streamlit as st

from rnnviz.charts.style import class_mark, token_labels
from rnnviz.insight.trace import Trace
from rnnviz.language import _, number
from rnnviz.ui.markdown import escaped
from rnnviz.ui.presenter import covered


def say_answer(trace: Trace, step: int) -> None:
    """In a line: the answer if reading ended at this step."""
    probabilities = trace.probabilities[step]
    best = int(probabilities.argmax())
    name = f":{class_mark(best)}[**{escaped(trace.classes[best])}**]"
    token = escaped(token_labels(trace.tokens)[step])
    said = ("**?**", "") if covered() else (name, number(probabilities[best], ".1%"))
    st.markdown(
        _("After “{token}” (step {step}): {name} {probability}").format(
            token=token, step=step + 1, name=said[0], probability=said[1]
        )
    )
