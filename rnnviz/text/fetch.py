"""Fetching: one file over HTTP, into place only when it is whole.

What has come so far lies beside the target as a `.part` file, locked by the one who
writes it; a fetch that broke off goes on from there, today or tomorrow.
"""

import errno
import fcntl
import hashlib
import http.client
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom, BufferedReader
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from rnnviz.errors import BadInput
from rnnviz.language import N_, _, number
from rnnviz.text.progress import Progress, sparing

TIMEOUT = 20.0
"""Seconds in which a server must say something."""
TRIES = 5
PAUSE = 0.5
"""Seconds before the second try; before each later one as much more."""
CHUNK = 1 << 18
MEGA = 1_000_000
FULL = {errno.ENOSPC, errno.EDQUOT}
HANDLERS = (
    ProxyHandler,
    UnknownHandler,
    HTTPHandler,
    HTTPSHandler,
    HTTPDefaultErrorHandler,
    HTTPRedirectHandler,
    HTTPErrorProcessor,
)
"""What an address may lead to, redirections included: no files, no FTP."""

REFUSED = N_(
    "The server does not give out {url} ({code} {reason}). Check the address, or put the file at {path} yourself."
)
AT_FAULT = N_(
    "The server of {url} has a fault of its own ({code} {reason}). Try again later, or put the file at {path} yourself."
)


class _Broken(Exception):  # noqa: N818 - what happened to the connection, to be tried again
    """The connection failed before everything had come."""


def fetch(url: str, target: Path, md5: str, size_limit: int, progress: Progress | None = None) -> Path:
    """The file at `url` as `target`, which is whole and has this checksum, or else not touched.

    Progress is told in bytes; the total is `size_limit` where the server does not say it.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise BadInput("{url} can’t be fetched; the address must begin with http:// or https://.", url=url)
    try:
        if target.is_file() and _checksum(target) == md5:
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        with _claimed(target) as (part, file):
            _complete(url, file, target, md5, size_limit, sparing(progress))
            part.replace(target)
    except OSError as error:
        if error.errno in FULL:
            raise BadInput(
                "The disk is full: {path} was not written. Make room and fetch again.", path=target
            ) from None
        raise BadInput("{path} can’t be written: {reason}.", path=target, reason=_reason(error)) from None
    return target


def megabytes(done: int, total: int) -> str:
    """How much of a file has come, for a person to read."""
    return _("Fetched {done} of {total} MB ({share})").format(
        done=number(done / MEGA, ".1f"), total=number(total / MEGA, ".1f"), share=number(done / total, ".0%")
    )


@contextmanager
def _claimed(target: Path) -> Iterator[tuple[Path, BufferedRandom]]:
    """The part file, open for this fetch alone; afterwards it stays only where it is worth going on from."""
    part = target.with_name(target.name + ".part")
    while True:
        with part.open("a+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BadInput("{path} is being fetched already; wait until that is done.", path=target) from None
            if not _is_at(file, part):  # the one before us finished between our opening and our locking
                continue
            try:
                yield part, file
            except OSError as error:
                if error.errno in FULL:
                    part.unlink(missing_ok=True)
                raise
            finally:
                if _is_at(file, part) and os.fstat(file.fileno()).st_size == 0:
                    part.unlink()
            return


def _is_at(file: BufferedRandom, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _complete(url: str, file: BufferedRandom, target: Path, md5: str, size_limit: int, tell: Progress) -> None:
    """Fill the part file up to the end, from where it is."""
    if _digest(file) == md5:
        return
    _download(url, file, target, size_limit, tell)
    file.flush()
    os.fsync(file.fileno())
    found = _digest(file)
    if found != md5:
        file.truncate(0)
        raise BadInput(
            "What came from {url} is not the file expected (MD5 {found} instead of {md5}); it was removed. "
            "Fetch again, or put the file at {path} yourself.",
            url=url,
            found=found,
            md5=md5,
            path=target,
        )


def _download(url: str, file: BufferedRandom, target: Path, size_limit: int, tell: Progress) -> None:
    reason = ""
    for attempt in range(TRIES):
        time.sleep(attempt * PAUSE)
        try:
            _continue(url, file, target, size_limit, tell)
        except _Broken as error:
            reason = str(error)
        else:
            return
    raise BadInput(
        "{url} can’t be fetched: {reason}. Check the network and fetch again (it goes on where it broke off), "
        "or put the file at {path} yourself.",
        url=url,
        reason=reason,
        path=target,
    )


def _continue(url: str, file: BufferedRandom, target: Path, size_limit: int, tell: Progress) -> None:
    """One connection: append what comes to what is there; `_Broken` where it ends too soon."""
    have = file.seek(0, os.SEEK_END)
    with _opened(url, have, file, target) as response:
        if response.status != http.client.PARTIAL_CONTENT:
            have = 0  # the server sends everything again
        elif not re.match(rf"bytes {have}-", response.headers.get("Content-Range", "")):
            file.truncate(0)
            raise _Broken("the server sends another part than the one asked for")
        file.truncate(have)
        total = None if response.length is None else have + response.length
        while chunk := _chunk(response):
            have += len(chunk)
            if max(have, total or 0) > size_limit:
                file.truncate(0)
                raise BadInput(
                    "{url} is larger than the {most} bytes that are allowed; nothing was kept.",
                    url=url,
                    most=size_limit,
                )
            file.write(chunk)
            tell(have, total or size_limit)
    if total is not None and have < total:
        raise _Broken("the connection ended too soon")


def _opened(url: str, have: int, file: BufferedRandom, target: Path) -> http.client.HTTPResponse:
    headers = {"User-Agent": "rnnviz"} | ({"Range": f"bytes={have}-"} if have else {})
    opener = OpenerDirector()
    for handler in HANDLERS:
        opener.add_handler(handler())
    try:
        response: http.client.HTTPResponse = opener.open(Request(url, headers=headers), timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            file.truncate(0)  # what we have is not the beginning of what is there
            raise _Broken("the server has no such part") from None
        refusal = AT_FAULT if error.code >= http.client.INTERNAL_SERVER_ERROR else REFUSED
        raise BadInput(refusal, url=url, code=error.code, reason=error.reason, path=target) from None
    except (ValueError, http.client.InvalidURL):
        raise BadInput("{url} is not an address.", url=url) from None
    except (OSError, http.client.HTTPException) as error:
        raise _Broken(_reason(error)) from None
    return response


def _chunk(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read1(CHUNK)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise _Broken(_reason(error)) from None


def _reason(error: Exception) -> str:
    """What an error of the network or the disk says, without its number."""
    cause = getattr(error, "reason", error)
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__


def _digest(file: BufferedRandom | BufferedReader) -> str:
    file.seek(0)
    return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return _digest(file)
