"""The corpus: a dataset cleaned and cut into tokens, before any split and any vocabulary."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnnviz.text.cleaning import StepReport, clean
from rnnviz.text.datasets import Dataset, DatasetCard
from rnnviz.text.progress import Progress, sparing
from rnnviz.text.sequences import Sequences, Texts
from rnnviz.text.tokens import TOKENIZERS


@dataclass(frozen=True)
class Corpus:
    """Texts, their tokens and classes; of a source with its own test part, that one stands last."""

    card: DatasetCard
    texts: Texts
    sequences: Sequences
    """Numbers into `tokens`."""
    tokens: tuple[str, ...]
    """Every different token, by first appearance."""
    labels: npt.NDArray[np.int64]
    """Class numbers, (texts,)."""
    test: int
    """How many of the texts, the last ones, are the source's own test part; 0 where it has none."""
    steps: tuple[StepReport, ...]


def tokenize(dataset: Dataset, unit: str, contradictions: str, progress: Progress | None = None) -> Corpus:
    """Clean and cut into tokens. A text without any token, such as nothing but markup, is left out."""
    cleaned = clean(dataset.rows, contradictions, [part == "test" for part in dataset.official])
    cut_into_tokens = TOKENIZERS[unit]
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # a new token gets the next number
    sequences, kept = [], []
    total, tell = len(cleaned.rows), sparing(progress)
    for row, (text, _) in enumerate(cleaned.rows):
        tokens = cut_into_tokens(text)
        if tokens:
            sequences.append(np.fromiter(map(numbers.__getitem__, tokens), np.int32, len(tokens)))
            kept.append(row)
        tell(row + 1, total)
    number = {name: place for place, name in enumerate(dataset.classes)}
    return Corpus(
        dataset.card,
        Texts.of(cleaned.rows[row][0] for row in kept),
        Sequences.of(sequences),
        tuple(numbers),
        np.array([number[cleaned.rows[row][1]] for row in kept], dtype=np.int64),
        sum(row >= total - cleaned.test for row in kept),
        cleaned.steps,
    )
