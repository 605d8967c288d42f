"""Bench `looking`: how soon Step through answers a key, and how long its instruments take.

The instruments run on one thread, as they do in the app, on the nets that come with it; each
figure is of the slowest cell. Those on whole reviews are left out where the reviews are not here.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from rnnviz.bench import looking_keys
from rnnviz.bench.figure import Figure, median, spread
from rnnviz.bench.imdb import empty_cache
from rnnviz.bench.server import ROOT
from rnnviz.errors import BadInput
from rnnviz.insight.ablation import report_on
from rnnviz.insight.attribution import occlusion
from rnnviz.insight.matching import Signed, best_spans, find_spans, texts_by_chance
from rnnviz.insight.state_bank import StateBank
from rnnviz.insight.surgery import operate, parse_surgery
from rnnviz.insight.trace import chosen_part, trace
from rnnviz.models.cells import CELLS
from rnnviz.runs.state_files import open_bank, states_folder
from rnnviz.runs.store import read_info, read_model
from rnnviz.runs.tested import held_out_part
from rnnviz.text.sources import load_dataset
from rnnviz.training.data import Part
from rnnviz.training.trained import TrainedModel

TRACE_GOAL, OCCLUSION_GOAL = 0.060, 1.5
NAMES_GOAL, REVIEWS_GOAL = 0.3, 15.0
BANK_GOAL, SIZE_GOAL, SEARCH_GOAL = 60.0, 1500.0, 2.0
TOKENS = 400
REPEATS = 5
CUT = "hidden[0]=0"
PATTERN = 3
"""Units of the pattern that is looked for."""
LISTED = 20
"""Texts that a page lists of those with the pattern."""

Models = Mapping[str, TrainedModel]
Parts = Mapping[str, Part]
"""By cell."""


def measure() -> list[Figure]:
    figures = looking_keys.measure()
    with one_thread():
        return [*figures, *on_one_review(), *on_names(), *on_reviews()]


@contextmanager
def one_thread() -> Iterator[None]:
    """As the app computes, for a while."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def bundled(dataset: str) -> dict[str, Path]:
    """The folders of the runs that come with the app, by cell."""
    return {cell: ROOT / "checkpoints" / f"{dataset}-{cell}" for cell in CELLS}


def on_one_review() -> list[Figure]:
    """Trace and occlusion of a text as long as the nets read one."""
    models, text = opened(bundled("imdb")), long_review(TOKENS)
    return [trace_figure(models, text), occlusion_figure(models, text)]


def on_names() -> list[Figure]:
    """Surgery on the test part of the English names."""
    folders = bundled("pets-en")
    return [surgery_figure("surgery on names", opened(folders), tested(folders), NAMES_GOAL, REPEATS)]


def on_reviews() -> list[Figure]:
    """Surgery on the test reviews, and their states: kept, and searched."""
    folders = bundled("imdb")
    try:
        parts = tested(folders)
    except BadInput as error:
        return [Figure("surgery, states and search on all test reviews", 0, "reviews", f"left out: {error}")]
    models = opened(folders)
    surgery = surgery_figure("surgery on reviews", models, parts, REVIEWS_GOAL, 1)
    return [surgery, *bank_figures({cell: bank_once(folders[cell], models[cell], parts[cell]) for cell in models})]


def opened(folders: Mapping[str, Path]) -> dict[str, TrainedModel]:
    return {cell: read_model(folder) for cell, folder in folders.items()}


def tested(folders: Mapping[str, Path]) -> dict[str, Part]:
    """The test part of each run; `BadInput` where its texts are not here."""
    return {cell: held_out_part(read_info(folder)) for cell, folder in folders.items()}


def long_review(tokens: int) -> str:
    """The first of the bundled short reviews, one behind the other, until they have so many words."""
    words: list[str] = []
    for text, _label in load_dataset("reviews").rows:
        words += text.split()
        if len(words) >= tokens:
            break
    return " ".join(words)


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def median_seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    return median([seconds_of(work) for _ in range(repeats)])


def trace_figure(models: Models, text: str) -> Figure:
    """All three cells one after the other, as the page traces them."""
    readings = {cell: model.read(text) for cell, model in models.items()}

    def trace_all() -> None:
        for cell, model in models.items():
            trace(model, readings[cell])

    trace_all()
    seconds = [seconds_of(trace_all) for _ in range(REPEATS)]
    how = f"{length_of(text, models)}, all states and gates of {len(models)} cells together; one thread"
    return Figure("trace of a review", median(seconds), "s", f"{how}; median, {spread(seconds, 3)}", TRACE_GOAL)


def occlusion_figure(models: Models, text: str) -> Figure:
    """Every token left out once, all these texts read in batches."""
    seconds = {cell: occlusion_seconds(model, text) for cell, model in models.items()}
    how = f"{length_of(text, models)}, each token left out once; median of {REPEATS}"
    return slowest("occlusion of a review", seconds, how, OCCLUSION_GOAL)


def occlusion_seconds(model: TrainedModel, text: str) -> float:
    reading = model.read(text)
    start = trace(model, reading).start
    return median_seconds(lambda: occlusion(model, reading, 0, start))


def length_of(text: str, models: Models) -> str:
    tokens = max(len(model.read(text).ids) for model in models.values())
    return f"{tokens} tokens of the bundled reviews"


def surgery_figure(name: str, models: Models, parts: Parts, goal: float, repeats: int) -> Figure:
    """One unit held at 0, and the report on all test texts."""
    seconds = {cell: surgery_seconds(model, parts[cell], repeats) for cell, model in models.items()}
    how = f"{CUT} and the report on {max(map(len, parts.values()))} test texts, {often(repeats)}"
    return slowest(name, seconds, how, goal)


def surgery_seconds(model: TrainedModel, part: Part, repeats: int) -> float:
    return median_seconds(lambda: report_on(operate(model, parse_surgery(CUT)), part), repeats)


def often(repeats: int) -> str:
    return "once" if repeats == 1 else f"median of {repeats}"


@dataclass(frozen=True)
class Banked:
    """What it took to keep the states of all test texts of a run, and to look for a pattern in them."""

    texts: int
    units: int
    seconds: float
    megabytes: float
    search: float
    """Seconds."""
    found: int
    """Texts with the pattern."""


def bank_once(folder: Path, model: TrainedModel, part: Part) -> Banked:
    """A bank in a cache of its own; the pattern is that of the end of the first text."""
    print(f"states of {folder.name}", file=sys.stderr, flush=True)
    layer, direction = chosen_part(model, None, None)
    with empty_cache():
        began = time.perf_counter()
        bank = open_bank(folder, model, part, layer, direction, lambda _done, _total: None)
        seconds = time.perf_counter() - began
        size = sum(path.stat().st_size for path in states_folder().iterdir()) / 1e6
        units, threshold = pattern_of(bank, row=0)
        began = time.perf_counter()
        found = search(bank, units, threshold)
        return Banked(len(part), bank.units, seconds, size, time.perf_counter() - began, found)


def pattern_of(bank: StateBank, row: int) -> tuple[tuple[Signed, ...], float]:
    """The units furthest from 0 at the last token of a text, and a threshold that is half of the least of them."""
    state = bank.of_text(row)[-1]
    furthest = np.argsort(-np.abs(state))[:PATTERN].tolist()
    return tuple((unit, -1 if state[unit] < 0 else 1) for unit in furthest), float(np.abs(state[furthest]).min()) / 2


def search(bank: StateBank, units: tuple[Signed, ...], threshold: float) -> int:
    """All that the panel asks of a bank; in how many texts the pattern was found."""
    spans = find_spans(bank, units, threshold)
    texts_by_chance(bank, len(units), threshold)
    best_spans(bank, spans, units, 1, LISTED)
    return spans.texts


def bank_figures(banked: Mapping[str, Banked]) -> list[Figure]:
    texts = max(each.texts for each in banked.values())
    units = max(each.units for each in banked.values())
    size = max(each.megabytes for each in banked.values())
    found = ", ".join(f"{CELLS[cell].title} {each.found}" for cell, each in banked.items())
    seconds, searches = ({cell: getattr(each, of) for cell, each in banked.items()} for of in ("seconds", "search"))
    return [
        slowest("states of reviews", seconds, f"{units} units at all tokens of {texts} reviews, on disk", BANK_GOAL),
        Figure("size of these states", size, "MB", "the largest file of a cell on disk", SIZE_GOAL),
        slowest(
            "search for a pattern",
            searches,
            f"{PATTERN} units in these states for the first time: spans, chance by 20 draws, the {LISTED} best; "
            f"texts found: {found}",
            SEARCH_GOAL,
        ),
    ]


def slowest(name: str, seconds: Mapping[str, float], how: str, goal: float) -> Figure:
    """The figure of the slowest cell, beside those of all."""
    each = ", ".join(f"{CELLS[cell].title} {value:.3g}" for cell, value in seconds.items())
    return Figure(name, max(seconds.values()), "s", f"{how}; the slowest of {each}; one thread", goal)
