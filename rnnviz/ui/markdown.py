"""Texts from outside, made harmless for Streamlit's Markdown."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")


def escaped(text: str) -> str:
    """The text as it is, with nothing in it that Markdown would act on."""
    return _SPECIAL.sub(r"\\\1", text)
