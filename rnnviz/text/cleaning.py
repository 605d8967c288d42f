"""Cleaning: small pure steps, each of which reports how many rows it touched.

The steps on one text (`clean_text`) are the same for a training row and for what a
person types later; the steps on the whole table resolve what only shows across rows.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rnnviz.language import N_
from rnnviz.text.lookalikes import repair_lookalikes

Row = tuple[str, str]
"""A text and its class."""


@dataclass(frozen=True)
class StepReport:
    """What one step did: the rows it touched (changed or removed), with a few examples."""

    step: str
    touched: int
    examples: tuple[tuple[str, str], ...] = ()
    """Up to five pairs (before, after); after is empty where the row was removed."""


@dataclass(frozen=True)
class Cleaned:
    """Rows after cleaning, and the report of each step in order.

    No text stands twice, but for the test part of a source that has its own: that one
    stays as it was published.
    """

    rows: tuple[Row, ...]
    steps: tuple[StepReport, ...]
    test: int = 0
    """How many of the rows, the last ones, are the source's own test part."""


def trim(text: str) -> str:
    """Blanks at both ends gone, runs of blanks inside made one."""
    return " ".join(text.split())


def normalise(text: str) -> str:
    """Unicode NFC: й is one character, however it was typed."""
    return unicodedata.normalize("NFC", text)


def lower(text: str) -> str:
    """Small letters, composed again: some, such as ǰ, are one character only when they are small."""
    return normalise(text.lower())


TEXT_STEPS: dict[str, Callable[[str], str]] = {
    "trim": trim,
    "nfc": normalise,
    "lower": lower,
    "lookalikes": repair_lookalikes,
}

STEP_TITLES = {
    "empty": N_("Rows without text or class"),
    "trim": N_("Stray blanks removed"),
    "nfc": N_("Unicode composed (NFC)"),
    "lower": N_("Made lower case"),
    "lookalikes": N_("Look-alike letters repaired"),
    "leaks": N_("Training texts that stand in the test part too"),
    "contradictions": N_("Texts in more than one class"),
    "duplicates": N_("Duplicates removed"),
    "stop_words": N_("Texts of stop words only"),
}

EXAMPLES = 5
LONG = 80
"""Characters of an example that are shown."""


def clean_text(text: str) -> str:
    """All steps on one text, in order; applying them again changes nothing."""
    for step in TEXT_STEPS.values():
        text = step(text)
    return text


def clean_label(label: str) -> str:
    """A class without stray blanks, composed, in the case it was written in."""
    return normalise(trim(label))


def _is_empty(row: Row) -> bool:
    return not (row[0].strip() and row[1].strip())


def drop_empty(rows: Iterable[Row]) -> tuple[list[Row], StepReport]:
    """Leave out the rows that lack a text or a class."""
    rows = list(rows)
    kept = [row for row in rows if not _is_empty(row)]
    lost = [row for row in rows if _is_empty(row)]
    examples = tuple((f"{text} · {label}", "") for text, label in lost[:EXAMPLES])
    return kept, StepReport("empty", len(lost), examples)


def apply_text_step(name: str, rows: list[Row]) -> tuple[list[Row], StepReport]:
    """One of `TEXT_STEPS` on every row."""
    step = TEXT_STEPS[name]
    changed = [(step(text), label) for text, label in rows]
    pairs = [(before, after) for (before, _), (after, _) in zip(rows, changed, strict=True) if before != after]
    return changed, StepReport(name, len(pairs), tuple(pairs[:EXAMPLES]))


def _labels_by_text(rows: Iterable[Row]) -> dict[str, list[str]]:
    labels: dict[str, list[str]] = {}
    for text, label in rows:
        labels.setdefault(text, []).append(label)
    return labels


def _majority(labels: list[str]) -> str | None:
    (first, most), *others = Counter(labels).most_common()
    return None if others and others[0][1] == most else first


POLICIES: dict[str, Callable[[list[str]], str | None]] = {
    "drop": lambda _: None,
    "majority": _majority,
    "first": lambda labels: labels[0],
}
"""What to do with a text that stands in several classes: the class it keeps, None to drop it.

`drop` leaves such texts out; `majority` keeps the class with more rows and drops ties;
`first` keeps the class that stands first in the file.
"""

POLICY_TITLES = {
    "drop": N_("drop the text"),
    "majority": N_("keep the class with more rows"),
    "first": N_("keep the class that comes first"),
}


def resolve_contradictions(rows: list[Row], policy: str) -> tuple[list[Row], StepReport]:
    """Leave each text with at most one class, by one of `POLICIES`; touched are the rows removed."""
    verdicts = {
        text: POLICIES[policy](labels) for text, labels in _labels_by_text(rows).items() if len(set(labels)) > 1
    }
    kept = [row for row in rows if row[0] not in verdicts or verdicts[row[0]] == row[1]]
    lost = [row for row in rows if row[0] in verdicts and verdicts[row[0]] != row[1]]
    examples = tuple((f"{text} · {label}", verdicts[text] or "") for text, label in lost[:EXAMPLES])
    return kept, StepReport("contradictions", len(lost), examples)


def drop_duplicates(rows: list[Row]) -> tuple[list[Row], StepReport]:
    """Keep the first of equal rows."""
    kept = list(dict.fromkeys(rows))
    repeated = [text for (text, _), count in Counter(rows).items() if count > 1]
    examples = tuple((text, "") for text in repeated[:EXAMPLES])
    return kept, StepReport("duplicates", len(rows) - len(kept), examples)


def drop_leaks(rows: list[Row], test: Iterable[Row]) -> tuple[list[Row], StepReport]:
    """Leave out the training rows whose text is in the test part too, whatever their class."""
    judged = {text for text, _ in test}
    kept = [row for row in rows if row[0] not in judged]
    lost = [text for text, _ in rows if text in judged]
    return kept, StepReport("leaks", len(lost), tuple((text, "") for text in lost[:EXAMPLES]))


def clean(rows: Iterable[Row], contradictions: str = "drop", test: Sequence[bool] = ()) -> Cleaned:
    """All steps in order; `test` marks the rows of the source's own test part, where it has one."""
    rows = list(rows)
    kept, report = drop_empty(rows)
    steps = [report]
    in_test = (
        [mark for mark, row in zip(test, rows, strict=True) if not _is_empty(row)] if test else [False] * len(kept)
    )
    for name in TEXT_STEPS:
        kept, report = apply_text_step(name, kept)
        steps.append(report)
    kept = [(text, clean_label(label)) for text, label in kept]
    judged = [row for row, mark in zip(kept, in_test, strict=True) if mark]
    if judged:
        kept, report = drop_leaks([row for row, mark in zip(kept, in_test, strict=True) if not mark], judged)
        steps.append(report)
    kept, report = resolve_contradictions(kept, contradictions)
    steps.append(report)
    kept, report = drop_duplicates(kept)
    steps.append(report)
    return Cleaned((*kept, *judged), tuple(steps), len(judged))
