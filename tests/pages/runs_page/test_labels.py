"""A run is given a name and tags, which everyone sees."""

from rnnviz.runs.labels import Labels, book_of
from rnnviz.ui import resources
from tests.pages.conftest import plain, said
from tests.pages.runs_page.conftest import table


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
