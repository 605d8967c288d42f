"""Thousands of damaged archives: none is taken wrongly, none is a traceback."""

import json
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnviz.errors import BadInput
from rnnviz.runs.archive import pack_archive, unpack_archive
from rnnviz.runs.checkpoint import (
    FILES,
    HISTORY,
    REPORT,
    RUN,
    STATE,
    VOCABULARY,
    WATCHED,
    Files,
    unpack_info,
    unpack_model,
)
from rnnviz.runs.exchange import essentials
from rnnviz.training.state import TrainingState
from tests.runs.archives import SNAPSHOT, at, zipped


def usable(files: Files) -> None:
    """What the pages do with a run: list it, open it, read a text, take its state up."""
    info, model = unpack_info("run", files), unpack_model("run", files)
    assert all(map(np.isfinite, (info.seconds, info.report["test"]["accuracy"])))
    assert np.isfinite(model.classifier.head.weight.numpy()).all()
    assert np.isclose(model.probabilities([model.read("мурка")]).sum(), 1.0, atol=1e-5)
    if STATE in files:
        TrainingState.from_bytes(files[STATE])


def taken(content: bytes) -> Files | None:
    """The files of an archive; None where it was refused, as a person is told."""
    try:
        return unpack_archive(content)
    except BadInput as error:
        return None if str(error) else {}


def damage(content: bytes, places: list[float], kinds: list[int], letters: bytes) -> bytes:
    """Bytes flipped, put in, taken out, or everything behind a place cut away."""
    for share, kind, letter in zip(places, kinds, letters, strict=False):
        place = int(share * len(content))
        match kind:
            case 0:
                content = content[:place] + bytes([letter]) + content[place + 1 :]
            case 1:
                content = content[:place] + bytes([letter]) * (letter % 7 + 1) + content[place:]
            case 2:
                content = content[:place] + content[place + letter % 7 + 1 :]
            case 3:
                content = content[:place]
    return content


@pytest.fixture(scope="module")
def packed(files) -> bytes:
    return pack_archive(files)


@pytest.fixture(scope="module")
def light(files) -> bytes:
    """An archive of what a run can't do without."""
    return zipped(essentials(files))


SHARES = st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=3)
KINDS = st.lists(st.sampled_from([0, 0, 0, 1, 2, 3]), min_size=3, max_size=3)
LETTERS = st.binary(min_size=3, max_size=3)
FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@settings(FUZZ, max_examples=1200)
@given(places=SHARES, kinds=KINDS, letters=LETTERS)
def test_a_damaged_archive_is_refused_or_was_not_damaged_where_it_matters(files, packed, places, kinds, letters):
    unpacked = taken(damage(packed, places, kinds, letters))

    assert unpacked in (None, files)


@settings(FUZZ, max_examples=800)
@given(place=st.integers(1, 500), kind=st.integers(0, 3), letter=st.binary(min_size=1, max_size=1))
def test_a_damaged_table_of_contents_is_refused_or_was_not_damaged_where_it_matters(files, light, place, kind, letter):
    """It stands at the end, where a place drawn from the whole would seldom fall."""
    share = max(1 - place / len(light), 0.0)

    unpacked = taken(damage(light, [share], [kind], letter))

    assert unpacked in (None, essentials(files))


@settings(FUZZ, max_examples=800)
@given(file=st.sampled_from([*FILES, WATCHED, STATE, SNAPSHOT]), places=SHARES, kinds=KINDS, letters=LETTERS)
def test_an_archive_made_of_damaged_files_is_refused_or_holds_a_run_that_can_be_used(
    files, file, places, kinds, letters
):
    changed = {**files, file: damage(files[file], places, kinds, letters)}
    unpacked = taken(zipped(changed, method=zipfile.ZIP_STORED))

    assert unpacked in (None, changed)
    if unpacked is not None:
        usable(unpacked)


def places_in(value: Any) -> list[tuple[Any, ...]]:
    """The way to every value inside another, and to the whole."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((key, *place) for key, inner in steps for place in places_in(inner))]


JUNK = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        3,
        0.5,
        1e300,
        float("nan"),
        float("inf"),
        10**40,
        "",
        "x",
        "\ud800",
        "../x",
        [],
        [0],
        {},
        {"x": 1},
    ]
)


@settings(FUZZ, max_examples=800)
@given(
    file=st.sampled_from([RUN, HISTORY, REPORT, VOCABULARY, WATCHED]),
    share=st.floats(0, 1, exclude_max=True),
    junk=JUNK,
)
def test_an_archive_with_a_value_replaced_is_refused_or_holds_a_run_that_can_be_used(files, file, share, junk):
    lines = [json.loads(line) for line in files[file].splitlines()] if file in (HISTORY, WATCHED) else None
    value = [json.loads(files[file])] if lines is None else lines
    places = [place for place in places_in(value) if place]
    at(*places[int(share * len(places))], value=junk)(value)
    changed = {**files, file: "\n".join(map(json.dumps, value)).encode()}

    unpacked = taken(zipped(changed, method=zipfile.ZIP_STORED))

    assert unpacked in (None, changed)
    if unpacked is not None:
        usable(unpacked)
