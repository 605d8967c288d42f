"""`train`: a run from the command line."""

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rnnviz.cli import progress
from rnnviz.cli.arguments import AddCommand, Parser, Result, possible
from rnnviz.errors import BadInput
from rnnviz.language import N_
from rnnviz.models.cells import CELLS
from rnnviz.models.read_outs import READ_OUTS
from rnnviz.runs.checkpoint import Files, unpack_info
from rnnviz.runs.store import RunStore, read_info, stored_name, write_run
from rnnviz.runs.work import Message, run_id, train_run
from rnnviz.text.cleaning import POLICIES
from rnnviz.text.corpus import Corpus
from rnnviz.text.cuts import CUTS
from rnnviz.text.datasets import Dataset
from rnnviz.text.library import LIBRARY, open_corpus
from rnnviz.text.padding import PADDING_TITLES
from rnnviz.text.sources import DATA, read_csv
from rnnviz.text.stop_words import STOP_WORD_TITLES
from rnnviz.text.tokens import TOKENIZERS
from rnnviz.text.vectors import dimension_of, fingerprint_of
from rnnviz.training.config import (
    LABEL_TITLES,
    LIMITS,
    OPTIMISERS,
    SCHEDULES,
    RunConfig,
    TextConfig,
    changed,
    check_limit,
    check_unit,
)
from rnnviz.training.presets import PRESETS, config_for


def add_commands(command: AddCommand) -> None:
    train = command("train", run_train, "Train a model and keep it as a run.")
    train.set_defaults(interrupted=N_("Interrupted; no run was written."))
    _add_arguments(train)


def _add_arguments(train: Parser) -> None:
    source = train.add_mutually_exclusive_group()
    source.add_argument("--dataset", default=None, help=f"one of {', '.join(LIBRARY)}")
    source.add_argument(
        "--csv",
        type=Path,
        metavar="FILE",
        help="a table of your own (CSV, TSV, JSON lines or Parquet); needs the two columns",
    )
    train.add_argument("--text-column", metavar="C")
    train.add_argument("--label-column", metavar="C")
    train.add_argument("--unit", choices=tuple(TOKENIZERS), default="character", help="of --csv")
    train.add_argument("--contradictions", choices=tuple(POLICIES), help="what to do with texts in several classes")
    train.add_argument("--preset", choices=tuple(PRESETS), help="settings for words; single options change them")
    train.add_argument("--cell", choices=tuple(CELLS), default="lstm")
    train.add_argument("--epochs", type=int)
    train.add_argument("--patience", type=int)
    train.add_argument("--hidden-size", type=int)
    train.add_argument("--embedding-size", type=int)
    train.add_argument("--layers", type=int)
    train.add_argument("--bidirectional", action="store_true")
    train.add_argument("--read-out", metavar="|".join(READ_OUTS), help="what is judged of the states over time")
    train.add_argument("--dropout", type=float)
    train.add_argument("--word-dropout", type=float, help="share of the tokens that are hidden while training")
    train.add_argument("--optimiser", dest="name", metavar="|".join(OPTIMISERS))
    train.add_argument("--learning-rate", type=float)
    train.add_argument("--schedule", metavar="|".join(SCHEDULES), help="of the learning rate")
    train.add_argument("--batch-size", type=int)
    train.add_argument("--max-tokens", type=int)
    train.add_argument(
        "--stop-words",
        metavar="|".join(STOP_WORD_TITLES),
        help="of words: drop leaves frequent words that say little out; negations always stay",
    )
    train.add_argument(
        "--vectors",
        type=Path,
        metavar="FILE",
        help="of words: a text file of pretrained vectors (GloVe or word2vec) that the embeddings begin with",
    )
    train.add_argument("--freeze-embeddings", action="store_true", help="keep the embeddings as they begin")
    train.add_argument("--cut", metavar="|".join(CUTS), help="what is kept of a text that has more")
    train.add_argument(
        "--padding",
        metavar="|".join(PADDING_TITLES),
        help="after or before: fill each text up to --max-tokens with <pad> that the net reads",
    )
    train.add_argument(
        "--labels",
        metavar="|".join(LABEL_TITLES),
        help="shuffled: deal the classes of the training texts out at random, to see learning by heart",
    )
    train.add_argument("--seed", type=int)
    train.add_argument("--out", type=Path, metavar="DIR", help="the folder of the run; in the store if not given")


def texts_from(arguments: argparse.Namespace) -> Dataset | Corpus:
    """What is to be trained on: a dataset of the library, or a file of one's own."""
    if arguments.csv is not None:
        return read_csv(arguments.csv, arguments.text_column, arguments.label_column, arguments.unit)
    policy = arguments.contradictions or TextConfig().contradictions
    return open_corpus(arguments.dataset or "pets", None, policy, DATA, progress.told(progress.read))


def given_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was given, by the path of the setting; `BadInput` where it is out of range."""
    given = {path: getattr(arguments, path.rpartition(".")[2]) for path in SETTINGS}
    if arguments.bidirectional:
        given["model.direction"] = "both"
    if arguments.freeze_embeddings:
        given["optimiser.embeddings"] = "frozen"
    preset = PRESETS[arguments.preset].settings if arguments.preset else {}
    given = {**preset, **{path: value for path, value in given.items() if value is not None}}
    changed(RunConfig(), given)
    return given


SETTINGS = (
    "text.contradictions",
    "text.max_tokens",
    "text.cut",
    "text.stop_words",
    "text.padding",
    "text.labels",
    "model.cell",
    "model.hidden_size",
    "model.embedding_size",
    "model.layers",
    "model.read_out",
    "model.dropout",
    "model.word_dropout",
    "optimiser.name",
    "optimiser.learning_rate",
    "optimiser.schedule",
    "batch_size",
    "epochs",
    "patience",
    "seed",
)
"""The settings of a run that have an option of their own."""


def run_train(arguments: argparse.Namespace) -> Result:
    check_before_reading(arguments)
    given = {**given_settings(arguments), **settings_of_vectors(arguments)}
    texts = texts_from(arguments)
    if arguments.preset and texts.card.unit != "word":
        raise BadInput(
            "Presets are for words, and “{name}” is read by characters; leave --preset out.", name=texts.card.name
        )
    config = check_unit(changed(config_for(texts.card), given))
    files = train_run(config, texts, tell=Teller(), vectors=arguments.vectors)
    folder = put_away(arguments.out, run_id(config, texts.card), files)
    info = read_info(folder)
    found = {"vectors": {**asdict(info.vectors), "word_share": info.vectors.word_share}} if info.vectors else {}
    return {
        "run": str(folder),
        "epochs": info.epochs,
        "train_accuracy": info.report["train"]["accuracy"],
        "test_accuracy": info.report["test"]["accuracy"],
        "seconds": info.seconds,
        "tokens_per_second": info.tokens_per_second,
        **found,
    }


def settings_of_vectors(arguments: argparse.Namespace) -> dict[str, Any]:
    """What a file of vectors decides; `BadInput` where it can't be one, or another embedding size is asked for."""
    if arguments.vectors is None:
        return {}
    dimension = dimension_of(arguments.vectors)
    if arguments.embedding_size not in (None, dimension):
        raise BadInput(
            "The vectors of {path} have {dimension} numbers, and the embedding size is {size}: they have to be equal.",
            path=arguments.vectors.name,
            dimension=dimension,
            size=arguments.embedding_size,
        )
    check_limit(dimension, LIMITS["model.embedding_size"])
    return {"model.embedding_size": dimension, "vectors": fingerprint_of(arguments.vectors)}


def check_before_reading(arguments: argparse.Namespace) -> None:
    """What can be refused before anything is read, which may take a while."""
    if arguments.csv is not None and not (arguments.text_column and arguments.label_column):
        raise BadInput("--csv needs --text-column and --label-column.")
    if arguments.out is not None and possible(arguments.out).exists():
        raise BadInput("{path} is there already; give --out a folder that does not exist.", path=arguments.out)


def put_away(out: Path | None, name: str, files: Files) -> Path:
    if out is not None:
        return write_run(out, files)
    return RunStore().write(stored_name(name, unpack_info(name, files)), files)


class Teller:
    """Says each epoch, and every few seconds how far a long one is."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def __call__(self, message: Message) -> None:
        if message["kind"] == "epoch":
            self._say(
                f"epoch {message['epoch']:3d}   "
                f"train loss {message['train_loss']:.4f} accuracy {message['train_accuracy']:.3f}   "
                f"validation loss {message['validation_loss']:.4f} accuracy {message['validation_accuracy']:.3f}   "
                f"{message['seconds']:.1f} s"
            )
        elif message["kind"] == "batch" and time.monotonic() - self._said > SILENCE:
            self._say(
                f"epoch {message['epoch']:3d}   {message['batch'] / message['batches']:4.0%}   "
                f"loss {message['loss']:.4f}   {message['tokens'] / message['seconds']:,.0f} tokens/s"
            )

    def _say(self, line: str) -> None:
        self._said = time.monotonic()
        print(line, file=sys.stderr, flush=True)


SILENCE = 3.0
"""Seconds without a word after which a training says where it is."""
