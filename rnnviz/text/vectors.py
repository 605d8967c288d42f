"""Pretrained word vectors: text files with a word and its numbers on each line, as GloVe and word2vec write them.

A file may be far larger than memory: it is read line by line, and only the words that are wanted stay.
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from rnnviz.errors import BadInput
from rnnviz.language import N_
from rnnviz.text.progress import Progress, sparing
from rnnviz.text.sources import DATA

FOLDER = DATA / "vectors"
"""Where the page looks for files of vectors; git leaves it alone."""
ENDINGS = (".txt", ".vec")
LONGEST_LINE = 1 << 16
"""Bytes of one line: enough for a few thousand numbers; what is longer is no vector."""
TELL_EVERY = 4096
"""Lines between two reports of progress."""
BLOCK = 1 << 20

_NUMERIC = b"0123456789+-.eE "
SHAPE = N_("allowed is a word and then its numbers, one blank between them, and as many numbers on each line")


@dataclass(frozen=True, eq=False)
class Vectors:
    """The vectors of the words that were wanted and found."""

    file: str
    """The name of the file they come from."""
    fingerprint: str
    """SHA-256 of the whole file."""
    tokens: tuple[str, ...]
    matrix: npt.NDArray[np.float32]
    """(tokens, dimension)"""


def read_vectors(path: Path, wanted: Collection[str], progress: Progress | None = None) -> Vectors:
    """The vectors of the wanted words, in the order of the file; of a word that stands there twice the first one.

    A first line of two whole numbers is the "count dimension" of word2vec's text format. Every line has to
    have as many numbers as the first; a name of several words, as some files have, is passed over.
    `BadInput` with the number of the line where a file is not like that, and where none of the words is in it.
    """
    missing = {token.encode(): token for token in wanted}
    tokens, rows = [], []
    digest, done, total = hashlib.sha256(), 0, _size(path)
    tell = sparing(progress)
    with _opened(path) as file:
        header = dimension = None
        words = 0
        for number, raw in _lines(file, path):
            digest.update(raw)
            done += len(raw)
            if number % TELL_EVERY == 0:
                tell(done, total)
            line = _bare(raw, number)
            if number == 1 and (header := _header(line)):
                dimension = header[1]
                continue
            if not line:
                continue
            words += 1
            if dimension is None:
                dimension = _dimension(line, path, number)
            word, _, numbers = line.partition(b" ")
            if not numbers or numbers.count(b" ") != dimension - 1:
                _check_long_name(line, dimension, path, number)
                continue
            if numbers.translate(None, _NUMERIC):
                raise _wrong(path, number, N_("“{part}” is not a row of numbers"), part=_shown(numbers))
            token = missing.pop(word, None)
            if token is not None:
                tokens.append(token)
                rows.append(_numbers(numbers, path, number))
    if header and header[0] != words:
        raise BadInput(
            "{path} is cut short or damaged: its first line says {said} words, and there are {found}.",
            path=path.name,
            said=header[0],
            found=words,
        )
    if not words:
        raise BadInput("{path} is empty: there is no vector in it.", path=path.name)
    if not tokens:
        raise BadInput(
            "None of the {count} words of the vocabulary has a vector in {path}. Is it for another language?",
            count=len(missing),
            path=path.name,
        )
    tell(total, total)
    return Vectors(path.name, digest.hexdigest(), tuple(tokens), np.stack(rows))


def dimension_of(path: Path) -> int:
    """How many numbers a vector has, from the first line alone; `BadInput` where it is not one of vectors."""
    with _opened(path) as file:
        for number, raw in _lines(file, path):
            line = _bare(raw, number)
            if number == 1 and (header := _header(line)):
                return header[1]
            if line:
                return _dimension(line, path, number)
    raise BadInput("{path} is empty: there is no vector in it.", path=path.name)


def fingerprint_of(path: Path) -> str:
    """SHA-256 of a file; computed once for each size and date of it."""
    try:
        about = path.stat()
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=path, reason=error.strerror) from None
    return _fingerprint(path, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=64)
def _fingerprint(path: Path, _size: int, _date: int) -> str:
    digest = hashlib.sha256()
    with _opened(path) as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def vector_files(folder: Path | None = None) -> dict[str, Path]:
    """The text files that lie in the folder itself, by name: a link out of it is not one of them."""
    folder = folder or FOLDER
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return {}
    return {
        path.name: path
        for path in found
        if path.suffix in ENDINGS and not path.name.startswith(".") and path.is_file() and not path.is_symlink()
    }


def find_vectors(fingerprint: str, folder: Path | None = None) -> Path:
    """The file of the folder with these contents; `BadInput` where there is none."""
    for path in vector_files(folder).values():
        with suppress(BadInput):  # one that can't be read is not the one
            if fingerprint_of(path) == fingerprint:
                return path
    raise BadInput(
        "The file of vectors that these settings ask for (SHA-256 {fingerprint}…) is not in {folder}.",
        fingerprint=fingerprint[:12],
        folder="data/vectors",
    )


def _size(path: Path) -> int:
    with _opened(path):
        return path.stat().st_size


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadInput("{path} can’t be read: {reason}.", path=path, reason=reason) from None


def _lines(file: BinaryIO, path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers, from 1; `BadInput` for one that is too long, or no text."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE or b"\0" in line:
            raise _wrong(path, number, N_("this is not a line of text"))
        yield number, line


def _bare(line: bytes, number: int) -> bytes:
    """Without what stands around it: blanks, and the mark that some editors put before the first line."""
    return (line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line).strip(b" \r\n")


def _header(line: bytes) -> tuple[int, int] | None:
    """(count, dimension) of word2vec's first line; None where it is a vector already."""
    parts = line.split(b" ")
    if len(parts) != 2 or not all(part.isdigit() for part in parts) or len(line) > 30 or int(parts[1]) < 1:
        return None
    return int(parts[0]), int(parts[1])


def _dimension(line: bytes, path: Path, number: int) -> int:
    """From the first vector of a file that does not say it itself."""
    count = line.count(b" ")
    if not count:
        raise _wrong(path, number, N_("“{part}” has no numbers"), part=_shown(line))
    return count


def _check_long_name(line: bytes, dimension: int, path: Path, number: int) -> None:
    """Some files name a vector by several words, such as “. . .”; `BadInput` where a line is too short or too long."""
    fields = line.split(b" ")
    between = fields[1 : len(fields) - dimension]
    if not between or any(not field or _is_number(field) for field in between):
        raise _wrong(
            path,
            number,
            N_("{found} numbers, and {wanted} on the lines before"),
            found=len(fields) - 1,
            wanted=dimension,
        )


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _numbers(numbers: bytes, path: Path, number: int) -> npt.NDArray[np.float32]:
    try:
        with np.errstate(over="ignore"):  # beyond float32 is infinite, and refused below
            row = np.array(list(map(float, numbers.split(b" "))), dtype=np.float32)
    except ValueError:
        row = np.array([np.nan], dtype=np.float32)
    if not np.isfinite(row).all():
        raise _wrong(path, number, N_("“{part}” is not a row of numbers"), part=_shown(numbers))
    return row


def _wrong(path: Path, number: int, what: str, **values: object) -> BadInput:
    return BadInput(
        "{path}, line {line}: {what}; {allowed}.",
        path=path.name,
        line=number,
        what=BadInput(what, **values),
        allowed=BadInput(SHAPE),
    )


def _shown(part: bytes) -> str:
    text = part[:40].decode(errors="replace")
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
