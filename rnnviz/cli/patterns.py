"""`match`, `responses`, `map`: patterns of units over all test texts, each text read once and its states kept."""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnviz.cli.arguments import AddCommand, Result, folder_of
from rnnviz.cli.looking import say_notes
from rnnviz.cli.progress import read, told
from rnnviz.errors import NOT_ONE_OF, OUT_OF_RANGE, BadInput, Term, listed
from rnnviz.insight.matching import (
    SIDES,
    best_spans,
    check_span,
    find_spans,
    suggested_threshold,
    texts_by_chance,
    units_on,
)
from rnnviz.insight.responses import co_clusters, mean_responses, most_moving
from rnnviz.insight.state_bank import StateBank
from rnnviz.insight.state_map import all_steps, last_states, neighbour_map, principal_plane
from rnnviz.insight.trace import chosen_part, trace
from rnnviz.language import N_, _
from rnnviz.runs.state_files import open_bank
from rnnviz.runs.store import read_info, read_model
from rnnviz.runs.tested import held_out_part
from rnnviz.training.data import Part
from rnnviz.training.trained import TrainedModel

SHOWN, LEAST, CLUSTERS = 20, 10, 5
MOST_POINTS = 3000
SPAN = re.compile(r"(\d{1,6})-(\d{1,6})")


@dataclass(frozen=True)
class Read:
    """A run, and its states at all test texts."""

    model: TrainedModel
    part: Part
    bank: StateBank
    layer: int
    direction: str


def add_commands(command: AddCommand) -> None:
    match = command("match", run_match, "The units that are on in a span of a text, and the test texts that have them.")
    match.add_argument("RUN")
    match.add_argument("TEXT")
    match.add_argument("--span", required=True, help="first and last token, from 1, for example 3-5")
    match.add_argument("--threshold", type=float, help="from which on a unit is on; the suggested one if not given")
    match.add_argument("--off", default="both", help="where it must be off just outside: both, before or after")
    match.add_argument("--most", type=int, default=SHOWN, help=f"spans that are listed; {SHOWN} if not given")

    responses = command("responses", run_responses, "What units respond to on average, units and tokens co-clustered.")
    responses.add_argument("RUN")
    responses.add_argument("--pairs", action="store_true", help="pairs of neighbours in place of single tokens")
    responses.add_argument("--clusters", type=int, default=CLUSTERS, help=f"2 to 10; {CLUSTERS} if not given")
    responses.add_argument("--least", type=int, default=LEAST, help=f"times a token was read; {LEAST} if not given")
    responses.add_argument("--most", type=int, default=2 * SHOWN, help=f"tokens; {2 * SHOWN} if not given")

    places = command("map", run_map, "The hidden states of the test texts, and of a text, as points in the plane.")
    places.add_argument("RUN")
    places.add_argument("TEXT", nargs="?", help="its way through the map is given too")
    places.add_argument("--states", default="last", help="last (where reading ends) or all (at any token)")
    places.add_argument("--method", default="pca", help="pca or tsne")
    places.add_argument("--points", type=int, default=500, help=f"at most {MOST_POINTS}; 500 if not given")

    for each in (match, responses, places):
        each.add_argument("--layer", type=int, help="counted from 0; the top layer if not given")
        each.add_argument("--direction", help="forward or reverse")


def read_all(arguments: argparse.Namespace) -> Read:
    """The states of a run at all its test texts, from disk where they are known."""
    folder: Path = folder_of(arguments.RUN)
    model, info = read_model(folder), read_info(folder)
    layer, direction = chosen_part(model, arguments.layer, arguments.direction)
    part = held_out_part(info, told(read))
    tell = told(lambda done, total: _("{done} of {total} texts").format(done=done, total=total))
    return Read(model, part, open_bank(folder, model, part, layer, direction, tell), layer, direction)


def run_match(arguments: argparse.Namespace) -> Result:
    check_choice(N_("Off just outside of the span"), arguments.off, tuple(SIDES))
    check_count(N_("Texts"), arguments.most, 1, 1000)
    first, last = parse_span(arguments.span)
    model = read_model(folder_of(arguments.RUN))
    reading = model.read(arguments.TEXT)
    check_span(len(reading.tokens), first, last)
    given = arguments.threshold
    if given is not None and not 0 < given <= 1:
        raise BadInput(OUT_OF_RANGE, name=Term(N_("Threshold")), value=given, low=0, high=1)
    say_notes(reading)
    known = read_all(arguments)
    hidden = trace(model, reading, known.layer, known.direction).values["hidden"]
    suggested = suggested_threshold(hidden, first, last, arguments.off)
    threshold = suggested if given is None else given
    units = () if threshold is None else units_on(hidden, first, last, threshold, arguments.off)
    result: Result = {"tokens": list(reading.tokens), "threshold": threshold, "suggested": suggested}
    result["units"] = [{"unit": unit, "sign": sign} for unit, sign in units]
    if not units or threshold is None:
        return {**result, "texts": 0, "texts_by_chance": 0.0, "spans": []}
    spans = find_spans(known.bank, units, threshold)
    best = best_spans(known.bank, spans, units, last - first + 1, arguments.most)
    listed_spans = zip(best.rows.tolist(), best.firsts.tolist(), best.lasts.tolist(), strict=True)
    return {
        **result,
        "texts": spans.texts,
        "texts_by_chance": texts_by_chance(known.bank, len(units), threshold),
        "spans": [
            {"text": known.part.texts[row], "class": class_of(known, row), "first": start + 1, "last": end + 1}
            for row, start, end in listed_spans
        ],
    }


def class_of(known: Read, row: int) -> str:
    return known.model.classes[int(known.part.labels[row])]


def parse_span(text: str) -> tuple[int, int]:
    """First and last step from 0 of a span such as "3-5", counted from 1."""
    found = SPAN.fullmatch(text.strip())
    if not found:
        raise BadInput("“{span}” is no span of tokens; write for example 3-5.", span=text[:40])
    return int(found[1]) - 1, int(found[2]) - 1


def run_responses(arguments: argparse.Namespace) -> Result:
    check_count(N_("Clusters"), arguments.clusters, 2, 10)
    check_count(N_("Least count of a token"), arguments.least, 1, 1_000_000)
    check_count(N_("Tokens"), arguments.most, 1, 10_000)
    known = read_all(arguments)
    found = mean_responses(
        known.bank, known.part.ids.flat, known.model.vocabulary, known.direction, arguments.pairs, arguments.least
    )
    if not found.tokens:
        raise BadInput("No token was read {least} times or more.", least=arguments.least)
    moving = most_moving(found, arguments.most)
    clusters = co_clusters(moving.changes, arguments.clusters)
    token_clusters = dict(zip(clusters.tokens.tolist(), clusters.token_clusters.tolist(), strict=True))
    unit_clusters = dict(zip(clusters.units.tolist(), clusters.unit_clusters.tolist(), strict=True))
    return {
        "tokens": [
            {
                "token": list(token) if arguments.pairs else token[0],
                "count": int(moving.counts[place]),
                "cluster": token_clusters[place],
                "changes": moving.changes[place].tolist(),
            }
            for place, token in enumerate(moving.tokens)
        ],
        "unit_clusters": [unit_clusters[unit] for unit in range(known.bank.units)],
    }


def run_map(arguments: argparse.Namespace) -> Result:
    check_choice(N_("States"), arguments.states, ("last", "all"))
    check_choice(N_("Map"), arguments.method, ("pca", "tsne"))
    check_count(N_("Points"), arguments.points, 2, MOST_POINTS)
    model = read_model(folder_of(arguments.RUN))
    reading = None if arguments.TEXT is None else model.read(arguments.TEXT)
    if reading:
        say_notes(reading)
    known = read_all(arguments)
    points = (
        last_states(known.bank, known.direction, arguments.points)
        if arguments.states == "last"
        else all_steps(known.bank, arguments.points)
    )
    empty = np.empty((0, known.bank.units), np.float32)
    own = trace(model, reading, known.layer, known.direction).values["hidden"] if reading else empty
    result: Result = {"method": arguments.method}
    if arguments.method == "pca":
        plane = principal_plane(points.states)
        mapped, way = plane.project(points.states), plane.project(own)
        result["shares_of_variance"] = plane.shares.tolist()
    else:
        together = neighbour_map(np.concatenate([points.states, own]))
        mapped, way = together[: len(points.rows)], together[len(points.rows) :]
    result["points"] = [
        {"text": known.part.texts[row], "class": class_of(known, row), "step": step + 1, "place": place}
        for row, step, place in zip(points.rows.tolist(), points.steps.tolist(), mapped.tolist(), strict=True)
    ]
    if reading:
        result["way"] = [
            {"token": token, "place": place} for token, place in zip(reading.tokens, way.tolist(), strict=True)
        ]
    return result


def check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise BadInput(NOT_ONE_OF, name=Term(name), value=value[:40], allowed=listed(allowed))


def check_count(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise BadInput(OUT_OF_RANGE, name=Term(name), value=value, low=low, high=high)
