"""Archives: a run as one zip file to hand on, and back again once every part of it has been checked.

What comes from elsewhere is read within bounds first and looked at second; nothing of
it is written before all of it is known to be sound.
"""

import io
import re
import struct
import zipfile
import zlib

from rnnviz.errors import BadInput, listed
from rnnviz.runs.checkpoint import FILES, STATE, WATCHED, Files, is_file_of_run, snapshot_file
from rnnviz.runs.schema import shown
from rnnviz.runs.soundness import check_run

MOST_BYTES = 50_000_000
"""Of all files of a run together, unpacked."""
MOST_PACKED = MOST_BYTES + 300_000
"""Of the zip file: as much again where nothing in it could be made smaller, and what a zip file needs for itself."""
MOST_MEMBERS = 512
CHUNK = 1_000_000
"""Bytes that are unpacked at once."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every member, so that the same run gives the same archive."""
ENTRY = b"PK\x01\x02"
"""Begins each entry in the table of contents of a zip file."""
END = struct.Struct("<4s6xH")
"""Stands behind the table of contents: its mark, and how many entries there are."""
END_MARK = b"PK\x05\x06"
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
FOREIGN = re.compile(r"__MACOSX/.*|(.*/)?\.DS_Store", re.DOTALL)
"""What a Mac puts into the archives it makes: passed over unread."""
TOP = re.compile(r"(?!\.+/)[^/\\:]+/")
"""One folder around all files, as an archive has that was packed from a folder."""
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
    LookupError,
)
"""What `zipfile` makes of damaged content."""


def pack_archive(files: Files) -> bytes:
    """A zip file; the same run gives the same bytes. `BadInput` where it is larger than what would be read again."""
    size = sum(map(len, files.values()))
    if size > MOST_BYTES:
        raise BadInput(
            "The files of this run have {size} MB; at most {most} MB can be handed on. "
            "Leave out its state and the weights of its epochs.",
            size=_megabytes(size),
            most=_megabytes(MOST_BYTES),
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(member, files[name])
    return packed.getvalue()


def unpack_archive(content: bytes) -> Files:
    """The files of a sound run; `BadInput` that says what is wrong with anything else."""
    if len(content) > MOST_PACKED:
        raise BadInput("The archive has more than {most} MB; larger ones are not read.", most=_megabytes(MOST_BYTES))
    if content.count(ENTRY) > MOST_MEMBERS:  # before a table of contents of any length is built from them
        raise BadInput("The archive holds more than {most} files; no run has so many.", most=MOST_MEMBERS)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_whole(archive, content)
            files = _contents(archive, _members(archive))
    except BROKEN as error:
        reason = shown(" ".join(str(error).split()), 200)
        raise BadInput(
            "This is not a whole zip file ({reason}); a run is brought as the zip file that was downloaded here.",
            reason=reason,
        ) from None
    check_run(files)
    return files


def _check_whole(archive: zipfile.ZipFile, content: bytes) -> None:
    """`BadZipFile` where entries were lost: a damaged one can swallow the next, which `zipfile` does not notice."""
    _mark, entries = END.unpack_from(content, content.rfind(END_MARK))
    if entries != len(archive.infolist()):
        raise zipfile.BadZipFile("its table of contents is damaged")


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members by the name of their file in the run, not yet unpacked."""
    infos = [info for info in archive.infolist() if not FOREIGN.fullmatch(info.filename)]
    top = _top_folder([info.filename for info in infos])
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename.removeprefix(top)
        if not name and top:
            continue  # the folder itself
        if not is_file_of_run(name):
            raise BadInput(
                "The archive holds “{file}”, which is no file of a run. Allowed are {files}, and {more} for any epoch.",
                file=shown(info.filename),
                files=listed((*FILES, STATE, WATCHED)),
                more=snapshot_file(1),
            )
        if name in members:
            raise BadInput("The archive holds {file} twice.", file=name)
        if info.flag_bits & ENCRYPTED:
            raise BadInput("The archive is encrypted; bring one without a password.")
        if info.compress_type not in METHODS:
            raise BadInput(
                "{file} is packed in a way that is not read here; allowed is plain zip (deflate).", file=name
            )
        members[name] = info
    if sum(info.file_size for info in members.values()) > MOST_BYTES:
        raise _too_large()
    return members


def _top_folder(names: list[str]) -> str:
    """The folder in which all of these stand, with its slash; empty where they stand in none, or in several."""
    found = TOP.match(names[0]) if names else None
    return found[0] if found and all(name.startswith(found[0]) for name in names) else ""


def _contents(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> Files:
    """The members unpacked, whatever size they claim to have, until together they are too large."""
    files: Files = {}
    left = MOST_BYTES
    for name, info in members.items():
        chunks = []
        with archive.open(info) as member:
            while chunk := member.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _too_large()
                chunks.append(chunk)
        files[name] = b"".join(chunks)
        if len(files[name]) != info.file_size:
            raise zipfile.BadZipFile(f"{name} has another size than it should")
    return files


def _too_large() -> BadInput:
    return BadInput("Unpacked, the archive has more than {most} MB; no more is read.", most=_megabytes(MOST_BYTES))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.3g}"
