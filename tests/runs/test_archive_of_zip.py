"""A zip file that is damaged, foreign or malicious is refused as a whole."""

import io
import pickle
import re
import struct
import tracemalloc
import zipfile

import pytest

from rnnviz.errors import BadInput
from rnnviz.runs import archive
from rnnviz.runs.archive import pack_archive
from rnnviz.runs.checkpoint import (
    RUN,
    VOCABULARY,
)
from tests.runs.archives import (
    SNAPSHOT,
    refusal,
    zipped,
)


def with_flags(content: bytes, flags: int) -> bytes:
    """The same zip file, its members marked: bit 0 says encrypted."""
    for signature, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for found in re.finditer(re.escape(signature), content):
            at = found.start() + place
            content = content[:at] + struct.pack("<H", flags) + content[at + 2 :]
    return content


def claiming(content: bytes, size: int) -> bytes:
    """The same zip file, all its members said to have this size."""
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        for found in re.finditer(re.escape(signature), content):
            at = found.start() + place
            content = content[:at] + struct.pack("<I", size) + content[at + 4 :]
    return content


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06", pickle.dumps({"a": 1}), b"\x1f\x8b\x08\x00"])
def test_a_file_that_is_no_zip_is_refused(content):
    assert refusal(content).startswith("This is not a whole zip file")


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_an_archive_that_was_cut_short_is_refused(files, share):
    content = pack_archive(files)

    assert refusal(content[: int(len(content) * share)]).startswith("This is not a whole zip file")


def test_an_archive_whose_table_of_contents_has_lost_a_file_is_refused(files):
    """The comment of one entry is made as long as the next entry."""
    content = bytearray(zipped(files))
    *_, entry, lost = (found.start() for found in re.finditer(b"PK\x01\x02", content))
    content[entry + 32 : entry + 34] = struct.pack("<H", content.rfind(b"PK\x05\x06") - lost)

    assert refusal(bytes(content)).startswith("This is not a whole zip file (its table of contents is damaged)")


def test_an_archive_that_is_too_large_is_refused_unread(monkeypatch):
    monkeypatch.setattr(archive, "MOST_PACKED", 1000)
    monkeypatch.setattr(zipfile, "ZipFile", None)

    assert refusal(bytes(1001)) == "The archive has more than 50 MB; larger ones are not read."


def test_an_encrypted_archive_is_refused(files):
    assert refusal(with_flags(zipped(files), 1)) == "The archive is encrypted; bring one without a password."


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_compression_than_deflate_is_refused(files, method):
    assert "allowed is plain zip (deflate)" in refusal(zipped(files, method=method))


def test_an_archive_of_very_many_files_is_refused_before_they_are_counted_up(files, monkeypatch):
    many = zipped({f"snapshot-{number:04d}.safetensors": b"" for number in range(600)})
    monkeypatch.setattr(zipfile, "ZipFile", None)

    assert refusal(many) == "The archive holds more than 512 files; no run has so many."


@pytest.mark.parametrize(
    "name",
    [
        "../model.safetensors",
        "../../etc/passwd",
        "/etc/passwd",
        "a/../../x.json",
        "..\\run.json",
        "C:\\run.json",
        "c:/run.json",
        "inner/run.json",
        "model.pkl",
        "run.py",
        "labels.json",
        ".hidden",
        "RUN.JSON",
        "run.json ",
        "run.json\n",
        "snapshot-1.safetensors",
        "snapshot-00001.safetensors",
        "snapshot-٠٠٠١.safetensors",
        "interventions.jsonl",
    ],
)
def test_a_file_that_no_run_has_is_refused_by_its_name(files, name):
    sentence = refusal(zipped({**files, name: b"x"}))

    assert sentence.startswith("The archive holds “")
    assert "which is no file of a run. Allowed are model.safetensors, run.json, vocabulary.json" in sentence


@pytest.mark.parametrize("top", ["../", "/", "./", "../../", "a/b/", "C:/", "..\\x/"])
def test_all_files_in_a_folder_that_leads_elsewhere_are_refused(files, top):
    assert "which is no file of a run" in refusal(zipped(files, top))


def test_a_name_that_would_steer_a_terminal_is_shown_harmless(files):
    assert "“�[31mred”" in refusal(zipped({**files, "\x1b[31mred": b""}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused(files):
    packed = io.BytesIO(zipped(files))
    with zipfile.ZipFile(packed, "a") as made:
        made.writestr(RUN, b"{}")

    assert refusal(packed.getvalue()) == "The archive holds run.json twice."


def test_files_in_two_folders_are_refused(files):
    assert "which is no file of a run" in refusal(zipped({f"{name[0]}/{name}": each for name, each in files.items()}))


def test_an_archive_that_claims_to_be_too_large_is_refused_unread(files, monkeypatch):
    content = claiming(zipped(files), 2**31)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)

    assert refusal(content) == "Unpacked, the archive has more than 50 MB; no more is read."


def test_a_bomb_that_claims_to_be_small_is_not_unpacked(files):
    bomb = zipped({**files, VOCABULARY: bytes(200_000_000)})

    assert refusal(bomb) == "Unpacked, the archive has more than 50 MB; no more is read."
    tracemalloc.start()
    refusal(claiming(bomb, 10))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_member_that_grows_beyond_what_it_claims_is_stopped(files, monkeypatch):
    """Whatever the library that unpacks makes of the size that is claimed."""
    monkeypatch.setattr(archive, "MOST_BYTES", 1_500_000)
    content = zipped({**files, VOCABULARY: bytes(5_000_000)})
    read = zipfile.ZipExtFile.read
    taken = []

    def count_up(member: zipfile.ZipExtFile, most: int = -1) -> bytes:
        taken.append(read(member, most))
        return taken[-1]

    monkeypatch.setattr(zipfile.ZipExtFile, "read", count_up)
    monkeypatch.setattr(archive, "_members", lambda made: {info.filename: info for info in made.infolist()})

    assert refusal(content) == "Unpacked, the archive has more than 1.5 MB; no more is read."
    assert sum(map(len, taken)) <= 1_500_000 + archive.CHUNK


def test_a_run_that_would_not_be_read_again_is_not_packed(files):
    with pytest.raises(BadInput, match="The files of this run have 60 MB; at most 50 MB can be handed on"):
        pack_archive({**files, SNAPSHOT: bytes(60_000_000)})
