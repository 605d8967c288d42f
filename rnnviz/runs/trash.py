"""The trash: runs that were deleted wait here for a while, so that they can be brought back."""

import os
import shutil
import time
from pathlib import Path

from rnnviz.errors import BadInput, listed
from rnnviz.runs.store import RunStore


def folder_of(store: RunStore) -> Path:
    """Hidden among the made runs, on the same disk, so that a run moves there whole or not at all."""
    return store.made / ".trash"


def delete(store: RunStore, name: str) -> None:
    """Take a made run out of the store; one of the same name that was deleted before is gone for good.

    `BadInput` where there is none, or where it comes with the app.
    """
    folder = store.folder(name)
    if folder.parent != store.made:
        raise BadInput("Run “{run}” comes with the app and can’t be deleted.", run=name)
    target = folder_of(store) / name
    try:
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            shutil.rmtree(target)
        # The time of its last change stays, after which runs are ordered; that of the last access is when it went.
        os.utime(folder, (time.time(), folder.stat().st_mtime))
        folder.rename(target)
    except OSError as error:
        raise BadInput("Run “{run}” can’t be deleted: {reason}.", run=name, reason=error.strerror) from None


def restore(store: RunStore, name: str) -> None:
    """Bring a deleted run back; `BadInput` where there is none, or where another has its name now."""
    if name not in deleted(store):
        raise BadInput(
            "No run “{run}” was deleted. Deleted are: {known}.", run=name, known=listed(deleted(store)) or "—"
        )
    if (store.made / name).exists():
        raise BadInput("Run “{run}” can’t be brought back: another one has this name now.", run=name)
    try:
        (folder_of(store) / name).rename(store.made / name)
    except OSError as error:
        raise BadInput("Run “{run}” can’t be brought back: {reason}.", run=name, reason=error.strerror) from None


def deleted(store: RunStore) -> list[str]:
    """The names of the runs that can be brought back, in alphabetical order."""
    try:
        return sorted(path.name for path in folder_of(store).iterdir() if path.is_dir())
    except OSError:
        return []


def empty(store: RunStore, older_than_seconds: float) -> list[str]:
    """Remove for good what was deleted longer ago; gives the names. What resists stays for the next time."""
    before = time.time() - older_than_seconds
    old = [name for name in deleted(store) if _deleted_at(folder_of(store) / name) < before]
    for name in old:
        shutil.rmtree(folder_of(store) / name, ignore_errors=True)
    return old


def _deleted_at(folder: Path) -> float:
    """Seconds since 1970; of one that has just gone, now."""
    try:
        return folder.stat().st_atime
    except OSError:
        return time.time()
