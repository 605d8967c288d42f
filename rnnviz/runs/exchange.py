"""Runs as files out of the store and into it: what is handed on of one, and where one from elsewhere goes."""

import re
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import FILES, RUN, WATCHED, Files, is_file_of_run, unpack_info
from rnnviz.runs.store import RunStore, read_info, stored_name
from rnnviz.runs.work import run_id

LONGEST_NAME = 60
"""Characters of the name of a folder, of which some take four bytes where 255 are allowed."""


def files_of(folder: Path) -> Files:
    """All files of the run in a folder; `BadInput` where it can't be opened."""
    read_info(folder)
    try:
        return {path.name: path.read_bytes() for path in folder.iterdir() if is_file_of_run(path.name)}
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=folder, reason=error.strerror) from None


def sizes_of(folder: Path) -> dict[str, int]:
    """The bytes of each file of the run in a folder; `BadInput` where it has gone."""
    try:
        return {path.name: path.stat().st_size for path in folder.iterdir() if is_file_of_run(path.name)}
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=folder, reason=error.strerror) from None


def is_essential(name: str) -> bool:
    """Whether a file is needed to look at a run: not its state, and not the weights of its epochs."""
    return name in (*FILES, WATCHED)


def essentials(files: Files) -> Files:
    """A run without what it takes to train it on or to look at its past, several times smaller."""
    return {name: content for name, content in files.items() if is_essential(name)}


@dataclass(frozen=True)
class Arrival:
    """What became of a run from elsewhere."""

    name: str
    """Under which it is in the store."""
    new: bool
    """Whether it was not there before."""


def take_in(store: RunStore, files: Files) -> Arrival:
    """Put a sound run into the store, unless it is there already; its name is the one that its configuration gives."""
    for run in store.listing().runs:
        if _holds(store.folder(run.name), files):
            return Arrival(run.name, new=False)
    natural = _natural_name(files)
    names = chain([natural], (f"{natural}-{number}" for number in count(2)))
    free = (name for name in names if not any((folder / name).exists() for folder in (store.root, store.made)))
    while not _holds(store.write(name := next(free), files), files):
        pass  # another one has just come in under this name
    return Arrival(name, new=True)


def _holds(folder: Path, files: Files) -> bool:
    """Whether a folder has all these files, to the last byte."""
    try:
        return all((folder / name).read_bytes() == files[name] for name in sorted(files, key=lambda name: name != RUN))
    except OSError:
        return False


def _natural_name(files: Files) -> str:
    """What a training of this configuration would be called here, made fit for the name of a folder."""
    info = unpack_info("archive", files)
    name = stored_name(run_id(info.config, info.dataset), info)
    return re.sub(r"[^\w.-]+", "-", name)[-LONGEST_NAME:].lstrip(".-")
