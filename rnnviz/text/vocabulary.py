"""The vocabulary: which tokens a model knows, and their numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

PAD, UNK = "<pad>", "<unk>"
PAD_NUMBER, UNK_NUMBER = 0, 1

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Vocabulary:
    """Tokens in index order; `<pad>` is 0 and `<unk>` is 1."""

    tokens: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.tokens[:2] != (PAD, UNK):
            raise ValueError(f"a vocabulary begins with {PAD} and {UNK}, this one with {self.tokens[:2]}")

    @classmethod
    def from_texts(
        cls, texts: Iterable[Sequence[str]], min_count: int = 1, max_size: int | None = None
    ) -> "Vocabulary":
        """The tokens of some texts, as `from_counts` chooses them."""
        return cls.from_counts(Counter(token for text in texts for token in text), min_count, max_size)

    @classmethod
    def from_counts(cls, counts: Mapping[str, int], min_count: int = 1, max_size: int | None = None) -> "Vocabulary":
        """The tokens that occur at least `min_count` times, most frequent first.

        `max_size` bounds the number of tokens, the two special ones not counted. Ties
        are ordered by the token itself, so the same texts give the same numbers.
        """
        ranked = sorted(
            (token for token, count in counts.items() if count >= min_count),
            key=lambda token: (-counts[token], token),
        )
        return cls((PAD, UNK, *ranked[:max_size]))

    @cached_property
    def _index(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: str) -> bool:
        return token in self._index

    def encode(self, tokens: Sequence[str]) -> Ids:
        """The numbers of the tokens, shape (len(tokens),); unknown ones become `<unk>`."""
        index = self._index
        return np.array([index.get(token, UNK_NUMBER) for token in tokens], dtype=np.int32)
