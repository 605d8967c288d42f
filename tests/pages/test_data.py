"""Data: what one sees of a dataset before training, and how a file of one's own becomes one."""

import json
import re

import pytest

from rnnviz.charts.style import class_colour
from rnnviz.text.sources import DATA
from rnnviz.ui import uploads
from tests.pages.conftest import figures, go_to, plain, said
from tests.pages.training import unfold
from tests.tables import tables

REVIEWS = [
    *[(f"A {word} film, number {number}.", "good") for number, word in enumerate(["lovely", "warm", "great"] * 10)],
    *[(f"A {word} film, part {number}.", "bad") for number, word in enumerate(["dull", "cold", "awful"] * 10)],
]


def as_csv(rows, delimiter=","):
    return "\n".join(["text" + delimiter + "label", *(f'"{text}"{delimiter}{label}' for text, label in rows)])


def bring(app, content, name="mine.csv"):
    content = content.encode() if isinstance(content, str) else content
    return app.file_uploader(key="upload").set_value((name, content, "text/csv")).run()


def use(app):
    return app.button(key="use_dataset").click().run()


def metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def table_with(app, column):
    return next(table for table in tables(app) if column in table.columns)


def texts(app):
    return next(table.value for table in app.dataframe if "text" in table.columns and "part" in table.value)


@pytest.fixture
def data_page(open_page, small_datasets):
    """The page on forty names."""
    return lambda **parameters: open_page("data", **parameters)


@pytest.fixture
def uploaded(open_page):
    """The page on sixty reviews that somebody brought."""
    return use(bring(open_page("data"), as_csv(REVIEWS)))


def test_rows_classes_and_tokens_are_counted(data_page):
    app = data_page()

    found = metrics(app)
    assert (found["rows in the source"], found["texts after cleaning"], found["classes"]) == ("40", "40", "2")
    (bars,) = figures(app)["class_bars"]["data"]
    assert (bars["x"], bars["y"]) == ([20, 20], ["cat", "dog"])
    assert bars["marker"]["color"] == [class_colour(0), class_colour(1)]


def test_every_step_of_cleaning_tells_how_many_rows_it_touched(open_page):
    table = table_with(open_page("data", dataset="pets"), "examples")

    assert table.index[0] == "Rows without text or class"
    assert any(int(count.replace(",", "")) > 0 for count in table["rows"])
    assert any(table["examples"])


def test_the_proof_that_nothing_leaks_is_computed(data_page):
    app = data_page()

    assert "0 texts stand in more than one part" in plain(app.success[0].value)
    assert "All 40 cleaned texts" in plain(app.success[0].value)
    split = table_with(app, "share")
    assert sum(map(int, split["texts"])) == 40
    assert list(split.index) == ["training", "validation", "test"]


def test_a_text_in_two_parts_would_be_said(data_page, monkeypatch):
    monkeypatch.setattr("rnnviz.ui.survey.texts_in_two", lambda parts: 3)

    app = data_page()

    assert not app.success
    assert any("3 texts stand in more than one part" in text for text in said(app))


def test_the_cut_is_marked_and_what_it_costs_is_said(data_page):
    app = data_page()
    app.number_input(key="max_tokens").set_value(4).run()

    lengths = figures(app)["length_bars"]["layout"]
    assert lengths["shapes"][0]["x0"] == 4.5
    assert any(re.match(r"\d+ texts \(\d+\.\d%\) are longer than 4 tokens", plain(each.value)) for each in app.markdown)
    assert app.query_params["max_tokens"] == "4"


def test_the_vocabulary_and_the_unknown_tokens_follow_the_settings(data_page):
    app = data_page()
    before = list(table_with(app, "unknown tokens")["unknown tokens"])
    app.number_input(key="max_vocabulary").set_value(10).run()

    assert figures(app)["rank_frequency"]["layout"]["shapes"][0]["x0"] == 10
    assert list(table_with(app, "unknown tokens")["unknown tokens"]) != before


def test_the_settings_of_the_data_are_those_of_the_training(data_page):
    app = data_page()
    app.number_input(key="max_tokens").set_value(5).run()

    assert unfold(go_to(app, "train"), "settings").number_input(key="max_tokens").value == 5


def test_words_that_only_one_class_says_speak_for_it(uploaded):
    tokens = {place: figures(uploaded)[f"telling_{place}"]["layout"]["yaxis"]["ticktext"][:4] for place in (0, 1)}

    assert {"dull", "cold", "awful", "part"} == set(tokens[0])
    assert {"lovely", "warm", "great", "number"} == set(tokens[1])


def test_texts_are_searched_and_filtered(uploaded):
    assert len(texts(uploaded)) == 60

    uploaded.text_input(key="find").set_value("LOVELY").run()
    assert len(texts(uploaded)) == 10
    assert all("lovely" in text for text in texts(uploaded)["text"])

    uploaded.multiselect(key="find_parts").set_value(["test"]).run()
    assert set(texts(uploaded)["part"]) <= {"test"}

    uploaded.text_input(key="find").set_value("nowhere").run()
    assert not any("part" in table.value for table in uploaded.dataframe)
    assert "0 texts of 60 fit." in [caption.value for caption in uploaded.caption]


def test_at_most_a_hundred_texts_are_sent_at_once(open_page):
    app = open_page("data", dataset="reviews")

    assert len(texts(app)) == 100
    first = texts(app)["text"].iloc[0]
    app.pagination[0].set_value(7).run()
    assert len(texts(app)) == 60, "the last page of 660"
    assert texts(app)["text"].iloc[0] != first


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("dataset", ["pets", "pets-en", "reviews"])
def test_every_dataset_that_comes_with_the_app_is_shown(open_page, language, dataset):
    app = open_page("data", language, dataset=dataset)

    assert not app.exception
    assert not said(app)
    assert len(figures(app)) == 6


def test_reviews_tell_what_makes_them_interesting(open_page):
    table = table_with(open_page("data", dataset="reviews"), "negative")

    assert len(table) == 6
    assert sum(map(int, [*table["negative"], *table["positive"]])) == 660


@pytest.mark.parametrize("page", ["data", "train"])
def test_reviews_that_are_not_there_can_be_fetched(open_page, monkeypatch, tmp_path, page):
    monkeypatch.setattr("rnnviz.ui.resources.DATA", tmp_path)
    monkeypatch.setattr("rnnviz.ui.fetching.DATA", tmp_path)

    app = open_page(page, dataset="imdb")

    assert not app.exception
    assert any("IMDB reviews are not in" in text for text in said(app))
    assert [button.key for button in app.button if button.key == "fetch_imdb"]


def test_a_dataset_whose_file_is_missing_is_said(open_page, monkeypatch, tmp_path):
    monkeypatch.setattr("rnnviz.ui.resources.DATA", tmp_path)

    app = open_page("data", dataset="pets")

    assert not app.exception
    assert any("pets.csv" in text for text in said(app))


def test_a_file_is_shown_before_it_is_used(open_page):
    app = bring(open_page("data"), as_csv([*REVIEWS, ("", "хорошо")], ";").encode("cp1251"), "отзывы.csv")

    assert not app.exception
    (found,) = [plain(each.value) for each in app.markdown if plain(each.value).startswith("format:")]
    assert found == "format: csv · encoding: Windows-1251 · delimiter: “;” · rows: 61 · columns: 2"
    assert list(app.dataframe[0].value.columns) == ["text", "label"]
    assert len(app.dataframe[0].value) == 5
    assert (app.selectbox(key="upload_text").value, app.selectbox(key="upload_label").value) == ("text", "label")
    assert figures(app)["upload_classes"]["data"][0]["x"] == [30, 30]
    assert any("1 row lacks a text or a class" in text for text in said(app))


def test_a_used_file_is_a_dataset_with_the_name_of_the_file(uploaded):
    (name,) = uploads.shelf().names()

    assert not uploaded.exception
    assert re.fullmatch(r"upload-[0-9a-f]{10}-word", name)
    assert uploaded.selectbox(key="dataset").value == name
    assert "mine.csv" in uploaded.selectbox(key="dataset").options
    assert uploaded.query_params["dataset"] == name
    assert metrics(uploaded)["rows in the source"] == "60"


def test_a_used_file_is_trained_on(uploaded, engine):
    app = go_to(uploaded, "train")
    assert app.selectbox(key="dataset").value == uploads.shelf().names()[0]
    pinned = app.text_area[0].value.split("\n")
    assert pinned[0] == "A dull film, part 0."

    app.number_input(key="epochs").set_value(1).run()
    app.button(key="train").click().run()

    assert not app.exception
    assert [(corpus.card.rows, watch.pinned) for _config, corpus, watch in engine.submitted] == [
        (60, tuple(pinned))
    ] * 3
    engine.finish()
    assert not app.run().exception


def test_an_upload_that_is_gone_is_said_and_another_dataset_shown(open_page, small_datasets):
    app = open_page("data", dataset="upload-0123456789-word")

    assert not app.exception
    assert [text for text in said(app) if "no longer on this server" in text]
    assert app.selectbox(key="dataset").value == "pets-en"


def test_an_upload_that_made_room_for_others_since_it_was_chosen_is_said(open_page, small_datasets):
    app = open_page("home")
    app.session_state["dataset"] = "upload-0123456789-word"

    go_to(app, "data")

    assert not app.exception
    assert [text for text in said(app) if "no longer on this server" in text]
    assert app.selectbox(key="dataset").value == "pets-en"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b" ", "empty.csv is empty"),
        ("noise.csv", bytes(range(256)) * 40, "noise.csv"),
        ("one.csv", b"text,label\na,x\nb,x\nc,x\n", "Number of classes in one.csv: 1 (x)"),
        ("header.csv", b"text,label\n", "no rows"),
        ("broken.parquet", b"PAR1 and nothing more", "not a whole Parquet file"),
        ("lines.jsonl", b'{"text": "a"\n', "is not a JSON object"),
        ("few.csv", b"text,label\na,x\nb,x\nc,y\nd,y\n", "at least 4 are needed"),
        ("quote.csv", b'text,label\n"a,x\nb,y\n', "quot"),
    ],
)
def test_a_file_that_can_not_be_used_is_said_in_place(open_page, small_datasets, name, content, message):
    app = bring(open_page("data"), content, name)

    assert not app.exception
    assert any(message in text for text in said(app)), said(app)
    assert not [button for button in app.button if button.key == "use_dataset"]
    assert metrics(app)["rows in the source"] == "40", "the page goes on"


def test_one_column_can_not_be_both(open_page, small_datasets):
    app = bring(open_page("data"), as_csv(REVIEWS))
    app.selectbox(key="upload_label").set_value("text").run()

    assert not app.exception
    assert any("can’t be both the text and the class" in text for text in said(app))


def test_of_many_classes_one_is_compared_with_all_others(open_page):
    rows = [(f"{name} {number}", name) for name in ("ant", "bee", "cow") for number in range(10)]
    app = use(bring(open_page("data"), as_csv(rows)))
    name = app.selectbox(key="dataset").value

    app.selectbox(key=f"telling_class {name}").set_value(2).run()
    app.multiselect(key=f"find_classes {name}").set_value([2]).run()

    assert not app.exception
    assert figures(app)["telling_2"]["layout"]["yaxis"]["ticktext"][0] in {"cow", "c", "o", "w"}
    assert set(texts(app)["class"]) == {"cow"}
    app.selectbox(key="dataset").set_value("pets-en").run()
    assert not app.exception
    assert set(texts(app)["class"]) == {"cat", "dog"}


def test_limits_are_stated_before_anything_is_uploaded(open_page, small_datasets):
    words = " ".join(plain(each.value) for each in open_page("data").markdown)

    assert "up to 50 MB, 200,000 rows and 200 columns; 2 to 20 classes" in words


def test_names_are_read_letter_by_letter_unless_somebody_says_otherwise(open_page, small_datasets):
    names = (DATA / "pets_en.csv").read_text(encoding="utf-8")
    app = bring(open_page("data"), names)

    assert app.segmented_control(key="upload_unit").value == "character"


def test_json_lines_are_read_too(open_page, small_datasets):
    lines = "\n".join(json.dumps({"text": text, "label": label}) for text, label in REVIEWS)

    app = use(bring(open_page("data"), lines, "mine.jsonl"))

    assert not app.exception
    assert metrics(app)["rows in the source"] == "60"
