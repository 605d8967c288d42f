"""What all sessions of the app share: the run store, loaded models, the run engine."""

import atexit
import uuid
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit as st

from rnnviz.language import _
from rnnviz.runs.audience import Audience
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.runs.engine import Engine, spare_cores
from rnnviz.runs.labels import Labels, book_of
from rnnviz.runs.store import Listing, RunStore, Stamp, read_model
from rnnviz.text.cache import stamp
from rnnviz.text.corpus import Corpus, tokenize
from rnnviz.text.library import LIBRARY, open_corpus, source_of
from rnnviz.text.progress import Progress
from rnnviz.text.sources import DATA, Dataset, DatasetCard
from rnnviz.training.trained import TrainedModel
from rnnviz.ui import uploads
from rnnviz.ui.turns import Turns

CORPORA = 8
"""Corpora kept open; the large ones among them are mapped from disk."""
MODELS = 64
"""Models kept in memory; the small nets of this app weigh some hundred kilobytes each."""


@st.cache_resource(show_spinner=False)
def turns() -> Turns:
    """Taken by the session that draws, where all would otherwise draw at once."""
    return Turns()


def store() -> RunStore:
    return RunStore()


def listing() -> Listing:
    """Every run of the store, read again only when a folder has changed."""
    return _listing(store().stamp())


@lru_cache(maxsize=2)  # Streamlit's own caches walk through the key at length, and this one is asked with every key
def _listing(stamp: Stamp) -> Listing:
    del stamp  # the key under which the listing is kept
    return store().listing()


def runs() -> dict[str, RunInfo]:
    """The runs that can be opened, by name, oldest first."""
    return {run.name: run for run in listing().runs}


def given_title(name: str) -> str:
    """What somebody has called a run; empty where nobody has."""
    return book_of(store()).read().get(name, Labels()).title


def model(name: str, epoch: int | None = None) -> TrainedModel:
    """The model of a run, with its best weights or those of an epoch; `BadInput` where its files are damaged."""
    folder = store().folder(name)
    return _model(str(folder), folder.stat().st_mtime_ns, epoch)


@lru_cache(maxsize=MODELS)
def _model(folder: str, modified: int, epoch: int | None) -> TrainedModel:
    del modified  # a run that was written anew is read anew
    spare_cores()  # a page may look at it before the engine is there
    return read_model(Path(folder), epoch)


def corpus(name: str, unit: str | None = None, contradictions: str = "drop") -> Corpus:
    """The corpus of a dataset, opened again when its source has changed; tells its progress where that takes long."""
    upload = uploads.shelf().get(name) if uploads.is_upload(name) else None
    if upload is not None:
        unit, source = unit or upload.card.unit, upload.card.fingerprint
    else:
        unit, source = unit or LIBRARY[name].unit, str(stamp(source_of(name, DATA)))
    key = (name, unit, contradictions, source)
    shelf = _shelf()
    if key not in shelf:
        bar = st.empty()

        def tell(done: int, total: int) -> None:
            bar.progress(done / total, text=_("Reading the texts; next time this takes a moment only."))

        shelf[key] = _opened(name, unit, contradictions, upload, tell)
        bar.empty()
        for old in list(shelf)[:-CORPORA]:
            shelf.pop(old, None)
    return shelf[key]


def _opened(name: str, unit: str, contradictions: str, upload: uploads.Upload | None, tell: Progress) -> Corpus:
    if upload is not None:
        return tokenize(upload.dataset, unit, contradictions, tell)
    return open_corpus(name, unit, contradictions, DATA, tell)


@st.cache_resource(show_spinner=False)
def _shelf() -> dict[tuple[str, ...], Corpus]:
    """The corpora that are open, the latest last."""
    return {}


def card(name: str) -> DatasetCard:
    """What a page has to know of a dataset."""
    return uploads.shelf().get(name).card if uploads.is_upload(name) else corpus(name).card


def to_train_on(name: str) -> Dataset | DatasetCard:
    """What the engine needs of a dataset: of one that somebody brought all rows, of others the card."""
    return uploads.shelf().get(name).dataset if uploads.is_upload(name) else card(name)


@dataclass(frozen=True)
class Viewer:
    """One browser tab, to the audience of the trainings."""

    name: str
    audience: Audience

    def leave(self) -> None:
        self.audience.leave(self.name)


@st.cache_resource(scope="session", on_release=Viewer.leave, show_spinner=False)
def viewer() -> Viewer:
    """This session, until its tab is closed; one that comes back is another viewer."""
    return Viewer(uuid.uuid4().hex, engine().audience)


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The one engine of this process; the first call starts its workers in the background."""
    made = Engine(store())
    atexit.register(made.close)
    return made


def await_workers() -> None:
    """Wait until trainings can begin, and say so meanwhile; `BadInput` where the workers do not come."""
    with st.spinner(_("Starting the workers …"), show_time=True):
        engine().wait_until_ready()
