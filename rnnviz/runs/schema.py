"""Checks for values that were read from JSON, each of which says where something is wrong, and what is allowed."""

import reprlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rnnviz.errors import BadInput, listed
from rnnviz.language import N_
from rnnviz.text.datasets import MAX_CHARACTERS

Check = Callable[[Any, str], None]
"""Raises `BadInput` where a value is not as it should be; the text is its place, such as "dataset.rows"."""


def whole(low: int, high: int) -> Check:
    def check(value: Any, place: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            message = N_("{place} is {value}; allowed is a whole number from {low} to {high}.")
            raise BadInput(message, place=place, value=short(value), low=low, high=high)

    return check


def real(low: float, high: float) -> Check:
    def check(value: Any, place: str) -> None:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        if not fits or not low <= value <= high:
            message = N_("{place} is {value}; allowed is a number from {low} to {high}.")
            raise BadInput(message, place=place, value=short(value), low=f"{low:g}", high=f"{high:g}")

    return check


def truth(value: Any, place: str) -> None:
    if not isinstance(value, bool):
        raise BadInput("{place} is {value}; allowed is true or false.", place=place, value=short(value))


def anything(_value: Any, _place: str) -> None:
    """Stands where a value is checked by itself."""


def text(value: Any, place: str) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_CHARACTERS:
        message = N_("{place} is {value}; allowed is a text of 1 to {most} characters.")
        raise BadInput(message, place=place, value=short(value), most=MAX_CHARACTERS)
    value.encode()  # half a character, which JSON can hold, can't be shown


def row(check: Check, least: int, most: int) -> Check:
    """A list whose values all pass a check."""

    def check_row(values: Any, place: str) -> None:
        if not isinstance(values, list) or not least <= len(values) <= most:
            message = N_("{place} is {value}; allowed is a list of {least} to {most} values.")
            raise BadInput(message, place=place, value=short(values), least=least, most=most)
        for number, value in enumerate(values):
            check(value, f"{place}[{number}]")

    return check_row


def entries(checks: Mapping[str, Check], optional: Sequence[str] = ()) -> Check:
    """A dictionary with exactly these entries, each with its check; the optional ones may be missing."""

    def check_entries(value: Any, place: str) -> None:
        if not isinstance(value, dict) or not checks.keys() - optional <= value.keys() <= checks.keys():
            message = N_("{place} is {value}; allowed are the entries {wanted}.")
            raise BadInput(message, place=place, value=short(value), wanted=listed(checks, len(checks)))
        for name, each in value.items():
            checks[name](each, f"{place}.{name}")

    return check_entries


def distinct(values: Sequence[str], place: str) -> None:
    if len(set(values)) < len(values):
        raise BadInput("{place} has the same text twice.", place=place)


def short(value: Any) -> str:
    return shown(reprlib.repr(value))


def shown(text: str, most: int = 60) -> str:
    """The beginning of a text from elsewhere, with nothing in it that a terminal would act on."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:most])
