"""Slicings of the texts of a part: by length, by tokens that the net hardly knows, by class, and by further columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np
import numpy.typing as npt
import streamlit as st

from rnnviz.evaluation.slices import NONE, Marks, Slicing, by_quantiles, by_share, by_value, share_of
from rnnviz.language import N_, _, current_language, number
from rnnviz.text.cache import stamp
from rnnviz.text.cleaning import clean_text
from rnnviz.text.columns import MOST_VALUES, Columns, as_number, first_rows, further_columns
from rnnviz.text.sequences import Texts
from rnnviz.text.sources import BUNDLED, DATA
from rnnviz.text.tables import read_table
from rnnviz.text.vocabulary import UNK_NUMBER
from rnnviz.training.data import Part, TrainingData
from rnnviz.ui import phenomena, resources, uploads
from rnnviz.ui.judged import Judged, shared

RARE = 10
"""A token that stands at most so often in the training texts is rare; an unknown one is, too."""
COLUMN = "column "
"""Begins the name of a slicing by a further column."""
TITLES = {
    "length": N_("Length of the text, tokens"),
    "unknown": N_("Share of unknown tokens"),
    "rare": N_("Share of rare tokens"),
    "class": N_("True class"),
}


@dataclass(frozen=True, eq=False)
class Known:
    """What a dataset says of its texts in further columns."""

    rows: dict[str, int]
    """Where each cleaned text stands first."""
    columns: Columns


def title_of(slicing: str) -> str:
    """What a slicing is called."""
    return slicing.removeprefix(COLUMN) if slicing.startswith(COLUMN) else _(TITLES[slicing])


def slicings_of(base: Judged) -> list[Slicing]:
    """All ways to slice the texts that a contestant was judged on, as the run behind it reads them."""
    run = base.source
    stamped = _stamp(run.dataset.name)
    return _slicings((base.key, str(run.config.text), current_language(), run.dataset.name, stamped), base)


@st.cache_resource(max_entries=16, show_spinner=False)
def _slicings(key: tuple[str, ...], _base: Judged) -> list[Slicing]:
    del key
    part, data, classes = _base.part, _base.data, _base.answers.classes
    lengths, bounds = by_quantiles(whole_lengths(_base))
    found = [Slicing("length", tuple(_between(low, high, ",.0f") for low, high in bounds), lengths)]
    for name, flags in (("unknown", part.ids.flat == UNK_NUMBER), ("rare", rare_tokens(data, part))):
        of, bounds = by_share(share_of(flags, part.ids.ends))
        found.append(Slicing(name, _distinct([_between(low, high, ".1%") for low, high in bounds]), of))
    found.append(Slicing("class", classes, _base.answers.targets))
    known = known_of(_base.source.dataset.name)
    rows = [known.rows.get(text, NONE) for text in part.texts] if known.columns else []
    for column, values in known.columns.items():
        found.append(by_column(column, ["" if row == NONE else values[row] for row in rows]))
    return found


def whole_lengths(base: Judged) -> npt.NDArray[np.int64]:
    """(texts,): tokens of each text, those included that a run leaves out because a text is too long for it."""
    run, texts = base.source, base.part.texts
    corpus = resources.corpus(run.dataset.name, run.config.text.unit, run.config.text.contradictions)
    if not isinstance(texts, Texts) or len(texts.flat) != len(corpus.texts.flat):
        return base.part.lengths
    # The part's texts are views into the bytes of the corpus: where they begin tells which ones they are.
    return corpus.sequences.lengths[np.searchsorted(corpus.texts.starts, texts.starts)]


def rare_tokens(data: TrainingData, part: Part) -> npt.NDArray[np.bool_]:
    """(tokens of all texts,): whether each is rare among the training texts, or unknown."""
    counts = np.bincount(data.train.ids.flat, minlength=len(data.vocabulary))
    rare = counts <= RARE
    rare[UNK_NUMBER] = True
    return rare[part.ids.flat]


def by_column(column: str, values: Sequence[str]) -> Slicing:
    """The slices of a further column: its values, or where they are many numbers, bins of them."""
    of, names = by_value(values)
    if len(names) > MOST_VALUES:
        numbers = np.array([as_number(value) if value else None for value in values], dtype=np.float64)
        there = np.isfinite(numbers)
        of = np.full(len(values), NONE, dtype=np.int64)
        of[there], bounds = by_quantiles(numbers[there])
        names = [_between(low, high, ",.4g") for low, high in bounds]
    elif all(as_number(name) is not None for name in names):
        order = sorted(range(len(names)), key=lambda place: as_number(names[place]) or 0.0)
        ranks = np.argsort([*order, len(order)])  # the last one stands for NONE, which is -1
        of, names = np.where(of == NONE, NONE, ranks[of]), [names[place] for place in order]
    elif column == phenomena.COLUMN:
        names = [_(phenomena.TITLES.get(name, name)) for name in names]
    return Slicing(COLUMN + column, _distinct(names), of)


def known_of(name: str) -> Known:
    """What the source of a dataset says of its texts; nothing where it has no further columns."""
    return _known(name, _stamp(name))


def _stamp(name: str) -> str:
    """Another one when the source has changed."""
    if uploads.is_upload(name):
        columns = uploads.shelf().get(name).columns
        return repr([(column, hash(values)) for column, values in columns.items()])
    return str(stamp(DATA / BUNDLED[name].file)) if name in BUNDLED else ""


@st.cache_resource(max_entries=8, show_spinner=False)
def _known(name: str, stamped: str) -> Known:
    del stamped
    if uploads.is_upload(name):
        upload = uploads.shelf().get(name)
        texts, columns = [text for text, _label in upload.dataset.rows], upload.columns
    elif name in BUNDLED:
        bundled = BUNDLED[name]
        table = read_table((DATA / bundled.file).read_bytes(), PurePath(bundled.file).name)
        place = table.columns.index(bundled.text_column)
        texts = [row[place] for row in table.rows]
        columns = further_columns(table, bundled.text_column, bundled.label_column)
    else:
        return Known({}, {})
    return Known(first_rows(list(map(clean_text, texts))) if columns else {}, columns)


def marks_of(base: Judged, other: Judged) -> Marks:
    """Whether another contestant was right, in the order of the base's texts; -1 where it was not asked."""
    here, there = shared(base, other)
    marks = np.full(len(base.answers), -1, dtype=np.int8)
    marks[here] = other.answers.correct[there]
    return marks


def _between(low: float, high: float, spec: str) -> str:
    first, last = number(low, spec), number(high, spec)
    return first if first == last else f"{first}–{last}"


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """No two alike: what rounding has made equal gets a number."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        distinct.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(distinct)
