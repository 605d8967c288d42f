"""Words that mix two alphabets are repaired, and no other word is touched."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.text.lookalikes import repair_lookalikes

LATIN, CYRILLIC = "abcehkmoptxy", "авсенкмортху"
PAIRS = list(zip(LATIN, CYRILLIC, strict=True))
MIXED = st.text(LATIN + CYRILLIC + "dgzёйя- 1\u0301\u0306", max_size=12)


def alphabets(text: str) -> list[str]:
    """CYRILLIC or LATIN for each letter, by its Unicode name."""
    return [unicodedata.name(letter).split()[0] for letter in text if letter.isalpha()]


def test_the_letters_meant_as_latin_are_latin_and_the_others_cyrillic() -> None:
    assert set(alphabets(LATIN)) == {"LATIN"}
    assert set(alphabets(CYRILLIC)) == {"CYRILLIC"}


@pytest.mark.parametrize(("latin", "cyrillic"), PAIRS)
def test_a_latin_letter_in_a_cyrillic_word_becomes_cyrillic(latin: str, cyrillic: str) -> None:
    assert repair_lookalikes(f"жи{latin}ль") == f"жи{cyrillic}ль"


@pytest.mark.parametrize(("latin", "cyrillic"), PAIRS)
def test_a_cyrillic_letter_in_a_latin_word_becomes_latin(latin: str, cyrillic: str) -> None:
    assert repair_lookalikes(f"zi{cyrillic}ld") == f"zi{latin}ld"


def test_one_stranger_in_each_of_two_words_is_repaired_word_by_word() -> None:
    assert repair_lookalikes("бapcик-wнisкеr 2") == "барсик-whisker 2"


def test_the_alphabet_with_more_letters_wins_where_both_would_fit() -> None:
    assert repair_lookalikes("tоma") == "toma"
    assert repair_lookalikes("тoма") == "тома"


def test_cyrillic_wins_a_tie() -> None:
    assert repair_lookalikes("тоma") == "тома"


def test_a_word_that_can_only_be_cyrillic_becomes_so_against_more_latin_letters() -> None:
    assert repair_lookalikes("бapcyk") == "барсук"
    assert repair_lookalikes("paxatй") == "рахатй"


@pytest.mark.parametrize(
    "word", ["rex", "тор", "whiskers", "барсик", "", "123", "r2d2", "мяу-mew", "мур mur", "ещё_yes"]
)
def test_a_word_of_one_alphabet_is_left_alone(word: str) -> None:
    assert repair_lookalikes(word) == word


@pytest.mark.parametrize("word", ["iphoneчик", "googleщ", "дzюба", "жукz", "dйd"])
def test_a_mixture_that_no_lookalike_explains_is_left_alone(word: str) -> None:
    assert repair_lookalikes(word) == word


def test_an_accent_does_not_break_a_word_in_two() -> None:
    assert repair_lookalikes("го\u0301poд") == "го\u0301род"


def test_a_repaired_letter_and_the_accent_behind_it_become_one_character() -> None:
    assert repair_lookalikes("дy\u0306") == "дў"


@settings(deadline=None, max_examples=300)
@given(MIXED)
def test_repair_is_idempotent_and_leaves_no_word_that_it_could_still_repair(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    repaired = repair_lookalikes(text)
    assert repair_lookalikes(repaired) == repaired
    for word in repaired.replace("-", " ").replace("1", " ").split():
        latin = [letter for letter in word if "a" <= letter <= "z"]
        cyrillic = [letter for letter in word if "\u0400" <= letter <= "\u04ff"]
        if latin and cyrillic:
            assert not set(latin) <= set(LATIN)
            assert not set(cyrillic) <= set(CYRILLIC)


@settings(deadline=None, max_examples=200)
@given(st.text(CYRILLIC + "жияю", min_size=2, max_size=8).filter(lambda w: set(w) - set(CYRILLIC)), st.data())
def test_every_cyrillic_word_typed_with_some_latin_letters_comes_back(word: str, data: st.DataObject) -> None:
    to_latin = dict(zip(CYRILLIC, LATIN, strict=True))
    typed = "".join(to_latin[x] if x in to_latin and data.draw(st.booleans()) else x for x in word)
    assert repair_lookalikes(typed) == word
