"""Banks of states on disk, one file each, made once for a run and mapped from then on."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap

from rnnviz.errors import BadInput
from rnnviz.insight.state_bank import StateBank, bank_shape, fill_bank
from rnnviz.insight.trace import chosen_part
from rnnviz.text.cache import cache_folder
from rnnviz.training.data import Part
from rnnviz.training.trained import TrainedModel

MOST_MEGABYTES = 1500
"""Of one bank: 25,000 reviews of 300 tokens take 960 with 64 units."""
KEPT = 4
"""Banks that stay on disk; the one used longest ago goes first."""


def megabytes(model: TrainedModel, part: Part) -> float:
    """What a bank of these texts takes."""
    units, tokens = bank_shape(model, part)
    return 2 * units * tokens / 1e6


def open_bank(
    folder: Path, model: TrainedModel, part: Part, layer: int, direction: str, tell: Callable[[int, int], None]
) -> StateBank:
    """The states of a part as the run in `folder` reads it, from disk or made now.

    `BadInput` for a bank that is too large, or where the disk is full or can't be written.
    """
    layer, direction = chosen_part(model, layer, direction)
    if (size := megabytes(model, part)) > MOST_MEGABYTES:
        raise BadInput(
            "The states of these {count} texts would take {size} MB; at most {most} MB are kept. "
            "A smaller net, or fewer tokens of each text, takes less.",
            count=len(part),
            size=round(size),
            most=MOST_MEGABYTES,
        )
    path = states_folder() / f"{_key(folder, model, part, layer, direction)}.npy"
    try:
        states = np.load(path, mmap_mode="r", allow_pickle=False)
        if states.shape == bank_shape(model, part) and states.dtype == np.int16:
            with contextlib.suppress(OSError):  # a cache that we may only read
                os.utime(path)
            return StateBank(states, part.ids.ends)
    except (OSError, EOFError, ValueError):
        pass  # not there, or damaged: it is made anew
    return _make(path, model, part, layer, direction, tell)


def states_folder() -> Path:
    """Where the banks are; its name keeps it from being taken for a corpus."""
    return cache_folder() / ".states"


def _key(folder: Path, model: TrainedModel, part: Part, layer: int, direction: str) -> str:
    texts = hashlib.sha256(np.ascontiguousarray(part.ids.flat).tobytes()).hexdigest()
    described = [str(folder.resolve()), folder.stat().st_mtime_ns, model.epoch, layer, direction, texts]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()[:24]


def _make(
    path: Path, model: TrainedModel, part: Part, layer: int, direction: str, tell: Callable[[int, int], None]
) -> StateBank:
    """Whole or not at all: written beside its place, then renamed."""
    beside = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(path.parent).free / 1e6
        if free < megabytes(model, part) + 50:  # a mapped file that finds no room would end the whole process
            raise OSError(None, f"{free:.0f} MB are free")
        handle, beside = tempfile.mkstemp(prefix=".writing-", suffix=".npy", dir=path.parent)
        os.close(handle)
        states = open_memmap(beside, mode="w+", dtype=np.int16, shape=bank_shape(model, part))
        fill_bank(model, part, layer, direction, states, tell)
        states.flush()
        Path(beside).replace(path)
    except OSError as error:
        raise BadInput("{path} can’t be written: {reason}.", path=path.parent, reason=error.strerror) from None
    finally:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
    _forget_old(path.parent)
    return StateBank(np.load(path, mmap_mode="r", allow_pickle=False), part.ids.ends)


def _forget_old(folder: Path) -> None:
    banks = sorted(folder.glob("[!.]*.npy"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in banks[KEPT:]:
        old.unlink(missing_ok=True)
