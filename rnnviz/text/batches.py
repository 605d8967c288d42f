"""Batches: sequences of about one length, padded at the end, in a seeded order."""

from collections.abc import Sequence

import numpy as np

from rnnviz.text.sequences import Places, Sequences
from rnnviz.text.vocabulary import Ids

POOL = 32
"""Batches that are sorted by length together: long enough to save padding, short enough to stay random."""


def pad(sequences: Sequence[Ids]) -> tuple[Places, Places]:
    """Token numbers (batch, time), filled with `<pad>` = 0 after each text, and lengths (batch,)."""
    return Sequences.of(sequences).padded(np.arange(len(sequences)))


def shuffled_batches(lengths: Places, batch_size: int, rng: np.random.Generator) -> list[Places]:
    """Row numbers of each batch of one epoch.

    Rows are shuffled, then sorted by length inside pools of `POOL` batches, so that a
    batch holds texts of similar length; the batches themselves come in random order.
    """
    order = rng.permutation(len(lengths))
    batches = []
    for start in range(0, len(order), batch_size * POOL):
        pool = order[start : start + batch_size * POOL]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        batches += [pool[i : i + batch_size] for i in range(0, len(pool), batch_size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def ordered_batches(lengths: Places, batch_size: int) -> list[Places]:
    """Row numbers in batches by length, for evaluation, where order does not matter."""
    order = np.argsort(lengths, kind="stable")
    return [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
