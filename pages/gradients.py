"""Gradients: where the gradient dies on its way back through time, and how far each net remembers."""

import streamlit as st

from rnnviz.language import _
from rnnviz.ui.choose import choose_runs
from rnnviz.ui.gradient_views import show_view
from rnnviz.ui.moments import choose_epoch
from rnnviz.ui.page import GRADIENTS, page_setup

page_setup(GRADIENTS)
st.markdown(
    _(
        "Training sends the error back through every step it read. What arrives at an early step decides "
        "whether the net can learn from it: this is the picture of **vanishing** (and exploding) gradients."
    )
)
chosen = choose_runs()
moment = choose_epoch(chosen)
show_view(chosen, moment)
