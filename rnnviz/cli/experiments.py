"""`experiment`: all runs of a TOML file or of a ready experiment, one after the other."""

import argparse
import sys
from functools import cache
from pathlib import Path

from rnnviz.cli import progress
from rnnviz.cli.arguments import AddCommand, Result
from rnnviz.cli.training import Teller
from rnnviz.errors import NOT_ONE_OF, BadInput, listed
from rnnviz.evaluation.spread import summary
from rnnviz.language import N_, _
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.store import RunStore, read_info, write_run
from rnnviz.runs.work import run_id, train_run
from rnnviz.text.corpus import Corpus
from rnnviz.text.library import LIBRARY, check_name, open_corpus
from rnnviz.text.sources import DATA
from rnnviz.training.breaking import READY
from rnnviz.training.config import RunConfig, TextConfig
from rnnviz.training.experiment import MOST_RUNS, Experiment, Member, grouped, short_name
from rnnviz.training.experiment_files import from_toml
from rnnviz.training.presets import config_for

MOST_BYTES = 100_000
"""Of a file; a larger one describes no experiment of at most `MOST_RUNS` runs."""


def add_commands(command: AddCommand) -> None:
    experiment = command(
        "experiment", run_experiment, f"Train cells x values of one setting x seeds, at most {MOST_RUNS} runs."
    )
    experiment.add_argument("FILE", type=Path, nargs="?", help="TOML; data/experiments has examples")
    experiment.add_argument("--ready", metavar="|".join(READY), help="in place of FILE: one of those that break a net")
    experiment.add_argument("--out", type=Path, metavar="DIR", help="where the runs go; to the store if not given")
    experiment.set_defaults(
        interrupted=N_("Interrupted. The runs that had ended are kept; the same command goes on with the others.")
    )


def run_experiment(arguments: argparse.Namespace) -> Result:
    check_one_given(arguments)
    text = "" if arguments.FILE is None else read_description(arguments.FILE)
    corpus = cache(corpus_of)

    def base_for(dataset: str) -> RunConfig:
        return config_for(corpus(check_name(dataset), LIBRARY[dataset].unit, TextConfig().contradictions).card)

    if arguments.FILE is None:
        ready = READY[arguments.ready]
        experiment = ready.experiment(base_for(ready.dataset))
    else:
        experiment = from_toml(text, base_for)
    folder = RunStore().made if arguments.out is None else made(arguments.out)
    members = experiment.runs()
    infos: dict[Member, tuple[Path, RunInfo]] = {}
    for place, member in enumerate(members, start=1):
        config = member.config
        texts = corpus(config.dataset, config.text.unit, config.text.contradictions)
        run = folder / run_id(config, texts.card)
        where = {"place": place, "count": len(members), "run": described(experiment, member)}
        info = stored(run)
        if info is None:
            say(_("run {place} of {count}: {run} …").format(**where))
            write_run(run, train_run(config, texts, tell=Teller()))
            info = read_info(run)
        else:
            say(_("run {place} of {count}: {run}: it is there already, in {folder}").format(**where, folder=run))
        infos[member] = run, info
    return outcome(experiment, infos)


def check_one_given(arguments: argparse.Namespace) -> None:
    """`BadInput` where neither a file nor a ready experiment is given, or both, or one that is not there."""
    if (arguments.FILE is None) == (arguments.ready is None):
        raise BadInput("Give either a FILE or --ready.")
    if arguments.ready is not None and arguments.ready not in READY:
        raise BadInput(NOT_ONE_OF, name="--ready", value=arguments.ready, allowed=listed(READY, most=len(READY)))


def read_description(path: Path) -> str:
    """The text of a file; `BadInput` where it can't be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise BadInput("The file {path} does not exist.", path=path) from None
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=path, reason=error.strerror) from None
    if len(content) > MOST_BYTES:
        raise BadInput("{path} has more than {most} bytes: it describes no experiment.", path=path, most=MOST_BYTES)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("This is not TOML: {reason}.", reason=error) from None


def corpus_of(dataset: str, unit: str, contradictions: str) -> Corpus:
    return open_corpus(dataset, unit, contradictions, DATA, progress.told(progress.read))


def made(folder: Path) -> Path:
    """The folder, made before any training where it is not there; `BadInput` where nothing can be put into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput("{path} can’t be written: {reason}.", path=folder, reason=error.strerror) from None
    return folder


def stored(run: Path) -> RunInfo | None:
    """The run in a folder; None where there is none that can be read."""
    try:
        return read_info(run)
    except BadInput:
        return None


def described(experiment: Experiment, member: Member) -> str:
    """A run as the file calls it: its cell, value and seed."""
    varied = [f"{short_name(experiment.setting)} {member.value}"] if experiment.setting else []
    return ", ".join([member.cell, *varied, _("seed {seed}").format(seed=member.seed)])


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def outcome(experiment: Experiment, infos: dict[Member, tuple[Path, RunInfo]]) -> Result:
    """All runs and what their groups came to, as plain JSON values."""
    accuracies = {member: info.report["test"]["accuracy"] for member, (_run, info) in infos.items()}
    groups = [(group, summary([accuracies[member] for member in group.members])) for group in grouped(infos)]
    return {
        "experiment": experiment.name,
        "runs": [
            {
                "run": str(run),
                "cell": member.cell,
                "value": member.value,
                "seed": member.seed,
                "test_accuracy": accuracies[member],
                "seconds": info.seconds,
            }
            for member, (run, info) in infos.items()
        ],
        "groups": [
            {
                "cell": group.cell,
                "value": group.value,
                "mean_test_accuracy": found.mean,
                "sd_test_accuracy": found.sd,
                "seeds": found.count,
            }
            for group, found in groups
        ],
    }
