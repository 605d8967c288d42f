"""Unfinished runs: what is kept of a training while it goes, so that one that was broken off can be taken up again."""

import dataclasses
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import DAMAGES, HISTORY, Files, unpack_lines
from rnnviz.runs.watching import Watch
from rnnviz.text.sources import Dataset, DatasetCard
from rnnviz.training.config import RunConfig, config_from_dict

REQUEST = "request.json"
ENDING = ".zip"


@dataclass(frozen=True)
class Request:
    """What was asked for: all that is needed to begin a training, or to begin it again."""

    config: RunConfig
    dataset: Dataset | DatasetCard
    watch: Watch

    @property
    def card(self) -> DatasetCard:
        return self.dataset.card if isinstance(self.dataset, Dataset) else self.dataset


@dataclass(frozen=True)
class Unfinished:
    """A training that was broken off, and what is left of it."""

    id: str
    request: Request
    files: Files
    history: tuple[dict[str, Any], ...]
    """The epochs that were kept, epoch 0 first."""


class UnfinishedRuns:
    """A folder with one file for each training that has not come to its end. Holds no state but the path."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def keep(self, name: str, request: Request, files: Mapping[str, bytes]) -> None:
        """Write what a training remembers, whole or not at all; `OSError` where that can't be done."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".writing-", dir=self.root)
        try:
            with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w") as archive:
                archive.writestr(REQUEST, json.dumps(_packed(request), ensure_ascii=False))
                for inner, content in files.items():
                    archive.writestr(inner, content)
            Path(beside).replace(self.root / f"{name}{ENDING}")
        finally:
            Path(beside).unlink(missing_ok=True)

    def forget(self, name: str) -> None:
        (self.root / f"{name}{ENDING}").unlink(missing_ok=True)

    def interrupted(self, at_work: Callable[[str], bool] = lambda _: False) -> list[str]:
        """The trainings that were broken off, the oldest first; `at_work` knows those of this very process."""
        try:
            files = sorted(self.root.glob(f"*{ENDING}"), key=lambda path: path.stat().st_mtime)
        except OSError:
            return []
        names = [path.name.removesuffix(ENDING) for path in files if not _at_work_elsewhere(path)]
        return [name for name in names if not at_work(name)]

    def open(self, name: str) -> Unfinished:
        """One of them; `BadInput` where it can't be read."""
        path = self.root / f"{name}{ENDING}"
        try:
            files = _unzipped(path.read_bytes())
            request = _unpacked(json.loads(files.pop(REQUEST)))
            return Unfinished(name, request, files, tuple(unpack_lines(files.get(HISTORY, b""))))
        except (OSError, zipfile.BadZipFile, *DAMAGES) as error:
            reason = " ".join(str(error).split())[:200]
            raise BadInput("What was kept of run “{run}” can’t be read ({reason}).", run=name, reason=reason) from None


def _unzipped(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {inner: archive.read(inner) for inner in archive.namelist()}


def _packed(request: Request) -> dict[str, Any]:
    rows = dataclasses.asdict(request.dataset) if isinstance(request.dataset, Dataset) else None
    process = psutil.Process()
    return {
        "config": request.config.to_dict(),
        "card": dataclasses.asdict(request.card),
        "dataset": rows,
        "watch": dataclasses.asdict(request.watch),
        "process": [process.pid, process.create_time()],
    }


def _unpacked(packed: dict[str, Any]) -> Request:
    brought, card, watch = packed["dataset"], packed["card"], packed["watch"]
    dataset: Dataset | DatasetCard = DatasetCard(**{**card, "classes": tuple(card["classes"])})
    if brought:
        rows = tuple((text, label) for text, label in brought["rows"])
        dataset = Dataset(brought["name"], rows, brought["unit"], tuple(brought["official"]))
    return Request(config_from_dict(packed["config"]), dataset, Watch(**{**watch, "pinned": tuple(watch["pinned"])}))


def _at_work_elsewhere(path: Path) -> bool:
    """Whether another process keeps this file and is still there."""
    try:
        with zipfile.ZipFile(path) as archive:
            pid, began = json.loads(archive.read(REQUEST))["process"]
        return pid != os.getpid() and bool(psutil.Process(pid).create_time() == began)
    except (OSError, zipfile.BadZipFile, psutil.Error, *DAMAGES):
        return False
