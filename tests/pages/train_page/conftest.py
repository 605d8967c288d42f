"""Page Train, with an engine that does what the test says."""

import pytest

CELLS = ["rnn", "lstm", "gru"]
SMALL = {"epochs": "3", "hidden_size": "4", "learning_rate": "0.05"}


@pytest.fixture
def train_page(open_page, small_datasets):
    """The page with small settings and few names, as a link opens it."""

    def open_it(**parameters):
        return open_page("train", **{**SMALL, **parameters})

    return open_it
