"""Tokenizers: how a cleaned text falls into the steps that a recurrent net reads."""

import re
from collections.abc import Callable

from rnnviz.language import N_

Tokenizer = Callable[[str], list[str]]

_MARKUP = re.compile(r"<[^<>]{1,40}>")
_WORD_OR_MARK = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")


def characters(text: str) -> list[str]:
    """Every character is a token, blanks and hyphens too."""
    return list(text)


def words(text: str) -> list[str]:
    """Words with inner apostrophes, and punctuation marks; markup such as `<br />` is gone."""
    return _WORD_OR_MARK.findall(_MARKUP.sub(" ", text))


TOKENIZERS: dict[str, Tokenizer] = {"character": characters, "word": words}
UNIT_TITLES = {"character": N_("characters"), "word": N_("words")}
