"""What only a browser shows of the runs: a row that is clicked, a file that is downloaded, and the way back in."""

import pytest
from playwright.sync_api import Locator, Page, expect

from rnnviz.runs.archive import unpack_archive
from rnnviz.runs.exchange import files_of
from rnnviz.runs.store import RunStore
from tests.browser.conftest import Server, boxes, settled

pytestmark = pytest.mark.browser


def headings(page: Page) -> Locator:
    return page.get_by_role("heading", level=3)


def click_table(page: Page, x: int, row: int) -> None:
    """Click a row, or with -1 the header; the table is drawn on a canvas. At the left of each row is its box."""
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    table.click(position={"x": x, "y": 35 * (row + 1) + 17})


BOX, ACCURACY = 18, 430


@pytest.fixture
def store(fresh_server: Server) -> RunStore:
    """The runs that come with the app, and one that was made."""
    store = RunStore(fresh_server.store)
    store.write("mine", files_of(store.folder("pets-lstm")))
    return store


@pytest.fixture
def runs_page(fresh_server: Server, store: RunStore, tab: Page) -> Page:
    tab.goto(fresh_server.link("runs"))
    settled(tab)
    return tab


def test_the_row_that_is_clicked_is_the_run_that_is_shown_however_the_table_is_sorted(runs_page, store):
    runs = store.listing().runs
    click_table(runs_page, BOX, 2)
    expect(headings(runs_page).first).to_have_text(runs[2].name)

    settled(runs_page)
    click_table(runs_page, ACCURACY, -1)
    expect(headings(runs_page).first).to_have_text(runs[2].name)
    click_table(runs_page, BOX, 0)

    worst = min(runs, key=lambda run: run.report["test"]["accuracy"])
    expect(headings(runs_page).first).to_have_text(worst.name)
    runs_page.wait_for_url(lambda address: f"run={worst.name}" in address)


def test_a_run_is_downloaded_deleted_brought_back_and_known_when_it_comes_in_again(runs_page, store, tmp_path):
    click_table(runs_page, BOX, len(store.listing().runs) - 1)
    expect(headings(runs_page).first).to_have_text("mine")

    with runs_page.expect_download() as download:
        runs_page.get_by_role("button", name="Download", exact=True).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "mine.zip"
    assert unpack_archive(file.read_bytes()) == files_of(store.folder("mine"))

    runs_page.get_by_role("button", name="Delete").click()
    expect(runs_page.get_by_text("The run “mine” was deleted.")).to_be_visible()
    assert not (store.made / "mine").exists()
    runs_page.get_by_role("button", name="Undo").click()
    expect(headings(runs_page).first).to_have_text("mine")

    runs_page.locator("input[type=file]").set_input_files(file)
    expect(runs_page.get_by_text("This run is here already, as “pets-lstm”")).to_be_visible()
    expect(headings(runs_page).first).to_have_text("pets-lstm")
    assert not boxes(runs_page)
