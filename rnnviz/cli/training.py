"""`train`: a run from the command line."""

import argparse
import sys
from pathlib import Path

from rnnviz.cli.arguments import AddCommand, Parser, Result, possible
from rnnviz.errors import BadInput
from rnnviz.models.cells import CELLS
from rnnviz.runs.checkpoint import Files, unpack_info
from rnnviz.runs.store import RunStore, read_info, stored_name, write_run
from rnnviz.runs.work import Message, run_id, train_run
from rnnviz.text.cleaning import POLICIES
from rnnviz.text.datasets import Dataset
from rnnviz.text.library import LIBRARY, read_dataset
from rnnviz.text.sources import read_csv
from rnnviz.text.tokens import TOKENIZERS
from rnnviz.training.config import RunConfig, changed, config_for


def add_commands(command: AddCommand) -> None:
    _add_arguments(command("train", run_train, "Train a model and keep it as a run."))


def _add_arguments(train: Parser) -> None:
    source = train.add_mutually_exclusive_group()
    source.add_argument("--dataset", default=None, help=f"one of {', '.join(LIBRARY)}")
    source.add_argument("--csv", type=Path, metavar="FILE", help="a file of your own; needs the two columns")
    train.add_argument("--text-column", metavar="C")
    train.add_argument("--label-column", metavar="C")
    train.add_argument("--unit", choices=tuple(TOKENIZERS), default="character", help="of --csv")
    train.add_argument("--contradictions", choices=tuple(POLICIES), help="what to do with texts in several classes")
    train.add_argument("--cell", choices=tuple(CELLS), default="lstm")
    train.add_argument("--epochs", type=int)
    train.add_argument("--patience", type=int)
    train.add_argument("--hidden-size", type=int)
    train.add_argument("--embedding-size", type=int)
    train.add_argument("--layers", type=int)
    train.add_argument("--bidirectional", action="store_true")
    train.add_argument("--learning-rate", type=float)
    train.add_argument("--batch-size", type=int)
    train.add_argument("--max-tokens", type=int)
    train.add_argument("--seed", type=int)
    train.add_argument("--out", type=Path, metavar="DIR", help="the folder of the run; in the store if not given")


def dataset_from(arguments: argparse.Namespace) -> Dataset:
    if arguments.csv is None:
        return read_dataset(arguments.dataset or "pets")
    if not arguments.text_column or not arguments.label_column:
        raise BadInput("--csv needs --text-column and --label-column.")
    return read_csv(arguments.csv, arguments.text_column, arguments.label_column, arguments.unit)


def config_from(arguments: argparse.Namespace, dataset: Dataset) -> RunConfig:
    """The defaults that fit the dataset, with what was given put in."""
    given = {path: getattr(arguments, path.rpartition(".")[2]) for path in SETTINGS}
    if arguments.bidirectional:
        given["model.direction"] = "both"
    return changed(config_for(dataset), {path: value for path, value in given.items() if value is not None})


SETTINGS = (
    "text.contradictions",
    "text.max_tokens",
    "model.cell",
    "model.hidden_size",
    "model.embedding_size",
    "model.layers",
    "optimiser.learning_rate",
    "batch_size",
    "epochs",
    "patience",
    "seed",
)
"""The settings of a run that have an option of their own name."""


def run_train(arguments: argparse.Namespace) -> Result:
    dataset = dataset_from(arguments)
    config = config_from(arguments, dataset)
    if arguments.out is not None and possible(arguments.out).exists():
        raise BadInput("{path} is there already; give --out a folder that does not exist.", path=arguments.out)
    files = train_run(config, dataset, tell=say_progress)
    folder = put_away(arguments.out, run_id(config, dataset), files)
    info = read_info(folder)
    return {
        "run": str(folder),
        "epochs": info.epochs,
        "train_accuracy": info.report["train"]["accuracy"],
        "test_accuracy": info.report["test"]["accuracy"],
        "seconds": info.seconds,
        "tokens_per_second": info.tokens_per_second,
    }


def put_away(out: Path | None, name: str, files: Files) -> Path:
    if out is not None:
        return write_run(out, files)
    return RunStore().write(stored_name(name, unpack_info(name, files)), files)


def say_progress(message: Message) -> None:
    if message["kind"] == "epoch":
        print(
            f"epoch {message['epoch']:3d}   "
            f"train loss {message['train_loss']:.4f} accuracy {message['train_accuracy']:.3f}   "
            f"validation loss {message['validation_loss']:.4f} accuracy {message['validation_accuracy']:.3f}   "
            f"{message['seconds']:.1f} s",
            file=sys.stderr,
        )
