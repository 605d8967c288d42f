"""The shapes of the IMDB reviews on disk: the official folder, its tar.gz, Kaggle's CSV, and a zip around that.

Nothing is unpacked: members of an archive are read in memory, one after the other, and
their names tell the part and the class and never become a path. Every shape is read
within the same limits, so that a small archive can't unpack without end.
"""

import gzip
import io
import lzma
import os
import re
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, Self

from rnnviz.errors import BadInput
from rnnviz.language import N_
from rnnviz.text.cleaning import Row
from rnnviz.text.datasets import MAX_CHARACTERS, MAX_ROWS
from rnnviz.text.formats import read_records
from rnnviz.text.progress import Progress

PARTS = ("train", "test")
LABELS = {"neg": "negative", "pos": "positive"}
CSV = "IMDB Dataset.csv"
COLUMNS = ("review", "sentiment")
MAX_UNPACKED = 500_000_000
"""Bytes of all reviews, with everything that is packed together with them."""
MAX_BYTES = 4 * MAX_CHARACTERS
"""Bytes of one review."""

TOO_MANY = N_("{path} has more than {most} files or rows; the IMDB reviews are 50000.")
TOO_LARGE = N_("{path} has more than {most} bytes of text; the IMDB reviews have 66 million.")
TOO_LONG = N_("{path}: {name} is longer than {most} characters; no review is.")
NOT_TAR = N_("{path} is not a whole tar.gz archive. Remove it and fetch it again.")
NOT_ZIP = N_("{path} is not a whole zip archive. Remove it and get it again.")

DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    RecursionError,
    NotImplementedError,
)
"""What the libraries raise on archives that are cut short, damaged, made up, or no archives."""

Place = tuple[int, int, int, str]
"""Where a review stands among all: number of its part, of its class, its own, and its file name."""
_NAME = re.compile(r"(?:.*/)?(train|test)/(neg|pos)/(([0-9]{1,9})_[0-9]{1,9}\.txt)")


def _place(name: str) -> Place | None:
    """The place of the file of this name; None where it is no labelled review."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    part, label, file, number = match.groups()
    return PARTS.index(part), list(LABELS).index(label), int(number), file


def _decoded(content: bytes, path: Path, name: str) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        if len(content) <= MAX_BYTES:
            raise BadInput("{path}: {name} is not UTF-8 text.", path=path, name=name) from None
        text = content.decode("utf-8", "replace")
    if len(text) > MAX_CHARACTERS:
        raise BadInput(TOO_LONG, path=path, name=name, most=MAX_CHARACTERS)
    return text


def read_folder(path: Path, tell: Progress) -> dict[Place, str]:
    """The reviews of the official folder by their places."""
    files: dict[Place, str] = {}
    for folder in [f"{part}/{label}" for part in PARTS for label in LABELS if (path / part / label).is_dir()]:
        with os.scandir(path / folder) as entries:
            for entry in entries:
                place = _place(f"{folder}/{entry.name}")
                if place is not None and entry.is_file():
                    files[place] = entry.path
                if len(files) > MAX_ROWS:
                    raise BadInput(TOO_MANY, path=path, most=MAX_ROWS)
    texts = {}
    size = 0
    for done, (place, name) in enumerate(files.items(), 1):
        with open(name, "rb") as file:  # noqa: PTH123 - making a path of each name takes as long as reading the file
            content = file.read(MAX_BYTES + 1)
        size += len(content)
        if size > MAX_UNPACKED:
            raise BadInput(TOO_LARGE, path=path, most=MAX_UNPACKED)
        texts[place] = _decoded(content, path, os.path.relpath(name, path))
        tell(done, len(files))
    return texts


class _Forward(gzip.GzipFile):
    """A gzip stream that goes forward only, and no further than the limit: a tar file may ask for anything."""

    position = 0

    def tell(self) -> int:
        return self.position

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= MAX_BYTES:
            raise ValueError("neither a header nor a review is so long")
        self._allow(self.position + size)
        content = super().read(size)
        self.position += len(content)
        return content

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._allow(offset)
        self.position = super().seek(offset, whence)
        return self.position

    def _allow(self, position: int) -> None:
        if position < self.position:
            raise ValueError("not a step forward")
        if position > MAX_UNPACKED:
            raise BadInput(TOO_LARGE, path=self.name, most=MAX_UNPACKED)


class _Member(tarfile.TarInfo):
    """A member of which only name, kind and size are read: all that stands in fifty thousand headers takes a second."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        if not _is_plain(buf):
            return super().frombuf(buf, encoding, errors)
        member = cls(bytes(buf[:100]).partition(b"\0")[0].decode(encoding, errors))
        member.type, member.size = bytes(buf[156:157]), _octal(buf[124:136])
        if member.isdir():
            member.name = member.name.rstrip("/")
        return member


def _is_plain(header: bytes | bytearray) -> bool:
    """Whether it is the sound header of a file or folder, all of its name in one field and its size in octal digits."""
    if len(header) != tarfile.BLOCKSIZE or header[156] not in b"05" or header[345] or header[124] > 127:
        return False
    try:
        return _octal(header[148:156]) == sum(header) - sum(header[148:156]) + 8 * ord(" ")
    except ValueError:
        return False


def _octal(field: bytes | bytearray) -> int:
    return int(bytes(field).strip(b" \0") or b"0", 8)


def read_tar(path: Path, tell: Progress) -> dict[Place, str]:
    """The reviews of the official tar.gz by their places."""
    texts = {}
    size = path.stat().st_size
    try:
        with (
            path.open("rb") as file,
            _Forward(fileobj=file) as stream,
            tarfile.open(fileobj=stream, mode="r:", tarinfo=_Member) as tar,
        ):
            for members, member in enumerate(tar, 1):
                if members > MAX_ROWS:
                    raise BadInput(TOO_MANY, path=path, most=MAX_ROWS)
                place = _place(member.name) if member.isreg() else None
                if place is not None:
                    if member.size > MAX_BYTES:
                        raise BadInput(TOO_LONG, path=path, name=member.name, most=MAX_CHARACTERS)
                    texts[place] = _decoded(stream.read(member.size), path, member.name)
                    tell(file.tell(), size)
            while stream.read(io.DEFAULT_BUFFER_SIZE):
                pass  # up to the checksum of the stream, which stands at its end
    except (gzip.BadGzipFile, *DAMAGE):
        raise BadInput(NOT_TAR, path=path) from None
    tell(size, size)
    return texts


def csv_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    """The table of reviews in a zip, in whatever folder."""
    return next((info for info in archive.infolist() if info.filename.rpartition("/")[2] == CSV), None)


def read_zip(path: Path, tell: Progress) -> list[Row]:
    """The rows of the CSV in a zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            member = csv_member(archive)
            if member is None:
                raise BadInput("{path} holds no file “{name}”.", path=path, name=CSV)
            if member.flag_bits & 1:
                raise BadInput("{path} is encrypted. Unpack it and put “{name}” in its place.", path=path, name=CSV)
            with archive.open(member) as file:
                return _rows(file, path, member.file_size, tell)
    except DAMAGE:
        raise BadInput(NOT_ZIP, path=path) from None


def read_csv(path: Path, tell: Progress) -> list[Row]:
    """The rows of Kaggle's CSV."""
    with path.open("rb") as file:
        return _rows(file, path, path.stat().st_size, tell)


def _rows(file: IO[bytes], path: Path, size: int, tell: Progress) -> list[Row]:
    if size > MAX_UNPACKED:
        raise BadInput(TOO_LARGE, path=path, most=MAX_UNPACKED)
    rows: list[Row] = []
    records = read_records(io.TextIOWrapper(file, "utf-8-sig", newline=""), ",", path)
    try:
        header = [column.strip() for column in next(records, [])]
        if not set(COLUMNS) <= set(header):
            raise BadInput(
                "{path} is not the table of IMDB reviews: its first line must name the columns {columns}.",
                path=path,
                columns=", ".join(COLUMNS),
            )
        text, label = (header.index(column) for column in COLUMNS)
        for record in records:
            if len(record) != len(header) or record[label] not in LABELS.values():
                raise BadInput(
                    "{path}, row {row}: a review and “positive” or “negative” are needed.",
                    path=path,
                    row=len(rows) + 1,
                )
            rows.append((record[text], record[label]))
            if len(rows) > MAX_ROWS:
                raise BadInput(TOO_MANY, path=path, most=MAX_ROWS)
            tell(file.tell(), size)
    except UnicodeDecodeError:
        raise BadInput("{path} is not UTF-8 text; get it again.", path=path) from None
    tell(size, size)
    return rows
