"""What went wrong, said to a person: the one error class that pages and commands show."""

from collections.abc import Iterable

from rnnviz.language import N_, _


class BadInput(Exception):  # noqa: N818 - the name says whose mistake it is
    """Something from outside (a text, a file, a setting) can't be used.

    The message says what was wrong, with the value, and what is allowed. It is an
    English template from the catalogue; it is put into the language of the reader
    when it is shown, which may be in another process than the one that raised it.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, values)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return _(self.message).format(**self.values)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.message, self.values)


def _rebuild(message: str, values: dict[str, object]) -> BadInput:
    return BadInput(message, **values)


class Term(str):
    """A value of a message that stands in the catalogue itself, and is put into the reader's language with it."""

    def __format__(self, spec: str) -> str:
        return format(_(str(self)), spec)


def listed(items: Iterable[object], most: int = 8) -> str:
    """«a, b, c …»: the first few of some items, for use in a message."""
    names = [str(item) for item in items]
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


OUT_OF_RANGE = N_("{name} is {value}; allowed is {low} to {high}.")
NOT_ONE_OF = N_("{name} is “{value}”; allowed is one of: {allowed}.")
