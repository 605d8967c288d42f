"""The run store: folders of checkpoints, written whole or not at all."""

import dataclasses
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rnnviz.errors import BadInput, listed
from rnnviz.runs.checkpoint import (
    FILES,
    HISTORY,
    INTERVENTIONS,
    STATE,
    VECTORS,
    WATCHED,
    WEIGHTS,
    Files,
    RunInfo,
    pack_lines,
    snapshot_file,
    unpack_info,
    unpack_model,
)
from rnnviz.runs.unfinished import UnfinishedRuns
from rnnviz.training.events import Reason
from rnnviz.training.trained import TrainedModel

CHECKPOINTS = Path(os.environ.get("RNNVIZ_CHECKPOINTS") or Path(__file__).resolve().parents[2] / "checkpoints")
"""The store of this installation, unless the environment names another."""

Stamp = tuple[tuple[str, int], ...]
"""The folders of a store, each with the time of its last change in nanoseconds."""


@dataclass(frozen=True)
class Listing:
    """The runs that can be opened, oldest first, and a sentence for each folder that can't."""

    runs: tuple[RunInfo, ...]
    damaged: tuple[BadInput, ...]
    bundled: frozenset[str] = frozenset()
    """The names of those that come with the app; the others were made or brought here."""


class RunStore:
    """Bundled runs in `root`, made runs in `root/runs`. Holds no state but the path."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or CHECKPOINTS

    @property
    def made(self) -> Path:
        """Where the app and the command line put the runs they make."""
        return self.root / "runs"

    @property
    def unfinished(self) -> UnfinishedRuns:
        """What is kept of trainings that have not come to their end."""
        return UnfinishedRuns(self.made / ".unfinished")

    def folder(self, name: str) -> Path:
        """The folder of a run by name; `BadInput` where there is none."""
        folders = [
            parent / name for parent in (self.root, self.made) if name and name == Path(name).name and name[0] != "."
        ]
        for folder in folders:
            if folder.is_dir() and folder != self.made:
                return folder
        known = [folder.name for folder in self._folders()]
        raise BadInput("There is no run “{run}”. Known are: {known}.", run=name, known=listed(known) or "—")

    def is_made(self, name: str) -> bool:
        """Whether a run was made or brought here; the others come with the app."""
        return (self.made / name).is_dir()

    def info(self, name: str) -> RunInfo:
        return read_info(self.folder(name))

    def model(self, name: str, epoch: int | None = None) -> TrainedModel:
        return read_model(self.folder(name), epoch)

    def has(self, name: str) -> bool:
        """Whether a run of this name can be opened."""
        return any(run.name == name for run in self.listing().runs)

    def listing(self) -> Listing:
        """Every run of the store; a damaged one is named and never breaks the list."""
        runs, damaged = [], []
        for folder in self._folders():
            try:
                runs.append(read_info(folder))
            except BadInput as error:
                damaged.append(error)
        bundled = frozenset(run.name for run in runs if not self.is_made(run.name))
        return Listing(tuple(runs), tuple(damaged), bundled)

    def write(self, name: str, files: Files) -> Path:
        """Put a run among the made ones; the one that is there already stays if it is sound."""
        return write_run(self.made / name, files)

    def stamp(self) -> Stamp:
        """Changes whenever a run comes, goes or is written anew: the key under which a listing may be kept."""
        found = _stamps(self.root) | _stamps(self.made)
        found.pop(str(self.made), None)
        return tuple(sorted(found.items()))

    def _folders(self) -> list[Path]:
        """Bundled runs by name, then made ones by age; folders still being written begin with a dot."""
        bundled = [path for path in _subfolders(self.root) if path != self.made]
        return sorted(bundled) + sorted(_subfolders(self.made), key=lambda path: (_modified(path), path.name))


def _subfolders(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:
        return []


def _stamps(folder: Path) -> dict[str, int]:
    """The folders in one, each with the time of its last change; pages ask for it with every key."""
    try:
        with os.scandir(folder) as found:
            return {each.path: each.stat().st_mtime_ns for each in found if each.name[0] != "." and each.is_dir()}
    except OSError:
        return {}


def _modified(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0


def _read(folder: Path, names: tuple[str, ...]) -> Files:
    if not folder.is_dir():
        raise BadInput("There is no run in the folder {path}.", path=folder)
    try:
        return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=folder, reason=error.strerror) from None


def read_info(folder: Path) -> RunInfo:
    """All about the run in a folder but its weights, which need only be there."""
    files = _read(folder, tuple(name for name in (*FILES, WATCHED) if name != WEIGHTS))
    info = unpack_info(folder.name, files, (path.name for path in folder.iterdir()))
    if not (folder / WEIGHTS).is_file():
        raise BadInput("Run “{run}” lacks {files}.", run=folder.name, files=WEIGHTS)
    return info


def read_model(folder: Path, epoch: int | None = None) -> TrainedModel:
    """The model of the run in a folder, with its best weights or those of an epoch that were kept."""
    names = FILES if epoch is None else (*FILES, snapshot_file(epoch))
    return unpack_model(folder.name, _read(folder, names), epoch)


def read_state(folder: Path) -> Files:
    """What is needed to train the run in a folder on."""
    info = read_info(folder)
    files = _read(folder, (STATE, HISTORY, WATCHED, *(snapshot_file(epoch) for epoch in info.snapshots)))
    if STATE not in files:
        raise BadInput("Run “{run}” lacks {files}.", run=folder.name, files=STATE)
    interventions = pack_lines(dataclasses.asdict(made) for made in info.interventions)
    vectors = pack_lines([dataclasses.asdict(info.vectors)] if info.vectors else [])
    return {**files, INTERVENTIONS: interventions, VECTORS: vectors}


def stored_name(name: str, info: RunInfo) -> str:
    """A run that was steered or stopped is kept beside the one that its configuration gives, not in its place."""
    if info.interventions:
        name += f"-steered-{hashlib.sha256(repr(info.interventions).encode()).hexdigest()[:6]}"
    broken_off = info.reason in (Reason.STOPPED.value, Reason.OUT_OF_TIME.value)
    return f"{name}-stopped-{info.epochs}" if broken_off else name


def write_run(folder: Path, files: Files) -> Path:
    """Write the files beside the folder, then rename; an existing sound run is left as it is."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
    except OSError as error:
        raise BadInput("{path} can’t be written: {reason}.", path=folder, reason=error.strerror) from None
    try:
        for name, content in files.items():
            with (beside / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        beside.chmod(0o755)
        _put_in_place(beside, folder)
    except OSError as error:
        raise BadInput("{path} can’t be written: {reason}.", path=folder, reason=error.strerror) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def _put_in_place(beside: Path, folder: Path) -> None:
    if _is_sound(folder):
        return
    if folder.exists():
        shutil.rmtree(folder)
    try:
        beside.rename(folder)
    except OSError:
        if not _is_sound(folder):  # else another process has just put the same run there
            raise


def _is_sound(folder: Path) -> bool:
    try:
        read_model(folder)
    except BadInput:
        return False
    return True
