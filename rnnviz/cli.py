"""The command line: progress to standard error, one JSON object as the last line of standard output."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from rnnviz.errors import BadInput
from rnnviz.insight.gradients import gradient_profile
from rnnviz.insight.trace import trace
from rnnviz.language import _, language_of_environment, use_language
from rnnviz.models.cells import CELLS
from rnnviz.runs.checkpoint import Files, RunInfo, unpack_info
from rnnviz.runs.store import RunStore, read_info, read_model, stored_name, write_run
from rnnviz.runs.work import Message, run_id, train_run
from rnnviz.text.cleaning import POLICIES, clean
from rnnviz.text.library import LIBRARY, read_dataset
from rnnviz.text.sources import Dataset, read_csv
from rnnviz.text.tokens import TOKENIZERS
from rnnviz.training.config import RunConfig, changed, config_for
from rnnviz.training.trained import Floats, Reading

Result = dict[str, Any]


class Parser(argparse.ArgumentParser):
    """Says a bad argument in one line, as all our errors are said."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}", file=sys.stderr)
        sys.exit(2)


def build_parser() -> Parser:
    parser = Parser(prog="rnnviz", description="Train small recurrent nets and look inside.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)

    def command(name: str, run: Callable[[argparse.Namespace], Result], help_text: str) -> Parser:
        sub: Parser = commands.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)
        sub.set_defaults(run=run)
        return sub

    _add_training_arguments(command("train", run_train, "Train a model and keep it as a run."))

    predict = command("predict", run_predict, "The classes of texts.")
    predict.add_argument("RUN")
    predict.add_argument("TEXT", nargs="+")

    tracing = command("trace", run_trace, "Every state and gate at every token of a text.")
    tracing.add_argument("RUN")
    tracing.add_argument("TEXT")
    tracing.add_argument("--layer", type=int, help="counted from 0; the top layer if not given")
    tracing.add_argument("--direction", help="forward or reverse")

    gradients = command("gradients", run_gradients, "Gradient norms over the tokens of a text.")
    gradients.add_argument("RUN")
    gradients.add_argument("TEXT")
    gradients.add_argument("--target", metavar="CLASS", help="the predicted class if not given")

    reports = command("report", run_report, "Classification reports of runs.")
    reports.add_argument("RUN", nargs="+")

    command("datasets", run_datasets, "The datasets, and what cleaning does to them.")
    command("runs", run_runs, "The runs in the store.")

    bench = command("bench", run_bench, "Measure the speed of the app against named yardsticks.")
    bench.add_argument("NAME", nargs="*", help="which benches; all if none is given")
    return parser


def _add_training_arguments(train: Parser) -> None:
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


def folder_of(run: str) -> Path:
    """`RUN` is a folder, or the name of a run in the store."""
    folder = possible(Path(run))
    return folder if folder.is_dir() else RunStore().folder(run)


def possible(path: Path) -> Path:
    """The same path, whether anything is there or not; `BadInput` for an endless name."""
    try:
        path.exists()
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=path, reason=error.strerror) from None
    return path


def say_notes(*readings: Reading) -> None:
    """On standard error, what a model can't read as it was meant."""
    for reading in readings:
        for note in reading.notes():
            print(note, file=sys.stderr)


def run_predict(arguments: argparse.Namespace) -> Result:
    model = read_model(folder_of(arguments.RUN))
    readings = [model.read(text) for text in arguments.TEXT]
    probabilities = model.probabilities(readings)
    say_notes(*readings)
    return {
        "predictions": [
            {
                "text": text,
                "class": model.classes[row.argmax()],
                "probabilities": dict(zip(model.classes, row.tolist(), strict=True)),
            }
            for text, row in zip(arguments.TEXT, probabilities, strict=True)
        ]
    }


def run_trace(arguments: argparse.Namespace) -> Result:
    model = read_model(folder_of(arguments.RUN))
    reading = model.read(arguments.TEXT)
    result = trace(model, reading, arguments.layer, arguments.direction)
    say_notes(reading)
    return {
        "cell": result.cell,
        "tokens": list(result.tokens),
        "hidden": _listed(result.values["hidden"]),
        "cell_state": _listed(result.values["cell_state"]) if "cell_state" in result.values else None,
        "gates": {gate.name: _listed(result.values[gate.name]) for gate in result.gates},
        "probabilities": _listed(result.probabilities),
    }


def _listed(values: Floats) -> Any:
    return values.tolist()


def run_gradients(arguments: argparse.Namespace) -> Result:
    model = read_model(folder_of(arguments.RUN))
    reading = model.read(arguments.TEXT)
    profile = gradient_profile(model, reading, arguments.target)
    say_notes(reading)
    return {
        "tokens": list(profile.tokens),
        "hidden_norms": _listed(profile.hidden_norms),
        "input_norms": _listed(profile.input_norms),
        "half_life": profile.half_life,
    }


def run_report(arguments: argparse.Namespace) -> Result:
    runs = [(run, read_info(folder_of(run))) for run in arguments.RUN]
    return {"reports": [{"run": run, "train": info.report["train"], "test": info.report["test"]} for run, info in runs]}


def run_datasets(_arguments: argparse.Namespace) -> Result:
    return {"datasets": [_described(name) for name in LIBRARY]}


def _described(name: str) -> Result:
    try:
        dataset = read_dataset(name)
    except BadInput as error:
        return {"name": name, "error": str(error)}
    cleaned = {policy: clean(dataset.rows, policy) for policy in POLICIES}
    return {
        "name": name,
        "unit": dataset.unit,
        "rows": len(dataset.rows),
        "classes": list(dataset.classes),
        "fingerprint": dataset.fingerprint,
        "cleaning": {step.step: step.touched for step in cleaned["drop"].steps},
        "texts": {policy: len(result.rows) for policy, result in cleaned.items()},
    }


def run_runs(_arguments: argparse.Namespace) -> Result:
    listing = RunStore().listing()
    for sentence in listing.damaged:
        print(sentence, file=sys.stderr)
    return {"runs": [_summary(info) for info in listing.runs], "damaged": [str(error) for error in listing.damaged]}


def _summary(info: RunInfo) -> Result:
    return {
        "run": info.name,
        "dataset": info.dataset.name,
        "cell": info.config.model.cell,
        "epochs": info.epochs,
        "reason": info.reason,
        "test_accuracy": info.report["test"]["accuracy"],
        "parameters": info.parameters,
        "seconds": info.seconds,
    }


def run_bench(arguments: argparse.Namespace) -> Result:
    from rnnviz.bench import run_benches  # drives browsers: loaded only where it is asked for

    result: Result = run_benches(arguments.NAME)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0, or 2 with one clear line for bad input, or 130 where it was interrupted."""
    use_language(language_of_environment())
    parsed = build_parser().parse_args(arguments)
    try:
        result = parsed.run(parsed)
    except BadInput as error:
        print(" ".join(_("Error: {message}").format(message=error).split()), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(_("Interrupted; no run was written."), file=sys.stderr)
        return 130
    print(json.dumps(result, ensure_ascii=False))
    return 0
