"""What all pages have in common: they open, in both languages, and say what is wrong with the store."""

import shutil

import pytest

from rnnviz.language import LANGUAGES, _, use_language
from rnnviz.text.sources import BUNDLED
from rnnviz.ui.page import PAGES
from tests.pages.conftest import drawn_traces, figures, go_to, said

NAMES = ["home", "data", "train", "step_through", "gradients", "compare", "runs"]
WITH_RUNS = ["home", "step_through", "gradients", "compare"]
TITLES = dict(zip(NAMES, ["See a recurrent network think", *(page.title for page in PAGES[1:])], strict=True))


def title_in(language: str, page: str) -> str:
    use_language(language)
    return _(TITLES[page])


@pytest.mark.parametrize("language", list(LANGUAGES))
@pytest.mark.parametrize("page", NAMES)
def test_every_page_opens_from_a_link_in_the_language_of_the_browser(open_page, page, language):
    app = open_page(page, language)

    assert not app.exception
    assert not app.error
    assert not app.warning
    assert [title.value for title in app.title] == [title_in(language, page)]
    assert app.query_params["lang"] == language


@pytest.mark.parametrize("page", NAMES)
def test_every_page_opens_on_a_fresh_server_too(open_page, fresh_server, page):
    """Which runs the page without `app.py` at first, and would show no menu."""
    app = open_page(page, "ru", text="Мурка")

    assert not app.exception
    assert [title.value for title in app.title] == [title_in("ru", page)]
    assert app.query_params["lang"] == "ru"
    if page in {"home", "step_through", "gradients"}:
        assert app.query_params["text"] == "Мурка", "the link is handed over whole"


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_page_opens_from_the_menu_in_the_language_of_the_session(open_page, language):
    app = open_page("home")
    app.session_state["lang"] = language
    for page in NAMES[1:]:
        go_to(app, page)

        assert not app.exception
        assert not app.error
        assert [title.value for title in app.title] == [title_in(language, page)]


@pytest.mark.parametrize("page", NAMES)
def test_the_language_can_be_switched_and_stays_from_page_to_page(open_page, page):
    app = open_page(page)

    app.segmented_control(key="lang").set_value("ru").run()

    assert app.title[0].value == title_in("ru", page)
    assert app.query_params["lang"] == "ru"
    other = "gradients" if page != "gradients" else "compare"
    assert go_to(app, other).title[0].value == title_in("ru", other)
    assert app.segmented_control(key="lang").value == "ru"


def test_a_link_decides_the_language_before_the_browser_does(open_page):
    assert open_page("compare", "en-GB", lang="ru").segmented_control(key="lang").value == "ru"
    assert open_page("compare", "ru-RU", lang="en").segmented_control(key="lang").value == "en"


@pytest.mark.parametrize(
    ("browser", "spoken"), [("ru-RU", "ru"), ("ru", "ru"), ("en-GB", "en"), ("de-DE", "en"), (None, "en")]
)
def test_a_language_that_we_do_not_speak_means_english(open_page, browser, spoken):
    assert open_page("compare", browser).segmented_control(key="lang").value == spoken
    assert open_page("compare", browser, lang="tlh").segmented_control(key="lang").value == spoken


@pytest.mark.parametrize("page", WITH_RUNS)
def test_every_page_draws_in_the_dark_too(open_page, page):
    app = open_page(page)
    app.context["theme"] = "dark"

    app.run()

    assert not app.exception
    assert {**figures(app), **drawn_traces(app)}


@pytest.mark.parametrize("page", WITH_RUNS)
def test_a_damaged_run_is_named_and_the_others_still_work(open_page, checkpoints_folder, page):
    (checkpoints_folder / "pets-en-gru" / "report.json").write_text("{", encoding="utf-8")

    app = open_page(page)

    assert not app.exception
    assert not app.error
    assert ["pets-en-gru" in text and "report.json" in text for text in said(app)] == [True]
    assert {**figures(app), **drawn_traces(app)}


@pytest.mark.parametrize("page", WITH_RUNS)
def test_a_run_that_lacks_a_file_is_named_and_the_others_still_work(open_page, checkpoints_folder, page):
    (checkpoints_folder / "pets-en-rnn" / "model.safetensors").unlink()

    app = open_page(page)

    assert not app.exception
    assert ["pets-en-rnn" in text and "model.safetensors" in text for text in said(app)] == [True]
    assert {**figures(app), **drawn_traces(app)}


@pytest.mark.parametrize("page", WITH_RUNS)
def test_a_run_with_damaged_weights_is_named_and_the_others_still_work(open_page, checkpoints_folder, page):
    (checkpoints_folder / "pets-en-lstm" / "model.safetensors").write_bytes(b"not weights")

    app = open_page(page)

    assert not app.exception
    if page != "compare":  # which needs no weights
        assert any("pets-en-lstm" in text and "model.safetensors" in text for text in said(app))
    assert {**figures(app), **drawn_traces(app)}


@pytest.mark.parametrize("page", ["step_through", "gradients", "compare"])
def test_without_any_run_the_page_says_where_to_get_some(open_page, checkpoints_folder, page):
    shutil.rmtree(checkpoints_folder)

    app = open_page(page)

    assert not app.exception
    assert said(app) == ["There are no runs yet. Train some on the page “Train”."]


@pytest.mark.parametrize("page", WITH_RUNS[1:])
def test_a_run_that_is_gone_is_said_and_the_others_of_the_link_are_shown(open_page, page):
    app = open_page(page, runs="pets-en-lstm,gone-1,pets-en-gru")

    assert not app.exception
    assert said(app) == ["There is no run “gone-1” here; choose another one from the list."]
    assert app.multiselect(key="runs").value == ["pets-en-lstm", "pets-en-gru"]


@pytest.mark.parametrize("page", WITH_RUNS[1:])
def test_where_all_runs_of_a_link_are_gone_those_that_come_with_the_app_are_shown(open_page, page):
    app = open_page(page, runs="gone-1,../../etc")

    assert ["gone-1, ../../etc" in text for text in said(app)] == [True]
    assert app.multiselect(key="runs").value == ["pets-en-rnn", "pets-en-lstm", "pets-en-gru"]


@pytest.mark.parametrize("page", WITH_RUNS[1:])
def test_a_run_that_a_link_names_twice_is_shown_once(open_page, page):
    app = open_page(page, runs="pets-lstm,pets-lstm,pets-gru")

    assert not app.exception
    assert app.multiselect(key="runs").value == ["pets-lstm", "pets-gru"]


@pytest.mark.parametrize("page", WITH_RUNS[1:])
def test_a_link_with_too_many_runs_shows_as_many_as_fit(open_page, checkpoints_folder, page):
    for number in range(10):
        shutil.copytree(checkpoints_folder / "pets-rnn", checkpoints_folder / f"copy-{number}")

    app = open_page(page, runs=",".join(f"copy-{number}" for number in range(10)))

    assert not app.exception
    assert app.multiselect(key="runs").value == [f"copy-{number}" for number in range(8)]


def test_the_chosen_runs_follow_from_page_to_page(open_page):
    app = open_page("step_through", runs="pets-lstm,pets-gru")

    for page in ("gradients", "compare", "step_through"):
        assert go_to(app, page).multiselect(key="runs").value == ["pets-lstm", "pets-gru"]
        assert app.query_params["runs"] == "pets-lstm,pets-gru"


@pytest.mark.parametrize("typed", [True, False])
def test_the_text_follows_from_page_to_page(open_page, typed):
    """A text that was typed, and one that came with a link and was never touched."""
    app = open_page("home", text="Rex" if typed else "Bella")
    if typed:
        app.text_input(key="text").set_value("Bella").run()

    for page in ("step_through", "gradients", "home"):
        assert go_to(app, page).text_input(key="text").value == "Bella"
        assert app.query_params["text"] == "Bella"


@pytest.mark.parametrize("page", WITH_RUNS[1:])
def test_without_a_chosen_run_the_page_asks_for_one(open_page, page):
    app = open_page(page)

    app.multiselect(key="runs").set_value([]).run()

    assert not app.exception
    assert said(app) == ["Choose at least 1 of the runs in the list."]


def test_an_address_that_is_late_does_not_undo_what_was_typed(open_page):
    """The browser sends the address it has; with fast typing that is the one of some letters ago."""
    app = open_page("home", text="B")
    app.text_input(key="text").set_value("Be").run()

    app.query_params["text"] = "B"
    app.text_input(key="text").set_value("Bel").run()

    assert app.text_input(key="text").value == "Bel"
    assert app.query_params["text"] == "Bel"


def test_a_link_on_a_page_counts_each_time_it_is_followed(open_page):
    app = open_page("compare", runs="pets-lstm,pets-gru")
    app.multiselect(key="runs").set_value(["pets-rnn", "pets-gru"]).run()
    go_to(app, "train")

    app.query_params["runs"] = "pets-lstm,pets-gru"
    app.switch_page("pages/compare.py").run()

    assert app.multiselect(key="runs").value == ["pets-lstm", "pets-gru"]


def test_runs_of_the_app_have_a_star_in_the_list(open_page, checkpoints_folder):
    shutil.copytree(checkpoints_folder / "pets-rnn", checkpoints_folder / "runs" / "mine")

    options = open_page("compare").multiselect(key="runs").options

    assert len(options) == 10
    assert [option.endswith("★") for option in options] == [True] * 9 + [False]


def test_untouched_examples_and_runs_follow_the_language(open_page):
    app = open_page("gradients", "en")
    app.segmented_control(key="lang").set_value("ru").run()

    assert app.text_input(key="text").value == BUNDLED["pets"].examples[0]
    assert app.multiselect(key="runs").value == ["pets-rnn", "pets-lstm", "pets-gru"]


def test_what_was_typed_and_chosen_stays_when_the_language_changes(open_page):
    app = open_page("gradients", "en", text="Rosie", runs="pets-en-gru")
    app.segmented_control(key="lang").set_value("ru").run()

    assert app.text_input(key="text").value == "Rosie"
    assert app.multiselect(key="runs").value == ["pets-en-gru"]
