"""Tokenizers: how a cleaned text falls into the steps that a recurrent net reads."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from rnnviz.language import N_

_MARKUP = re.compile(r"<[^<>]{1,40}>")
_WORD_OR_MARK = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]|_")


@dataclass(frozen=True)
class Tokenizer:
    """Cuts a text in two steps: into pieces that no token crosses, then each piece into tokens.

    Pieces recur, so of a large corpus each different one is cut only once.
    """

    title: str
    pieces: Callable[[str], list[str]]
    tokens: Callable[[str], list[str]]
    """Of one piece."""

    def __call__(self, text: str) -> list[str]:
        """All tokens of a text, in order."""
        return [token for piece in self.pieces(text) for token in self.tokens(piece)]


def _between_blanks(text: str) -> list[str]:
    """What stands between blanks; markup such as `<br />` is one."""
    return (_MARKUP.sub(" ", text) if "<" in text else text).split()


TOKENIZERS = {
    "character": Tokenizer(N_("characters"), list, list),
    "word": Tokenizer(N_("words"), _between_blanks, _WORD_OR_MARK.findall),
}
"""Characters: every one, blanks and hyphens too. Words: with inner apostrophes, and each punctuation mark by itself."""

characters, words = TOKENIZERS["character"], TOKENIZERS["word"]
