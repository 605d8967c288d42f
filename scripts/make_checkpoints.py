"""Train the checkpoints that come with the app, from the bundled data: `python -m scripts.make_checkpoints`.

Default settings, seed 0, one torch thread: the same machine gives the same bits again.
"""

import dataclasses
import shutil

import torch

from rnnviz.models.cells import CELLS
from rnnviz.runs.store import CHECKPOINTS, write_run
from rnnviz.runs.work import train_run
from rnnviz.text.sources import BUNDLED, load_dataset
from rnnviz.training.presets import config_for


def main() -> None:
    torch.set_num_threads(1)
    for name in BUNDLED:
        dataset = load_dataset(name)
        for cell in CELLS:
            config = config_for(dataset)
            config = dataclasses.replace(config, model=dataclasses.replace(config.model, cell=cell))
            folder = CHECKPOINTS / f"{name}-{cell}"
            shutil.rmtree(folder, ignore_errors=True)
            write_run(folder, train_run(config, dataset))
            print(folder.name)


if __name__ == "__main__":
    main()
