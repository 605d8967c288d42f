"""Progress on standard error: a line that changes in a terminal, a few lines in a file."""

import sys

import pytest

from rnnviz.cli import progress
from rnnviz.language import use_language


def test_a_file_gets_a_line_for_each_tenth(capsys):
    tell = progress.told(progress.read)
    for done in range(1, 1001):
        tell(done, 1000)

    lines = capsys.readouterr().err.splitlines()

    assert len(lines) == 11
    assert (lines[0], lines[-1]) == ("Reading the texts: 0%", "Reading the texts: 100%")


@pytest.mark.parametrize("steps", [[0, 7], [7], [3, 3, 7]])
def test_the_whole_is_told_however_few_steps_there_are(capsys, steps):
    tell = progress.told(progress.read)
    for done in steps:
        tell(done, 7)
    assert capsys.readouterr().err.splitlines()[-1] == "Reading the texts: 100%"


def test_a_terminal_gets_one_line_that_changes(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    use_language("ru")
    tell = progress.told(progress.read)
    tell(1, 2)
    tell(2, 2)

    first, second = capsys.readouterr().err.split("\r")

    assert first.rstrip() == "Читаем тексты: 50\u00a0%"
    assert second.rstrip() == "Читаем тексты: 100\u00a0%"
    assert len(first) >= 50
    assert second.endswith("\n")
