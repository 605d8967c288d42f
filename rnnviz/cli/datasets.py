"""`datasets`: what there is to train on."""

import argparse

from rnnviz.cli.arguments import AddCommand, Result
from rnnviz.errors import BadInput
from rnnviz.text.cleaning import POLICIES, clean
from rnnviz.text.library import LIBRARY, read_dataset


def add_commands(command: AddCommand) -> None:
    command("datasets", run_datasets, "The datasets, and what cleaning does to them.")


def run_datasets(_arguments: argparse.Namespace) -> Result:
    return {"datasets": [_described(name) for name in LIBRARY]}


def _described(name: str) -> Result:
    try:
        dataset = read_dataset(name)
    except BadInput as error:
        return {"name": name, "error": str(error)}
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
