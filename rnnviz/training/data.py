"""What a run trains on: a corpus cut, split, and turned into the token numbers of its vocabulary."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnnviz.errors import BadInput
from rnnviz.text.cleaning import StepReport
from rnnviz.text.corpus import Corpus, tokenize
from rnnviz.text.cuts import cut
from rnnviz.text.padding import padded_sequences
from rnnviz.text.sequences import Places, Sequences
from rnnviz.text.sources import Dataset
from rnnviz.text.splits import PARTS, TOO_FEW, official_split, stratified_split
from rnnviz.text.stop_words import drop_stop_words
from rnnviz.text.vocabulary import PAD_NUMBER, UNK_NUMBER, Vocabulary
from rnnviz.training.config import TextConfig


@dataclass(frozen=True)
class Part:
    """Train, validation or test."""

    texts: Sequence[str]
    ids: Sequences
    labels: npt.NDArray[np.int64]
    """Class numbers, (texts,)."""

    @property
    def lengths(self) -> Places:
        return self.ids.lengths

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def unknown(self) -> float:
        """Share of the tokens that the vocabulary does not hold."""
        return float(np.mean(self.ids.flat[self.ids.flat != PAD_NUMBER] == UNK_NUMBER))


@dataclass(frozen=True)
class TrainingData:
    """A corpus made ready for one text configuration and seed."""

    classes: tuple[str, ...]
    vocabulary: Vocabulary
    steps: tuple[StepReport, ...]
    parts: dict[str, Part]
    cut: int
    """How many texts are longer than what is read of them."""

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
    """Clean, cut into tokens, and make ready. `BadInput` where cleaning leaves too little of a class."""
    return make_ready(tokenize(dataset, config.unit, config.contradictions), config, seed)


def make_ready(corpus: Corpus, config: TextConfig, seed: int) -> TrainingData:
    """Leave out stop words where asked for, cut, split, learn the vocabulary from the training part, encode, pad.

    A text of stop words only is left out like one without any token, of the source's own test part too.
    """
    if config.unit == "word" and config.stop_words == "drop":
        corpus = drop_stop_words(corpus)
    classes = corpus.card.classes
    labels = [classes[number] for number in corpus.labels.tolist()]
    if lost := sorted(set(classes) - set(labels)):
        raise BadInput(TOO_FEW, name=lost[0], count=0)
    split = official_split(labels, corpus.test, seed) if corpus.test else stratified_split(labels, seed)
    rows = {name: np.array(getattr(split, name), dtype=np.int64) for name in PARTS}
    kept = {name: cut(corpus.sequences, rows[name], config.max_tokens, config.cut) for name in PARTS}
    counts = np.bincount(kept["train"].flat, minlength=len(corpus.tokens))
    seen = {corpus.tokens[place]: int(counts[place]) for place in np.flatnonzero(counts)}
    vocabulary = Vocabulary.from_counts(seen, config.min_count, config.max_vocabulary)
    numbers = vocabulary.encode(corpus.tokens)
    parts = {
        name: Part(
            corpus.texts.chosen(rows[name]),
            padded_sequences(Sequences(numbers[kept[name].flat], kept[name].ends), config.max_tokens, config.padding),
            corpus.labels[rows[name]],
        )
        for name in PARTS
    }
    if config.labels == "shuffled":
        parts["train"] = dataclasses.replace(parts["train"], labels=shuffled(parts["train"].labels, seed))
    longer = int((corpus.sequences.lengths > config.max_tokens).sum())
    return TrainingData(classes, vocabulary, corpus.steps, parts, longer)


def shuffled(labels: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.int64]:
    """The same class numbers, (texts,), dealt out anew; a stream of its own, not that of the split or an epoch."""
    return np.random.default_rng([seed, *b"labels"]).permutation(labels)
