"""Tokenizers: characters, and words with punctuation."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.text.tokens import characters, words


def test_characters_are_tokens_with_blanks_and_hyphens() -> None:
    assert characters("ай-да ё") == ["а", "й", "-", "д", "а", " ", "ё"]


@settings(deadline=None)
@given(st.text())
def test_characters_lose_nothing(text: str) -> None:
    assert "".join(characters(text)) == text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a good film", ["a", "good", "film"]),
        ("don't, it’s bad!", ["don't", ",", "it’s", "bad", "!"]),
        ("'quoted' rock'n'roll", ["'", "quoted", "'", "rock'n'roll"]),
        ("10/10... wow", ["10", "/", "10", ".", ".", ".", "wow"]),
        ("good.<br /><br />bad", ["good", ".", "bad"]),
        ("a<i>b</i>", ["a", "b"]),
        ("snake_case well-made", ["snake", "_", "case", "well", "-", "made"]),
        ("хороший фильм, ёлки-палки", ["хороший", "фильм", ",", "ёлки", "-", "палки"]),
        ("3 < 4", ["3", "<", "4"]),
        ("<br />", []),
        ("", []),
    ],
)
def test_words_and_punctuation_are_tokens_and_markup_is_none(text: str, tokens: list[str]) -> None:
    assert words(text) == tokens


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="<>")))
def test_words_lose_nothing_but_blanks(text: str) -> None:
    assert "".join(words(text)) == "".join(text.split())


DENSE = st.text(st.sampled_from("ab1 '.,<>_-!/&\"`^") | st.characters(), max_size=60)


@settings(deadline=None, max_examples=500)
@given(DENSE)
def test_words_by_pieces_are_the_words_of_the_whole_text(text: str) -> None:
    without_markup = re.sub(r"<[^<>]{1,40}>", " ", text)
    assert words(text) == re.findall(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_", without_markup)
