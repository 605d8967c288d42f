"""The answer of one model to one text."""

import streamlit as st

from rnnviz.charts.style import cell_mark, class_mark, token_labels
from rnnviz.insight.trace import Trace
from rnnviz.language import _, number
from rnnviz.training.trained import Reading, TrainedModel
from rnnviz.ui.choose import cell_title
from rnnviz.ui.markdown import escaped
from rnnviz.ui.presenter import covered


def show_prediction(model: TrainedModel, reading: Reading) -> None:
    """Cell, predicted class, and a bar for the probability of each class."""
    (probabilities,) = model.probabilities([reading])
    best = int(probabilities.argmax())
    cell = model.config.model.cell
    title = f":{cell_mark(cell)}[**{cell_title(cell)}**]"
    if covered():
        st.markdown(f"{title}\n### ?")
        for name in model.classes:
            st.progress(0.0, text=f"{escaped(name)} **?**")
        return
    st.markdown(f"{title}\n### :{class_mark(best)}[{escaped(model.classes[best])}]")
    for name, probability in zip(model.classes, probabilities.tolist(), strict=True):
        st.progress(min(max(probability, 0.0), 1.0), text=f"{escaped(name)} **{number(probability, '.1%')}**")


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
