"""Statistics: what a careful person looks at before training.

Everything works on the flat arrays of a corpus, so that 50,000 reviews take a moment only.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnnviz.text.corpus import Corpus
from rnnviz.text.sequences import Places, Sequences, Texts
from rnnviz.text.splits import PARTS, official_split, stratified_split

Shares = npt.NDArray[np.float64]

BLOCK = 1 << 20
"""Tokens that are counted at once: more would only take memory."""
PRIOR = 500.0
"""Tokens that the prior of `log_odds` stands for: it holds back words that were seen a few times only."""


def parts_of(corpus: Corpus, seed: int) -> dict[str, Places]:
    """The rows of each part, as a training with this seed splits them."""
    classes = corpus.card.classes
    labels = [classes[number] for number in corpus.labels.tolist()]
    split = official_split(labels, corpus.test, seed) if corpus.test else stratified_split(labels, seed)
    return {name: np.array(getattr(split, name), dtype=np.int64) for name in PARTS}


def class_counts(labels: npt.NDArray[np.int64], classes: int) -> Places:
    """Texts of each class, (classes,)."""
    return np.bincount(labels, minlength=classes)


def token_counts(sequences: Sequences, labels: npt.NDArray[np.int64], classes: int, tokens: int) -> Places:
    """How often each class says each token, (classes, tokens)."""
    counts = np.zeros(classes * tokens, dtype=np.int64)
    spoken_by = np.repeat(labels.astype(np.int32), sequences.lengths)
    for start in range(0, len(sequences.flat), BLOCK):
        block = slice(start, start + BLOCK)
        places = spoken_by[block].astype(np.int64) * tokens + sequences.flat[block]
        counts += np.bincount(places, minlength=len(counts))
    return counts.reshape(classes, tokens)


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many texts have from `starts[i]` to `starts[i] + width - 1` tokens."""

    starts: Places
    width: int
    counts: Places


def histogram(lengths: Places, bars: int = 60) -> Histogram:
    """Lengths in at most so many bars of one whole width."""
    low, high = int(lengths.min()), int(lengths.max())
    width = -(-(high - low + 1) // bars)
    counts = np.bincount((lengths - low) // width)
    return Histogram(low + width * np.arange(len(counts)), width, counts)


@dataclass(frozen=True)
class Shortened:
    """What a cut takes away."""

    texts: int
    text_share: float
    token_share: float


def shortened(lengths: Places, most: int) -> Shortened:
    """Texts longer than `most` tokens, and the share of all tokens that is not read."""
    over = lengths[lengths > most]
    return Shortened(len(over), len(over) / len(lengths), float((over - most).sum() / lengths.sum()))


def by_frequency(counts: Places) -> Places:
    """Token numbers from the most frequent on, those that were never seen left out."""
    order = np.argsort(-counts, kind="stable")
    return order[: np.count_nonzero(counts)]


def coverage(ranked: Places) -> Shares:
    """Share of all tokens that the k most frequent ones are, for k = 1, 2, …; `ranked` are their counts."""
    return np.cumsum(ranked) / max(int(ranked.sum()), 1)


def size_for(covered: Shares, share: float) -> int:
    """How many of the most frequent tokens are at least this share of all."""
    return min(int(np.searchsorted(covered, share - 1e-12)) + 1, len(covered))


def spread_ranks(size: int, points: int = 200) -> Places:
    """Ranks 1 to `size` at about equal distances on a log scale: enough to draw a curve through."""
    spread = np.round(np.geomspace(1, size, points)).astype(np.int64) if size else np.zeros(0, np.int64)
    return np.unique(spread)


def log_odds(counts: npt.NDArray[np.int64], prior: float = PRIOR) -> Shares:
    """How much each class prefers each token: z-scores of the log-odds ratio, (classes, tokens).

    With y_w the count of token w in a class and n the number of its tokens, y'_w and n' the same
    in all other classes together, and the informative Dirichlet prior
    α_w = α₀ (y_w + y'_w) / (n + n'), α₀ = `prior`:

        δ_w = ln((y_w + α_w) / (n + α₀ − y_w − α_w)) − ln((y'_w + α_w) / (n' + α₀ − y'_w − α_w))
        z_w = δ_w / √(1 / (y_w + α_w) + 1 / (y'_w + α_w))

    Source: Monroe, Colaresi & Quinn (2008), Fightin' Words: Lexical Feature Selection and Evaluation
    for Identifying the Content of Political Conflict, Political Analysis 16(4), 372-403. Beyond ±1.96
    a preference is hardly chance (for one token looked at alone).
    A token that no class says has z = 0.
    """
    said = counts.sum(axis=0)
    seen = said > 0
    own = counts[:, seen].astype(np.float64)
    other = said[seen] - own
    alpha = prior * said[seen] / said.sum()
    sizes = own.sum(axis=1, keepdims=True)
    rest = said.sum() - sizes
    rise = np.log((own + alpha) / _positive(sizes + prior - own - alpha))
    fall = np.log((other + alpha) / _positive(rest + prior - other - alpha))
    scores = np.zeros(counts.shape)
    scores[:, seen] = (rise - fall) / np.sqrt(1 / (own + alpha) + 1 / (other + alpha))
    return scores


def _positive(values: Shares) -> Shares:
    """Where one token is all there is, nothing is left for the others."""
    return np.maximum(values, 1e-12)


def most_telling(scores: Shares, most: int) -> Places:
    """Tokens with the highest z-scores of one class, highest first; only such as speak for it."""
    order = np.argsort(-scores, kind="stable")[:most]
    return order[scores[order] > 0]


def texts_in_two(parts: Iterable[Iterable[memoryview]]) -> int:
    """How many different texts stand in more than one part; texts are compared by a digest of 128 bits."""
    seen: set[bytes] = set()
    twice: set[bytes] = set()
    for part in parts:
        digests = {hashlib.blake2b(text, digest_size=16).digest() for text in part}
        twice |= seen & digests
        seen |= digests
    return len(twice)


def bytes_of(values: Texts | Sequences) -> Iterator[memoryview]:
    """The bytes of each text, or of its token numbers, without copying them."""
    raw = np.ascontiguousarray(values.flat).view(np.uint8).data
    size = values.flat.itemsize
    for start, end in zip((values.starts * size).tolist(), (values.ends * size).tolist(), strict=True):
        yield raw[start:end]


def containing(texts: Texts, needle: str) -> Places:
    """Rows of the texts in which these letters stand, whatever their case; all rows where nothing is asked for."""
    if not needle:
        return np.arange(len(texts))
    haystack, wanted = texts.flat.tobytes(), needle.lower().encode()
    bounds = zip(texts.starts.tolist(), texts.ends.tolist(), strict=True)
    found = [row for row, (start, end) in enumerate(bounds) if haystack.find(wanted, start, end) >= 0]
    return np.array(found, dtype=np.int64)
