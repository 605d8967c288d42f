"""Pretrained vectors on the page: one of the files in their folder, and how many words were found in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from rnnviz.language import _, number
from rnnviz.text.vectors import dimension_of, fingerprint_of, vector_files
from rnnviz.training.config import LIMITS, check_limit
from rnnviz.training.pretrained import Coverage
from rnnviz.ui import link
from rnnviz.ui.markdown import escaped

KEY = "vectors"
NONE = ""


@dataclass(frozen=True)
class Chosen:
    """A file of vectors as a configuration needs it."""

    fingerprint: str
    dimension: int


def draw_choice_of_vectors() -> None:
    """The widget in which a file is chosen; which one it is, `chosen_vectors` has settled by then."""
    files = vector_files()
    st.selectbox(
        _("Pretrained vectors"),
        [NONE, *files],
        format_func=lambda each: each or _("none: the embeddings begin at random"),
        key=KEY,
        disabled=not files,
        help=_(
            "Embeddings that others have trained on far more text, from a text file with a word and its numbers on "
            "each line (GloVe, or word2vec’s text format). Words without a vector begin at random, with the spread of "
            "those that have one. The embedding size is that of the file."
        ),
        persist_state="session",
    )
    if not files:
        st.caption(
            _(
                "There are no files of vectors yet: put one (such as glove.6B.50d.txt, ending in .txt or .vec) into "
                "the folder `data/vectors` of this installation, and it can be chosen here."
            )
        )


def chosen_vectors() -> Chosen | None:
    """The file whose vectors the embeddings begin with, from the link or by hand; None where they begin at random."""
    files = vector_files()
    allowed = list(files) or [_("nothing, for the folder has no such file")]
    link.take(KEY, lambda given: link.one_of(_("Pretrained vectors"), allowed, given[-1]))
    name = st.session_state.get(KEY, NONE)
    if name not in files:
        name = st.session_state[KEY] = NONE
    link.give(KEY, [name] if name else [])
    return usable(name, files) if name else None


def usable(name: str, files: Mapping[str, Path]) -> Chosen:
    """What has to be known of a file; `BadInput` where it can't be used."""
    dimension = dimension_of(files[name])
    check_limit(dimension, LIMITS["model.embedding_size"])
    with st.spinner(_("Reading {file} …").format(file=escaped(name))):
        return Chosen(fingerprint_of(files[name]), dimension)


def show_dimension(dimension: int) -> None:
    """The embedding size, which the file decides."""
    limit = LIMITS["model.embedding_size"]
    st.text_input(_(limit.title), str(dimension), disabled=True, help=_("As many numbers as the vectors have."))


def coverage_line(coverage: Coverage) -> str:
    """How much of the vocabulary had a vector, in one line."""
    return _("{found} of {words} words ({share}), {tokens} of the training text").format(
        found=number(coverage.found),
        words=number(coverage.words),
        share=number(coverage.word_share, ".1%"),
        tokens=number(coverage.token_share, ".1%"),
    )
