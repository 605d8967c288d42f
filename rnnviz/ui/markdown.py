"""Texts from outside, made harmless for Streamlit's Markdown."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@])")
_UNSTOPPABLE = re.compile(
    r"(?<=:)(?=//|material|streamlit)|(?<=www)(?=\.)|(?<=@)|(?<=[-<>=~])(?=[-<>=~])", re.IGNORECASE
)
"""Where addresses, icons and arrows begin, which Streamlit looks for after the backslashes are gone."""
_WORD_JOINER = "\u2060"
"""Has no width, and does not let a line break."""


def escaped(text: str) -> str:
    """The text as it is, with nothing in it that Markdown would act on."""
    return _SPECIAL.sub(r"\\\1", _UNSTOPPABLE.sub(_WORD_JOINER, text))
