"""Every picture in one way: a camera on it saves it as PNG or SVG, and below them all its numbers are had as CSV.

Plotly's own camera makes the image, in the browser; what it saves is chosen once for all
pictures. The numbers are written when somebody asks for them: a page draws its pictures
with every key, so remembering them must cost nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from rnnviz.charts.style import CONFIG
from rnnviz.language import _, current_language, use_language
from rnnviz.ui import link
from rnnviz.ui.markdown import escaped

CAMERA_KEY, CHANGED_KEY = "camera", "camera_changed"
FORMATS = {"png": "PNG", "svg": "SVG"}
SHARPNESS = {"png": 2, "svg": 1}
"""Pixels of a saved image for each on the screen."""


@dataclass(frozen=True)
class Picture:
    """A picture that was drawn: its key, what a person calls it, and what makes the figure with its numbers."""

    key: str
    title: str
    figure: Callable[[], go.Figure]


_shown: ContextVar[dict[str, Picture] | None] = ContextVar("shown", default=None)
"""The pictures drawn so far in this part of the page, by key."""


def show_picture(
    figure: go.Figure,
    title: str,
    key: str,
    config: Mapping[str, Any] = CONFIG,
    on_pick: Callable[[], None] | None = None,
) -> None:
    """Draw a figure. The title is what screen readers say, and what it is called where its numbers are offered.

    `on_pick` hears when points are clicked; which ones stand in the session state under the key.
    """
    st.plotly_chart(
        figure,
        config={**config, **camera(key)},
        key=key,
        alt=title,
        on_select=on_pick or "ignore",
        selection_mode="points",
    )
    remember(key, title, lambda: figure)


def remember(key: str, title: str, figure: Callable[[], go.Figure]) -> None:
    """Offer the numbers of a picture, however it was drawn; its figure is made when somebody asks for them."""
    shown = _shown.get()
    if shown is not None:
        shown[key] = Picture(key, title, figure)


def camera(key: str) -> dict[str, Any]:
    """Plotly's settings for a camera that appears with the mouse, alone and in the language of the page."""
    kind = chosen_format()
    words = {
        "Download plot as a PNG": save_label(),
        "Download plot": save_label(),
        "Preparing image - this may take a few seconds": _("Saving the picture …"),
        "Image download succeeded": _("Saved"),
        "Sorry, there was a problem downloading your image!": _("This browser could not save the picture."),
    }
    return {
        "displayModeBar": "hover",
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": kind, "filename": file_name(key), "scale": SHARPNESS[kind]},
        "locale": current_language(),
        "locales": {current_language(): {"dictionary": words}},
    }


def own_camera(key: str) -> dict[str, Any]:
    """What the camera on a drawing of our own saves, as Plotly's does."""
    kind = chosen_format()
    return {"kind": kind, "name": file_name(key), "label": save_label(), "sharpness": SHARPNESS[kind]}


def chosen_format() -> str:
    """What the cameras save in this session."""
    kind = st.session_state.get(CAMERA_KEY)
    return kind if kind in FORMATS else "png"


def save_label() -> str:
    """What a camera says it does."""
    return _("Save as {format}").format(format=FORMATS[chosen_format()])


def file_name(key: str) -> str:
    """The name of a saved file without its ending."""
    return "rnnviz-" + re.sub(r"[^\w.-]+", "-", key).strip("-")


@contextmanager
def remembering() -> Iterator[dict[str, Picture]]:
    """Within it, every picture that is shown is remembered."""
    shown: dict[str, Picture] = {}
    before = _shown.set(shown)
    try:
        yield shown
    finally:
        _shown.reset(before)


def offer_saving(pictures: Iterable[Picture], place: str) -> None:
    """A small button below the pictures of a part of the page (`place` names it); what it opens is drawn when open."""
    pictures = list(pictures)
    if not pictures:
        return
    opened = st.popover(
        _("Save the pictures"),
        icon=":material/photo_camera:",
        type="tertiary",
        key=f"save {place}",
        on_change="rerun",
    )
    if opened.open:
        with opened:
            choose_format(place)
            st.caption(_("The numbers of each picture as CSV:"))
            for picture in pictures:
                offer_numbers(picture)


def choose_format(place: str) -> None:
    """What the cameras save, for all pages; a change draws all pictures again."""
    key = f"{CAMERA_KEY} {place}"
    link.put(key, chosen_format())
    st.segmented_control(
        _("The camera on each picture saves"),
        list(FORMATS),
        format_func=FORMATS.__getitem__,
        required=True,
        key=key,
        on_change=_choose,
        args=(key,),
    )
    st.caption(_("It appears when you point at a picture or touch it."))
    if st.session_state.pop(CHANGED_KEY, False):
        st.rerun()


def _choose(key: str) -> None:
    st.session_state[CAMERA_KEY] = st.session_state[key]
    st.session_state[CHANGED_KEY] = True


def offer_numbers(picture: Picture) -> None:
    """A button whose file is made when it is pressed."""
    st.download_button(
        escaped(picture.title),
        csv_file(picture.figure, current_language()),
        file_name=f"{file_name(picture.key)}.csv",
        mime="text/csv",
        icon=":material/table:",
        on_click="ignore",
        key=f"numbers {picture.key}",
        width="stretch",
    )


def csv_file(figure: Callable[[], go.Figure], language: str) -> Callable[[], bytes]:
    """Makes the file, with the mark by which spreadsheets know UTF-8; it is called in a thread without a language."""

    def made() -> bytes:
        from rnnviz.charts.numbers import as_csv  # brings pandas, which no page needs to be drawn

        use_language(language)
        return as_csv(figure()).encode("utf-8-sig")

    return made
