"""Shared widgets: which runs, which text. What is chosen stands in the link and follows from page to page."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from rnnviz.errors import BadInput, listed
from rnnviz.language import _, current_language, number
from rnnviz.models.cells import CELLS
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.text.library import IMDB, LIBRARY, check_name
from rnnviz.text.sources import DatasetCard
from rnnviz.training.config import check_choice
from rnnviz.training.events import Reason
from rnnviz.training.trained import MAX_TYPED, Reading, TrainedModel
from rnnviz.ui import link, resources, uploads
from rnnviz.ui.fetching import offer_fetch
from rnnviz.ui.markdown import escaped
from rnnviz.ui.moments import kept_epoch
from rnnviz.ui.page import say

RUNS_KEY = "runs"
LATEST_KEY = "latest runs"
TEXT_KEY = "text"
CELLS_KEY = "cells"
DATASET_KEY = "dataset"
MOST_RUNS = 8
MAX_PLACEHOLDER = 120
MAX_LINKED = 1500
"""Characters of a text that still go into a link; browsers and proxies cut long ones."""

DATASET_OF_LANGUAGE = {"ru": "pets", "en": "pets-en"}


def choose_cells() -> list[str]:
    """One to three cells, trained side by side; none while nothing is chosen."""
    link.take(CELLS_KEY, parse_cells)
    st.session_state.setdefault(CELLS_KEY, list(CELLS))
    chosen: list[str] = st.pills(
        _("Cells"),
        list(CELLS),
        selection_mode="multi",
        format_func=cell_title,
        key=CELLS_KEY,
        help=_("One to three, trained side by side on the same data and seed."),
        persist_state="session",
    )
    link.give(CELLS_KEY, [] if len(chosen) == len(CELLS) else [",".join(chosen)])
    return [cell for cell in CELLS if cell in chosen]


def parse_cells(given: list[str]) -> list[str]:
    """The cells of a link, each once; an empty one chooses none."""
    return [check_choice("model.cell", cell) for cell in dict.fromkeys(given[-1].split(",")) if cell]


def choose_dataset(usual: str = "") -> str:
    """The name of a dataset that comes with the app, or of one that somebody brought.

    Until one is chosen it is the `usual` one, or else the one in the reader's language.
    """
    names = [*LIBRARY, *uploads.shelf().names()]
    default = usual if usual in names else DATASET_OF_LANGUAGE[current_language()]
    link.take(DATASET_KEY, lambda given: check_dataset(given[-1]))
    link.offer(DATASET_KEY, default, lasting=True)
    if st.session_state[DATASET_KEY] not in names:  # it has made room for others since it was chosen
        try:
            check_dataset(st.session_state[DATASET_KEY])
        except BadInput as error:
            st.warning(escaped(str(error)), icon=":material/link_off:")
        st.session_state[DATASET_KEY] = default
    name: str = st.selectbox(
        _("Dataset"),
        names,
        format_func=dataset_title,
        key=DATASET_KEY,
        persist_state="session",
    )
    link.give(DATASET_KEY, [name])
    return name


def open_dataset(name: str) -> DatasetCard | None:
    """What has to be known of a dataset; None where it can't be read, which is said, with the way to get it."""
    try:
        return resources.card(name)
    except BadInput as error:
        if name == IMDB:
            offer_fetch(error)
        else:
            say(error)
        return None


def check_dataset(name: str) -> str:
    """The name, or `BadInput` where there is no such dataset, or no longer."""
    return uploads.shelf().get(name).dataset.name if uploads.is_upload(name) else check_name(name)


def dataset_examples(name: str) -> tuple[str, ...]:
    """Texts of a dataset to begin with."""
    return uploads.shelf().get(name).examples if uploads.is_upload(name) else LIBRARY[name].examples


def cell_title(cell: str) -> str:
    return CELLS[cell].title


def run_title(run: RunInfo) -> str:
    """How a run is called where there is room for a line: by its name, if it has one; cell, dataset, accuracy, size."""
    config = run.config
    parts = [
        cell_title(config.model.cell),
        dataset_title(run.dataset.name),
        _("test {accuracy}").format(accuracy=number(run.report["test"]["accuracy"], ".1%")),
        _("{units} units").format(units=config.model.hidden_size),
        _("seed {seed}").format(seed=config.seed),
    ]
    if run.interventions:
        parts.append(_("steered"))
    if run.reason == Reason.STOPPED.value:
        parts.append(_("stopped"))
    if title := resources.given_title(run.name):
        parts.insert(0, title)
    return " · ".join(parts) + ("" if resources.store().is_made(run.name) else " ★")


def dataset_title(name: str) -> str:
    """What the interface calls a dataset: one that somebody brought by its file, one that is gone by its own name."""
    if name in LIBRARY:
        return _(LIBRARY[name].title)
    return uploads.shelf().get(name).title if name in uploads.shelf().names() else name


def short_titles(runs: Sequence[RunInfo]) -> dict[str, str]:
    """A title for each run that tells it from the others: the cell alone where that is enough."""
    titles = distinct_titles([run.config.model.cell for run in runs])
    return {run.name: title for run, title in zip(runs, titles, strict=True)}


def distinct_titles(cells: Sequence[str]) -> list[str]:
    """The cells by name, those that come more than once with their place in the row."""
    return [
        cell_title(cell) if cells.count(cell) == 1 else f"{cell_title(cell)} {place}"
        for place, cell in enumerate(cells, start=1)
    ]


def option_titles(runs: Mapping[str, RunInfo]) -> dict[str, str]:
    """A title for each run in a list of many; where two would be the same, each with the end of its name."""
    titles = {name: run_title(run) for name, run in runs.items()}
    counts = Counter(titles.values())
    return {
        name: title if counts[title] == 1 else f"{title} · {name.rpartition('-')[2][:6]}"
        for name, title in titles.items()
    }


def default_runs(dataset: str | None = None) -> list[str]:
    """One run of each cell that comes with the app, on a dataset, or on names in the user's language, by name."""
    return [run.name for run in own_runs(dataset)]


def own_runs(dataset: str | None = None) -> list[RunInfo]:
    """The same runs themselves."""
    dataset = dataset or DATASET_OF_LANGUAGE[current_language()]
    found = resources.listing()
    bundled = (run for run in found.runs if run.name in found.bundled)
    ours = {run.config.model.cell: run for run in bundled if run.dataset.name == dataset}
    return [ours[cell] for cell in CELLS if cell in ours]


def latest_runs() -> list[str]:
    """What this session has trained last, as far as it is still here."""
    known = resources.runs()
    return [name for name in st.session_state.get(LATEST_KEY, []) if name in known][:MOST_RUNS]


def example_texts(dataset: str | None) -> tuple[str, ...]:
    """Texts to begin with: of the dataset, or names in the user's language where it is not here."""
    if dataset in LIBRARY or dataset in uploads.shelf().names():
        return dataset_examples(str(dataset))
    return LIBRARY[DATASET_OF_LANGUAGE[current_language()]].examples


def say_damaged() -> None:
    """Name the folders of the store that can't be opened."""
    for error in resources.listing().damaged:
        st.warning(escaped(str(error)), icon=":material/folder_off:")


def choose_runs(least: int = 1) -> list[RunInfo]:
    """The runs to look at, from the link or by hand; stops the page where there are none."""
    known = resources.runs()
    say_damaged()
    if not known:
        st.info(_("There are no runs yet. Train some on the page “Train”."), icon=":material/play_circle:")
        st.stop()

    def parse(given: list[str]) -> list[str]:
        names = list(dict.fromkeys(name for value in given for name in value.split(",")))
        gone = [name for name in names if name not in known]
        if gone:
            st.session_state.setdefault(RUNS_KEY, [name for name in names if name in known] or default_runs())
            raise BadInput("There is no run “{run}” here; choose another one from the list.", run=listed(gone))
        return names[:MOST_RUNS]

    link.take(RUNS_KEY, parse)
    link.offer(RUNS_KEY, latest_runs() or default_runs())
    link.put(RUNS_KEY, [name for name in st.session_state[RUNS_KEY] if name in known])
    titles = option_titles(known)
    chosen = st.multiselect(
        _("Runs"),
        list(known),
        format_func=titles.__getitem__,
        max_selections=MOST_RUNS,
        help=_("Runs that come with the app have a star; those you train appear here by themselves."),
        key=RUNS_KEY,
        persist_state="session",
        filter_mode="contains",
    )
    link.give(RUNS_KEY, [",".join(chosen)] if chosen else [])
    if len(chosen) < least:
        st.info(_("Choose at least {count} of the runs in the list.").format(count=least))
        st.stop()
    return [known[name] for name in chosen]


def open_models(runs: Sequence[RunInfo], epoch: int | None = None) -> tuple[list[RunInfo], list[TrainedModel]]:
    """The runs whose weights can be read, and their models; the others are named.

    Of an epoch that a run has not kept, it gives the last one before; without `epoch`, the best weights.
    """
    opened: dict[str, tuple[RunInfo, TrainedModel]] = {}
    for run in runs:
        try:
            opened[run.name] = run, resources.model(run.name, kept_epoch(run, epoch))
        except BadInput as error:
            st.warning(escaped(str(error)), icon=":material/folder_off:")
    return [run for run, _model in opened.values()], [model for _run, model in opened.values()]


def type_text(label: str, dataset: str | None = None) -> str:
    """The text box that answers to every key; it begins with a text like those of the dataset."""
    examples = example_texts(dataset)
    link.take(TEXT_KEY, lambda given: given[-1][:MAX_TYPED])
    link.offer(TEXT_KEY, examples[0])
    text: str = st.text_input(
        label,
        key=TEXT_KEY,
        persist_state="session",
        live="0ms",
        placeholder=_("for example {names}").format(names=", ".join(examples)[:MAX_PLACEHOLDER]),
    )
    link.give(TEXT_KEY, [text] if len(text) <= MAX_LINKED else [])
    return text


def read(models: Sequence[TrainedModel], text: str) -> list[Reading]:
    """The text as each model reads it, with one note for what they can't read as meant."""
    readings = [model.read(text) for model in models]
    for note in dict.fromkeys(note for reading in readings for note in reading.notes()):
        st.warning(escaped(note), icon=":material/help:")
    return readings
