"""What tests of several kinds of archives share."""

import pytest

from rnnviz.runs.checkpoint import Files
from rnnviz.runs.watching import Watch
from rnnviz.runs.work import train_run


@pytest.fixture(scope="session")
def files(configs, names) -> Files:
    """A run that has everything a run can have."""
    return train_run(configs["lstm"], names, Watch(("мурка", "рекс"), "барсик"))
