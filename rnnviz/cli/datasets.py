"""`datasets`: what there is to train on; `datasets fetch`: what there could be."""

import argparse

from rnnviz.cli import progress
from rnnviz.cli.arguments import AddCommand, Parser, Result
from rnnviz.errors import BadInput
from rnnviz.language import N_
from rnnviz.text.cleaning import POLICIES, clean
from rnnviz.text.fetch import megabytes
from rnnviz.text.imdb import fetch_imdb
from rnnviz.text.library import IMDB, LIBRARY, check_name, open_corpus, read_dataset
from rnnviz.text.sources import DATA


def add_commands(command: AddCommand) -> None:
    datasets = command("datasets", run_datasets, "The datasets, and what cleaning does to them.")
    actions = datasets.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    purpose = "Fetch a dataset that does not come with the app; go on where a fetch broke off."
    fetch = actions.add_parser("fetch", help=purpose, description=purpose, allow_abbrev=False)
    fetch.add_argument("NAME", help=IMDB)
    fetch.set_defaults(run=run_fetch, interrupted=PART_STAYS)


PART_STAYS = N_("Interrupted. What has come stays; the same command goes on from there.")


def run_fetch(arguments: argparse.Namespace) -> Result:
    name = check_name(arguments.NAME)
    if name != IMDB:
        raise BadInput("The dataset “{name}” comes with the app; only {fetched} is fetched.", name=name, fetched=IMDB)
    path = fetch_imdb(DATA, progress.told(megabytes))
    return {"dataset": name, "path": str(path), "bytes": path.stat().st_size}


def run_datasets(_arguments: argparse.Namespace) -> Result:
    return {"datasets": [_described(name) for name in LIBRARY]}


def _described(name: str) -> Result:
    try:
        return _of_large(name) if name == IMDB else _of_small(name)
    except BadInput as error:
        return {"name": name, "error": str(error)}


def _of_small(name: str) -> Result:
    """What each policy for contradictions makes of a dataset that is cleaned in no time."""
    dataset = read_dataset(name, DATA)
    cleaned = {policy: clean(dataset.rows, policy) for policy in POLICIES}
    return {
        "name": name,
        "unit": dataset.unit,
        "rows": len(dataset.rows),
        "classes": list(dataset.classes),
        "fingerprint": dataset.fingerprint,
        "cleaning": {step.step: step.touched for step in cleaned["drop"].steps},
        "texts": {policy: len(result.rows) for policy, result in cleaned.items()},
    }


def _of_large(name: str) -> Result:
    """What the first policy makes of a large one, which is kept for the training that follows."""
    corpus = open_corpus(name, contradictions="drop", folder=DATA, progress=progress.told(progress.read))
    return {
        "name": name,
        "unit": corpus.card.unit,
        "rows": corpus.card.rows,
        "classes": list(corpus.card.classes),
        "fingerprint": corpus.card.fingerprint,
        "cleaning": {step.step: step.touched for step in corpus.steps},
        "texts": {"drop": len(corpus.texts)},
    }
