"""`datasets`: what there is, and fetching what there could be."""

from collections.abc import Iterator

import pytest

from rnnviz.text import fetch
from rnnviz.text.imdb import TAR
from tests.file_server import BODY, MD5, Server, serving

FETCH = ("datasets", "fetch", "imdb")


@pytest.fixture
def server(tmp_path, monkeypatch) -> Iterator[Server]:
    """In place of the server of the reviews, and an empty data folder."""
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(fetch, "PAUSE", 0)
    monkeypatch.setattr("rnnviz.text.imdb.IMDB_MD5", MD5)
    monkeypatch.setattr("rnnviz.cli.datasets.DATA", tmp_path)
    with serving() as server:
        monkeypatch.setattr("rnnviz.text.imdb.IMDB_URL", server.url)
        yield server


def test_datasets_says_what_there_is_and_what_cleaning_does(call):
    datasets = call("datasets").json["datasets"]

    assert [dataset["name"] for dataset in datasets] == ["pets", "pets-en", "reviews", "imdb"]
    assert datasets[2]["unit"] == "word"
    for dataset in datasets[:2]:
        assert dataset["unit"] == "character"
        assert len(dataset["classes"]) == 2
        assert dataset["rows"] > max(dataset["texts"].values()) > 1000
        assert dataset["rows"] - dataset["texts"]["drop"] == sum(
            dataset["cleaning"][step] for step in ("empty", "contradictions", "duplicates")
        )


def test_a_dataset_whose_file_is_missing_does_not_break_the_list(call, tmp_path, monkeypatch):
    monkeypatch.setattr("rnnviz.cli.datasets.DATA", tmp_path)

    datasets = call("datasets").json["datasets"]

    assert [dataset.keys() for dataset in datasets] == [{"name", "error"}] * 4
    assert "pets.csv does not exist" in datasets[0]["error"]
    assert "python -m rnnviz datasets fetch imdb" in datasets[3]["error"]


def test_the_reviews_are_listed_with_the_first_policy_and_their_leaks(call, reviews, monkeypatch):
    monkeypatch.setattr("rnnviz.cli.datasets.DATA", reviews)

    first, second = call("datasets"), call("datasets")

    imdb = first.json["datasets"][3]
    assert (imdb["name"], imdb["unit"], imdb["rows"]) == ("imdb", "word", 48)
    assert imdb["classes"] == ["negative", "positive"]
    assert imdb["cleaning"]["leaks"] == 1
    assert imdb["texts"] == {"drop": 47}
    assert first.out == second.out
    assert "Reading the texts: 100%" in first.err
    assert second.err == ""  # from the cache


def test_fetch_brings_the_reviews_into_the_data_folder(call, server, tmp_path):
    answer = call(*FETCH)

    assert answer.json == {"dataset": "imdb", "path": str(tmp_path / TAR), "bytes": len(BODY)}
    assert (tmp_path / TAR).read_bytes() == BODY
    assert answer.err.splitlines()[-1] == "Fetched 0.3 of 0.3 MB (100%)"


def test_fetch_goes_on_where_it_broke_off(call, server, tmp_path):
    server.breaks, server.breaks_after = 100, 50_000

    assert "it goes on where it broke off" in call(*FETCH).err.splitlines()[-1]
    server.breaks, server.asked = 0, []
    answer = call(*FETCH)

    assert answer.json["bytes"] == len(BODY)
    assert server.asked == ["bytes=250000-"]
    assert (tmp_path / TAR).read_bytes() == BODY


def test_an_interrupted_fetch_says_that_its_part_stays_and_goes_on_from_there(call, server, tmp_path, monkeypatch):
    def interrupted(done: int, _total: int) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("rnnviz.cli.datasets.megabytes", interrupted)
        answer = call(*FETCH)
    part = (tmp_path / f"{TAR}.part").stat().st_size

    assert (answer.code, answer.out) == (130, "")
    assert answer.err.splitlines() == ["Interrupted. What has come stays; the same command goes on from there."]
    assert 0 < part < len(BODY)
    assert call(*FETCH).json["bytes"] == len(BODY)
    assert server.asked[-1] == f"bytes={part}-"


@pytest.mark.parametrize(("status", "words"), [(404, "does not give out"), (500, "has a fault of its own")])
def test_a_server_that_refuses_is_said_in_one_line(call, server, tmp_path, status, words):
    server.status = status

    assert words in call(*FETCH).complaint
    assert list(tmp_path.glob("acl*")) == []


def test_a_file_that_is_not_the_reviews_is_said_and_not_kept(call, server, tmp_path, monkeypatch):
    monkeypatch.setattr("rnnviz.text.imdb.IMDB_MD5", "0" * 32)

    assert "is not the file expected" in call(*FETCH).err.splitlines()[-1]
    assert list(tmp_path.glob("acl*")) == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("fetch", "fish"), "Error: There is no dataset “fish”. Known are: pets, pets-en, reviews, imdb."),
        (("fetch", "pets"), "Error: The dataset “pets” comes with the app; only imdb is fetched."),
        (("fetch",), "rnnviz datasets fetch: the following arguments are required: NAME"),
        (("bring", "imdb"), "rnnviz datasets: argument ACTION: invalid choice: 'bring' (choose from 'fetch')"),
    ],
)
def test_what_can_not_be_fetched_is_said_in_one_line(call, arguments, complaint):
    assert call("datasets", *arguments).complaint == complaint
