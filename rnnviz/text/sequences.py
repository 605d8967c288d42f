"""Many texts and token sequences, each kind in one flat array: what 50,000 reviews need little memory for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
import numpy.typing as npt

from rnnviz.text.vocabulary import Ids

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sequences(Sequence[Ids]):
    """Token numbers of many texts, one after the other."""

    flat: Ids
    """(tokens of all texts,)"""
    ends: Places
    """(texts,): where in `flat` each text ends, and the next one begins."""

    @classmethod
    def of(cls, sequences: Sequence[Ids]) -> "Sequences":
        ends = np.cumsum([len(sequence) for sequence in sequences], dtype=np.int64)
        return cls(np.concatenate([np.zeros(0, np.int32), *sequences]).astype(np.int32, copy=False), ends)

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, row: int) -> Ids: ...
    @overload
    def __getitem__(self, row: slice) -> "Sequences": ...
    def __getitem__(self, row: int | slice) -> "Ids | Sequences":
        if isinstance(row, slice):
            return self.chosen(np.arange(len(self))[row])
        return self.flat[self.starts[row] : self.ends[row]]

    @cached_property
    def starts(self) -> Places:
        return np.concatenate([np.zeros(1, np.int64), self.ends[:-1]]) if len(self) else self.ends

    @cached_property
    def lengths(self) -> Places:
        return self.ends - self.starts

    def chosen(self, rows: Places) -> "Sequences":
        """Some of the texts, in the order of `rows`."""
        return Sequences.of([self[row] for row in rows])

    def padded(self, rows: Places) -> tuple[Places, Places]:
        """Token numbers (batch, time), filled with `<pad>` = 0 after each text, and lengths (batch,)."""
        lengths = self.lengths[rows]
        steps = np.arange(lengths.max())
        places = np.minimum(self.starts[rows, None] + steps, len(self.flat) - 1)
        return np.where(steps < lengths[:, None], self.flat[places], 0).astype(np.int64), lengths


@dataclass(frozen=True, eq=False)
class Texts(Sequence[str]):
    """Many texts as one run of UTF-8 bytes, each decoded when it is asked for."""

    flat: npt.NDArray[np.uint8]
    starts: Places
    ends: Places

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        encoded = [text.encode() for text in texts]
        ends = np.cumsum([len(text) for text in encoded], dtype=np.int64)
        starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]]) if encoded else ends
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts, ends)

    def chosen(self, rows: Places) -> "Texts":
        """Some of the texts, in the order of `rows`, without copying them."""
        return Texts(self.flat, self.starts[rows], self.ends[rows])

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[str, ...]: ...
    def __getitem__(self, row: int | slice) -> "str | tuple[str, ...]":
        if isinstance(row, slice):
            return tuple(self[place] for place in range(*row.indices(len(self))))
        if not -len(self) <= row < len(self):
            raise IndexError(row)
        return self.flat[self.starts[row] : self.ends[row]].tobytes().decode()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(str.__eq__, self, other))

    __hash__ = None  # type: ignore[assignment]  # equal to tuples of the same texts, which hash otherwise
