"""What a run trains on: rows cleaned, split, and turned into token numbers."""

from dataclasses import dataclass

import numpy as np

from rnnviz.errors import BadInput
from rnnviz.text.cleaning import StepReport, clean
from rnnviz.text.sources import Dataset
from rnnviz.text.splits import PARTS, TOO_FEW, stratified_split
from rnnviz.text.tokens import TOKENIZERS
from rnnviz.text.vocabulary import Ids, Vocabulary
from rnnviz.training.config import TextConfig


@dataclass(frozen=True)
class Part:
    """Train, validation or test."""

    texts: tuple[str, ...]
    ids: tuple[Ids, ...]
    labels: Ids
    """Class numbers, (texts,)."""

    @property
    def lengths(self) -> Ids:
        return np.array([len(ids) for ids in self.ids], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True)
class TrainingData:
    """A dataset made ready for one text configuration and seed."""

    classes: tuple[str, ...]
    vocabulary: Vocabulary
    steps: tuple[StepReport, ...]
    parts: dict[str, Part]

    @property
    def train(self) -> Part:
        return self.parts["train"]

    @property
    def validation(self) -> Part:
        return self.parts["validation"]

    @property
    def test(self) -> Part:
        return self.parts["test"]


def prepare(dataset: Dataset, config: TextConfig, seed: int) -> TrainingData:
    """Clean, split, learn the vocabulary from the training part alone, and encode.

    A text that is nothing but markup has no tokens and is left out. `BadInput` where
    cleaning leaves too little of a class.
    """
    cleaned = clean(dataset.rows, config.contradictions)
    tokenize = TOKENIZERS[config.unit]
    tokens_of = {text: tokenize(text)[-config.max_tokens :] for text, _ in cleaned.rows}
    texts = [text for text, _ in cleaned.rows if tokens_of[text]]
    labels = [label for text, label in cleaned.rows if tokens_of[text]]
    tokens = [tokens_of[text] for text in texts]
    classes = dataset.classes
    if lost := sorted(set(classes) - set(labels)):
        raise BadInput(TOO_FEW, name=lost[0], count=0)
    split = stratified_split(labels, seed)
    vocabulary = Vocabulary.from_texts((tokens[i] for i in split.train), config.min_count, config.max_vocabulary)
    number = {name: i for i, name in enumerate(classes)}

    def part(rows: tuple[int, ...]) -> Part:
        return Part(
            tuple(texts[i] for i in rows),
            tuple(vocabulary.encode(tokens[i]) for i in rows),
            np.array([number[labels[i]] for i in rows], dtype=np.int64),
        )

    return TrainingData(classes, vocabulary, cleaned.steps, {name: part(getattr(split, name)) for name in PARTS})
