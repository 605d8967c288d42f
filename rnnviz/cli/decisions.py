"""`attribution`, `leaning`, `edits`: where a decision falls, and what would change it."""

import argparse

from rnnviz.cli.arguments import AddCommand, Result, folder_of
from rnnviz.cli.looking import say_notes
from rnnviz.insight.attribution import METHODS, STEPS, attribution
from rnnviz.insight.edits import flips, single_edits
from rnnviz.insight.leaning import leaning
from rnnviz.insight.trace import trace
from rnnviz.runs.store import read_model


def add_commands(command: AddCommand) -> None:
    attributing = command("attribution", run_attribution, "What each token did for or against a class.")
    attributing.add_argument("RUN")
    attributing.add_argument("TEXT")
    attributing.add_argument("--class", dest="target", metavar="CLASS", help="the predicted class if not given")
    attributing.add_argument(
        "--method", action="append", metavar="METHOD", help=f"one of {', '.join(METHODS)}; may be repeated; else all"
    )
    attributing.add_argument("--steps", type=int, default=STEPS, help="of the path of integrated gradients")

    lean = command("leaning", run_leaning, "How much the answer at each token leans on each token read before.")
    lean.add_argument("RUN")
    lean.add_argument("TEXT")
    lean.add_argument("--class", dest="target", metavar="CLASS", help="the predicted class if not given")

    editing = command("edits", run_edits, "The single edits of a text that flip the answer, the surest first.")
    editing.add_argument("RUN")
    editing.add_argument("TEXT")


def run_attribution(arguments: argparse.Namespace) -> Result:
    model = read_model(folder_of(arguments.RUN))
    reading = model.read(arguments.TEXT)
    methods = tuple(dict.fromkeys(arguments.method or METHODS))
    found = attribution(model, reading, trace(model, reading), arguments.target, methods, arguments.steps)
    say_notes(reading)
    path = found.path
    return {
        "tokens": list(found.tokens),
        "class": found.target,
        "attribution": {name: values.tolist() for name, values in found.values.items()},
        "log_odds": None if path is None else path.output,
        "baseline_log_odds": None if path is None else path.baseline,
        "convergence_delta": None if path is None else path.delta,
    }


def run_leaning(arguments: argparse.Namespace) -> Result:
    model = read_model(folder_of(arguments.RUN))
    reading = model.read(arguments.TEXT)
    found = leaning(model, reading, trace(model, reading), arguments.target)
    say_notes(reading)
    return {
        "tokens": list(found.tokens),
        "class": found.target,
        "norms": found.norms.tolist(),
        "reach": [found.reach(step) for step in range(len(found.tokens))],
    }


def run_edits(arguments: argparse.Namespace) -> Result:
    model = read_model(folder_of(arguments.RUN))
    reading = model.read(arguments.TEXT)
    edits = single_edits(model, reading)
    found = flips(model, reading, edits)
    (probabilities,) = model.probabilities([reading])
    say_notes(reading)
    best = int(probabilities.argmax())
    return {
        "tokens": list(reading.tokens),
        "class": model.classes[best],
        "probability": float(probabilities[best]),
        "edits": len(edits),
        "flips": [
            {
                "text": flip.text,
                "kind": flip.edit.kind,
                "place": flip.edit.place,
                "token": flip.edit.token or None,
                "class": flip.answer,
                "probability": flip.probability,
            }
            for flip in found
        ],
    }
