"""Zip files of runs that the tests make and damage, and what is said of those that are not taken."""

import io
import json
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import safetensors.numpy

from rnnviz.errors import BadInput
from rnnviz.runs.archive import unpack_archive
from rnnviz.runs.checkpoint import (
    STATE,
    Files,
    snapshot_file,
)

SNAPSHOT = snapshot_file(1)


def zipped(files: Files, top: str = "", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file as any tool may make it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        for name, content in files.items():
            made.writestr(top + name, content)
    return packed.getvalue()


def with_json(files: Files, file: str, change: Callable[[Any], Any]) -> Files:
    """The same files, the value in one of them changed in place."""
    value = json.loads(files[file])
    change(value)
    return {**files, file: json.dumps(value).encode()}


def with_lines(files: Files, file: str, change: Callable[[list[Any]], Any]) -> Files:
    lines = [json.loads(line) for line in files[file].splitlines()]
    change(lines)
    return {**files, file: "\n".join(map(json.dumps, lines)).encode()}


def with_tensors(files: Files, file: str, change: Callable[[dict[str, Any]], Any]) -> Files:
    tensors = {name: value.copy() for name, value in safetensors.numpy.load(files[file]).items()}
    change(tensors)
    return {**files, file: safetensors.numpy.save(tensors)}


def header_of(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The description of the tensors in a safetensors file, and what stands behind it."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def with_header(files: Files, file: str, change: Callable[[dict[str, Any]], Any]) -> Files:
    header, rest = header_of(files[file])
    change(header)
    encoded = json.dumps(header).encode()
    return {**files, file: struct.pack("<Q", len(encoded)) + encoded + rest}


def with_state(files: Files, change: Callable[[dict[str, Any]], Any]) -> Files:
    """The same, for all that the state of a training holds beside its tensors."""

    def change_notes(header: dict[str, Any]) -> None:
        notes = json.loads(header["__metadata__"]["training"])
        change(notes)
        header["__metadata__"]["training"] = json.dumps(notes)

    return with_header(files, STATE, change_notes)


def refusal(content: bytes) -> str:
    """Why this archive is not taken."""
    with pytest.raises(BadInput) as caught:
        unpack_archive(content)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert len(sentence) < 500
    return sentence


def at(*path: Any, value: Any) -> Callable[[Any], None]:
    """Put a value in a place of another."""

    def change(whole: Any) -> None:
        for step in path[:-1]:
            whole = whole[step]
        whole[path[-1]] = value

    return change
