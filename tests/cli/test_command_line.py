"""The command line as scripts see it: one JSON object on standard output, all else on standard error."""

import json
import runpy
import sys

import pytest

from rnnviz.language import current_language
from rnnviz.runs.store import RunStore


@pytest.mark.parametrize("arguments", [(), ("fly",), ("predict",), ("predict", "lstm"), ("trace", "lstm")])
def test_a_command_that_lacks_something_is_said_in_one_line(call, arguments):
    assert call(*arguments).complaint.startswith("rnnviz")


@pytest.mark.parametrize(
    ("locale", "language"), [("ru_RU.UTF-8", "ru"), ("en_GB.UTF-8", "en"), ("de_DE.UTF-8", "en"), ("C", "en")]
)
def test_commands_speak_the_language_of_the_terminal(call, monkeypatch, locale, language):
    monkeypatch.setenv("LC_ALL", locale)

    assert "nobody" in call("predict", "nobody", "мурка").complaint
    assert current_language() == language


def test_the_package_runs_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["rnnviz", "predict", "lstm", "мурка"])

    with pytest.raises(SystemExit) as end:
        runpy.run_module("rnnviz", run_name="__main__")

    assert end.value.code == 0
    assert json.loads(capsys.readouterr().out)["predictions"][0]["text"] == "мурка"


def test_the_store_of_the_commands_is_the_one_of_the_app(store):
    assert RunStore().root == store.root
