"""The contestants of a comparison by the texts they were judged on, and the tests of their pairs."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np
import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.evaluation.answers import Answers
from rnnviz.evaluation.figures import Figure
from rnnviz.evaluation.significance import Group, Pair, compared, group_of
from rnnviz.language import N_, _
from rnnviz.runs.same_texts import ANOTHER_DATASET, OTHER_CLASSES, Texts, texts_of, why_other
from rnnviz.ui.comparison import Comparison, Contestant, answers_of

GONE = N_("the texts of one of them are no longer here")
KEPT = 64
"""Tests kept: of a figure, for a choice of contestants and a part."""


@dataclass
class Paired:
    """Who can be tested against whom."""

    groups: list[Group] = field(default_factory=list)
    refused: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Pairs of names by the reason why they can't, as it stands in the catalogue."""
    errors: list[BadInput] = field(default_factory=list)

    def refuse(self, reason: str, first: Contestant, second: Contestant) -> None:
        self.refused.setdefault(reason, []).append((first.name, second.name))


def paired_answers(comparison: Comparison) -> Paired:
    """The contestants in groups that share their texts; no groups where a button asks before they answer."""
    found = Paired()
    shelves: dict[Texts, list[Contestant]] = {}
    for each in comparison.contestants:
        shelves.setdefault(texts_judged(comparison, each), []).append(each)
    for (texts, ones), (others_texts, others) in combinations(shelves.items(), 2):
        for one in ones:
            for other in others:
                found.refuse(why_other(texts, others_texts) or ANOTHER_DATASET, one, other)
    answers = _answers(comparison, [each for shelf in shelves.values() if len(shelf) > 1 for each in shelf], found)
    if answers is None:
        return found
    for shelf in shelves.values():
        for one, other in combinations(shelf, 2):
            if one.name not in answers or other.name not in answers:
                found.refuse(GONE, one, other)
        _pair_up([each for each in shelf if each.name in answers], answers, found)
    return found


def texts_judged(comparison: Comparison, contestant: Contestant) -> Texts:
    """What decides the texts of a contestant; a baseline has those of the first run."""
    return texts_of(contestant.run or comparison.runs[0], comparison.part)


def _pair_up(shelf: Sequence[Contestant], answers: dict[str, Answers], found: Paired) -> None:
    """Groups of those whose targets are the same to the last one; in all that is sound there is one."""
    left = list(shelf)
    while left:
        first = left[0]
        same = [each for each in left if _same_texts(answers[first.name], answers[each.name])]
        left = [each for each in left if each not in same]
        for one in same:
            for other in left:
                found.refuse(ANOTHER_DATASET if one.classes == other.classes else OTHER_CLASSES, one, other)
        if len(same) > 1:
            known = answers[first.name]
            predictions = {each.name: answers[each.name].predicted for each in same}
            found.groups.append(group_of(predictions, known.targets, known.classes))


def _same_texts(first: Answers, second: Answers) -> bool:
    return first.classes == second.classes and np.array_equal(first.targets, second.targets)


def _answers(comparison: Comparison, asked: Sequence[Contestant], found: Paired) -> dict[str, Answers] | None:
    """What those asked answered, by name; without those whose texts are gone, which are said once each."""
    if not asked:
        return {}
    try:
        return answers_of(replace(comparison, contestants=tuple(asked)))
    except BadInput:
        place, answers = st.empty(), {}
        for each in asked:
            try:
                known = each.known(comparison.part)
                answers[each.name] = known if known is not None else each.find(comparison.part, _told(place, each))
            except BadInput as error:
                if str(error) not in map(str, found.errors):
                    found.errors.append(error)
        place.empty()
        return answers


def _told(place: Any, each: Contestant) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        place.progress(done / total, text=each.title)

    return tell


def tested(found: Paired, figure: Figure) -> tuple[Pair, ...]:
    """Every pair that can be tested; kept, and said how far it is where that takes a while."""
    kept, key = _tests(), _key(found.groups, figure)
    if key not in kept:
        place = st.empty()

        def tell(done: int, total: int) -> None:
            place.progress(done / total, text=_("{done} of {total} pairs").format(done=done, total=total))

        kept[key] = compared(found.groups, figure, tell=tell)
        place.empty()
        for old in list(kept)[:-KEPT]:
            kept.pop(old, None)
    return kept[key]


def _key(groups: Sequence[Group], figure: Figure) -> str:
    digest = hashlib.sha256(repr((figure, [(group.names, group.patterns.classes) for group in groups])).encode())
    for group in groups:
        for values in (group.patterns.targets, group.patterns.predicted, group.patterns.counts):
            digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


@st.cache_resource(show_spinner=False)
def _tests() -> dict[str, tuple[Pair, ...]]:
    """The latest last."""
    return {}
