"""The texts that a run was trained and tested on, found again: they are not stored with it."""

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import RunInfo
from rnnviz.text.corpus import Corpus
from rnnviz.text.library import LIBRARY, open_corpus
from rnnviz.text.progress import Progress
from rnnviz.training.data import Part, TrainingData, make_ready


def data_of(run: RunInfo, progress: Progress | None = None) -> TrainingData:
    """All parts of a run on a dataset of the library, opened anew; `BadInput` where its texts are not here."""
    name = run.dataset.name
    if name not in LIBRARY:
        raise BadInput("The texts of “{name}”, on which “{run}” was trained, are not here.", name=name, run=run.name)
    corpus = open_corpus(name, run.config.text.unit, run.config.text.contradictions, progress=progress)
    check_same(run, corpus)
    return make_ready(corpus, run.config.text, run.config.seed)


def held_out_part(run: RunInfo, progress: Progress | None = None) -> Part:
    """The test part of a run on a dataset of the library; `BadInput` where its texts are not here."""
    return data_of(run, progress).test


def check_same(run: RunInfo, corpus: Corpus) -> None:
    """`BadInput` where a corpus is not what the run was trained on."""
    if corpus.card.fingerprint != run.dataset.fingerprint:
        raise BadInput("The dataset “{name}” has changed since this run was trained on it.", name=run.dataset.name)
