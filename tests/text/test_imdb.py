"""The IMDB reviews: found and read in each of their shapes, within limits, or refused with a message."""

import gzip
import io
import os
import random
import tarfile
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.errors import BadInput
from rnnviz.text import imdb_shapes
from rnnviz.text.imdb import CSV, FOLDER, TAR, find_imdb, read_imdb
from rnnviz.text.progress import sparing

REVIEWS = {
    "train/pos/10_9.txt": "Ten of ten.<br />Great!",
    "train/pos/9_10.txt": " A  wonderful café. \r\n",
    "train/neg/0_1.txt": "Awful.",
    "test/pos/2_8.txt": "Fine “film”.",
    "test/neg/1_3.txt": "Dull, dull, dull.",
    "test/neg/0_2.txt": "",
}
ROWS = (
    ("Awful.", "negative"),
    (" A  wonderful café. \r\n", "positive"),
    ("Ten of ten.<br />Great!", "positive"),
    ("", "negative"),
    ("Dull, dull, dull.", "negative"),
    ("Fine “film”.", "positive"),
)
TABLE = 'review,sentiment\r\n"A ""great"" film,\nreally",positive\r\nAwful.,negative\r\n'
TABLE_ROWS = (('A "great" film,\nreally', "positive"), ("Awful.", "negative"))
Members = dict[str, str] | dict[str, bytes]


def in_bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def make_folder(path: Path, members: Members = REVIEWS) -> Path:
    for name, content in members.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(in_bytes(content))
    return path


def make_tar(path: Path, members: Members = REVIEWS, prefix: str = "aclImdb/", form: int = tarfile.GNU_FORMAT) -> Path:
    with tarfile.open(path, "w:gz", format=form) as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(prefix + name)
            info.size = len(in_bytes(content))
            tar.addfile(info, io.BytesIO(in_bytes(content)))
    return path


def make_zip(path: Path, content: str | bytes = TABLE, name: str = CSV) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, in_bytes(content))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_imdb(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_each_shape_is_found_and_the_official_ones_come_first(tmp_path: Path) -> None:
    assert find_imdb(tmp_path) is None
    assert find_imdb(tmp_path / "nowhere") is None
    for make, name in [
        (make_zip, "Some.ZIP"),
        (make_zip, "imdb_kaggle.zip"),
        (make_zip, "archive.zip"),
        (make_zip, "IMDB Dataset.csv.zip"),
        (lambda path: path.write_text(TABLE), CSV),
        (make_tar, TAR),
        (make_folder, FOLDER),
    ]:
        make(tmp_path / name)
        assert find_imdb(tmp_path) == tmp_path / name
        assert len(read_imdb(tmp_path / name).classes) == 2


def test_a_zip_of_something_else_is_passed_over(tmp_path: Path) -> None:
    make_zip(tmp_path / "archive.zip", name="titanic.csv")
    (tmp_path / "broken.zip").write_bytes(b"PK")
    assert find_imdb(tmp_path) is None


def test_a_damaged_zip_with_the_right_name_is_found_so_that_reading_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "imdb_kaggle.zip").write_bytes(b"PK")
    assert "not a whole zip" in refusal(find_imdb(tmp_path) or tmp_path)


def test_folder_and_archive_give_the_same_rows_in_order_of_part_class_and_number(tmp_path: Path) -> None:
    folder = read_imdb(make_folder(tmp_path / FOLDER))
    assert folder.rows == ROWS
    assert folder.official == ("train", "train", "train", "test", "test", "test")
    assert (folder.name, folder.unit, folder.classes) == ("imdb", "word", ("negative", "positive"))
    shuffled = dict(random.Random(0).sample(list(REVIEWS.items()), len(REVIEWS)))
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        archive = read_imdb(make_tar(tmp_path / TAR, shuffled, "./aclImdb/", form))
        assert archive == folder
        assert archive.fingerprint == folder.fingerprint


@pytest.mark.parametrize("shape", [make_folder, make_tar])
def test_what_is_no_labelled_review_is_left_out(tmp_path: Path, shape: Callable[[Path, Members], Path]) -> None:
    others = {
        "train/unsup/0_0.txt": "no class",
        "train/pos/notes.txt": "no number",
        "train/pos/._0_9.txt": "\0\1",
        "README": "about",
    }
    assert read_imdb(shape(tmp_path / "reviews.tar.gz", {**REVIEWS, **others})).rows == ROWS


def test_members_of_an_archive_never_touch_the_disk(tmp_path: Path) -> None:
    names = {f"../../train/pos/{number}_1.txt": "up" for number in range(100, 103)}
    make_tar(tmp_path / TAR, {**REVIEWS, **names, "/train/neg/5_1.txt": "root"}, prefix="")
    assert len(read_imdb(tmp_path / TAR).rows) == len(ROWS) + 4
    assert [path.name for path in tmp_path.iterdir()] == [TAR]


def test_the_table_gives_its_rows_in_its_own_order_and_no_split(tmp_path: Path) -> None:
    (tmp_path / CSV).write_text(TABLE, encoding="utf-8-sig", newline="")
    for path in (tmp_path / CSV, make_zip(tmp_path / "a.zip"), make_zip(tmp_path / "b.zip", name=f"deep/{CSV}")):
        dataset = read_imdb(path)
        assert (dataset.rows, dataset.official, dataset.name) == (TABLE_ROWS, (), "imdb")


def test_other_columns_of_the_table_do_not_matter(tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", "id, sentiment ,review\n1,positive,Good\n2,negative,Bad\n")
    assert read_imdb(tmp_path / "a.zip").rows == (("Good", "positive"), ("Bad", "negative"))


@pytest.mark.parametrize("shape", [make_folder, make_tar])
def test_missing_parts_are_named(tmp_path: Path, shape: Callable[[Path, Members], Path]) -> None:
    rest = {name: text for name, text in REVIEWS.items() if not name.startswith("test/neg")}
    message = refusal(shape(tmp_path / TAR, rest))
    assert "no reviews in test/neg." in message
    rest = {name: text for name, text in REVIEWS.items() if name.startswith("train")}
    assert "no reviews in test/neg, test/pos." in refusal(shape(tmp_path / f"b{TAR}", rest))


def test_an_empty_folder_is_not_whole(tmp_path: Path) -> None:
    assert "train/neg, train/pos, test/neg, test/pos" in refusal(tmp_path)


def test_an_archive_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    whole = make_tar(tmp_path / "whole.tar.gz").read_bytes()
    path = tmp_path / TAR
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert "not a whole tar.gz" in refusal(path)


def test_a_tar_cut_short_inside_its_compression_is_refused(tmp_path: Path) -> None:
    tar = gzip.decompress(make_tar(tmp_path / "whole.tar.gz").read_bytes())
    (tmp_path / TAR).write_bytes(gzip.compress(tar[: 5 * 512]))
    assert "not" in refusal(tmp_path / TAR)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>404</html>",
        b"PK\3\4",
        gzip.compress(b""),
        gzip.compress(b"no tar" * 1000),
        gzip.compress(bytes(99)),
    ],
    ids=["empty", "page", "zip", "nothing", "text", "zeros"],
)
def test_another_file_under_the_name_of_the_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / TAR).write_bytes(content)
    assert "not" in refusal(tmp_path / TAR)


def test_a_flipped_byte_of_an_archive_is_noticed_by_its_checksum(tmp_path: Path) -> None:
    content = bytearray(make_tar(tmp_path / TAR).read_bytes())
    content[-6] ^= 1
    (tmp_path / TAR).write_bytes(content)
    assert "not a whole tar.gz" in refusal(tmp_path / TAR)


def negative_size(kind: bytes) -> bytes:
    """A member that claims to be -512 bytes long, which sends a reader round in circles."""
    info = tarfile.TarInfo("aclImdb/train/pos/0_1.txt")
    info.type = kind
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" * 10 + b"\xfe\x00"
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    return bytes(header)


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
@pytest.mark.parametrize("count", [1, 3000])
def test_a_made_up_archive_never_sends_the_reader_in_circles(tmp_path: Path, kind: bytes, count: int) -> None:
    (tmp_path / TAR).write_bytes(gzip.compress(negative_size(kind) * count + bytes(1024)))
    assert "not a whole tar.gz" in refusal(tmp_path / TAR)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_without_end_is_not_read_into_the_memory(tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("aclImdb/train/pos/0_1.txt")
    info.type, info.size = kind, 50_000_000
    (tmp_path / TAR).write_bytes(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(50_000_000), 1))
    tracemalloc.start()
    assert "not a whole tar.gz" in refusal(tmp_path / TAR)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_an_archive_that_unpacks_without_end_is_refused_while_it_is_read(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(imdb_shapes, "MAX_UNPACKED", 100_000)
    make_tar(tmp_path / TAR, {"big.bin": bytes(200_000), **{name: in_bytes(text) for name, text in REVIEWS.items()}})
    assert "more than 100000 bytes" in refusal(tmp_path / TAR)
    make_zip(tmp_path / "a.zip", TABLE + "x" * 200_000)
    assert "more than 100000 bytes" in refusal(tmp_path / "a.zip")


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(imdb_shapes, "MAX_ROWS", 5)
    assert "more than 5" in refusal(make_tar(tmp_path / TAR))
    assert "more than 5" in refusal(make_folder(tmp_path / FOLDER))
    assert "more than 5" in refusal(make_zip(tmp_path / "a.zip", "review,sentiment\n" + "a,positive\n" * 6))


@pytest.mark.parametrize("shape", [make_folder, make_tar])
@pytest.mark.parametrize("length", [100_001, 500_000])
def test_a_review_too_long_to_be_one_is_refused_by_its_name(tmp_path: Path, shape, length: int) -> None:
    message = refusal(shape(tmp_path / TAR, {**REVIEWS, "test/pos/7_7.txt": "я" * length}))
    assert "test/pos/7_7.txt is longer than 100000" in message


@pytest.mark.parametrize("shape", [make_folder, make_tar])
def test_a_review_that_is_not_utf_8_is_refused_by_its_name(tmp_path: Path, shape) -> None:
    message = refusal(shape(tmp_path / TAR, {**REVIEWS, "test/pos/7_7.txt": b"caf\xe9"}))
    assert "test/pos/7_7.txt is not UTF-8" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "must name the columns review, sentiment"),
        ("text,label\nGood,positive\nBad,negative\n", "must name the columns review, sentiment"),
        ("review,sentiment\n", "0 of the two classes"),
        ("review,sentiment\nGood,positive\nFine,positive\n", "1 of the two classes positive and negative (positive)"),
        ("review,sentiment\nGood,positive\nBad,awful\n", "row 2: a review and “positive” or “negative”"),
        ("review,sentiment\nGood,positive\nBad, really bad,negative\n", "row 2"),
        ("review,sentiment\nGood,positive\nBad\n", "row 2"),
        ('review,sentiment\nGood,positive\n"Bad,negative\n', "line 3 is never closed"),
        ("review,sentiment\n" + "x" * 200_000 + ",positive\n", "line 2: a cell is longer"),
        ("review,sentiment\n" + '"' + "x\n" * 2_000_000, "line 2: a cell is longer"),
        (random.Random(0).randbytes(5000), "not UTF-8"),
        ("review,sentiment\nGood,positive\nКиса,negative\n".encode("cp1251"), "not UTF-8"),
    ],
    ids=range(12),
)
def test_a_table_that_is_not_the_one_is_refused(tmp_path: Path, content: str | bytes, words: str) -> None:
    (tmp_path / CSV).write_bytes(in_bytes(content))
    assert words in refusal(tmp_path / CSV)
    assert words in refusal(make_zip(tmp_path / "a.zip", content))


def test_a_zip_without_the_table_is_refused(tmp_path: Path) -> None:
    assert f"holds no file “{CSV}”" in refusal(make_zip(tmp_path / "a.zip", name="b.csv"))


def test_an_encrypted_zip_is_refused_with_the_remedy(tmp_path: Path) -> None:
    content = bytearray(make_zip(tmp_path / "a.zip").read_bytes())
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(content)
    assert "is encrypted. Unpack it" in refusal(tmp_path / "a.zip")


def test_a_zip_cut_short_or_damaged_is_refused(tmp_path: Path) -> None:
    whole = make_zip(tmp_path / "a.zip", TABLE + "Fine,positive\n" * 500).read_bytes()
    for length in range(0, len(whole), 11):
        (tmp_path / "a.zip").write_bytes(whole[:length])
        assert "not a whole zip" in refusal(tmp_path / "a.zip")
    (tmp_path / "a.zip").write_bytes(whole[:60] + b"\xff\xff\xff" + whole[63:])
    assert "not" in refusal(tmp_path / "a.zip")


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=8), st.sampled_from([make_tar, make_zip]))
def test_any_damage_gives_the_rows_or_a_message(tmp_path_factory, place: int, noise: bytes, shape) -> None:
    path = shape(tmp_path_factory.getbasetemp() / ("a.tar.gz" if shape is make_tar else "a.zip"))
    content = path.read_bytes()
    path.write_bytes(content[:place] + noise + content[place + len(noise) :])
    try:
        dataset = read_imdb(path)
    except BadInput as error:
        assert str(path) in str(error)  # noqa: PT017 - one of the two outcomes
    else:
        assert dataset.rows in (ROWS, TABLE_ROWS)


@pytest.mark.parametrize("name", [TAR, CSV, "a.zip"])
def test_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    assert "does not exist" in refusal(tmp_path / name)


@pytest.mark.parametrize("name", [TAR, CSV, "a.zip"])
def test_an_unreadable_file_is_refused_with_the_reason(tmp_path: Path, monkeypatch, name: str) -> None:
    def deny(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    (tmp_path / name).touch()
    monkeypatch.setattr(Path, "open", deny)
    monkeypatch.setattr(zipfile, "ZipFile", deny)
    assert "can’t be read: Permission denied" in refusal(tmp_path / name)


@pytest.mark.parametrize("shape", [make_folder, make_tar, make_zip])
def test_progress_is_told_sparingly_and_ends_at_the_whole(tmp_path: Path, shape) -> None:
    told: list[tuple[int, int]] = []
    name = "a.zip" if shape is make_zip else TAR
    read_imdb(shape(tmp_path / name), lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] > 0


def test_a_thousand_steps_are_told_as_fifty() -> None:
    told: list[int] = []
    tell = sparing(lambda done, total: told.append(done))
    for done in range(1001):
        tell(done, 1000)
    assert len(told) == 51
    assert (told[0], told[-1]) == (0, 1000)
    sparing(None)(1, 1)


def test_both_shapes_of_the_real_data_give_the_same_50000_reviews() -> None:
    folder = os.environ.get("RNNVIZ_REAL_DATA")
    if not folder:
        pytest.skip("RNNVIZ_REAL_DATA names no folder with the real reviews")
    paths = Path(folder) / TAR, Path(folder) / "imdb_kaggle.zip"
    if not all(path.is_file() for path in paths):
        pytest.skip(f"{folder} does not hold both {TAR} and imdb_kaggle.zip")
    official, table = map(read_imdb, paths)
    assert Counter(official.rows) == Counter(table.rows)
    assert Counter(zip(official.official, (label for _, label in official.rows), strict=True)) == {
        (part, label): 12_500 for part in ("train", "test") for label in ("positive", "negative")
    }


@pytest.mark.parametrize("place", [0, 130, 150, 300])
def test_a_tar_whose_first_header_is_damaged_is_refused(tmp_path, place):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        member = tarfile.TarInfo("aclImdb/train/pos/0_9.txt")
        member.size = 4
        tar.addfile(member, io.BytesIO(b"Good"))
    content = bytearray(packed.getvalue())
    content[place] ^= 1
    path = tmp_path / "aclImdb_v1.tar.gz"
    path.write_bytes(gzip.compress(bytes(content)))

    with pytest.raises(BadInput, match="tar"):
        imdb_shapes.read_tar(path, lambda *_: None)
