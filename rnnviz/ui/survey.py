"""The survey of a dataset: all that the page Data shows, computed once for everybody who looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnviz.language import _
from rnnviz.text.corpus import Corpus
from rnnviz.text.cuts import cut
from rnnviz.text.sequences import Places
from rnnviz.text.splits import PARTS
from rnnviz.text.statistics import (
    Shares,
    by_frequency,
    bytes_of,
    class_counts,
    coverage,
    log_odds,
    most_telling,
    parts_of,
    size_for,
    spread_ranks,
    texts_in_two,
    token_counts,
)
from rnnviz.text.stop_words import drop_stop_words
from rnnviz.training.config import TextConfig
from rnnviz.training.data import make_ready

TELLING = 15
"""Tokens that are shown for each class."""
COVERED = (0.9, 0.95, 0.99)


@dataclass(frozen=True, eq=False)
class Frequencies:
    """The tokens of the training part from the most frequent on; the curves hold some of the ranks only."""

    different: int
    ranks: Places
    counts: Places
    covered: Shares
    tokens: tuple[str, ...]
    sizes: Mapping[float, int]
    """How many tokens cover so much of the text."""


@dataclass(frozen=True, eq=False)
class Telling:
    """The tokens that speak most for one class."""

    tokens: tuple[str, ...]
    scores: Shares
    counts: Places


@dataclass(frozen=True, eq=False)
class Survey:
    """What is known of a corpus under one split and one cut."""

    parts: Mapping[str, Places]
    """Rows of each part."""
    classes: Mapping[str, Places]
    """Texts of each class in each part."""
    texts_in_two: int
    """Cleaned texts that stand in more than one part."""
    readings_in_two: int
    """The same after the cut: what a net reads, token by token."""
    frequencies: Frequencies
    telling: tuple[Telling, ...]
    """For each class."""


def as_read(corpus: Corpus, contradictions: str, stop_words: str) -> Corpus:
    """The corpus without the words that a training with these settings leaves out."""
    if stop_words == "keep" or corpus.card.unit != "word":
        return corpus
    return _without_stop_words(corpus.card.name, corpus.card.fingerprint, contradictions, corpus)


@st.cache_resource(max_entries=2, show_spinner=False)
def _without_stop_words(name: str, fingerprint: str, contradictions: str, _corpus: Corpus) -> Corpus:
    del name, fingerprint, contradictions  # stand for the corpus in the key
    return drop_stop_words(_corpus)


def survey(corpus: Corpus, config: TextConfig, seed: int) -> Survey:
    """`BadInput` where a class has too few texts to be split."""
    with st.spinner(_("Counting …")):
        return _survey(corpus.card.name, corpus.card.fingerprint, config, seed, corpus)


@st.cache_resource(max_entries=16, show_spinner=False)
def _survey(name: str, fingerprint: str, config: TextConfig, seed: int, _corpus: Corpus) -> Survey:
    how = config.unit, config.contradictions, config.stop_words
    parts, twice = _split(name, fingerprint, how, seed, _corpus)
    classes = len(_corpus.card.classes)
    read = {part: cut(_corpus.sequences, rows, config.max_tokens, config.cut) for part, rows in parts.items()}
    said = token_counts(read["train"], _corpus.labels[parts["train"]], classes, len(_corpus.tokens))
    return Survey(
        parts,
        {part: class_counts(_corpus.labels[rows], classes) for part, rows in parts.items()},
        twice,
        texts_in_two(bytes_of(sequences) for sequences in read.values()),
        _frequencies(said.sum(axis=0), _corpus.tokens),
        _telling(said, _corpus.tokens),
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _split(
    name: str, fingerprint: str, how: tuple[str, ...], seed: int, _corpus: Corpus
) -> tuple[Mapping[str, Places], int]:
    """The rows of each part, and how many texts stand in two of them."""
    del name, fingerprint, how  # stand for the corpus in the key
    parts = parts_of(_corpus, seed)
    return parts, texts_in_two(bytes_of(_corpus.texts.chosen(rows)) for rows in parts.values())


def _frequencies(counts: Places, tokens: tuple[str, ...]) -> Frequencies:
    order = by_frequency(counts)
    ranked = counts[order]
    covered = coverage(ranked)
    ranks = spread_ranks(len(order))
    return Frequencies(
        len(order),
        ranks,
        ranked[ranks - 1],
        covered[ranks - 1],
        tuple(tokens[place] for place in order[ranks - 1].tolist()),
        {share: size_for(covered, share) for share in COVERED},
    )


def _telling(said: Places, tokens: tuple[str, ...]) -> tuple[Telling, ...]:
    scores = log_odds(said)
    found = []
    for place, row in enumerate(scores):
        chosen = most_telling(row, TELLING)
        found.append(Telling(tuple(tokens[token] for token in chosen.tolist()), row[chosen], said[place, chosen]))
    return tuple(found)


@dataclass(frozen=True)
class Known:
    """How much of the text a vocabulary holds."""

    size: int
    """Tokens with a number of their own, the two special ones not counted."""
    tokens: Mapping[str, int]
    """Tokens that are read of each part."""
    unknown: Mapping[str, float]
    """Share of them that is read as <unk>."""


def known(corpus: Corpus, config: TextConfig, seed: int) -> Known:
    """Exactly as a training with these settings finds it."""
    with st.spinner(_("Counting …")):
        return _known(corpus.card.name, corpus.card.fingerprint, config, seed, corpus)


@st.cache_resource(max_entries=64, show_spinner=False)
def _known(name: str, fingerprint: str, config: TextConfig, seed: int, _corpus: Corpus) -> Known:
    del name, fingerprint  # stand for the corpus in the key
    data = make_ready(_corpus, config, seed)
    return Known(
        len(data.vocabulary) - 2,
        {part: int(np.sum(data.parts[part].lengths)) for part in PARTS},
        {part: data.parts[part].unknown for part in PARTS},
    )
