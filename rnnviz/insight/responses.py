"""What each unit responds to: how a token moves its state, on average over many texts.

The mean change of the state at a token is what LSTMVis and RNNVis (Ming et al. 2017, who
call it the expected response) read a unit's meaning from; units and tokens that go
together are found by spectral co-clustering (Dhillon 2001).
"""

from dataclasses import dataclass

import numpy as np

from rnnviz.insight.state_bank import SCALE, StateBank
from rnnviz.text.sequences import Places
from rnnviz.text.vocabulary import Ids, Vocabulary
from rnnviz.training.trained import Floats

PAD = 0


@dataclass(frozen=True)
class Responses:
    """Mean changes of the state at tokens or pairs of tokens."""

    tokens: tuple[tuple[str, ...], ...]
    """One token each, or the token before and the token itself."""
    counts: Places
    """(tokens,): how often each was read."""
    changes: Floats
    """(tokens, units): the mean of h_t − h_{t−1}, with zeros before the first token that is read."""


def mean_responses(
    bank: StateBank, ids: Ids, vocabulary: Vocabulary, direction: str, pairs: bool = False, least: int = 5
) -> Responses:
    """The mean change at every token (or pair of neighbours in the text) that was read at least so often.

    `ids` (tokens of all texts,) are those of the bank. For a net that reads backwards the state
    "before" is that at the token behind.
    """
    forward = direction == "forward"
    edge = bank.starts if forward else bank.ends - 1
    whole = np.ones(len(ids), dtype=bool)
    keys = ids.astype(np.int64)
    size = len(vocabulary)
    if pairs:
        keys = np.concatenate([[0], keys[:-1]]) * size + keys
        whole[bank.starts] = False
    found, places = np.unique(keys[whole], return_inverse=True)
    counts = np.bincount(places, minlength=len(found))
    changes = np.zeros((len(found), bank.units), dtype=np.float32)
    for unit in range(bank.units):
        own = bank.states[unit].astype(np.int32)
        before = np.concatenate([[0], own[:-1]]) if forward else np.concatenate([own[1:], [0]])
        before[edge] = 0
        changes[:, unit] = np.bincount(places, (own - before)[whole], len(found)) / np.maximum(counts, 1) / SCALE
    kept = counts >= least
    tokens = tuple(_named(int(key), size, vocabulary, pairs) for key in found[kept])
    return Responses(tokens, counts[kept], changes[kept])


def _named(key: int, size: int, vocabulary: Vocabulary, pairs: bool) -> tuple[str, ...]:
    return (vocabulary.tokens[key // size], vocabulary.tokens[key % size]) if pairs else (vocabulary.tokens[key],)


def most_moving(responses: Responses, most: int) -> Responses:
    """The tokens that move the states most: by the L2 norm of their mean change, the largest first."""
    return _chosen(responses, np.argsort(-np.linalg.norm(responses.changes, axis=1), kind="stable")[:most])


def for_unit(responses: Responses, unit: int, most: int) -> tuple[Responses, Responses]:
    """The tokens that raise one unit most, and those that lower it most, the strongest first."""
    order = np.argsort(-responses.changes[:, unit], kind="stable")
    raised = [place for place in order if responses.changes[place, unit] > 0][:most]
    lowered = [place for place in order[::-1] if responses.changes[place, unit] < 0][:most]
    return _chosen(responses, np.array(raised, dtype=np.int64)), _chosen(responses, np.array(lowered, dtype=np.int64))


def _chosen(responses: Responses, rows: Places) -> Responses:
    tokens = tuple(responses.tokens[row] for row in rows)
    return Responses(tokens, responses.counts[rows], responses.changes[rows])


@dataclass(frozen=True)
class CoClusters:
    """Tokens and units in the order of their clusters."""

    tokens: Places
    """(tokens,): the places of the tokens in the new order."""
    units: Places
    token_clusters: Places
    """(tokens,), in the new order."""
    unit_clusters: Places


def co_clusters(changes: Floats, clusters: int) -> CoClusters:
    """Spectral co-clustering of the sizes of the mean changes (tokens, units); always the same.

    Fewer clusters where there are not so many tokens or units that move at all.
    """
    from sklearn.cluster import SpectralCoclustering  # takes a second to load: only where it is asked for

    sizes = np.abs(changes).astype(np.float64) + 1e-12  # a row of zeros belongs nowhere and would divide by zero
    clusters = min(clusters, *sizes.shape)
    if clusters < 2:
        tokens, units = (np.zeros(count, dtype=np.int64) for count in sizes.shape)
    else:
        fitted = SpectralCoclustering(n_clusters=clusters, random_state=0).fit(sizes)
        tokens, units = fitted.row_labels_.astype(np.int64), fitted.column_labels_.astype(np.int64)
    token_order = np.lexsort((-sizes.sum(axis=1), tokens))
    unit_order = np.lexsort((-sizes.sum(axis=0), units))
    return CoClusters(token_order, unit_order, tokens[token_order], units[unit_order])
