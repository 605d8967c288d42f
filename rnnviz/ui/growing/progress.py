"""A card for each training on the page, which with the pictures below it keeps itself up to date."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from rnnviz.language import current_language
from rnnviz.ui import line_picture
from rnnviz.ui.growing import Growing
from rnnviz.ui.lean import unsearched
from rnnviz.ui.page import TRAIN
from rnnviz.ui.scripts import SCRIPTS, joined
from rnnviz.ui.watched import Watched, rhythm

HTML, CSS = (Path(__file__).with_suffix(kind).read_text(encoding="utf-8") for kind in (".html", ".css"))
JS = joined(SCRIPTS / "promised.js", Path(__file__).with_suffix(".js")).replace("MARK", line_picture.MARK)
_COMPONENT = st.components.v2.component("rnnviz_progress", html=HTML, css=CSS, js=JS, isolate_styles=False)
FIRST = 0.25
"""Seconds between two questions whether there is anything to draw."""
AGAIN = 10.0
"""Seconds after which Streamlit draws all of it anew in any case, for a browser whose questions are not answered."""
RUNS, LANGUAGE = "runs", "lang"
"""What stands in a question."""


def show_progress(watched: Sequence[Watched], growing: Growing) -> None:
    """Where each run stands, its pace and the time left; while one is going on, the browser asks for what grows."""
    seconds = rhythm(watched)
    feed = None
    if seconds is not None:
        question = {RUNS: ",".join(run.id for run in watched), LANGUAGE: current_language()}
        feed = {
            "page": TRAIN.url,
            "query": urlencode(question),
            "every": 1000 * (seconds if any(run.history for run in watched) else FIRST),
            "shape": growing.shape,
        }
    cards = [asdict(card) for card in growing.cards]
    _COMPONENT(key="progress", data=unsearched({"cards": cards, "feed": feed}), on_changed_change=lambda: None)


def show_pictures(growing: Growing) -> None:
    """The pictures that fill; the first two, loss and accuracy, side by side where there is room."""
    for column, picture in zip(st.columns(2), growing.pictures[:2], strict=True):
        with column:
            line_picture.show_lines(picture.spec, picture.title, picture.key)
    for picture in growing.pictures[2:]:
        st.subheader(picture.title)
        line_picture.show_lines(picture.spec, picture.title, picture.key)
