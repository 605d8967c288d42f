"""Data: look before you train."""

from dataclasses import replace

import streamlit as st

from rnnviz.language import _
from rnnviz.text.sources import DatasetCard
from rnnviz.training.config import TextConfig
from rnnviz.training.presets import config_for
from rnnviz.ui import resources
from rnnviz.ui.bring import bring
from rnnviz.ui.choose import choose_dataset, open_dataset
from rnnviz.ui.dataset import (
    show_cleaning_steps,
    show_lengths,
    show_rows,
    show_split,
    show_telling,
    show_vocabulary,
)
from rnnviz.ui.page import DATA, live, page_setup
from rnnviz.ui.phenomena import REVIEWS, show_phenomena
from rnnviz.ui.settings import ask
from rnnviz.ui.survey import as_read, known, survey
from rnnviz.ui.texts import browse


def look(dataset: DatasetCard) -> None:
    """Everything about one dataset, in the order in which a training goes through it."""
    defaults = config_for(dataset)
    st.subheader(_("Rows and classes"))
    rows = st.container()

    st.subheader(_("What cleaning did"))
    policy_column, words_column = st.columns(2)
    with policy_column:
        contradictions = ask("text.contradictions", defaults)
    stop_words = defaults.text.stop_words
    if dataset.unit == "word":
        with words_column:
            stop_words = ask("text.stop_words", defaults)
    corpus = as_read(resources.corpus(dataset.name, None, contradictions), contradictions, stop_words)
    with rows:
        show_rows(corpus)
        if dataset.name == REVIEWS:
            show_phenomena()
    show_cleaning_steps(corpus)

    st.subheader(_("Lengths"))
    most_column, cut_column = st.columns(2)
    with most_column:
        most = ask("text.max_tokens", defaults)
    with cut_column:
        how = ask("text.cut", defaults)
    show_lengths(corpus, most)

    st.subheader(_("The split"))
    seed_column, _empty = st.columns(2)
    with seed_column:
        seed = ask("seed", defaults)
    config = TextConfig(corpus.card.unit, contradictions, most, how, stop_words=stop_words)
    found = survey(corpus, config, seed)
    show_split(corpus, found)

    st.subheader(_("Vocabulary"))
    count_column, size_column = st.columns(2)
    with count_column:
        least = ask("text.min_count", defaults)
    with size_column:
        size = ask("text.max_vocabulary", defaults)
    show_vocabulary(found, known(corpus, replace(config, min_count=least, max_vocabulary=size), seed))
    show_telling(corpus, found)

    st.subheader(_("The texts"))
    live(browse)(corpus, found)


page_setup(DATA)
st.markdown(
    _(
        "What a net can learn stands in its data. Look at them before you train: "
        "everything here is computed from the texts as a training will read them."
    )
)
with st.expander(_("Bring your own texts"), icon=":material/upload_file:"):
    live(bring)()
card = open_dataset(choose_dataset())
if card is not None:
    live(look)(card)
