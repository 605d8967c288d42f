"""Answers on disk: what a run answered to the texts of a part, computed once and read from then on."""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rnnviz.evaluation.answers import Answers
from rnnviz.text.cache import cache_folder

KEPT = 256
"""Files that stay; those used longest ago go first. One of 25,000 reviews weighs 400 kB."""
SUFFIX = ".npz"


def answers_folder() -> Path:
    """Where they are; its name keeps it from being taken for a corpus."""
    return cache_folder() / ".answers"


def key_of_run(folder: Path, part: str) -> str:
    """Names the answers of the run in a folder; another name when it is written anew."""
    return key_of("run", str(folder.resolve()), folder.stat().st_mtime_ns, part)


def key_of(*described: object) -> str:
    """A file name for answers that all of this decides."""
    return hashlib.sha256(json.dumps(described, ensure_ascii=False).encode()).hexdigest()[:24]


def read_answers(key: str) -> Answers | None:
    """What is kept under a key; None where nothing is, or it can't be read."""
    path = answers_folder() / (key + SUFFIX)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            classes = tuple(str(name) for name in arrays["classes"])
            targets, probabilities = arrays["targets"].astype(np.int64), arrays["probabilities"]
        if probabilities.shape != (len(targets), len(classes)) or probabilities.dtype != np.float32:
            return None
        with contextlib.suppress(OSError):  # a cache that we may only read
            os.utime(path)
        return Answers(classes, targets, probabilities)
    except (OSError, EOFError, ValueError, KeyError):
        return None


def keep_answers(key: str, answers: Answers) -> None:
    """Whole or not at all; a disk that is full or read-only only means that they are computed again."""
    folder = answers_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".writing-", suffix=SUFFIX, dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    classes=np.array(answers.classes),
                    targets=answers.targets.astype(np.uint8),
                    probabilities=answers.probabilities,
                )
            Path(beside).replace(folder / (key + SUFFIX))
        finally:
            Path(beside).unlink(missing_ok=True)
        for old in sorted(folder.glob(f"[!.]*{SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
            old.unlink(missing_ok=True)


def kept_or_made(key: str, make: Callable[[], Answers]) -> Answers:
    """The answers that are kept under a key, or made now and kept."""
    found = read_answers(key)
    if found is None:
        found = make()
        keep_answers(key, found)
    return found
