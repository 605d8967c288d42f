"""Runs: a table of all runs; one of them is named, tagged, handed on, deleted and brought back; others come in."""

import io
import shutil
import zipfile

import pandas as pd
import pytest

from rnnviz.language import LANGUAGES, _, use_language
from rnnviz.runs import trash
from rnnviz.runs.archive import pack_archive, unpack_archive
from rnnviz.runs.exchange import essentials, files_of
from rnnviz.runs.labels import Labels, book_of
from rnnviz.runs.store import RunStore
from rnnviz.ui import resources
from rnnviz.ui import runs as runs_page
from tests.pages.conftest import click, go_to, plain, said


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


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_all_runs_stand_in_the_table_with_what_can_be_sorted_by(open_page, store, language):
    app = open_page("runs", language)

    use_language(language)
    shown = table(app)
    assert not app.exception
    assert list(shown.columns) == [
        _(title)
        for title in (
            "name",
            "dataset",
            "cell",
            "test accuracy",
            "epochs",
            "seconds",
            "seed",
            "parameters",
            "tags",
            "made",
        )
    ]
    listed = store.listing().runs
    assert list(shown[_("name")]) == [run.name for run in listed]
    assert list(shown[_("test accuracy")]) == [run.report["test"]["accuracy"] for run in listed]
    assert list(shown[_("parameters")]) == [run.parameters for run in listed]
    assert list(shown[_("epochs")]) == [run.epochs for run in listed]


def test_only_runs_that_were_made_here_have_a_time(open_page, store):
    made = table(open_page("runs")).set_index("name")["made"]

    assert set(made.index[made.notna()]) == {"whole", "small"}
    assert abs(made["whole"].timestamp() - store.folder("whole").stat().st_mtime) < 1


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("whole", ["whole"]),
        ("GRU whole", ["whole"]),
        ("lecture", ["small"]),
        ("BEST first", ["small"]),
        ("english LSTM", ["pets-en-lstm"]),
        ("  ", None),
    ],
)
def test_runs_are_found_by_name_tag_dataset_and_cell(open_page, store, wanted, found):
    book_of(store).rename("small", "My best")
    book_of(store).tag("small", ["lecture 3", "first"])
    app = open_page("runs")

    app.text_input(key="find_run").set_value(wanted).run()

    titles = {"small": "My best"}
    expected = found or [run.name for run in store.listing().runs]
    assert list(table(app)["name"]) == [titles.get(name, name) for name in expected]


def test_where_no_run_fits_it_is_said(open_page, store):
    app = open_page("runs")

    app.text_input(key="find_run").set_value("transformer").run()

    assert said(app) == [f"No run fits; there are {len(store.listing().runs)}."]
    assert not app.dataframe


def test_a_link_chooses_a_run_and_the_table_shows_it(open_page, store):
    app = open_page("runs", run="whole")

    assert app.subheader[0].value == "whole"
    rows = app.session_state["runs_table"]["selection"]["rows"]
    assert list(table(app)["name"].iloc[rows]) == ["whole"]
    assert app.query_params["run"] == "whole"


def test_without_a_choice_the_page_says_what_a_choice_is_for(open_page, store):
    app = open_page("runs")

    assert [button.label for button in app.button] == ["Present"]
    assert [each.value for each in app.caption] == [
        "Choose a run in the table to name it, tag it, look into it, hand it on or delete it."
    ]


def test_a_link_to_a_run_that_is_gone_is_said(open_page, store):
    app = open_page("runs", run="../../etc")

    assert said(app) == ["There is no run “../../etc” here; choose another one from the list."]
    assert len(table(app)) == len(store.listing().runs)


def test_the_row_that_is_clicked_is_kept_by_its_name(monkeypatch):
    state = {"runs_table": {"selection": {"rows": [1]}}}
    monkeypatch.setattr(runs_page.st, "session_state", state)

    runs_page.take_row(["a", "b"])
    assert state["run"] == "b"
    state["runs_table"] = {"selection": {"rows": []}}
    runs_page.take_row(["a", "b"])
    assert state["run"] is None


def test_the_chosen_run_stays_chosen_when_a_search_moves_its_row(open_page, store):
    app = open_page("runs", run="whole")

    app.text_input(key="find_run").set_value("gru").run()

    assert app.subheader[0].value == "whole"
    rows = app.session_state["runs_table"]["selection"]["rows"]
    assert list(table(app)["name"].iloc[rows]) == ["whole"]


def test_a_run_is_named_and_tagged_and_everyone_sees_it(open_page, store):
    app = open_page("runs", run="whole")
    app.text_input(key="run_title").set_value("My *first* GRU").run()
    app.multiselect(key="run_tags").set_value(["lecture", "good"]).run()

    assert not app.exception
    assert plain(app.subheader[0].value) == "My *first* GRU"
    assert book_of(store).read() == {"whole": Labels("My *first* GRU", ("lecture", "good"))}
    other = table(open_page("runs"))
    assert list(other["tags"].iloc[-2]) == ["lecture", "good"]
    assert "My *first* GRU" in list(other["name"])
    assert resources.given_title("whole") == "My *first* GRU"
    assert resources.given_title("small") == ""


def test_a_run_that_comes_with_the_app_can_be_named_too(open_page, store):
    app = open_page("runs", run="pets-lstm")

    app.text_input(key="run_title").set_value("Ours").run()

    assert book_of(store).read() == {"pets-lstm": Labels("Ours")}


def test_a_run_is_called_by_its_name_wherever_it_can_be_chosen(open_page, store):
    book_of(store).rename("whole", "My first")

    app = open_page("step_through", runs="whole", text="мурка")

    assert any(option.startswith("My first · ") for option in app.multiselect(key="runs").options)


def test_the_runs_of_this_session_can_be_listed_alone(open_page, store, engine, small_datasets):
    app = open_page("train", epochs="1", hidden_size="3", cells="gru")
    app.button(key="train").click().run()
    engine.finish()
    go_to(app, "runs")

    assert len(table(app)) > 1
    app.toggle(key="only_own").set_value(True).run()
    (name,) = engine.live
    assert list(table(app)["name"]) == [name]


def test_a_session_that_has_trained_nothing_is_not_asked(open_page, store):
    assert not [toggle for toggle in open_page("runs").toggle if toggle.key == "only_own"]


def test_a_tag_that_is_too_long_is_said_and_taken_back(open_page, store):
    app = open_page("runs", run="whole")
    app.multiselect(key="run_tags").set_value(["good"]).run()

    app.multiselect(key="run_tags").set_value(["good", "x" * 25]).run()

    assert said(app) == [f"The tag “{'x' * 25}” has 25 characters; at most 24 fit."]
    assert app.multiselect(key="run_tags").value == ["good"]
    assert said(app.run()) == []


def test_name_and_tags_of_one_run_are_not_those_of_the_next(open_page, store):
    book_of(store).rename("whole", "Mine")
    book_of(store).tag("whole", ["good"])
    app = open_page("runs", run="whole")

    app.session_state["run"] = "small"
    app.run()

    assert app.text_input(key="run_title").value == ""
    assert app.multiselect(key="run_tags").value == []


def test_a_damaged_file_of_names_hides_no_run(open_page, store):
    (store.made / "labels.json").write_text("{")

    app = open_page("runs", run="whole")
    assert len(table(app)) == len(store.listing().runs)
    app.text_input(key="run_title").set_value("Mine").run()

    assert "is kept as labels.json.damaged; do it again" in said(app)[0]


def test_a_deleted_run_is_gone_and_comes_back_with_undo(open_page, store, checkpoints):
    book_of(store).rename("whole", "Mine")
    app = open_page("runs", run="whole")

    click(app, "Delete")
    assert not app.exception
    assert "Mine" not in list(table(app)["name"])
    assert said(app) == ["The run “Mine” was deleted."]
    assert "run" not in app.query_params

    click(app, "Undo")
    assert said(app) == []
    assert plain(app.subheader[0].value) == "Mine"
    assert files_of(store.folder("whole")) == checkpoints["gru"]


def test_undo_is_for_the_run_that_was_deleted_last(open_page, store):
    app = click(open_page("runs", run="whole"), "Delete")
    app.session_state["run"] = "small"
    app.run()

    click(app, "Delete")
    assert said(app) == ["The run “small” was deleted."]
    click(app, "Undo")

    assert trash.deleted(store) == ["whole"]


def test_undo_is_over_when_the_page_is_left(open_page, store):
    app = click(open_page("runs", run="whole"), "Delete")

    go_to(app, "data")
    go_to(app, "runs")

    assert said(app) == []
    assert not any(button.label == "Undo" for button in app.button)
    assert trash.deleted(store) == ["whole"]


def test_a_run_that_can_not_come_back_is_said(open_page, store, checkpoints):
    app = click(open_page("runs", run="whole"), "Delete")
    store.write("whole", checkpoints["rnn"])

    click(app, "Undo")

    assert said(app)[0] == "Run “whole” can’t be brought back: another one has this name now."


def test_a_run_that_comes_with_the_app_can_not_be_deleted(open_page, store):
    (button,) = [button for button in open_page("runs", run="pets-lstm").button if button.label == "Delete"]

    assert button.disabled
    assert button.help == "This run comes with the app and can’t be deleted."


def test_the_ways_on_lead_to_pages_with_this_run_chosen(open_page, store):
    assert links(open_page("runs", run="pets-en-gru")) == {
        "step_through": "runs=pets-en-gru",
        "gradients": "runs=pets-en-gru",
        "compare": "runs=pets-en-gru%2Cpets-en-rnn%2Cpets-en-lstm",
    }
    assert links(open_page("runs", run="whole"))["compare"] == "runs=whole"


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


def test_damaged_runs_are_named(open_page, store):
    (store.folder("whole") / "run.json").write_bytes(b"{")

    app = open_page("runs")

    assert ["whole" in text and "run.json is damaged" in text for text in said(app)] == [True]
    assert "whole" not in list(table(app)["name"])


def test_without_any_run_one_can_be_brought(open_page, checkpoints_folder, checkpoints):
    shutil.rmtree(checkpoints_folder)
    app = open_page("runs")
    assert said(app) == ["There are no runs yet. Train some on the page “Train”."]

    bring(app, pack_archive(checkpoints["rnn"]))

    assert not app.exception
    assert len(table(app)) == 1
