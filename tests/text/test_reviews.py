"""Our own film reviews: as many as promised, each text once, and made again byte for byte."""

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from rnnviz.text.cleaning import clean_text
from scripts import make_reviews

DATA = Path(__file__).parents[2] / "data"
LEAST = {"plain": 200, "negation": 80, "turn": 90, "irony": 50, "early": 70, "mixed": 80}


def rows() -> list[tuple[str, str, str]]:
    with (DATA / "reviews.csv").open(encoding="utf-8", newline="") as lines:
        header, *found = csv.reader(lines)
    assert header == ["review", "sentiment", "phenomenon"]
    return [(text, sentiment, phenomenon) for text, sentiment, phenomenon in found]


def documented() -> dict[str, tuple[int, int, int]]:
    """The table between the count marks of the read-me: positive, negative and all rows."""
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    marked = readme.split("<!-- review counts -->")[1].split("<!-- /review counts -->")[0]
    lines = re.findall(r"\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|", marked)
    return {what: (int(positive), int(negative), int(both)) for what, positive, negative, both in lines}


def written_into(folder: Path, **parts: str) -> None:
    """A data folder with one review of each sign for each phenomenon, but for the parts given."""
    (folder / "reviews").mkdir()
    (folder / "README.md").write_text("<!-- review counts -->\n<!-- /review counts -->\n", encoding="utf-8")
    for name in make_reviews.PHENOMENA:
        text = parts.get(name, f"+ A good film, {name}.\n- A bad film, {name}.\n")
        (folder / "reviews" / f"{name}.txt").write_text(text, encoding="utf-8")


def test_there_are_at_least_six_hundred_reviews_about_half_of_them_positive() -> None:
    sentiments = Counter(sentiment for _, sentiment, _ in rows())
    assert set(sentiments) == {"positive", "negative"}
    assert sentiments.total() >= 600
    assert 0.48 <= sentiments["positive"] / sentiments.total() <= 0.52


def test_every_phenomenon_has_enough_reviews_of_both_classes() -> None:
    by_phenomenon = {name: Counter(sign for _, sign, other in rows() if other == name) for name in LEAST}
    assert {phenomenon for _, _, phenomenon in rows()} == set(LEAST)
    for name, signs in by_phenomenon.items():
        assert signs.total() >= LEAST[name], name
        assert 0.4 <= signs["positive"] / signs.total() <= 0.6, name


def test_no_text_is_there_twice_even_after_cleaning() -> None:
    cleaned = Counter(clean_text(text) for text, _, _ in rows())
    assert [text for text, count in cleaned.items() if count > 1] == []


def test_every_review_has_one_to_four_sentences() -> None:
    for text, _, _ in rows():
        assert text[-1] in ".!?", text
        assert 1 <= len(re.split(r"(?<=[.!?]) ", text)) <= 4, text
        assert len(re.findall(r"[.!?]", text)) <= 4, text


def test_every_review_is_plain_english_text() -> None:
    for text, _, _ in rows():
        assert text.isascii(), text
        assert text == " ".join(text.split()), text
        assert not set(text) & set('"`()<>/&0123456789'), text
        assert text[0].isupper(), text


def test_the_phenomena_are_shuffled_together() -> None:
    for part in (rows()[:330], rows()[330:]):
        assert {(sentiment, phenomenon) for _, sentiment, phenomenon in part} == {
            (sentiment, phenomenon) for sentiment in ("positive", "negative") for phenomenon in LEAST
        }


def test_the_counts_in_the_read_me_are_those_of_the_file() -> None:
    signs = Counter((phenomenon, sentiment) for _, sentiment, phenomenon in rows())
    totals = Counter(sentiment for _, sentiment, _ in rows())
    expected = {
        name: (signs[name, "positive"], signs[name, "negative"], signs[name, "positive"] + signs[name, "negative"])
        for name in LEAST
    }
    assert documented() == {**expected, "all": (totals["positive"], totals["negative"], len(rows()))}


def test_the_file_holds_what_was_written_down_in_the_parts() -> None:
    written = [
        (line[2:], {"+ ": "positive", "- ": "negative"}[line[:2]], name)
        for name in LEAST
        for line in (DATA / "reviews" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    ]
    assert sorted(rows()) == sorted(written)


def test_the_script_makes_the_file_and_the_counts_again_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(DATA / "reviews", tmp_path / "reviews")
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    emptied = re.sub(r"(<!-- review counts -->\n).*(<!-- /review counts -->)", r"\1\2", readme, flags=re.DOTALL)
    assert emptied != readme
    (tmp_path / "README.md").write_text(emptied, encoding="utf-8")
    monkeypatch.setattr(make_reviews, "DATA", tmp_path)
    make_reviews.main()
    for file in ("reviews.csv", "README.md"):
        assert (tmp_path / file).read_bytes() == (DATA / file).read_bytes(), file
    assert "| all |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("A film without a sign.\n", "expected '\\+ text' or '- text'"),
        ("+ A “curly” film.\n", "only English letters"),
        ("+ Two  blanks.\n", "only English letters"),
        ("+ One. Two. Three. Four. Five.\n", "1 to 4 sentences"),
        ("+ No mark at the end\n", "1 to 4 sentences"),
        ("+ The same film.\n- the same film.\n", "written down twice"),
        ("+ Only praise.\n", r"no review for \[\('irony', 'negative'\)\]"),
    ],
)
def test_a_review_written_down_wrongly_stops_the_script_and_writes_nothing(
    part: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_into(tmp_path, irony=part)
    monkeypatch.setattr(make_reviews, "DATA", tmp_path)
    with pytest.raises(make_reviews.ReviewsError, match=message):
        make_reviews.main()
    assert not (tmp_path / "reviews.csv").exists()
