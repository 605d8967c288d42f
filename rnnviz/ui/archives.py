"""Runs as zip files: how one leaves the app, and how one from elsewhere comes in."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.language import _, number
from rnnviz.runs.archive import MOST_BYTES, pack_archive, unpack_archive
from rnnviz.runs.checkpoint import Files, RunInfo
from rnnviz.runs.exchange import essentials, files_of, is_essential, sizes_of, take_in
from rnnviz.ui import resources
from rnnviz.ui.markdown import escaped
from rnnviz.ui.page import say

RUN_KEY = "run"
FIND_KEY = "find_run"
IMPORT_KEY = "import"
ARRIVED_KEY = "arrived"


def offer_archives(run: RunInfo) -> None:
    """The run as a zip file, whole where that is not too large, and without what only training on needs."""
    folder = resources.store().folder(run.name)
    sizes = sizes_of(folder)
    whole, small = sum(sizes.values()), sum(size for name, size in sizes.items() if is_essential(name))
    if whole <= MOST_BYTES:
        offer_archive(_("Download"), whole, folder, run.name, lambda files: files)
    if small < whole and small <= MOST_BYTES:
        offer_archive(_("Download without its past"), small, folder, f"{run.name}-small", essentials)
    if small > MOST_BYTES:
        st.caption(
            _("This run has more than {most} MB and can’t be handed on as a file.").format(most=megabytes(MOST_BYTES))
        )


def offer_archive(title: str, size: int, folder: Path, name: str, part: Callable[[Files], Files]) -> None:
    """A button that packs the file when it is pressed."""
    st.download_button(
        title,
        lambda: pack_archive(part(files_of(folder))),
        file_name=f"{name}.zip",
        mime="application/zip",
        icon=":material/download:",
        help=_("A zip file of at most {size} MB.").format(size=megabytes(size)),
        on_click="ignore",
        key=f"download {name}",
    )


def megabytes(size: int) -> str:
    return number(size / 1e6, ".3g")


def bring_run() -> None:
    """A run from a zip file, and what became of it."""
    st.subheader(_("Bring a run"))
    st.markdown(
        _(
            "A zip file that was downloaded on this page, here or elsewhere: at most **{most} MB**, unpacked too. "
            "Every part of it is checked before anything is kept, and nothing in it is ever executed. "
            "Whoever uses this server can see the run."
        ).format(most=megabytes(MOST_BYTES))
    )
    file = st.file_uploader(_("A run as a zip file"), type=["zip"], key=IMPORT_KEY, on_change=take_upload)
    arrived = st.session_state.get(ARRIVED_KEY)
    if file is None or arrived is None:
        return
    if isinstance(arrived, BadInput):
        say(arrived)
    elif arrived.new:
        st.success(escaped(_("The run is here now, as “{run}”.").format(run=arrived.name)), icon=":material/check:")
    else:
        message = _("This run is here already, as “{run}”; nothing was changed.").format(run=arrived.name)
        st.info(escaped(message), icon=":material/done_all:")


def take_upload() -> None:
    """Check what was brought, put it into the store and choose it; for callbacks."""
    file = st.session_state[IMPORT_KEY]
    if file is None:
        st.session_state[ARRIVED_KEY] = None
        return
    try:
        arrival = take_in(resources.store(), unpack_archive(file.getvalue()))
        st.session_state[RUN_KEY], st.session_state[FIND_KEY] = arrival.name, ""
        st.session_state[ARRIVED_KEY] = arrival
    except BadInput as error:
        st.session_state[ARRIVED_KEY] = error
