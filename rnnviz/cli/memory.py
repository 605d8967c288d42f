"""`itemised`, `spectrum`, `horizon`: what a net's memory is made of, as numbers."""

import argparse
from typing import Any

from rnnviz.cli.arguments import AddCommand, Result, folder_of
from rnnviz.cli.looking import say_notes
from rnnviz.cli.progress import read, told
from rnnviz.errors import OUT_OF_RANGE, BadInput, Term
from rnnviz.insight.gradients import gradient_profile
from rnnviz.insight.horizon import CHANGES, NOISE, Band, horizon, movements
from rnnviz.insight.itemised import cut_off, itemised
from rnnviz.insight.sample import chosen_rows
from rnnviz.insight.sizes import recurrent_parameters
from rnnviz.insight.spectrum import factor_for, rescaled, spectra
from rnnviz.language import N_, _
from rnnviz.runs.store import read_info, read_model
from rnnviz.runs.tested import held_out_part

MOST_TEXTS = 10_000


def add_commands(command: AddCommand) -> None:
    parts = command("itemised", run_itemised, "What each time step adds to the gradient of each weight.")
    parts.add_argument("RUN")
    parts.add_argument("TEXT")
    parts.add_argument("--target", metavar="CLASS", help="the predicted class if not given")
    parts.add_argument("--epoch", type=int, help="of the training, where its weights were kept; the best if not given")
    add_part_of_net(parts)

    values = command("spectrum", run_spectrum, "Eigenvalues, spectral radius and norm of the recurrent weights.")
    values.add_argument("RUN")
    values.add_argument("--radius", type=float, help="scale a copy of the weights to this spectral radius")
    values.add_argument("--text", help="give the gradient norms of this text too, before and after scaling")
    add_part_of_net(values)

    memory = command("horizon", run_horizon, "How far the end moves when a token some steps before it is changed.")
    memory.add_argument("RUN")
    memory.add_argument("--texts", type=int, default=200, metavar="N", help="test texts; 200 if not given")
    memory.add_argument("--change", default=CHANGES[0], help="token (another one in its place) or noise")
    memory.add_argument("--noise", type=float, default=NOISE, help="size of the noise, in units of the embeddings")
    memory.add_argument("--direction", help="forward or reverse")


def add_part_of_net(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--layer", type=int, help="counted from 0; the top layer if not given")
    parser.add_argument("--direction", help="forward or reverse")


def run_itemised(arguments: argparse.Namespace) -> Result:
    folder = folder_of(arguments.RUN)
    model = read_model(folder, arguments.epoch)
    reading = model.read(arguments.TEXT)
    found = itemised(model, reading, arguments.target, arguments.layer, arguments.direction)
    say_notes(reading)
    clip = model.config.optimiser.clip_norm
    return {
        "cell": found.cell,
        "tokens": list(found.tokens),
        "layer": found.layer,
        "direction": found.direction,
        "target": found.target,
        "gradient_norm": found.gradient_norm,
        "clip_norm": clip or None,
        "cut_off": cut_off(found.gradient_norm, clip),
        "parts": [
            {
                "weight": part.weight,
                "gate": part.gate,
                "norm": part.whole,
                "agreement": part.agreement,
                "norms": part.norms.tolist(),
                "shares": part.shares.tolist(),
                "projections": part.projections.tolist(),
            }
            for part in found.parts
        ],
    }


def run_spectrum(arguments: argparse.Namespace) -> Result:
    model = read_model(folder_of(arguments.RUN))
    part = arguments.layer, arguments.direction
    blocks, wanted = spectra(model, *part), arguments.radius
    result: Result = {
        "cell": model.config.model.cell,
        "blocks": [
            {
                "gate": block.gate,
                "spectral_radius": block.radius,
                "largest_singular_value": block.largest_singular,
                "eigenvalues": [[value.real, value.imag] for value in block.eigenvalues.tolist()],
            }
            for block in blocks
        ],
        "factor": None if wanted is None else factor_for(wanted, blocks),
    }
    if arguments.text is None:
        return result
    reading = model.read(arguments.text)
    say_notes(reading)
    before = gradient_profile(model, reading, None, arguments.direction)
    result["hidden_norms"] = before.hidden_norms.tolist()
    if wanted is not None:
        scaled = rescaled(model, wanted, *part)
        after = gradient_profile(scaled, reading, before.target, arguments.direction)
        result["scaled_hidden_norms"] = after.hidden_norms.tolist()
    return result


def run_horizon(arguments: argparse.Namespace) -> Result:
    count = arguments.texts
    if not 1 <= count <= MOST_TEXTS:
        raise BadInput(OUT_OF_RANGE, name=Term(N_("Number of texts")), value=count, low=1, high=MOST_TEXTS)
    folder = folder_of(arguments.RUN)
    info, model = read_info(folder), read_model(folder)
    config, test = info.config, held_out_part(info, told(read))
    ids = [test.ids[row] for row in chosen_rows(test, count, None)]
    moved = movements(model, ids, arguments.change, arguments.direction, arguments.noise, told(_changed))
    found = horizon(config.model.cell, arguments.change, moved)
    return {
        "cell": found.cell,
        "change": found.change,
        "units": config.model.hidden_size,
        "recurrent_parameters": recurrent_parameters(config.model),
        "parameters": info.parameters,
        "texts": len(ids),
        "distances": found.distances.tolist(),
        "counts": found.counts.tolist(),
        "state": _listed(found.state, found.state_half_life),
        "probability": _listed(found.probability, found.probability_half_life),
    }


def _changed(done: int, total: int) -> str:
    return _("texts: {done} of {total}").format(done=done, total=total)


def _listed(band: Band, half_life: float | None) -> dict[str, Any]:
    quartiles = {"low": band.low.tolist(), "median": band.median.tolist(), "high": band.high.tolist()}
    return {"half_life": half_life, **quartiles}
