"""The button that fetches the reviews, on a page of its own, against a server on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.testing.v1 import AppTest

from rnnviz.language import use_language
from rnnviz.text import fetch
from rnnviz.text.imdb import FOLDER, TAR
from tests.file_server import BODY, MD5, Server, serving

LABEL = "Fetch the IMDB reviews (84 MB)"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """In place of the server of the reviews, and an empty data folder."""
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(fetch, "PAUSE", 0)
    monkeypatch.setattr("rnnviz.text.imdb.IMDB_MD5", MD5)
    monkeypatch.setattr("rnnviz.ui.fetching.DATA", tmp_path)
    with serving() as server:
        monkeypatch.setattr("rnnviz.text.imdb.IMDB_URL", server.url)
        yield server


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, str]]:
    """What the progress bar has shown; none is left of it once the page has run."""
    seen: list[tuple[float, str]] = []
    draw = DeltaGenerator.progress

    def progress(self: DeltaGenerator, value: float, text: str) -> DeltaGenerator:
        seen.append((value, text))
        return draw(self, value, text)

    monkeypatch.setattr(DeltaGenerator, "progress", progress)
    return seen


def page() -> None:
    """A page that needs the reviews."""
    import streamlit as st

    from rnnviz.errors import BadInput
    from rnnviz.text.library import source_of
    from rnnviz.ui import fetching

    try:
        st.write(f"found {source_of('imdb', fetching.DATA).name}")
    except BadInput as error:
        fetching.offer_fetch(error)


def opened() -> AppTest:
    return AppTest.from_function(page).run()


def click(app: AppTest) -> AppTest:
    (button,) = app.button
    assert button.label == LABEL
    return button.click().run()


def test_nothing_is_fetched_unasked(server: Server) -> None:
    app = opened()

    assert "84 MB" in app.error[0].value
    assert [button.label for button in app.button] == [LABEL]
    assert server.asked == []


def test_a_click_fetches_with_progress_and_the_page_goes_on(server: Server, shown, tmp_path: Path) -> None:
    app = click(opened())

    assert (tmp_path / TAR).read_bytes() == BODY
    assert [text.value for text in app.markdown] == [f"found {TAR}"]
    assert not app.error
    assert not app.button
    assert shown[0] == (0.0, "Asking the server for the reviews …")
    assert shown[-1] == (1.0, "Fetched 0.3 of 0.3 MB (100%)")
    assert [value for value, _ in shown] == sorted(value for value, _ in shown)


def test_a_server_that_refuses_is_said_and_can_be_asked_again(server: Server) -> None:
    server.status = 500
    app = click(opened())
    assert "fault of its own" in app.error[-1].value
    assert not app.get("progress")

    server.status = 200
    assert [text.value for text in click(app).markdown] == [f"found {TAR}"]


def test_a_fetch_that_broke_off_goes_on_with_the_next_click(server: Server) -> None:
    server.breaks, server.breaks_after = 100, 50_000
    app = click(opened())
    assert "goes on where it broke off" in app.error[-1].value

    server.breaks, server.asked = 0, []
    click(app)
    assert server.asked == ["bytes=250000-"]


def test_a_damaged_folder_is_not_covered_by_an_archive_beside_it(server: Server, tmp_path: Path) -> None:
    def damaged() -> None:
        from rnnviz.errors import BadInput
        from rnnviz.ui.fetching import offer_fetch

        offer_fetch(BadInput("not whole"))

    (tmp_path / FOLDER).mkdir()

    app = AppTest.from_function(damaged).run()

    assert app.error[0].value == "not whole"
    assert not app.button


def test_the_button_speaks_russian(server: Server) -> None:
    use_language("ru")

    def russian() -> None:
        from rnnviz.errors import BadInput
        from rnnviz.language import use_language
        from rnnviz.ui.fetching import offer_fetch

        use_language("ru")
        offer_fetch(BadInput("—"))

    (button,) = AppTest.from_function(russian).run().button

    assert button.label == "Скачать отзывы IMDB (84 МБ)"
