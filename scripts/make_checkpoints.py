"""Train the checkpoints that come with the app: `python -m scripts.make_checkpoints [DATASET …]`.

Default settings, seed 0: the same machine gives the same bits again. The IMDB reviews
must have been fetched before; what is trained on them holds no review, only the words
of its vocabulary and weights (float32, safetensors).
"""

import shutil
import sys

from rnnviz.errors import BadInput
from rnnviz.models.cells import CELLS
from rnnviz.runs.checkpoint import STATE
from rnnviz.runs.store import CHECKPOINTS, write_run
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import train_run
from rnnviz.text.library import IMDB, LIBRARY, open_corpus
from rnnviz.training.config import changed
from rnnviz.training.presets import config_for

SHIPPED = ("pets", "pets-en", IMDB)


def main() -> None:
    for name in sys.argv[1:] or SHIPPED:
        try:
            corpus = open_corpus(name)
        except BadInput as error:
            print(error, file=sys.stderr)
            continue
        for cell in CELLS:
            files = train_run(changed(config_for(corpus.card), {"model.cell": cell}), corpus, watch_for(name))
            files.pop(STATE)  # they are looked at, not trained on
            folder = CHECKPOINTS / f"{name}-{cell}"
            shutil.rmtree(folder, ignore_errors=True)
            print(write_run(folder, files).name)


def watch_for(name: str) -> Watch:
    """Of names, the examples are followed and some epochs kept; weights of words would be too large for that."""
    if LIBRARY[name].unit == "word":
        return Watch(snapshots=0)
    examples = LIBRARY[name].examples
    return Watch(examples, examples[0])


if __name__ == "__main__":
    main()
