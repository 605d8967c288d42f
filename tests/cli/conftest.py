"""Commands called as scripts call them, on three tiny runs."""

import json
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from rnnviz.cli import main

CSV = "name,kind,other\n" + "".join(
    f"{a}{b},{'cat' if b == 'ka' else 'dog'},x\n" for a in "абвгдеж" for b in ("ka", "x")
)
TINY = ("--hidden-size", 3, "--embedding-size", 3, "--epochs", 2)


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object of a good answer."""
        assert self.code == 0, self.err
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def complaint(self) -> str:
        """The one line of a bad one."""
        assert (self.code, self.out) == (2, "")
        (line,) = self.err.splitlines()
        return line


@pytest.fixture(autouse=True)
def at_home(monkeypatch, store):
    """Commands speak English, find the three tiny runs in their store, and have a cache of their own."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("RNNVIZ_CACHE", str(store.root / "cache"))
    monkeypatch.setattr("rnnviz.runs.store.CHECKPOINTS", store.root)


@pytest.fixture
def call(capsys):
    def called(*arguments: object) -> Answer:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return called


@pytest.fixture
def csv(tmp_path) -> Path:
    path = tmp_path / "pets.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.fixture
def columns(csv) -> tuple[object, ...]:
    return "--csv", csv, "--text-column", "name", "--label-column", "kind"


@pytest.fixture
def reviews(tmp_path) -> Path:
    """A data folder with the official IMDB folder in it: 12 reviews of each class in each part, one on two sides."""
    for part, label, number in product(("train", "test"), ("pos", "neg"), range(12)):
        name = tmp_path / "data" / "aclImdb" / part / label / f"{number}_5.txt"
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_text(f"{part} {number if number else 'leak'}: {'good' if label == 'pos' else 'bad'}.<br />Really.")
    leak = tmp_path / "data" / "aclImdb" / "train" / "pos" / "0_5.txt"
    leak.write_bytes((tmp_path / "data" / "aclImdb" / "test" / "pos" / "0_5.txt").read_bytes())
    return tmp_path / "data"
