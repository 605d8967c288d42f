"""`takeaway`: a run as a script and a notebook in plain PyTorch, with its texts."""

import argparse
from pathlib import Path

from rnnviz.cli.arguments import AddCommand, Result, folder_of, possible
from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.store import read_info
from rnnviz.runs.tested import check_same, data_of
from rnnviz.takeaway.package import check_repeatable, takeaway_files, takeaway_name
from rnnviz.text.corpus import tokenize
from rnnviz.text.sources import read_csv
from rnnviz.training.data import TrainingData, make_ready


def add_commands(command: AddCommand) -> None:
    takeaway = command("takeaway", run_takeaway, "Write a run as a script and a notebook in plain PyTorch.")
    takeaway.add_argument("RUN")
    takeaway.add_argument("--csv", type=Path, metavar="FILE", help="the file that it was trained on, if it was one")
    takeaway.add_argument("--text-column", metavar="C")
    takeaway.add_argument("--label-column", metavar="C")
    takeaway.add_argument(
        "--out", type=Path, metavar="FOLDER", help="the folder to write into; made if it is not there; RUN-pytorch"
    )


def run_takeaway(arguments: argparse.Namespace) -> Result:
    run = read_info(folder_of(arguments.RUN))
    check_repeatable(run)
    files = takeaway_files(run, read_again(run, arguments))
    folder = possible(arguments.out or Path(takeaway_name(run)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise BadInput("{path} can’t be written: {reason}.", path=folder, reason=error.strerror) from None
    return {
        "run": run.name,
        "folder": str(folder),
        "files": sorted(files),
        "test_accuracy": run.report["test"]["accuracy"],
    }


def read_again(run: RunInfo, arguments: argparse.Namespace) -> TrainingData:
    """The texts of a run: of the library, or of the file that is named; `BadInput` where they are not those."""
    if arguments.csv is None:
        return data_of(run)
    if not (arguments.text_column and arguments.label_column):
        raise BadInput("--csv needs --text-column and --label-column.")
    text = run.config.text
    dataset = read_csv(arguments.csv, arguments.text_column, arguments.label_column, text.unit)
    corpus = tokenize(dataset, text.unit, text.contradictions)
    check_same(run, corpus)
    return make_ready(corpus, text, run.config.seed)
