"""Letters that look alike in two alphabets, and the repair of words that mix them.

A list typed by people holds words like "Бapcик" whose middle is Latin: on paper
nothing is wrong, to a character model the name is a different one.
"""

import re
import unicodedata

_LATIN = "abcehkmoptxy"
_CYRILLIC = "авсенкмортху"
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_CYRILLIC_LETTER = re.compile("[\u0400-\u04ff]")
_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")
"""Letters with the accents on them."""


def _is_latin(letter: str) -> bool:
    return "a" <= letter <= "z"


def _is_cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u04ff"


def _repair_word(word: str) -> str:
    latin = [letter for letter in word if _is_latin(letter)]
    cyrillic = [letter for letter in word if _is_cyrillic(letter)]
    if not latin or not cyrillic:
        return word
    can_be_cyrillic = all(letter in _LATIN for letter in latin)
    can_be_latin = all(letter in _CYRILLIC for letter in cyrillic)
    if can_be_cyrillic and (len(cyrillic) >= len(latin) or not can_be_latin):
        return word.translate(_TO_CYRILLIC)
    if can_be_latin:
        return word.translate(_TO_LATIN)
    return word


def repair_lookalikes(text: str) -> str:
    """Make each word of a lower-case text one alphabet, where its strangers all look alike.

    The alphabet with more letters wins, Cyrillic on a tie; a word that mixes the
    alphabets in a way no look-alike explains is left as it is. Composed again (NFC),
    because a repaired letter may be one character with the accent behind it.
    """
    if text.isascii() or not _CYRILLIC_LETTER.search(text):
        return text  # nothing to repair, and most English texts end here
    return unicodedata.normalize("NFC", _WORD.sub(lambda match: _repair_word(match.group()), text))
