"""One training on the IMDB reviews in a process of its own: `python -m rnnviz.bench.imdb_training PRESET CELL SEED`.

Prints test accuracy, seconds of training, tokens a second and the peak memory as one line of JSON.
"""

import json
import resource
import sys

from rnnviz.runs.checkpoint import unpack_info
from rnnviz.runs.work import Message, train_run
from rnnviz.text.library import open_corpus
from rnnviz.training.config import RunConfig, changed
from rnnviz.training.presets import PRESETS


def train_once(preset: str, cell: str, seed: int) -> dict[str, float]:
    """Train with a preset and judge on the official test part."""
    corpus = open_corpus("imdb")
    config = changed(RunConfig(corpus.card.name), {**PRESETS[preset].settings, "model.cell": cell, "seed": seed})
    info = unpack_info("bench", train_run(config, corpus, tell=say))
    return {
        "accuracy": info.report["test"]["accuracy"],
        "texts": info.report["test"]["weighted avg"]["support"],
        "seconds": info.seconds,
        "tokens_per_second": info.tokens_per_second,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


def say(message: Message) -> None:
    if message["kind"] == "epoch":
        told = {name: message[name] for name in ("epoch", "train_loss", "validation_accuracy", "seconds")}
        print(json.dumps(told), file=sys.stderr, flush=True)


if __name__ == "__main__":
    preset, cell, seed = sys.argv[1:]
    print(json.dumps(train_once(preset, cell, int(seed))))
