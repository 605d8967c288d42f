"""What is compared: runs and baselines, the one that is the reference, and the part they are judged on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from rnnviz.charts.style import cell_colour, cell_mark
from rnnviz.evaluation.answers import Answers, answer
from rnnviz.language import N_, _, number
from rnnviz.runs.answer_files import keep_answers, key_of_run, read_answers
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.ui import link, resources
from rnnviz.ui.baselines import choose_baselines, open_baselines
from rnnviz.ui.choose import short_titles
from rnnviz.ui.contestant import Contestant
from rnnviz.ui.linked_choice import choose_in_row
from rnnviz.ui.looking import data_of

__all__ = ["PARTS", "Comparison", "Contestant", "answers_of", "open_comparison"]

PARTS = {"train": N_("Training"), "validation": N_("Validation"), "test": N_("Test")}
PART_KEY, REFERENCE_KEY = "part", "reference"
AT_ONCE = 200_000
"""Tokens in a part up to which runs answer it without being asked: about a second."""


@dataclass(frozen=True)
class Comparison:
    """What every view of the page shares."""

    contestants: tuple[Contestant, ...]
    reference: Contestant
    """One of them, which the others are measured against."""
    part: str
    """One of `PARTS`."""

    @property
    def runs(self) -> list[RunInfo]:
        """Those among them that are runs."""
        return [each.run for each in self.contestants if each.run]

    @property
    def others(self) -> list[Contestant]:
        """All but the reference."""
        return [each for each in self.contestants if each is not self.reference]

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of any of them, in order."""
        return tuple(dict.fromkeys(name for each in self.contestants for name in each.classes))


def contestant_of(run: RunInfo, title: str) -> Contestant:
    """A run as one of those that are compared."""

    def key(part: str) -> str:
        return key_of_run(resources.store().folder(run.name), part)

    def find(part: str, tell: Callable[[int, int], None]) -> Answers:
        answers = answer(resources.model(run.name), data_of(run).parts[part], tell)
        keep_answers(key(part), answers)
        return answers

    cell = run.config.model.cell
    return Contestant(
        run.name,
        title,
        cell_colour(cell),
        cell_mark(cell),
        run.classes,
        run.report,
        run,
        lambda part: read_answers(key(part)),
        find,
        lambda part: run.report[part]["weighted avg"]["support"] * run.config.text.max_tokens,
    )


def open_comparison(runs: Sequence[RunInfo]) -> Comparison:
    """Ask for the part, the baselines and the reference; the baselines of the first run stand beside the runs."""
    titles = short_titles(runs)
    contestants = [contestant_of(run, titles[run.name]) for run in runs]
    part_column, baselines_column, reference_column = st.columns([4, 4, 3])
    with part_column:
        part = choose_part(runs)
    with baselines_column:
        shown = choose_baselines()
    contestants += open_baselines(runs[0], contestants[0].title, shown)
    with reference_column:
        reference = choose_reference(contestants)
    return Comparison(tuple(contestants), reference, part)


def choose_part(runs: Sequence[RunInfo]) -> str:
    """The part that all are judged on; runs of long ago have no report of validation."""
    there = [part for part in PARTS if all(part in run.report and part in run.report["confusion"] for run in runs)]
    return choose_in_row(
        PART_KEY,
        _("Judged on"),
        there,
        "test",
        lambda part: _(PARTS[part]),
        name=_("Part"),
        help=_(
            "The net learned from the training texts. The validation texts chose the epoch whose weights were kept. "
            "The test texts chose nothing: only they tell how good the net is on texts it has never seen."
        ),
    )


def choose_reference(contestants: Sequence[Contestant]) -> Contestant:
    """The one that the others are measured against."""
    by_name = {each.name: each for each in contestants}
    link.take(REFERENCE_KEY, lambda given: link.one_of(_("Reference"), by_name, given[-1]))
    if st.session_state.get(REFERENCE_KEY) not in by_name:
        st.session_state[REFERENCE_KEY] = contestants[0].name
    name: str = st.selectbox(
        _("Reference"),
        list(by_name),
        format_func=lambda name: by_name[name].title,
        key=REFERENCE_KEY,
        persist_state="session",
        help=_("Every difference on this page is to this one."),
    )
    link.give(REFERENCE_KEY, [] if name == contestants[0].name else [name])
    return by_name[name]


def answers_of(comparison: Comparison, part: str | None = None) -> dict[str, Answers] | None:
    """What each contestant answered to a part (the chosen one), by name.

    Where that takes long and is not known yet, a button asks first, and None is given back. `BadInput`
    where the texts of a run are gone.
    """
    part = part or comparison.part
    found = {each.name: each.known(part) for each in comparison.contestants}
    missing = [each for each in comparison.contestants if found[each.name] is None]
    place = st.empty()
    if missing and sum(each.tokens(part) for each in missing) > AT_ONCE:
        count = number(comparison.reference.report[part]["weighted avg"]["support"], ",.0f")
        label = _("Let them answer all {count} texts; next time this is known").format(count=count)
        if not place.button(label, icon=":material/quiz:", key=f"answer {part}", type="primary"):
            return None
    for each in missing:
        found[each.name] = each.find(part, _told(place, each.title))
    place.empty()
    return {name: answers for name, answers in found.items() if answers is not None}


def _told(place: Any, title: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        text = _("{title}: {done} of {total} texts").format(title=title, done=number(done), total=number(total))
        place.progress(done / total, text=text)

    return tell
