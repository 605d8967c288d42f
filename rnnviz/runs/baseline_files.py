"""Baselines on disk: trained once for a split, read from then on, also where the texts are gone since."""

import dataclasses

from rnnviz.evaluation.answers import Answers, Tell, nothing
from rnnviz.evaluation.baselines import BASELINES, answers_of_baseline
from rnnviz.runs.answer_files import keep_answers, key_of, read_answers
from rnnviz.runs.apart import apart
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.text.splits import PARTS
from rnnviz.training.data import TrainingData


def key_of_baseline(name: str, run: RunInfo, part: str) -> str:
    """Names the answers of a baseline to a part of the split of a run: the same for all runs on this split."""
    config = run.config
    settings = dataclasses.asdict(config.text)
    del settings["padding"]  # of which baselines read nothing
    return key_of("baseline", name, BASELINES[name].version, run.dataset.fingerprint, settings, config.seed, part)


def known_baseline(name: str, run: RunInfo) -> dict[str, Answers] | None:
    """Its answers to each part of the split of a run, where they are kept."""
    kept = {part: read_answers(key_of_baseline(name, run, part)) for part in PARTS}
    found = {part: answers for part, answers in kept.items() if answers is not None}
    return found if len(found) == len(PARTS) else None


def make_baseline(name: str, run: RunInfo, data: TrainingData, tell: Tell = nothing) -> dict[str, Answers]:
    """Its answers to each part of `data`, the split of a run, computed and kept."""
    given = name, data, run.config.text.unit
    made = apart(answers_of_baseline, *given, tell=tell) if BASELINES[name].heavy else answers_of_baseline(*given, tell)
    for part, answers in made.items():
        keep_answers(key_of_baseline(name, run, part), answers)
    return made
