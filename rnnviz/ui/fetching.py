"""Fetching the IMDB reviews: what stands on a page where they are asked for and not there."""

import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.language import _
from rnnviz.text.fetch import megabytes
from rnnviz.text.imdb import FOLDER, fetch_imdb
from rnnviz.text.sources import DATA
from rnnviz.ui.page import say


def offer_fetch(error: BadInput) -> None:
    """Say why there are no reviews, and offer to fetch them; afterwards the page runs again with them.

    Not inside a fragment: the whole page waits for the reviews. Who leaves it meanwhile
    ends the fetch, and what has come stays for the next time.
    """
    say(error)
    if (DATA / FOLDER).is_dir():
        return  # the archive would lie beside the folder, which is read first and has to be mended
    if st.button(_("Fetch the IMDB reviews (84 MB)"), key="fetch_imdb", type="primary", icon=":material/download:"):
        _fetch()


def _fetch() -> None:
    place = st.empty()
    place.progress(0.0, text=_("Asking the server for the reviews …"))

    def tell(done: int, total: int) -> None:
        place.progress(min(1.0, done / total), text=megabytes(done, total))

    try:
        fetch_imdb(DATA, tell)
    except BadInput as error:
        place.empty()
        say(error)
    else:
        st.rerun()
