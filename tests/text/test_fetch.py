"""Fetching from a server that breaks off, lies, or never ends: the file is whole at the end, or not there."""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rnnviz.errors import BadInput
from rnnviz.language import use_language
from rnnviz.text import fetch as fetching
from rnnviz.text.fetch import TRIES, fetch, megabytes
from rnnviz.text.imdb import TAR, fetch_imdb
from tests.file_server import BODY, MD5, Server, serving

LIMIT = 1_000_000


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(fetching, "PAUSE", 0)
    with serving() as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "data" / "file.tar.gz"


def part_of(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def left_behind(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.glob("*"))


def refusal(server: Server, target: Path, limit: int = LIMIT) -> str:
    with pytest.raises(BadInput) as caught:
        fetch(server.url, target, MD5, limit)
    return str(caught.value)


def test_a_file_is_fetched_into_its_folder_with_progress(server: Server, target: Path) -> None:
    told: list[tuple[int, int]] = []
    assert fetch(server.url, target, MD5, LIMIT, lambda done, total: told.append((done, total))) == target
    assert target.read_bytes() == BODY
    assert left_behind(target) == ["file.tar.gz"]
    assert told == sorted(told)
    assert told[-1] == (len(BODY), len(BODY))
    assert len(told) <= 51


def test_what_is_there_and_whole_is_not_fetched_again(server: Server, target: Path) -> None:
    fetch(server.url, target, MD5, LIMIT)
    fetch(server.url, target, MD5, LIMIT)
    assert server.asked == [None]


def test_a_wrong_file_in_its_place_is_replaced(server: Server, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"something else")
    fetch(server.url, target, MD5, LIMIT)
    assert target.read_bytes() == BODY


def test_a_broken_connection_is_gone_on_from_where_it_broke(server: Server, target: Path) -> None:
    server.breaks, server.breaks_after = 3, 70_000
    fetch(server.url, target, MD5, LIMIT)
    assert target.read_bytes() == BODY
    assert server.asked == [None, "bytes=70000-", "bytes=140000-", "bytes=210000-"]


def test_a_fetch_that_gave_up_is_gone_on_from_the_next_time(server: Server, target: Path) -> None:
    server.breaks, server.breaks_after = TRIES, 10_000
    message = refusal(server, target)
    assert "the connection ended too soon" in message
    assert "goes on where it broke off" in message
    assert left_behind(target) == ["file.tar.gz.part"]
    assert part_of(target).read_bytes() == BODY[: TRIES * 10_000]
    fetch(server.url, target, MD5, LIMIT)
    assert target.read_bytes() == BODY
    assert server.asked[-1] == f"bytes={TRIES * 10_000}-"


def test_a_server_that_knows_no_ranges_sends_everything_again(server: Server, target: Path) -> None:
    server.knows_ranges = False
    server.breaks, server.breaks_after = 1, 70_000
    fetch(server.url, target, MD5, LIMIT)
    assert target.read_bytes() == BODY
    assert server.asked == [None, "bytes=70000-"]


def test_a_server_that_sends_another_part_is_asked_for_everything(server: Server, target: Path) -> None:
    server.start_of_range = 5
    server.breaks, server.breaks_after = 1, 70_000
    fetch(server.url, target, MD5, LIMIT)
    assert target.read_bytes() == BODY
    assert server.asked == [None, "bytes=70000-", None]


def test_a_part_that_is_whole_needs_no_server(server: Server, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(BODY)
    fetch(server.url, target, MD5, LIMIT)
    assert target.read_bytes() == BODY
    assert server.asked == []


def test_a_part_longer_than_the_file_is_begun_anew(server: Server, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(BODY + b"more")
    fetch(server.url, target, MD5, LIMIT)
    assert target.read_bytes() == BODY
    assert server.asked == [f"bytes={len(BODY) + 4}-", None]


def test_a_length_that_is_not_said_is_no_obstacle(server: Server, target: Path) -> None:
    server.says_length = False
    told: list[tuple[int, int]] = []
    fetch(server.url, target, MD5, LIMIT, lambda done, total: told.append((done, total)))
    assert target.read_bytes() == BODY
    assert told[-1] == (len(BODY), LIMIT)


@pytest.mark.parametrize("before", [b"", b"not the beginning"])
def test_a_wrong_checksum_is_said_and_nothing_is_kept(server: Server, target: Path, before: bytes) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(before)
    server.body = BODY[:-1] + b"?" if not before else BODY
    message = refusal(server, target)
    assert MD5 in message
    assert "was removed" in message
    assert left_behind(target) == []


@pytest.mark.parametrize(
    ("status", "words"), [(404, "does not give out"), (403, "does not give out"), (500, "fault"), (503, "fault")]
)
def test_the_answer_of_a_server_that_refuses_is_said(server: Server, target: Path, status: int, words: str) -> None:
    server.status = status
    message = refusal(server, target)
    assert words in message
    assert f"({status} " in message
    assert str(target) in message
    assert left_behind(target) == []
    assert len(server.asked) == 1


def test_a_refusal_keeps_what_came_before(server: Server, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(BODY[:1000])
    server.status = 503
    refusal(server, target)
    assert part_of(target).read_bytes() == BODY[:1000]


@pytest.mark.parametrize("says_length", [True, False])
def test_a_body_without_end_is_cut_at_the_limit(server: Server, target: Path, says_length: bool) -> None:
    server.says_length, server.endless = says_length, not says_length
    message = refusal(server, target, limit=200_000 if says_length else 700_000)
    assert "larger than the" in message
    assert left_behind(target) == []


def test_no_network_is_said_with_the_remedy(server: Server, target: Path) -> None:
    server.server_close()
    message = refusal(server, target)
    assert "Connection refused. Check the network" in message
    assert str(target) in message
    assert left_behind(target) == []


def test_a_server_that_says_nothing_is_given_up(server: Server, target: Path, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.05)
    server.gate = threading.Event()
    assert "timed out" in refusal(server, target)
    server.gate.set()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://localhost/a", "data:,a", "a.tar.gz", ""])
def test_only_addresses_of_the_web_are_fetched(target: Path, url: str) -> None:
    with pytest.raises(BadInput, match="must begin with http:// or https://"):
        fetch(url, target, MD5, LIMIT)
    assert not target.parent.exists()


@pytest.mark.parametrize("url", ["http://a b/", "http://localhost:port/", "http://[/", "http://localhost/é"])
def test_an_address_that_is_none_is_said(target: Path, url: str) -> None:
    with pytest.raises(BadInput, match="is not an address"):
        fetch(url, target, MD5, LIMIT)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/a"])
def test_a_redirection_to_something_else_than_the_web_is_not_followed(server: Server, target, location: str) -> None:
    server.location = location
    refusal(server, target)
    assert left_behind(target) == []


def test_a_disk_that_fills_leaves_nothing(server: Server, target: Path, monkeypatch) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(BODY[:1000])

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "The disk is full" in refusal(server, target)
    assert left_behind(target) == []


def test_a_disk_that_is_full_while_writing_leaves_nothing(server: Server, target: Path, monkeypatch) -> None:
    def write_some(url, file, *_others) -> None:
        file.write(BODY[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(fetching, "_continue", write_some)
    assert "The disk is full" in refusal(server, target)
    assert left_behind(target) == []


def test_a_folder_that_can_not_be_made_is_said(server: Server, target: Path) -> None:
    target.parent.write_text("a file where the folder should be")
    assert "can’t be written" in refusal(server, target)


def test_a_file_that_is_being_fetched_already_is_left_alone(server: Server, target: Path) -> None:
    target.parent.mkdir()
    with part_of(target).open("wb") as file:
        file.write(BODY[:5])
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "is being fetched already" in refusal(server, target)
        assert part_of(target).read_bytes() == BODY[:5]
    fetch(server.url, target, MD5, LIMIT)
    assert target.read_bytes() == BODY


def test_many_at_once_fetch_one_whole_file(server: Server, target: Path) -> None:
    def attempt(_number: int) -> str:
        try:
            fetch(server.url, target, MD5, LIMIT)
        except BadInput as error:
            return error.message
        return "whole"

    with ThreadPoolExecutor(8) as pool:
        outcomes = set(pool.map(attempt, range(64)))
    assert outcomes <= {"whole", "{path} is being fetched already; wait until that is done."}
    assert target.read_bytes() == BODY
    assert left_behind(target) == ["file.tar.gz"]


def test_the_reviews_are_fetched_under_their_official_name(server: Server, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("rnnviz.text.imdb.IMDB_URL", server.url)
    monkeypatch.setattr("rnnviz.text.imdb.IMDB_MD5", MD5)
    assert fetch_imdb(tmp_path) == tmp_path / TAR
    assert (tmp_path / TAR).read_bytes() == BODY


def test_what_has_come_is_said_in_megabytes_as_the_language_writes_them() -> None:
    assert megabytes(12_345_678, 84_125_825) == "Fetched 12.3 of 84.1 MB (15%)"
    use_language("ru")
    assert "12,3" in megabytes(12_345_678, 84_125_825)
    assert "15\u00a0%" in megabytes(12_345_678, 84_125_825)
