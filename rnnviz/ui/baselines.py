"""Baselines beside the runs: contestants that no net stands behind, on the split of the first run."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from rnnviz.errors import BadInput
from rnnviz.evaluation.answers import Answers
from rnnviz.evaluation.baselines import BASELINES, report_of_answers
from rnnviz.language import _, number
from rnnviz.runs.baseline_files import key_of_baseline, known_baseline, make_baseline
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.text.library import LIBRARY, source_of
from rnnviz.ui import link, uploads
from rnnviz.ui.contestant import Contestant
from rnnviz.ui.kept import is_kept, kept
from rnnviz.ui.looking import data_of
from rnnviz.ui.markdown import escaped

SHOWN_KEY = "baselines"
NONE = "none"
"""How a link says that all are hidden."""
COLOUR, MARK = "#808080", "gray"
"""Neutral: the colours belong to the cells. Lines of one colour differ in their dashes."""
AT_ONCE = 200_000
"""Tokens of the training part up to which baselines are trained without being asked: about a second."""

Kept = tuple[dict[str, Answers], dict[str, Any]]
"""Its answers to each part, and its report."""


def name_of(baseline: str) -> str:
    """What a baseline is called among the contestants: no run has this name."""
    return f"baseline-{baseline}"


def choose_baselines() -> list[str]:
    """Which ones are shown."""
    link.take(SHOWN_KEY, parse_baselines)
    st.session_state.setdefault(SHOWN_KEY, list(BASELINES))
    shown = st.pills(
        _("Baselines"),
        list(BASELINES),
        selection_mode="multi",
        format_func=lambda name: _(BASELINES[name].title),
        key=SHOWN_KEY,
        persist_state="session",
        help="\n\n".join(_(each.what) for each in BASELINES.values()),
    )
    link.give(SHOWN_KEY, [] if len(shown) == len(BASELINES) else [",".join(shown) or NONE])
    return [name for name in BASELINES if name in shown]


def parse_baselines(given: list[str]) -> list[str]:
    """The baselines of a link, each once."""
    asked = [name for name in dict.fromkeys(given[-1].split(",")) if name and name != NONE]
    return [link.one_of(_("Baselines"), BASELINES, name) for name in asked]


def open_baselines(run: RunInfo, title: str, shown: list[str]) -> list[Contestant]:
    """Those shown, learned from the training part of a run; without its texts a sentence, and those known from before.

    Where that takes long, a button asks first.
    """
    found = {name: known(name, run) for name in shown}
    missing = [name for name in shown if found[name] is None]
    place = st.empty()
    if missing:
        try:
            check_texts(run.dataset.name)
            if asked(run, place):
                found |= train(run, title, missing, place)
                place.empty()
        except BadInput as error:
            reason = escaped(str(error))
            place.caption(":material/info: " + _("No baselines beside the runs: {reason}").format(reason=reason))
    return [contestant_of(name, *opened) for name, opened in found.items() if opened]


def check_texts(dataset: str) -> None:
    """`BadInput` where a dataset is not here; it is not opened for that."""
    if dataset in LIBRARY:
        source_of(dataset)
    else:
        uploads.shelf().get(dataset)


def asked(run: RunInfo, place: Any) -> bool:
    """Whether to train now: what is long waits for its button."""
    texts = run.report["train"]["weighted avg"]["support"]
    if texts * run.config.text.max_tokens <= AT_ONCE:
        return True
    label = _("Train the baselines on {count} texts; next time they are known").format(count=number(texts, ",.0f"))
    return bool(place.button(label, icon=":material/balance:", key="train baselines"))


def train(run: RunInfo, title: str, names: list[str], place: Any) -> dict[str, Kept | None]:
    """Train and keep them, with progress; `BadInput` where the texts of the run are gone."""
    data = data_of(run)
    trained: dict[str, Kept | None] = {}
    for name in names:
        words = _("{baseline} learns from the same texts as {run} …")
        text = words.format(baseline=_(BASELINES[name].title), run=title)
        place.progress(0.0, text=text)
        answers = make_baseline(name, run, data, _teller(place, text))
        trained[name] = _keep(name, run, answers)
    return trained


def _teller(place: Any, text: str) -> Callable[[int, int], None]:
    return lambda done, total: place.progress(done / total, text=text)


def known(name: str, run: RunInfo) -> Kept | None:
    """A baseline that has been trained on the split of a run, in this process or another."""
    if is_kept(_key(name, run)):
        return _keep(name, run, {})
    answers = known_baseline(name, run)
    return _keep(name, run, answers) if answers else None


def _keep(name: str, run: RunInfo, answers: dict[str, Answers]) -> Kept:
    return kept(_key(name, run), lambda: (answers, report_of_answers(answers)))


def _key(name: str, run: RunInfo) -> str:
    return key_of_baseline(name, run, "all")


def contestant_of(name: str, answers: dict[str, Answers], report: dict[str, Any]) -> Contestant:
    """A baseline as one of those that are compared."""
    return Contestant(
        name_of(name),
        _(BASELINES[name].title),
        COLOUR,
        MARK,
        answers["train"].classes,
        report,
        None,
        answers.get,
        lambda part, _tell: answers[part],
        lambda _part: 0.0,
    )
