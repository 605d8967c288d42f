"""Page Runs: a store with runs that were made, and what of the page its tests read."""

import pandas as pd
import pytest

from rnnviz.runs.exchange import essentials
from rnnviz.runs.store import RunStore


@pytest.fixture
def store(checkpoints_folder, checkpoints) -> RunStore:
    """The bundled runs, and two that were made: one with all its past, one without."""
    store = RunStore(checkpoints_folder)
    store.write("whole", checkpoints["gru"])
    store.write("small", essentials(checkpoints["lstm"]))
    return store


def table(app) -> pd.DataFrame:
    (shown,) = app.dataframe
    return shown.value


def links(app) -> dict[str, str]:
    """Where the links of the page lead, and with which runs."""
    return {link.proto.page: link.proto.query_string for link in app.get("page_link")}


def bring(app, content: bytes):
    return app.file_uploader(key="import").set_value(("run.zip", content, "application/zip")).run()
