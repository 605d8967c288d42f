"""Cuts: what is kept of a text that is too long to be read whole."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from rnnviz.language import N_
from rnnviz.text.sequences import Places, Sequences

Token = TypeVar("Token")

CUTS: dict[str, Callable[[int], int]] = {
    "tail": lambda _most: 0,
    "head": lambda most: most,
    "ends": lambda most: most // 2,
}
"""By name: how many of the `most` tokens that are kept come from the beginning; the others come from the end."""

CUT_TITLES = {
    "tail": N_("the last tokens"),
    "head": N_("the first tokens"),
    "ends": N_("head and tail"),
}


def cut_tokens(tokens: Sequence[Token], most: int, how: str) -> list[Token]:
    """What is kept of one text."""
    if len(tokens) <= most:
        return list(tokens)
    head = CUTS[how](most)
    return [*tokens[:head], *tokens[len(tokens) - (most - head) :]]


def cut(sequences: Sequences, rows: Places, most: int, how: str) -> Sequences:
    """The same for some of the texts of a corpus, in the order of `rows`."""
    starts, ends = sequences.starts[rows], sequences.ends[rows]
    lengths = ends - starts
    head = np.where(lengths > most, CUTS[how](most), lengths)
    tail = np.where(lengths > most, most - head, 0)
    pieces = [
        sequences.flat[first:last]
        for start, end, front, back in zip(starts, ends, head, tail, strict=True)
        for first, last in ((start, start + front), (end - back, end))
    ]
    return Sequences(np.concatenate([np.zeros(0, np.int32), *pieces]), np.cumsum(head + tail, dtype=np.int64))
