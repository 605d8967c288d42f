"""Which texts of a part of the data an instrument looks at, where it can't look at all of them."""

import numpy as np

from rnnviz.training.data import Part


def chosen_rows(part: Part, texts: int, label: int | None) -> list[int]:
    """Rows of a part, as many as asked for or there are, at random but always the same; of one class if asked for."""
    fitting = np.arange(len(part)) if label is None else np.flatnonzero(part.labels == label)
    rows: list[int] = np.random.default_rng(0).permutation(fitting)[:texts].tolist()
    return rows
