"""What becomes of the rows of a dataset before a net sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from rnnviz.language import _, ngettext, number
from rnnviz.text.cleaning import STEP_TITLES, StepReport
from rnnviz.text.sources import DatasetCard
from rnnviz.training.config import RunConfig, TextConfig
from rnnviz.training.data import make_ready
from rnnviz.ui import resources
from rnnviz.ui.folded import folded
from rnnviz.ui.markdown import escaped
from rnnviz.ui.table import show_table

LONG = 80
"""Characters of an example that are shown."""
SHOWN = 3
"""Examples of a step that are shown."""


@dataclass(frozen=True)
class Summary:
    """What is said of the texts of a training, without the texts."""

    steps: tuple[StepReport, ...]
    sizes: dict[str, int]
    """Texts in each part."""
    vocabulary: int
    cut: int


@st.cache_resource(max_entries=16, show_spinner=False)
def _summary(fingerprint: str, config: TextConfig, seed: int, name: str) -> Summary:
    del fingerprint  # stands for the rows in the key
    data = make_ready(resources.corpus(name, config.unit, config.contradictions), config, seed)
    sizes = {part: len(data.parts[part]) for part in data.parts}
    return Summary(data.steps, sizes, len(data.vocabulary), data.cut)


def show_cleaning(dataset: DatasetCard, config: RunConfig) -> None:
    """One click away, and drawn then: rows touched by each step of cleaning with examples, and the parts’ sizes."""
    data = _summary(dataset.fingerprint, config.text, config.seed, dataset.name)
    opened = folded(_("The data: what cleaning did, and the split"), ":material/cleaning_services:", "cleaning")
    if not opened.open:
        return
    with opened:
        show_steps(data.steps)
        st.markdown(
            _(
                "Of {rows} rows {texts} texts remain: {train} to learn from, {validation} to choose the best "
                "epoch (validation), {test} for the final judgement (test). No text stands in two parts. "
                "The vocabulary of {tokens} tokens comes from the training part alone."
            ).format(
                rows=number(dataset.rows),
                texts=number(sum(data.sizes.values())),
                train=number(data.sizes["train"]),
                validation=number(data.sizes["validation"]),
                test=number(data.sizes["test"]),
                tokens=number(data.vocabulary),
            )
        )
        if data.cut:
            st.markdown(
                ngettext(
                    "{count} text is longer than {most} tokens and is cut.",
                    "{count} texts are longer than {most} tokens and are cut.",
                    data.cut,
                ).format(count=number(data.cut), most=config.text.max_tokens)
            )


def show_steps(steps: Sequence[StepReport]) -> None:
    """A row a step: how many rows it touched, and some of them before and after."""
    rows = {
        _(STEP_TITLES[step.step]): {
            _("rows"): number(step.touched),
            _("examples"): escaped(" · ".join(_change(before, after) for before, after in step.examples[:SHOWN])),
        }
        for step in steps
    }
    show_table(rows)


def _change(before: str, after: str) -> str:
    if not after:
        return quoted(before)
    start = first_difference(before, after)
    return f"{quoted(from_there(before, start))} → {quoted(from_there(after, start))}"


def quoted(text: str) -> str:
    """The beginning of a text, in the quotation marks of the language."""
    return _("“{text}”").format(text=shorten(text, LONG))


def first_difference(before: str, after: str) -> int:
    """Where two texts begin to differ."""
    pairs = zip(before, after, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after)))


def from_there(text: str, start: int) -> str:
    """The text from shortly before a place on, where that place would not be seen otherwise."""
    return text if start < LONG // 2 else "…" + text[start - LONG // 4 :]


def shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
