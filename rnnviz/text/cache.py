"""The cache of large corpora: arrays on disk that every process maps instead of reading.

One folder a corpus, named by all that decides it, the size and date of its source
among them; written whole or not at all. What can't be written or read is made anew.
"""

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnnviz.text.cleaning import StepReport
from rnnviz.text.corpus import Corpus
from rnnviz.text.datasets import DatasetCard
from rnnviz.text.sequences import Sequences, Texts
from rnnviz.text.sources import DATA

FORMAT = 1
KEPT = 4
"""Corpora that stay on disk; the one used longest ago goes first."""
WRITING = ".writing-"
ABANDONED = 3600.0
"""Seconds after which a folder that is still being written belongs to nobody any more."""
META = "corpus.json"
ARRAYS = ("text_bytes", "text_ends", "tokens", "ends", "labels")


def cache_folder() -> Path:
    """Where the cache is: `RNNVIZ_CACHE`, or inside the data folder."""
    return Path(os.environ.get("RNNVIZ_CACHE") or DATA / ".cache")


def stamp(path: Path) -> list[object]:
    """Changes whenever a source does; of a folder, whenever a folder in it does; empty where there is none."""
    if not path.exists():
        return []
    inside = sorted(each for each in path.glob("*/*") if each.is_dir()) if path.is_dir() else []
    return [[str(each.resolve()), each.stat().st_size, each.stat().st_mtime_ns] for each in (path, *inside)]


def key_of(name: str, source: Path, unit: str, contradictions: str) -> str:
    described = json.dumps([FORMAT, name, stamp(source), unit, contradictions])
    return f"{name}-{hashlib.sha256(described.encode()).hexdigest()[:16]}"


def load(key: str) -> Corpus | None:
    """The corpus of this key, its arrays mapped from disk; None where there is none that can be read."""
    folder = cache_folder() / key
    try:
        meta = json.loads((folder / META).read_bytes())
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ARRAYS}
        with contextlib.suppress(OSError):  # a cache that others keep for us, and we only read
            os.utime(folder)
        text_ends = np.asarray(arrays["text_ends"])
        return Corpus(
            DatasetCard(**{**meta["card"], "classes": tuple(meta["card"]["classes"])}),
            Texts(arrays["text_bytes"], np.concatenate([np.zeros(1, np.int64), text_ends[:-1]]), text_ends),
            Sequences(arrays["tokens"], np.asarray(arrays["ends"])),
            tuple(meta["tokens"]),
            np.asarray(arrays["labels"]),
            int(meta["test"]),
            tuple(_step(step) for step in meta["steps"]),
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None


def _step(step: dict[str, Any]) -> StepReport:
    examples = tuple((str(before), str(after)) for before, after in step["examples"])
    return StepReport(str(step["step"]), int(step["touched"]), examples)


def save(key: str, corpus: Corpus) -> None:
    """Keep a corpus; a disk that is full or read-only only means that the next time takes as long again."""
    root = cache_folder()
    texts, sequences = corpus.texts, corpus.sequences
    arrays: tuple[npt.NDArray[Any], ...] = (texts.flat, texts.ends, sequences.flat, sequences.ends, corpus.labels)
    meta = {
        "card": dataclasses.asdict(corpus.card),
        "tokens": corpus.tokens,
        "test": corpus.test,
        "steps": [dataclasses.asdict(step) for step in corpus.steps],
    }
    with contextlib.suppress(OSError):
        root.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=WRITING, dir=root))
        try:
            for name, array in zip(ARRAYS, arrays, strict=True):
                np.save(beside / f"{name}.npy", array, allow_pickle=False)
            (beside / META).write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
            _make_way(root / key)
            beside.rename(root / key)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        _forget_old(root)


def _make_way(folder: Path) -> None:
    """Remove what could not be loaded, or what another process has just saved: it is the same."""
    old = Path(tempfile.mkdtemp(prefix=WRITING, dir=folder.parent))
    with contextlib.suppress(FileNotFoundError):
        folder.rename(old)
    shutil.rmtree(old)


def _forget_old(root: Path) -> None:
    for left in root.glob(f"{WRITING}*"):
        if time.time() - left.stat().st_mtime > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
    folders = [path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")]
    for old in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
