"""The message catalogues: `python -m scripts.messages update` or `check`.

`update` puts every message of the code into each catalogue and drops those that are
gone; `check` fails if one is missing, untranslated, uncertain, or if a placeholder of
the English message got lost in the translation.
"""

import ast
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import rnnviz
from rnnviz.language import LANGUAGES, LOCALE

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("app.py", "pages", "rnnviz")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "BadInput": (1,)}
PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def messages_of_code() -> Catalog:
    catalogue = Catalog(charset="utf-8")
    for place in SOURCES:
        if (ROOT / place).is_file():
            continue
        found = extract_from_dir(ROOT / place, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=())
        for _file, _line, message, _comments, context in sorted(found, key=lambda entry: (entry[0], entry[1])):
            catalogue.add(message, context=context)
    return catalogue


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "rnnviz.po"


def read_catalogue(language: str) -> Catalog:
    if not path_of(language).exists():
        return Catalog(locale=language, charset="utf-8")
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def update() -> int:
    code = messages_of_code()
    for language in LANGUAGES:
        if language == "en":
            continue
        catalogue = read_catalogue(language)
        catalogue.update(code, no_fuzzy_matching=True)
        catalogue.header_comment = f"# {LANGUAGES[language]}: the messages of rnnviz."
        catalogue.project, catalogue.version = "rnnviz", rnnviz.__version__
        catalogue.last_translator = catalogue.language_team = "the rnnviz authors"
        catalogue.msgid_bugs_address = ""
        catalogue.fuzzy = False
        catalogue.obsolete.clear()
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        with path_of(language).open("wb") as file:
            write_po(file, catalogue, width=100, sort_output=True, omit_header=False, no_location=True)
    return 0


def hidden_calls() -> list[str]:
    """Messages inside f-strings, which the extraction does not see: file and line of each."""
    files = [file for place in SOURCES for file in sorted((ROOT / place).rglob("*.py")) if (ROOT / place).is_dir()]
    return [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in files
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
        if any(isinstance(argument, ast.Constant) for argument in call.args)
    ]


def forms(text: object) -> list[str]:
    """The singular and plural forms of one side of a message."""
    return [str(form or "") for form in (text if isinstance(text, list | tuple) else [text])]


def faults(language: str) -> list[str]:
    """What is wrong with a catalogue, a line each."""
    catalogue, code = read_catalogue(language), messages_of_code()
    ours, theirs = ({message.id for message in messages if message.id} for messages in (code, catalogue))
    found = [f"hidden from the catalogue in an f-string: {place}" for place in hidden_calls()]
    found += [f"missing: {message!r}" for message in sorted(ours - theirs, key=str)]
    found += [f"no longer in the code: {message!r}" for message in sorted(theirs - ours, key=str)]
    for message in catalogue:
        if not message.id:
            continue
        originals, translations = forms(message.id), forms(message.string)
        if message.fuzzy or not all(translations):
            found.append(f"not translated: {message.id!r}")
            continue
        wanted = set(PLACEHOLDER.findall(originals[-1]))
        found += [
            f"placeholders differ: {message.id!r} -> {translation!r}"
            for translation in translations
            if set(PLACEHOLDER.findall(translation)) != wanted
        ]
    return found


def check() -> int:
    found = [f"{language}: {fault}" for language in LANGUAGES if language != "en" for fault in faults(language)]
    print("\n".join(found) or "message catalogues are complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit({"update": update, "check": check}[sys.argv[1]]())
