"""What each net answers to a text, in a card: its class, and a bar for the probability of every class.

One component for all cards: as widgets of Streamlit they are twenty messages to the browser with
every key, which a class of forty types at once.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from rnnviz.charts.style import cell_mark, class_mark
from rnnviz.language import number
from rnnviz.training.trained import Floats, Reading, TrainedModel
from rnnviz.ui.choose import cell_title
from rnnviz.ui.lean import unsearched
from rnnviz.ui.presenter import covered
from rnnviz.ui.scripts import SCRIPTS, joined

_HERE = Path(__file__)
HTML = joined(_HERE.with_suffix(".html"))
CSS, JS = (joined(SCRIPTS / f"cards{kind}", _HERE.with_suffix(kind)) for kind in (".css", ".js"))
_COMPONENT = st.components.v2.component("rnnviz_answers", html=HTML, css=CSS, js=JS, isolate_styles=False)
HIDDEN = "?"


def show_answers(models: Sequence[TrainedModel], readings: Sequence[Reading]) -> None:
    """A card for each model; with the answers covered, cards that give nothing away."""
    cards = [
        hidden_card(model) if covered() else card(model, model.probabilities([reading])[0])
        for model, reading in zip(models, readings, strict=True)
    ]
    _COMPONENT(key="answers", data=unsearched({"cards": cards}))


def card(model: TrainedModel, probabilities: Floats) -> dict[str, Any]:
    """What the browser is told of one answer; `probabilities` is (classes,)."""
    best = int(probabilities.argmax())
    classes = [
        {"name": name, "share": number(probability, ".1%"), "filled": round(min(max(probability, 0.0), 1.0), 4)}
        for name, probability in zip(model.classes, probabilities.tolist(), strict=True)
    ]
    return {**_head(model), "best": model.classes[best], "ink": class_mark(best), "classes": classes}


def hidden_card(model: TrainedModel) -> dict[str, Any]:
    """The same with nothing in it."""
    classes = [{"name": name, "share": HIDDEN, "filled": 0.0} for name in model.classes]
    return {**_head(model), "best": HIDDEN, "ink": "", "classes": classes}


def _head(model: TrainedModel) -> dict[str, Any]:
    cell = model.config.model.cell
    return {"cell": cell_title(cell), "colour": cell_mark(cell)}
