"""A run is handed on as a file, and comes in as one."""

import io
import shutil
import zipfile

import pytest

from rnnviz.language import LANGUAGES
from rnnviz.runs.archive import pack_archive, unpack_archive
from rnnviz.runs.exchange import essentials, files_of
from tests.pages.conftest import plain, said
from tests.pages.runs_page.conftest import bring, table


@pytest.mark.parametrize(
    ("run", "titles"),
    [("whole", ["Download", "Download without its past"]), ("small", ["Download"])],
)
def test_a_run_can_be_downloaded_whole_and_where_it_has_a_past_without_it(open_page, store, run, titles):
    assert [button.label for button in open_page("runs", run=run).get("download_button")] == titles


def test_a_run_that_is_too_large_is_offered_without_its_past(open_page, store, monkeypatch):
    size = sum(len(content) for content in essentials(files_of(store.folder("whole"))).values())
    monkeypatch.setattr("rnnviz.ui.archives.MOST_BYTES", size)

    assert [each.label for each in open_page("runs", run="whole").get("download_button")] == [
        "Download without its past"
    ]
    monkeypatch.setattr("rnnviz.ui.archives.MOST_BYTES", size - 1)
    app = open_page("runs", run="whole")
    assert not app.get("download_button")
    assert any("can’t be handed on as a file" in each.value for each in app.caption)


def test_what_is_downloaded_is_the_run(open_page, store, monkeypatch):
    packed = {}
    monkeypatch.setattr(
        "streamlit.download_button", lambda title, data, file_name, **_: packed.update({file_name: data()})
    )

    open_page("runs", run="whole")

    files = files_of(store.folder("whole"))
    assert {name: unpack_archive(content) for name, content in packed.items()} == {
        "whole.zip": files,
        "whole-small.zip": essentials(files),
    }


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_what_may_be_brought_is_said_before(open_page, language):
    app = open_page("runs", language)

    assert any("**50 " in each.value for each in app.markdown)


def test_a_run_that_is_brought_is_in_the_table_and_chosen(open_page, store, checkpoints):
    app = open_page("runs")
    app.text_input(key="find_run").set_value("gru").run()

    bring(app, pack_archive(checkpoints["rnn"]))

    new = store.listing().runs[-1].name
    assert not app.exception
    assert said(app) == []
    assert [plain(box.value) for box in app.success] == [f"The run is here now, as “{new}”."]
    assert new in list(table(app)["name"])
    assert plain(app.subheader[0].value) == new
    assert files_of(store.folder(new)) == checkpoints["rnn"]


def test_a_run_that_is_brought_twice_is_said_to_be_here(open_page, store):
    before = [run.name for run in store.listing().runs]

    app = bring(open_page("runs"), pack_archive(files_of(store.folder("whole"))))

    assert said(app) == ["This run is here already, as “whole”; nothing was changed."]
    assert [run.name for run in store.listing().runs] == before
    assert app.subheader[0].value == "whole"


def test_what_was_said_of_a_file_goes_with_the_file(open_page, store, checkpoints):
    app = bring(open_page("runs"), pack_archive(checkpoints["rnn"]))

    app.file_uploader(key="import").set_value(None).run()

    assert not app.success


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("content", [b"not a zip", "../run.json", "damaged"], ids=["no zip", "path", "damaged"])
def test_what_is_no_sound_run_is_said_and_nothing_is_kept(open_page, store, language, content):
    before = sorted(store.root.rglob("*"))
    if isinstance(content, str):
        files = files_of(store.folder("whole"))
        files = {**files, content: b""} if content != "damaged" else {**files, "report.json": b"{"}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, each in files.items():
                archive.writestr(name, each)
        content = packed.getvalue()

    app = bring(open_page("runs", language), content)

    assert not app.exception
    assert len(app.error) == 1
    assert not app.success
    assert sorted(store.root.rglob("*")) == before


def test_without_any_run_one_can_be_brought(open_page, checkpoints_folder, checkpoints):
    shutil.rmtree(checkpoints_folder)
    app = open_page("runs")
    assert said(app) == ["There are no runs yet. Train some on the page “Train”."]

    bring(app, pack_archive(checkpoints["rnn"]))

    assert not app.exception
    assert len(table(app)) == 1
