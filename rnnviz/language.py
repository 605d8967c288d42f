"""The language of the person in front: gettext catalogues, chosen per thread of work.

English stands in the code; every other language is a `.po` file under `locale/`,
read directly, so that no compile step can be forgotten.
"""

import gettext
import io
import os
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "ru": "Русский"}
LOCALE = Path(__file__).parent / "locale"

_current: ContextVar[str] = ContextVar("language", default="en")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / "rnnviz.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def use_language(language: str) -> None:
    """Speak `language` ("en" or "ru") from here on in this thread; unknown ones mean English."""
    _current.set(language if language in LANGUAGES else "en")


def current_language() -> str:
    return _current.get()


def language_of_environment() -> str:
    """The language a terminal asks for (`LC_ALL`, `LC_MESSAGES`, `LANG`), English if none of ours."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        language = os.environ.get(variable, "")[:2]
        if language:
            return language if language in LANGUAGES else "en"
    return "en"


def _(message: str) -> str:
    """The message in the current language."""
    return _catalogue(_current.get()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a message that fits `count`, in the current language."""
    return _catalogue(_current.get()).ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """The message in the current language, where one English word has several meanings."""
    return _catalogue(_current.get()).pgettext(context, message)


def number(value: float, spec: str = ",") -> str:
    """A number as the current language writes it: 1,161.5 and 65.4% are 1 161,5 and 65,4 % in Russian.

    Its minus is no hyphen, 4.5e-08 is 4.5·10⁻⁸, and what is 0 at so many digits has no sign.
    """
    digits, _e, power = format(value, spec).partition("e")
    if "0" in digits and not any(digit in "123456789" for digit in digits):
        digits = digits.lstrip("+-")
    text = digits.replace("-", "−") + ("·10" + str(int(power)).translate(RAISED) if power else "")
    return text if _current.get() == "en" else text.translate(CONTINENTAL)


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NO_BREAK_SPACE = "\u00a0"
CONTINENTAL = str.maketrans({",": NO_BREAK_SPACE, ".": ",", "%": NO_BREAK_SPACE + "%"})


def plotly_separators() -> str:
    """Decimal and thousands separator for the axes and hovers of a picture."""
    return ".," if _current.get() == "en" else "," + NO_BREAK_SPACE


def N_(message: str) -> str:
    """Mark a message for the catalogue where it is written down but not yet shown."""
    return message
