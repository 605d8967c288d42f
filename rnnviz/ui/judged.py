"""The texts that contestants were judged on, found again, and what each of them answered."""

import dataclasses
from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.evaluation.answers import Answers
from rnnviz.evaluation.disagreement import Rows, shared_rows
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.same_texts import texts_of
from rnnviz.training.data import Part, TrainingData
from rnnviz.ui.comparison import Comparison, answers_of
from rnnviz.ui.contestant import Contestant
from rnnviz.ui.looking import data_of
from rnnviz.ui.markdown import escaped


@dataclass(frozen=True, eq=False)
class Judged:
    """A contestant with the texts of the chosen part and its answers, in the same order."""

    contestant: Contestant
    source: RunInfo
    """The run whose texts these are: its own, or the one that a baseline stands beside."""
    data: TrainingData
    part_name: str
    answers: Answers

    @property
    def name(self) -> str:
        return self.contestant.name

    @property
    def title(self) -> str:
        return self.contestant.title

    @property
    def part(self) -> Part:
        return self.data.parts[self.part_name]

    @property
    def key(self) -> str:
        """All that decides which texts these are, and in which order."""
        return f"{texts_of(self.source, self.part_name)} {self.part_name}"


def judged(comparison: Comparison) -> list[Judged]:
    """The contestants whose texts are here, the reference first; the others are named.

    None of them while answers that take long have not been asked for.
    """
    there: dict[str, tuple[Contestant, RunInfo, TrainingData]] = {}
    for each in (comparison.reference, *comparison.others):
        source = each.run or comparison.runs[0]
        try:
            there[each.name] = each, source, data_of(source)
        except BadInput as error:
            st.warning(f"**{escaped(each.title)}**: {escaped(str(error))}", icon=":material/folder_off:")
    if not there:
        return []
    contestants = tuple(each for each, _source, _data in there.values())
    found = answers_of(dataclasses.replace(comparison, contestants=contestants, reference=contestants[0]))
    if found is None:
        return []
    return [
        Judged(each, source, data, comparison.part, found[name])
        for name, (each, source, data) in there.items()
        if name in found and len(found[name]) == len(data.parts[comparison.part])
    ]


def shared(first: Judged, second: Judged) -> tuple[Rows, Rows]:
    """Where the texts that both were asked stand in the part of the one and of the other."""
    if first.key == second.key:
        rows = np.arange(len(first.answers))
        return rows, rows
    return _shared(first.key, second.key, first.part, second.part)


@st.cache_resource(max_entries=32, show_spinner=False)
def _shared(first: str, second: str, _first: Part, _second: Part) -> tuple[Rows, Rows]:
    del first, second
    return shared_rows(_first.texts, _second.texts)


def row_in(first: Judged, row: int, second: Judged) -> int | None:
    """Where a text of the first stands in the part of the second; None where it does not."""
    here, there = shared(first, second)
    place = int(np.searchsorted(here, row))
    return int(there[place]) if place < len(here) and here[place] == row else None
