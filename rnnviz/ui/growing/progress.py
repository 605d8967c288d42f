"""A card for each training on the page, which with the pictures below it keeps itself up to date."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from rnnviz.charts.style import Spec
from rnnviz.language import current_language
from rnnviz.ui import line_picture
from rnnviz.ui.growing import Growing
from rnnviz.ui.growing.pictures import GrowingPicture, pictures_of
from rnnviz.ui.lean import unsearched
from rnnviz.ui.page import TRAIN
from rnnviz.ui.scripts import SCRIPTS, joined
from rnnviz.ui.watched import Watched, found_runs, rhythm

_HERE = Path(__file__)
HTML, CSS = joined(_HERE.with_suffix(".html")), joined(SCRIPTS / "cards.css", _HERE.with_suffix(".css"))
JS = joined(SCRIPTS / "promised.js", SCRIPTS / "cards.js", _HERE.with_suffix(".js")).replace("MARK", line_picture.MARK)
_COMPONENT = st.components.v2.component("rnnviz_progress", html=HTML, css=CSS, js=JS, isolate_styles=False)
YOUNG = 5.0
"""Seconds after a click in which it asks more often: that is when most happens."""
AGAIN = 10.0
"""Seconds after which Streamlit draws all of it anew in any case, for a browser whose questions are not answered."""
RUNS, LANGUAGE = "runs", "lang"
"""What stands in a question."""


def show_progress(watched: Sequence[Watched], growing: Growing) -> None:
    """Where each run stands, its pace and the time left; while one is going on, the browser asks for what grows."""
    feed = None
    if (every := interval(watched)) is not None:
        question = {RUNS: ",".join(run.id for run in watched), LANGUAGE: current_language()}
        feed = {
            "page": TRAIN.url,
            "query": urlencode(question),
            "every": every,
            "shape": growing.shape,
        }
    cards = [asdict(card) for card in growing.cards]
    _COMPONENT(key="progress", data=unsearched({"cards": cards, "feed": feed}), on_changed_change=lambda: None)


def interval(watched: Sequence[Watched]) -> float | None:
    """Milliseconds between two questions for what has grown; None where nothing does any more."""
    seconds = rhythm(watched)
    if seconds is None:
        return None
    touched = [run.live.touched for run in watched if run.live is not None and run.active]
    if time.monotonic() - max(touched) > YOUNG:
        return 1000 * seconds
    return 1000 * seconds / (2 if any(run.history for run in watched) else 4)


def show_pictures(watched: Sequence[Watched], growing: Growing) -> None:
    """The pictures that fill; the first two, loss and accuracy, side by side where there is room."""
    names = [run.id for run in watched]
    for column, picture in zip(st.columns(2), growing.pictures[:2], strict=True):
        with column:
            show_picture(names, picture)
    for picture in growing.pictures[2:]:
        st.subheader(picture.title)
        show_picture(names, picture)


def show_picture(names: Sequence[str], picture: GrowingPicture) -> None:
    """Draw it as it is; whoever saves its numbers gets those of that moment."""

    def latest() -> Spec:
        now = {each.key: each.spec for each in pictures_of(found_runs(names))}
        return now.get(picture.key, picture.spec)

    line_picture.show_lines(picture.spec, picture.title, picture.key, latest)
