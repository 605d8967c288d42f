"""`surgery`, `units`: what changes when something inside a net is held, and what each unit is worth."""

import argparse

from rnnviz.cli.arguments import AddCommand, Result, folder_of
from rnnviz.cli.looking import say_notes
from rnnviz.cli.progress import read, told
from rnnviz.errors import OUT_OF_RANGE, BadInput, Term
from rnnviz.insight.ablation import report_on, some_of, unit_worth
from rnnviz.insight.surgery import operate, parse_surgery
from rnnviz.language import N_, _
from rnnviz.runs.store import read_info, read_model
from rnnviz.runs.tested import held_out_part
from rnnviz.training.trained import TrainedModel

TEXTS = 1000


def add_commands(command: AddCommand) -> None:
    surgery = command("surgery", run_surgery, "Hold or scale gates and states, and ask and test the net again.")
    surgery.add_argument("RUN")
    surgery.add_argument("CUTS", help="for example “forget[3,7-9]=0@2; hidden[5]*0.5; output[*]=1”")
    surgery.add_argument("TEXT", nargs="*", help="texts to classify before and after")
    surgery.add_argument("--report", action="store_true", help="also the report on all test texts, before and after")

    units = command("units", run_units, "What each unit is worth: the accuracy without it, and of it alone.")
    units.add_argument("RUN")
    units.add_argument("--layer", type=int, help="counted from 0; the top layer if not given")
    units.add_argument("--direction", help="forward or reverse")
    units.add_argument("--texts", type=int, default=TEXTS, help=f"test texts at most; {TEXTS} if not given")


def run_surgery(arguments: argparse.Namespace) -> Result:
    folder = folder_of(arguments.RUN)
    model, cuts = read_model(folder), parse_surgery(arguments.CUTS)
    operated = operate(model, cuts)
    readings = [model.read(text) for text in arguments.TEXT]
    say_notes(*readings)
    result: Result = {"surgery": [str(cut) for cut in cuts]}
    if readings:
        before, after = model.probabilities(readings), operated.probabilities(readings)
        result["predictions"] = [
            {"text": text, "before": by_class(model, old), "after": by_class(model, new)}
            for text, old, new in zip(arguments.TEXT, before.tolist(), after.tolist(), strict=True)
        ]
    if arguments.report:
        part = held_out_part(read_info(folder), told(read))
        tell = told(lambda done, total: _("{done} of {total} texts").format(done=done, total=total))
        result["report"] = {"before": report_on(model, part), "after": report_on(operated, part, tell)}
    return result


def by_class(model: TrainedModel, probabilities: list[float]) -> dict[str, float]:
    return dict(zip(model.classes, probabilities, strict=True))


def run_units(arguments: argparse.Namespace) -> Result:
    if arguments.texts < 1:
        raise BadInput(OUT_OF_RANGE, name=Term(N_("Texts")), value=arguments.texts, low=1, high="∞")
    folder = folder_of(arguments.RUN)
    part = some_of(held_out_part(read_info(folder), told(read)), arguments.texts)
    tell = told(lambda done, total: _("{done} of {total} units").format(done=done, total=total))
    worth = unit_worth(read_model(folder), part, arguments.layer, arguments.direction, tell)
    return {
        "texts": worth.texts,
        "accuracy": worth.accuracy,
        "without": worth.without.tolist(),
        "alone": worth.alone.tolist(),
    }
