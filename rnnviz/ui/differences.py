"""What keeps runs from being compared like with like, said by name: other texts, or the same read differently."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from rnnviz.language import _, number
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.text.library import IMDB
from rnnviz.training.config import CHOICES, LIMITS, TextConfig, value_at
from rnnviz.ui.choose import dataset_title, short_titles
from rnnviz.ui.markdown import escaped
from rnnviz.ui.setting_values import value_title

OTHER_TEXTS = ("text.unit", "text.contradictions", "text.stop_words")
"""Settings that decide which texts are left to be judged, and how they are split."""


def say_differences(runs: Sequence[RunInfo]) -> None:
    """A warning where runs were judged on other texts or have other classes; a caption where they read otherwise."""
    paths = [f"text.{field.name}" for field in dataclasses.fields(TextConfig)]
    reading = [path for path in paths if path not in OTHER_TEXTS]
    of_source = {run.dataset.name for run in runs} == {IMDB}  # whose test part is the same for every seed
    texts = [dataset_difference(runs), *setting_differences(runs, OTHER_TEXTS if of_source else (*OTHER_TEXTS, "seed"))]
    read = setting_differences(runs, [*reading, "seed"] if of_source else reading)
    if any(texts):
        st.warning(
            _("These runs were not judged on the same texts. Compare their figures with care: they differ in")
            + "\n\n"
            + "\n".join(f"- {each}" for each in (*texts, *read) if each),
            icon=":material/warning:",
        )
    elif read:
        st.caption(_("They were trained on the same texts in different ways:") + " " + "; ".join(read))
    if len({run.classes for run in runs}) > 1:
        st.warning(
            _("These runs have different classes; rows are shown for each class of any of them.")
            + "\n\n- "
            + grouped(runs, lambda run: ", ".join(run.classes)),
            icon=":material/warning:",
        )


def dataset_difference(runs: Sequence[RunInfo]) -> str:
    """The datasets by run; of one whose rows have changed between two runs, how many there were."""
    if len({run.dataset.fingerprint for run in runs}) < 2:
        return ""
    changed = len({run.dataset.name for run in runs}) < len({run.dataset.fingerprint for run in runs})

    def named(run: RunInfo) -> str:
        title = dataset_title(run.dataset.name)
        if not changed:
            return title
        rows = _("{count} rows").format(count=number(run.dataset.rows))
        return f"{title} ({rows}, {run.dataset.fingerprint[:6]})"

    return _("dataset") + ": " + grouped(runs, named)


def setting_differences(runs: Sequence[RunInfo], paths: Iterable[str]) -> list[str]:
    """Of each setting that is not the same in all runs, its name and its values by run."""
    return [named for path in paths if (named := setting_difference(runs, path))]


def setting_difference(runs: Sequence[RunInfo], path: str) -> str:
    """The name of a setting and its values by run; nothing where all have the same."""
    if len({value_at(run.config, path) for run in runs}) == 1:
        return ""
    title = LIMITS[path].title if path in LIMITS else CHOICES[path][0]
    return f"{_(title)}: " + grouped(runs, lambda run: value_title(path, value_at(run.config, path)))


def grouped(runs: Sequence[RunInfo], value: Callable[[RunInfo], str]) -> str:
    """ "0 (RNN, LSTM), 7 (GRU)": each value with the runs that have it."""
    titles = short_titles(runs)
    found: dict[str, list[str]] = {}
    for run in runs:
        found.setdefault(value(run), []).append(titles[run.name])
    return ", ".join(f"{escaped(text)} ({', '.join(who)})" for text, who in found.items())
