"""Tokenizers: how a cleaned text falls into the steps that a recurrent net reads."""

import re
import string
from collections.abc import Callable

from rnnviz.language import N_

Tokenizer = Callable[[str], list[str]]

_MARKUP = re.compile(r"<[^<>]{1,40}>")
_WORD_OR_MARK = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")
_OUTER_APOSTROPHE = re.compile(r"(?<![A-Za-z0-9])'|'(?![A-Za-z0-9])")
_MARKS = "".join(mark for mark in string.punctuation if mark != "'")


def characters(text: str) -> list[str]:
    """Every character is a token, blanks and hyphens too."""
    return list(text)


def words(text: str) -> list[str]:
    """Words with inner apostrophes, and punctuation marks; markup such as `<br />` is gone."""
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    if text.isascii() and text.isprintable():
        return _ascii_words(text)
    return _WORD_OR_MARK.findall(text)


def _ascii_words(text: str) -> list[str]:
    """What the regular expression gives, in half the time: blanks around each mark, then split at blanks."""
    for mark in _MARKS:
        if mark in text:
            text = text.replace(mark, f" {mark} ")
    if "'" in text:
        text = _OUTER_APOSTROPHE.sub(" ' ", text)
    return text.split()


TOKENIZERS: dict[str, Tokenizer] = {"character": characters, "word": words}
UNIT_TITLES = {"character": N_("characters"), "word": N_("words")}
