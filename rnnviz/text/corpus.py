"""The corpus: a dataset cleaned and cut into tokens, before any split and any vocabulary."""

from array import array
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnnviz.text.cleaning import StepReport, clean
from rnnviz.text.datasets import Dataset, DatasetCard
from rnnviz.text.progress import Progress, sparing
from rnnviz.text.sequences import Sequences, Texts
from rnnviz.text.tokens import TOKENIZERS, Tokenizer
from rnnviz.text.vocabulary import Ids


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


class Spelling(dict[str, bytes]):
    """The token numbers of each different piece of a text, as bytes that need only be joined."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.numbers: dict[str, int] = {}
        """Of every token, by first appearance."""

    def __missing__(self, piece: str) -> bytes:
        tokens = self.tokenizer.tokens(piece)
        numbers = [self.numbers.setdefault(token, len(self.numbers)) for token in tokens]
        self[piece] = array("i", numbers).tobytes()
        return self[piece]

    def of(self, text: str) -> Ids:
        """The token numbers of a text."""
        return np.frombuffer(b"".join(map(self.__getitem__, self.tokenizer.pieces(text))), np.int32)


def tokenize(dataset: Dataset, unit: str, contradictions: str, progress: Progress | None = None) -> Corpus:
    """Clean and cut into tokens. A text without any token, such as nothing but markup, is left out."""
    cleaned = clean(dataset.rows, contradictions, [part == "test" for part in dataset.official])
    spelling = Spelling(TOKENIZERS[unit])
    sequences, kept = [], []
    total, tell = len(cleaned.rows), sparing(progress)
    for row, (text, _) in enumerate(cleaned.rows):
        sequence = spelling.of(text)
        if len(sequence):
            sequences.append(sequence)
            kept.append(row)
        tell(row + 1, total)
    number = {name: place for place, name in enumerate(dataset.classes)}
    return Corpus(
        dataset.card,
        Texts.of(cleaned.rows[row][0] for row in kept),
        Sequences.of(sequences),
        tuple(spelling.numbers),
        np.array([number[cleaned.rows[row][1]] for row in kept], dtype=np.int64),
        sum(row >= total - cleaned.test for row in kept),
        cleaned.steps,
    )
