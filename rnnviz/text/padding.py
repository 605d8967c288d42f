"""Padding: what fills a text up to one length, where a net is to read what fills it.

Usually nothing does: a batch is filled up behind its texts, and what is computed there is left out
("packed"). Elsewhere each text is filled up to the same length with `<pad>` before anything reads it, and
from then on `<pad>` is a token like any other: the net reads it in training, in evaluation and when a text
is typed, its states can be looked at, and what a text gives does not depend on its batch. Its embedding is
all zeros and is never learned (`padding_idx` of `torch.nn.Embedding`), so at such a step the net hears
nothing from outside, and only its own weights and biases move its state.
"""

from collections.abc import Sequence

import numpy as np

from rnnviz.language import N_
from rnnviz.text.sequences import Sequences
from rnnviz.text.vocabulary import PAD, PAD_NUMBER

PADDING_TITLES = {
    "packed": N_("packed, not read"),
    "after": N_("behind the text"),
    "before": N_("in front of the text"),
}
"""Where a text is filled up, by name."""


def padded_tokens(tokens: Sequence[str], length: int, where: str) -> tuple[str, ...]:
    """The tokens of one text, of at most `length`, as a net reads them."""
    filling = () if where == "packed" else (PAD,) * (length - len(tokens))
    return (*filling, *tokens) if where == "before" else (*tokens, *filling)


def padded_sequences(sequences: Sequences, length: int, where: str) -> Sequences:
    """The same for the token numbers of many texts."""
    if where == "packed":
        return sequences
    lengths = sequences.lengths[:, None]
    steps = np.arange(length) - (length - lengths if where == "before" else 0)  # within the text, (texts, length)
    filled = np.full((len(sequences), length), PAD_NUMBER, dtype=np.int32)
    filled[(steps >= 0) & (steps < lengths)] = sequences.flat
    return Sequences(filled.ravel(), np.arange(1, len(sequences) + 1) * length)


def text_of(tokens: Sequence[str]) -> tuple[str, ...]:
    """The tokens that are not padding."""
    return tuple(token for token in tokens if token != PAD)
