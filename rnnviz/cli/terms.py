"""`terms`: the weighted sums of one unit at one step, term by term."""

import argparse

from rnnviz.cli.arguments import AddCommand, Result, folder_of
from rnnviz.cli.looking import say_notes
from rnnviz.insight.terms import Sum, neuron_sums
from rnnviz.insight.trace import trace
from rnnviz.runs.store import read_model


def add_commands(command: AddCommand) -> None:
    terms = command("terms", run_terms, "Every term of the weighted sums of one unit at one token of a text.")
    terms.add_argument("RUN")
    terms.add_argument("TEXT")
    terms.add_argument("--step", type=int, help="the token, counted from 0; where reading ends if not given")
    terms.add_argument("--unit", type=int, default=0, help="counted from 0")
    terms.add_argument("--layer", type=int, help="counted from 0; the top layer if not given")
    terms.add_argument("--direction", help="forward or reverse")


def run_terms(arguments: argparse.Namespace) -> Result:
    model = read_model(folder_of(arguments.RUN))
    reading = model.read(arguments.TEXT)
    traced = trace(model, reading, arguments.layer, arguments.direction)
    end = 0 if traced.direction == "reverse" else len(traced.tokens) - 1
    step = end if arguments.step is None else arguments.step
    sums = neuron_sums(model, reading, traced, step, arguments.unit)
    say_notes(reading)
    return {
        "cell": traced.cell,
        "layer": traced.layer,
        "direction": traced.direction,
        "token": traced.tokens[step],
        "step": step,
        "unit": arguments.unit,
        "gates": {each.name: itemised(each) for each in sums},
    }


def itemised(each: Sum) -> Result:
    return {
        "input_terms": each.input_terms.tolist(),
        "input_bias": each.input_bias,
        "recurrent_terms": each.recurrent_terms.tolist(),
        "recurrent_bias": each.recurrent_bias,
        "recurrent_factor": each.factor,
        "preactivation": each.preactivation,
        "activation": each.activation,
        "value": each.value,
    }
