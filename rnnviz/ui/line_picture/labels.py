"""Labels of a Plotly spec as a drawing of our own has them: parts of a line of words, and what a hover says."""

import math
import re
from collections.abc import Sequence
from html import unescape
from typing import Any

import numpy as np

Parts = list[list[str]]
"""A line of words: [text, ""], or [text, "low"] and [text, "high"] for an index and a power."""

_TAG = re.compile(r"<(/?)(\w+)>")
_LEVELS = {"sub": "low", "sup": "high"}
_PLACEHOLDER = re.compile(r"%\{(\w+)(?::([^}]*))?\}")
_FORMATS = {"x": r"(\.\d+[fg])?", "y": r"(\.\d+[fg%])", "text": "", "customdata": ""}
"""What may stand in a hover, and in which formats."""


def parts_of(label: str) -> Parts:
    """A label with <sub> and <sup>; ValueError for other tags. What `charts.style.plain` wrote is read again."""
    parts: Parts = []
    level, end = "", 0
    for tag in _TAG.finditer(label):
        closes, name = tag.groups()
        if name not in _LEVELS or bool(closes) != bool(level):
            raise ValueError(f"A drawing of lines does not know the tag {tag[0]} in {label!r}.")
        parts.append([unescape(label[end : tag.start()]), level])
        level, end = "" if closes else _LEVELS[name], tag.end()
    parts.append([unescape(label[end:]), level])
    return [part for part in parts if part[0]]


def words_of(label: str) -> str:
    """A label without its levels."""
    return "".join(text for text, _level in parts_of(label))


def hover_of(template: str) -> list[list[str]]:
    """A hover as [words] and [field, format] in turn; ValueError for what the drawing cannot say."""
    found, end = [], 0
    for place in _PLACEHOLDER.finditer(template):
        field, form = place[1], place[2] or ""
        if field not in _FORMATS or not re.fullmatch(_FORMATS[field], form):
            raise ValueError(f"A drawing of lines does not know {place[0]} in a hover.")
        found += [[words_of(template[end : place.start()])], [field, form]]
        end = place.end()
    rest = template[end:]
    if "%{" in rest:
        raise ValueError(f"A drawing of lines does not know the hover {template!r}.")
    return [part for part in [*found, [words_of(rest)]] if part != [""]]


def numbers(values: Any) -> list[float | int | None]:
    """Values with the digits that float32 has, which is more than can be seen; None where there is none."""
    return [_seen(value) for value in (values.tolist() if isinstance(values, np.ndarray) else values)]


def _seen(value: Any) -> float | int | None:
    if value is None or isinstance(value, int):
        return value
    return float(f"{value:.7g}") if math.isfinite(value) else None


def labelled(places: Sequence[float], words: Sequence[str]) -> list[list[Any]]:
    """The ticks of an axis of words, as [place, word]."""
    return [[place, words_of(word)] for place, word in zip(places, words, strict=True)]
