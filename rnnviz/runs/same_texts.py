"""Whether runs were judged on the same texts, and which of them differ in nothing but their seed."""

import dataclasses
from collections.abc import Sequence

from rnnviz.language import N_
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.training.config import RunConfig
from rnnviz.training.events import Reason

OWN_TEST_PART = 0.08
"""Validation texts as a share of those that are not test texts: 4% where the source has a test part of its own,
9% and more where the parts are drawn (`rnnviz.text.splits`)."""

ANOTHER_DATASET = N_("their datasets are not the same")
OTHER_CLASSES = N_("their classes are not the same")
ANOTHER_CLEANING = N_("their texts were cleaned in different ways")
ANOTHER_SEED = N_("their seeds differ, and each seed draws other texts for each part")


@dataclasses.dataclass(frozen=True)
class Texts:
    """What decides the texts of a part, and their order."""

    fingerprint: str
    cleaning: tuple[str, str, str]
    seed: int | None
    """None of a test part that the source brings along: no seed draws it."""


def texts_of(run: RunInfo, part: str) -> Texts:
    """What decides the texts that a run was judged on. How much of a text it reads is no part of that."""
    text = run.config.text
    stop_words = text.stop_words if text.unit == "word" else "keep"
    drawn = part != "test" or not has_own_test_part(run)
    return Texts(
        run.dataset.fingerprint, (text.unit, text.contradictions, stop_words), run.config.seed if drawn else None
    )


def has_own_test_part(run: RunInfo) -> bool:
    """Whether the source decided which texts are test texts; read off the sizes, no where they leave a doubt."""
    counts = {part: run.report[part]["weighted avg"]["support"] for part in run.report if part != "confusion"}
    if "validation" not in counts:
        return False
    return bool(counts["validation"] < OWN_TEST_PART * (counts["train"] + counts["validation"]))


def why_other(first: Texts, second: Texts) -> str | None:
    """Why these are not the same texts, as it stands in the catalogue; None where they are."""
    if first.fingerprint != second.fingerprint:
        return ANOTHER_DATASET
    if first.cleaning != second.cleaning:
        return ANOTHER_CLEANING
    return None if first.seed == second.seed else ANOTHER_SEED


def seed_families(runs: Sequence[RunInfo]) -> tuple[tuple[RunInfo, ...], ...]:
    """The runs that differ in nothing but their seed, where there are several; a seed counts once.

    Runs that a hand steered or stopped belong to none: more than the seed made them.
    """
    found: dict[tuple[str, RunConfig], dict[int, RunInfo]] = {}
    for run in runs:
        if not run.interventions and run.reason not in (Reason.STOPPED.value, Reason.OUT_OF_TIME.value):
            same = run.dataset.fingerprint, dataclasses.replace(run.config, seed=0)
            found.setdefault(same, {}).setdefault(run.config.seed, run)
    return tuple(tuple(family.values()) for family in found.values() if len(family) > 1)
