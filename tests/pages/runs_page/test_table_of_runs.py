"""All runs in a table: found, sorted, chosen, and the ways on to other pages."""

import pytest

from rnnviz.language import LANGUAGES, _, use_language
from rnnviz.runs.labels import book_of
from rnnviz.ui import runs as runs_page
from tests.pages.conftest import go_to, said
from tests.pages.runs_page.conftest import links, table


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


def test_the_ways_on_lead_to_pages_with_this_run_chosen(open_page, store):
    assert links(open_page("runs", run="pets-en-gru")) == {
        "step_through": "runs=pets-en-gru",
        "gradients": "runs=pets-en-gru",
        "compare": "runs=pets-en-gru%2Cpets-en-rnn%2Cpets-en-lstm",
    }
    assert links(open_page("runs", run="whole"))["compare"] == "runs=whole"


def test_damaged_runs_are_named(open_page, store):
    (store.folder("whole") / "run.json").write_bytes(b"{")

    app = open_page("runs")

    assert ["whole" in text and "run.json is damaged" in text for text in said(app)] == [True]
    assert "whole" not in list(table(app)["name"])
