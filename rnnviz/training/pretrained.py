"""Pretrained vectors as the first embeddings: which words have one, and where the others begin."""

from dataclasses import dataclass

import numpy as np
import torch

from rnnviz.errors import BadInput
from rnnviz.models.classifier import Classifier
from rnnviz.text.vectors import Vectors
from rnnviz.text.vocabulary import UNK_NUMBER, Vocabulary
from rnnviz.training.config import RunConfig
from rnnviz.training.data import TrainingData


@dataclass(frozen=True)
class Coverage:
    """How much of the vocabulary had a pretrained vector."""

    file: str
    """The name of the file that the vectors come from."""
    dimension: int
    words: int
    """Of the vocabulary, the two special tokens not counted."""
    found: int
    """How many of them have a vector."""
    token_share: float
    """Share of all tokens of the training part, unknown ones among them, that are such words."""

    @property
    def word_share(self) -> float:
        return self.found / max(self.words, 1)


def words_of(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The tokens that may have a vector: all but `<pad>` and `<unk>`."""
    return vocabulary.tokens[UNK_NUMBER + 1 :]


def coverage_of(vectors: Vectors, data: TrainingData) -> Coverage:
    """By different words and by the tokens of the training part."""
    has_vector = np.zeros(len(data.vocabulary), dtype=bool)
    has_vector[data.vocabulary.encode(vectors.tokens)] = True
    return Coverage(
        vectors.file,
        vectors.matrix.shape[1],
        len(words_of(data.vocabulary)),
        len(vectors.tokens),
        float(has_vector[data.train.ids.flat].mean()),
    )


def check_vectors(vectors: Vectors, config: RunConfig) -> None:
    """`BadInput` where these are not the vectors that a configuration asks for, or do not fit its embeddings."""
    if vectors.fingerprint != config.vectors:
        raise BadInput("{path} has changed since it was chosen; choose it again.", path=vectors.file)
    if vectors.matrix.shape[1] != config.model.embedding_size:
        raise BadInput(
            "The vectors of {path} have {dimension} numbers, and the embedding size is {size}: they have to be equal.",
            path=vectors.file,
            dimension=vectors.matrix.shape[1],
            size=config.model.embedding_size,
        )


@torch.no_grad()
def begin_with(classifier: Classifier, vocabulary: Vocabulary, vectors: Vectors) -> None:
    """Put the vectors in place of the first embeddings of their words.

    The embeddings of all other tokens stay as they were drawn, but with the spread of the vectors: the
    standard deviation of all their numbers. `<pad>` stays 0.
    """
    embeddings = classifier.embedding.weight
    spread = float(vectors.matrix.std(dtype=np.float64)) or classifier.config.embedding_std
    embeddings.mul_(spread / classifier.config.embedding_std)
    embeddings[torch.from_numpy(vocabulary.encode(vectors.tokens)).long()] = torch.from_numpy(vectors.matrix)
