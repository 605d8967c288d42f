"""`compare`: whether the differences between runs are real, with intervals, tests and sentences."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from rnnviz.cli.arguments import AddCommand, Result, folder_of
from rnnviz.errors import NOT_ONE_OF, BadInput, listed
from rnnviz.evaluation.answers import Answers, answer
from rnnviz.evaluation.bootstrap import SEED, Interval, intervals_of_confusion
from rnnviz.evaluation.figures import ACCURACY_FIGURE, Figure, figures_of, value_in
from rnnviz.evaluation.significance import Pair, compared, group_of
from rnnviz.evaluation.spread import summary
from rnnviz.evaluation.verdicts import correction, refusal, verdict
from rnnviz.language import _
from rnnviz.runs.answer_files import keep_answers, key_of_run, read_answers
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.same_texts import OTHER_CLASSES, seed_families, texts_of, why_other
from rnnviz.runs.store import read_info, read_model
from rnnviz.runs.tested import data_of
from rnnviz.text.splits import PARTS


def add_commands(command: AddCommand) -> None:
    compare = command("compare", run_compare, "Which differences between runs are more than chance explains.")
    compare.add_argument("RUN", nargs="+")
    compare.add_argument("--part", default="test", help="train, validation or test (as if not given)")
    compare.add_argument("--figure", default=str(ACCURACY_FIGURE), help='such as accuracy, "macro avg f1-score"')
    compare.add_argument("--seed", type=int, default=SEED, help="of the resamples: the same one, the same bounds")


def run_compare(arguments: argparse.Namespace) -> Result:
    names, part = list(dict.fromkeys(arguments.RUN)), arguments.part
    if part not in PARTS:
        raise BadInput(NOT_ONE_OF, name="--part", value=part, allowed=listed(PARTS))
    if len(names) < 2:
        raise BadInput("There is one run to compare; give at least two different ones.")
    if arguments.seed < 0:
        raise BadInput("The seed is {seed}; it has to be 0 or more.", seed=arguments.seed)
    runs = {name: read_info(folder_of(name)) for name in names}
    for name, run in runs.items():
        if part not in run.report or part not in run.report["confusion"]:
            raise BadInput("The run “{run}” has no report of the part {part}.", run=name, part=part)
    figure = _figure(arguments.figure, list(runs.values()))
    shelves: dict[object, list[str]] = {}
    for name, run in runs.items():
        shelves.setdefault((texts_of(run, part), run.classes), []).append(name)
    groups = []
    for shelf in shelves.values():
        if len(shelf) > 1:
            answers = {name: _answers(name, runs[name], part) for name in shelf}
            first = answers[shelf[0]]
            groups.append(
                group_of({name: each.predicted for name, each in answers.items()}, first.targets, first.classes)
            )
    pairs = compared(groups, figure, seed=arguments.seed)
    titles = {name: name for name in names}
    told = [verdict(pair, figure, part, titles, len(pairs)) for pair in pairs]
    refused = _refused(runs, part)
    said = [*told, correction(pairs), *(refusal(reason, [each]) for each, reason in refused)]
    return {
        "part": part,
        "figure": str(figure),
        "runs": [_run(name, run, part, arguments.seed) for name, run in runs.items()],
        "pairs": [{**_pair(pair), "sentence": sentence} for pair, sentence in zip(pairs, told, strict=True)],
        "not_tested": [{"a": a, "b": b, "reason": _(reason)} for (a, b), reason in refused],
        "seeds": _seeds({name: replace(run, name=name) for name, run in runs.items()}, figure, part),
        "sentences": [sentence for sentence in said if sentence],
    }


def _figure(asked: str, runs: Sequence[RunInfo]) -> Figure:
    known = {str(figure): figure for run in runs for figure in figures_of(run.classes)}
    if asked not in known:
        raise BadInput(NOT_ONE_OF, name="--figure", value=asked[:60], allowed=listed(known, most=len(known)))
    return known[asked]


def _answers(name: str, run: RunInfo, part: str) -> Answers:
    folder = folder_of(name)
    key = key_of_run(folder, part)
    found = read_answers(key)
    if found is None:
        found = answer(read_model(folder), data_of(run).parts[part])
        keep_answers(key, found)
    return found


def _refused(runs: dict[str, RunInfo], part: str) -> list[tuple[tuple[str, str], str]]:
    found = []
    for a, b in combinations(runs, 2):
        reason = why_other(texts_of(runs[a], part), texts_of(runs[b], part))
        if reason is None and runs[a].classes != runs[b].classes:
            reason = OTHER_CLASSES
        if reason:
            found.append(((a, b), reason))
    return found


def _run(name: str, run: RunInfo, part: str, seed: int) -> Result:
    found = intervals_of_confusion(run.report["confusion"][part], run.classes, figures_of(run.classes), seed=seed)
    return {
        "run": name,
        "texts": int(run.report[part]["weighted avg"]["support"]),
        "intervals": {str(figure): _interval(each) for figure, each in found.items()},
    }


def _interval(found: Interval) -> Result:
    return {"value": found.value, "low": found.low, "high": found.high}


def _pair(pair: Pair) -> Result:
    return {
        "a": pair.a,
        "b": pair.b,
        "texts": pair.texts,
        "differ": pair.differ,
        "only_a": pair.only_a,
        "only_b": pair.only_b,
        "difference": _interval(pair.difference),
        "test": pair.test,
        "p": pair.p,
        "p_holm": pair.adjusted,
        "real": pair.real,
        "smallest": pair.smallest,
    }


def _seeds(runs: dict[str, RunInfo], figure: Figure, part: str) -> list[Result]:
    found = []
    for family in seed_families(list(runs.values())):
        values = [value for run in family if (value := value_in(run.report[part], figure)) is not None]
        if values:
            spread = summary(values)
            found.append(
                {
                    "runs": [run.name for run in family],
                    "seeds": [run.config.seed for run in family],
                    "mean": spread.mean,
                    "sd": spread.sd,
                    "count": spread.count,
                }
            )
    return found
