"""Files of pretrained vectors: what is read of them, and what is said of one that is wrong."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from rnnviz.errors import BadInput
from rnnviz.text.vectors import dimension_of, find_vectors, fingerprint_of, read_vectors, vector_files

GLOVE = "the 0.1 -0.2 3e-1\ngood 1 2 3\nбыло 0.5 0.5 0.5\nfilm -1.25 0 7\ngood 9 9 9\n"


@pytest.fixture
def file_with(tmp_path: Path):
    def write(content: str | bytes, name: str = "vectors.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_only_the_wanted_words_are_kept_the_first_of_two_and_in_the_order_of_the_file(file_with) -> None:
    vectors = read_vectors(file_with(GLOVE), ["film", "good", "было", "unheard"])

    assert vectors.tokens == ("good", "было", "film")
    assert vectors.matrix.dtype == np.float32
    np.testing.assert_array_equal(vectors.matrix, np.float32([[1, 2, 3], [0.5, 0.5, 0.5], [-1.25, 0, 7]]))
    assert (vectors.file, vectors.fingerprint) == ("vectors.txt", hashlib.sha256(GLOVE.encode()).hexdigest())


@pytest.mark.parametrize(
    "content",
    [
        "5 3\n" + GLOVE,
        GLOVE.replace("\n", "\r\n"),
        GLOVE.replace("\n", " \n"),
        GLOVE.rstrip(),
        "\N{ZERO WIDTH NO-BREAK SPACE}" + GLOVE,
        GLOVE + "\n\n",
        GLOVE + ". . . 1 2 3\nsome name 1 2 3\n",
    ],
    ids=["header", "windows", "blank at the end", "no last end", "mark", "empty lines", "names of several words"],
)
def test_the_usual_kinds_of_files_give_the_same(file_with, content: str) -> None:
    path = file_with(content)
    vectors = read_vectors(path, ["good", "the"])

    assert vectors.tokens == ("the", "good")
    np.testing.assert_array_equal(vectors.matrix, np.float32([[0.1, -0.2, 0.3], [1, 2, 3]]))
    assert dimension_of(path) == 3
    assert fingerprint_of(path) == vectors.fingerprint


def test_vectors_of_one_number_are_no_header(file_with) -> None:
    vectors = read_vectors(file_with("a 0.5\nb 2\n"), ["b"])
    assert vectors.matrix.tolist() == [[2.0]]


SHAPE = "; allowed is a word and then its numbers, one blank between them, and as many numbers on each line."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GLOVE + "bad 1 2\n", "line 6: 2 numbers, and 3 on the lines before" + SHAPE),
        (GLOVE + "bad 1 2 3 4\n", "line 6: 4 numbers, and 3 on the lines before" + SHAPE),
        (GLOVE + "bad\n", "line 6: 0 numbers, and 3 on the lines before" + SHAPE),
        (GLOVE + "bad  1 2 3\n", "line 6: 4 numbers, and 3 on the lines before" + SHAPE),
        ("good 1 2 three\n", "line 1: “1 2 three” is not a row of numbers" + SHAPE),
        (GLOVE + "bad 1 nan 3\n", "line 6: “1 nan 3” is not a row of numbers" + SHAPE),
        ("good 1 2e 3\n", "line 1: “1 2e 3” is not a row of numbers" + SHAPE),
        ("good 1 1e99 3\n", "line 1: “1 1e99 3” is not a row of numbers" + SHAPE),
        ("5 3\nthe 1 2\n", "line 2: 2 numbers, and 3 on the lines before" + SHAPE),
        ("good\n", "line 1: “good” has no numbers" + SHAPE),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "line 1: “\N{REPLACEMENT CHARACTER}PNG” has no numbers" + SHAPE),
        (GLOVE.encode("utf-16"), "line 1: this is not a line of text" + SHAPE),
        (b"good " + b"1 " * 50_000, "line 1: this is not a line of text" + SHAPE),
        (b"2 3\ngood \0\1\2\3\n", "line 2: this is not a line of text" + SHAPE),
        ("9 3\n" + GLOVE, "is cut short or damaged: its first line says 9 words, and there are 5."),
        ("", "is empty: there is no vector in it."),
        ("\n \n", "is empty: there is no vector in it."),
    ],
)
def test_what_is_wrong_is_said_with_the_line_and_what_is_allowed(file_with, content, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_vectors(file_with(content), ["good", "bad"])
    assert str(caught.value).startswith("vectors.txt")
    assert str(caught.value).endswith(said)


def test_a_file_without_any_wanted_word_is_refused(file_with) -> None:
    with pytest.raises(BadInput, match=r"None of the 2 words of the vocabulary has a vector in vectors.txt."):
        read_vectors(file_with(GLOVE), ["собака", "кошка"])


@pytest.mark.parametrize("read", [dimension_of, fingerprint_of, lambda path: read_vectors(path, ["good"])])
def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path, read) -> None:
    with pytest.raises(BadInput, match=r"missing\.txt can’t be read: No such file or directory"):
        read(tmp_path / "missing.txt")
    with pytest.raises(BadInput, match="can’t be read: Is a directory"):
        read(tmp_path)


@pytest.mark.parametrize("content", ["", "\n", "word\n", b"\0" * 100])
def test_the_dimension_of_what_is_no_file_of_vectors_is_refused(file_with, content) -> None:
    with pytest.raises(BadInput, match=r"vectors.txt"):
        dimension_of(file_with(content))


def test_the_folder_offers_its_own_text_files_and_nothing_from_elsewhere(tmp_path: Path, file_with) -> None:
    outside = file_with(GLOVE, "outside.txt")
    folder = tmp_path / "vectors"
    folder.mkdir()
    (folder / "deeper.txt").mkdir()
    (folder / "link.txt").symlink_to(outside)
    for name in ("b.vec", "a.txt", ".hidden.txt", "model.bin"):
        (folder / name).write_text(GLOVE)

    assert vector_files(folder) == {"a.txt": folder / "a.txt", "b.vec": folder / "b.vec"}
    assert vector_files(tmp_path / "nowhere") == {}


def test_a_file_is_found_by_its_contents_whatever_it_is_called(tmp_path: Path, file_with) -> None:
    file_with("other 1 2\n", "a.txt")
    wanted = file_with(GLOVE, "b.txt")

    assert find_vectors(hashlib.sha256(GLOVE.encode()).hexdigest(), tmp_path) == wanted
    wanted.write_text(GLOVE + "more 1 2 3\n")
    with pytest.raises(BadInput, match="is not in data/vectors"):
        find_vectors(hashlib.sha256(GLOVE.encode()).hexdigest(), tmp_path)
