"""`predict`, `trace`, `gradients`, `report`, `runs`: looking at what has been trained."""

import argparse
import sys
from typing import Any

from rnnviz.cli.arguments import AddCommand, Result, folder_of
from rnnviz.insight.gradients import gradient_profile
from rnnviz.insight.trace import trace
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.store import RunStore, read_info, read_model
from rnnviz.training.trained import Floats, Reading


def add_commands(command: AddCommand) -> None:
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

    command("runs", run_runs, "The runs in the store.")


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
