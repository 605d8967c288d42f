"""`takeaway`: a run as a script and a notebook in plain PyTorch, with its texts."""

import argparse
from pathlib import Path

from rnnviz.cli.arguments import AddCommand, Result, folder_of, possible
from rnnviz.errors import BadInput
from rnnviz.runs.store import read_info
from rnnviz.runs.tested import data_of
from rnnviz.takeaway.package import check_repeatable, takeaway_files, takeaway_name


def add_commands(command: AddCommand) -> None:
    takeaway = command("takeaway", run_takeaway, "Write a run as a script and a notebook in plain PyTorch.")
    takeaway.add_argument("RUN")
    takeaway.add_argument(
        "--out", type=Path, metavar="FOLDER", help="the folder to write into; made if it is not there; RUN-pytorch"
    )


def run_takeaway(arguments: argparse.Namespace) -> Result:
    run = read_info(folder_of(arguments.RUN))
    check_repeatable(run)
    files = takeaway_files(run, data_of(run))
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
