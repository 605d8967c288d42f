"""What went wrong reaches the person in front: whole, in their language, from any process."""

import contextvars
import copy
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnnviz import language
from rnnviz.errors import OUT_OF_RANGE, BadInput, Term, listed
from rnnviz.language import N_, _, current_language, language_of_environment, ngettext, use_language

CATALOGUE = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: ru\\n"
"Plural-Forms: nplurals=3; "
"plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "{name} is {value}; allowed is {low} to {high}."
msgstr "«{name}»: {value}; допустимо от {low} до {high}."

msgid "Layers"
msgstr "Слои"

msgid "{count} name"
msgid_plural "{count} names"
msgstr[0] "{count} имя"
msgstr[1] "{count} имени"
msgstr[2] "{count} имён"
"""


@pytest.fixture
def russian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A small Russian catalogue in place of the one we ship; English is spoken again afterwards."""
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "rnnviz.po").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(language, "LOCALE", tmp_path)
    language._catalogue.cache_clear()
    yield
    language._catalogue.cache_clear()
    use_language("en")


def out_of_range() -> BadInput:
    return BadInput(OUT_OF_RANGE, name=Term("Layers"), value=7, low=1, high=4)


def test_a_message_is_said_with_its_values() -> None:
    assert str(out_of_range()) == "Layers is 7; allowed is 1 to 4."


def test_a_value_that_looks_like_a_placeholder_is_shown_as_it_is() -> None:
    assert str(BadInput("There is no “{name}”.", name="{low} {")) == "There is no “{low} {”."


@pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_bad_input_survives_the_way_between_processes(again) -> None:
    error = again(BadInput("{path} has no {what}.", path=Path("a.csv"), what=["rows"]))
    assert type(error) is BadInput
    assert error.values == {"path": Path("a.csv"), "what": ["rows"]}
    assert str(error) == "a.csv has no ['rows']."


@pytest.mark.usefixtures("russian")
def test_bad_input_is_put_into_the_language_of_the_reader_when_it_is_shown() -> None:
    error = out_of_range()
    assert str(error) == "Layers is 7; allowed is 1 to 4."
    use_language("ru")
    assert str(error) == "«Слои»: 7; допустимо от 1 до 4."
    assert str(pickle.loads(pickle.dumps(error))) == "«Слои»: 7; допустимо от 1 до 4."


@pytest.mark.usefixtures("russian")
def test_a_value_from_outside_is_never_translated() -> None:
    use_language("ru")
    error = BadInput(OUT_OF_RANGE, name="Layers", value=7, low=1, high=4)
    assert str(error) == "«Layers»: 7; допустимо от 1 до 4."


@pytest.mark.usefixtures("russian")
def test_a_message_that_is_not_in_the_catalogue_is_said_in_english() -> None:
    use_language("ru")
    assert _("Never written down") == "Never written down"
    assert str(BadInput("No {thing}.", thing="мяу")) == "No мяу."


@pytest.mark.usefixtures("russian")
def test_russian_has_three_forms_for_a_number_and_english_two() -> None:
    def counted(count: int) -> str:
        return ngettext("{count} name", "{count} names", count).format(count=count)

    assert [counted(n) for n in (1, 2)] == ["1 name", "2 names"]
    use_language("ru")
    assert [counted(n) for n in (1, 3, 11, 21, 105)] == ["1 имя", "3 имени", "11 имён", "21 имя", "105 имён"]


@pytest.mark.usefixtures("russian")
def test_two_readers_at_once_each_hear_their_own_language() -> None:
    one, other = contextvars.copy_context(), contextvars.copy_context()
    one.run(use_language, "ru")
    assert (one.run(_, "Layers"), other.run(_, "Layers"), _("Layers")) == ("Слои", "Layers", "Layers")


@pytest.mark.usefixtures("russian")
def test_nothing_said_is_nothing_in_every_language() -> None:
    use_language("ru")
    assert _("") == ""


def test_an_unknown_language_means_english() -> None:
    context = contextvars.copy_context()
    context.run(use_language, "ru")
    assert context.run(current_language) == "ru"
    context.run(use_language, "de")
    assert context.run(current_language) == "en"


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"}, "en"),
        ({"LC_MESSAGES": "ru_RU", "LANG": "en_US"}, "ru"),
        ({"LC_ALL": "", "LANG": "ru"}, "ru"),
        ({}, "en"),
    ],
)
def test_a_terminal_asks_for_its_language_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], spoken: str
) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert language_of_environment() == spoken


def test_marking_a_message_for_the_catalogue_changes_nothing() -> None:
    assert N_("Layers") == "Layers"


def test_a_list_in_a_message_names_the_first_few() -> None:
    assert listed(["a", 2, None]) == "a, 2, None"
    assert listed(range(9)) == "0, 1, 2, 3, 4, 5, 6, 7 …"
    assert listed(range(8)) == "0, 1, 2, 3, 4, 5, 6, 7"
    assert listed([]) == ""
