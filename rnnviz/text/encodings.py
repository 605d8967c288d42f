"""Encodings: how the bytes of a text file are to be read, found from the bytes themselves."""

import io
import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import TextIO

from rnnviz.errors import BadInput

MARKS = {BOM_UTF8: "UTF-8", BOM_UTF16_LE: "UTF-16LE", BOM_UTF16_BE: "UTF-16BE"}
SAMPLE = 100_000
"""Characters (or bytes) that are looked at to judge whether this is text at all."""
_CYRILLIC_WORD = re.compile("[А-яЁё]+")
_MIXED_WORD = re.compile("[A-Za-z][А-яЁё]|[А-яЁё][A-Za-z]")


def find_encoding(content: bytes, path: object) -> str:
    """ "UTF-8", "UTF-16LE", "UTF-16BE" or "Windows-1251": names for people that Python knows too."""
    marked = next((name for mark, name in MARKS.items() if content.startswith(mark)), None)
    if marked != "UTF-8" and (marked or b"\0" in content):
        encoding = marked or _byte_order(content)
    else:
        encoding = _one_byte_encoding(content, path)
    if not _is_text(_sample(content, encoding)):
        raise BadInput(
            "{path} is not text but something else; allowed are CSV, TSV, JSON lines and Parquet.", path=path
        )
    return encoding


def open_text(content: bytes, encoding: str) -> TextIO:
    """The text of these bytes, behind the mark that some programs put first; line ends stay as they are."""
    file = io.BytesIO(content)
    file.seek(next((len(mark) for mark in MARKS if content.startswith(mark)), 0))
    return io.TextIOWrapper(file, encoding, newline="")


def _sample(content: bytes, encoding: str) -> str:
    text = content[:SAMPLE].decode(encoding, errors="replace")
    return text if len(content) <= SAMPLE else text[:-1]  # the last character may have been cut in two


def _byte_order(content: bytes) -> str:
    """UTF-16 without a mark: blanks, digits, commas and line ends have their zero byte on one side only."""
    sample = content[:SAMPLE]
    return "UTF-16LE" if sample[1::2].count(0) > sample[::2].count(0) else "UTF-16BE"


def _one_byte_encoding(content: bytes, path: object) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        damaged = not content[: error.start].isascii()  # a text in another encoding fails at its first letter
        before = max(0, error.start - 1)  # the letter before tells é after a Latin one from й after a blank
        if damaged or not _is_cyrillic(content[before : before + SAMPLE].decode("cp1251", "replace")):
            raise BadInput(
                "{path} is not UTF-8 text (byte {position}), nor UTF-16 or Windows-1251; save it as UTF-8.",
                path=path,
                position=error.start,
            ) from None
        return "Windows-1251"
    return "UTF-8"


def _is_cyrillic(text: str) -> bool:
    """Whether this looks like Russian, or rather like bytes of another encoding: é between Latin letters becomes й."""
    words = len(_CYRILLIC_WORD.findall(text))
    return words > 0 and len(_MIXED_WORD.findall(text)) <= words / 2


def _is_text(sample: str) -> bool:
    """No zero characters, and next to none that no keyboard types."""
    odd = sum(1 for character in sample if unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs"})
    odd -= sum(map(sample.count, "\t\n\r\f\v"))
    return "\0" not in sample and (odd + sample.count("\ufffd")) * 100 <= len(sample)
