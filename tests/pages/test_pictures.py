"""Every picture of every page can be saved: the camera on it, and its numbers as CSV below."""

import io
import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import drawn_lines, drawn_traces, figures
from tests.pages.training import press

Files = dict[str, Callable[[], bytes]]

PAGES = ["home", "data", "step_through", "gradients", "compare"]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """What buttons would hand out if they were pressed, by the name of the file."""
    known: Files = {}
    add = MediaFileManager.add_deferred

    def remember(self: MediaFileManager, made: Callable[[], bytes], *args: object, file_name: str, **more: object):
        known[file_name] = made
        return add(self, made, *args, file_name=file_name, **more)

    monkeypatch.setattr(MediaFileManager, "add_deferred", remember)
    return known


def numbers(files: Files, name: str) -> pd.DataFrame:
    data = files[f"rnnviz-{name}.csv"]()
    assert data.startswith(b"\xef\xbb\xbf"), "the mark by which spreadsheets know UTF-8"
    return pd.read_csv(io.BytesIO(data))


def save_places(app: AppTest) -> list[str]:
    return [key for key in app.session_state._state.filtered_state if key.startswith("save ")]


def opened(app: AppTest) -> AppTest:
    for key in save_places(app):
        app.session_state[key] = True
    return app.run()


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("page", PAGES)
def test_each_picture_of_a_page_has_its_numbers(open_page, files, page, language):
    app = open_page(page, language)
    assert not files, "nothing is offered before it is asked for"

    opened(app)

    assert not app.exception
    keys = [*figures(app), *drawn_traces(app)]
    assert keys
    assert len(files) == len(keys)
    for key in keys:
        assert len(numbers(files, key.replace(" ", "-"))) > 0, key
    assert len(app.get("download_button")) == len(keys)


@pytest.mark.parametrize(("language", "word"), [("en", "value"), ("ru", "значение")])
def test_the_numbers_are_those_of_the_picture(open_page, files, language, word):
    app = opened(open_page("home", language, text="Bella"))

    (cells,) = drawn_traces(app)["home_heatmap"].heatmaps
    found = numbers(files, "home_heatmap")

    np.testing.assert_array_equal(found[word].to_numpy(np.float32), cells.T.ravel())


@pytest.mark.parametrize(
    ("language", "decimal", "column"),
    [("en", ".", "Loss (cross-entropy, nats)"), ("ru", ",", "Потери (кросс-энтропия, наты)")],
)
def test_curves_that_are_drawn_by_the_app_itself_are_saved_like_all_others(open_page, files, language, decimal, column):
    app = opened(open_page("train", language, watch="pets-en-gru"))

    pictures = drawn_lines(app)
    assert set(files) == {f"rnnviz-{key}.csv" for key in pictures}
    found, told = numbers(files, "training_curves"), pictures["training_curves"]
    drawn = [value for line in told["lines"] if line["entry"] for value in line["y"]]
    np.testing.assert_allclose(found[column].to_numpy()[: len(drawn)], drawn, rtol=1e-6)
    assert told["words"]["decimal"] == decimal
    (key,) = [key for key in app.session_state._state.filtered_state if key.startswith("camera ")]
    app.segmented_control(key=key).set_value("svg").run()
    assert {each["camera"]["kind"] for each in drawn_lines(app).values()} == {"svg"}


def test_the_numbers_follow_the_text(open_page, files):
    app = opened(open_page("home", text="Rex"))
    before = len(numbers(files, "home_heatmap"))

    app.text_input(key="text").set_value("Rexrex").run()

    assert len(numbers(files, "home_heatmap")) == 2 * before


def test_the_numbers_of_a_picture_that_grows_are_those_of_the_moment(open_page, files, small_datasets, engine):
    opened(press(open_page("train", cells="gru", epochs="3", hidden_size="4")))
    engine.tell(1)
    before = numbers(files, "accuracy_curves")["Epoch"].max()

    engine.tell(3)

    assert numbers(files, "accuracy_curves")["Epoch"].max() == before + 2


def test_a_panel_offers_its_own_pictures_with_every_word(open_page, files):
    app = opened(open_page("step_through", runs="pets-en-lstm", panel="decision"))

    assert list(files) == ["rnnviz-decision-pets-en-lstm.csv"]
    assert set(numbers(files, "decision-pets-en-lstm")["Token (label)"]) == set(figures_tokens(app))


def figures_tokens(app: AppTest) -> list[str]:
    (picture,) = figures(app).values()
    return picture["layout"]["xaxis"]["ticktext"]


def test_the_camera_saves_what_was_chosen_on_every_page(open_page):
    app = opened(open_page("home"))
    (key,) = [key for key in app.session_state._state.filtered_state if key.startswith("camera ")]

    camera = drawn_traces(app)["home_heatmap"].plan["camera"]
    assert camera == {"kind": "png", "name": "rnnviz-home_heatmap", "label": "Save as PNG", "sharpness": 2}
    app.segmented_control(key=key).set_value("svg").run()
    assert not app.exception
    assert drawn_traces(app)["home_heatmap"].plan["camera"]["kind"] == "svg"

    app.switch_page("pages/compare.py").run()
    assert settings(app)["format"] == "svg"


def settings(app: AppTest) -> dict[str, object]:
    config = json.loads(app.get("plotly_chart")[0].proto.config)
    assert config["modeBarButtons"] == [["toImage"]]
    return config["toImageButtonOptions"]


def test_the_camera_of_one_part_of_a_page_is_that_of_all(open_page):
    """Gradients has two parts with pictures of their own."""
    app = open_page("gradients", runs="pets-en-lstm")
    app.toggle(key="over_many").set_value(True).run()
    opened(app)
    keys = [key for key in app.session_state._state.filtered_state if key.startswith("camera ")]
    assert len(keys) == 2

    app.segmented_control(key=keys[0]).set_value("svg").run()

    assert [app.segmented_control(key=key).value for key in keys] == ["svg", "svg"]
    formats = [json.loads(chart.proto.config)["toImageButtonOptions"]["format"] for chart in app.get("plotly_chart")]
    assert set(formats) == {"svg"}


def test_a_picture_has_a_name_for_those_who_cannot_see_it(open_page):
    app = open_page("compare", "ru", judged="texts")

    assert [chart.proto.alt.split(" · ")[0] for chart in app.get("plotly_chart")] == ["Матрица ошибок"] * 6


def test_the_camera_speaks_the_language_of_the_page(open_page):
    config = json.loads(open_page("gradients", "ru").get("plotly_chart")[0].proto.config)

    assert drawn_traces(open_page("home", "ru"))["home_heatmap"].plan["camera"]["label"] == "Сохранить как PNG"
    assert config["locales"][config["locale"]]["dictionary"]["Download plot as a PNG"] == "Сохранить как PNG"


def test_a_page_without_pictures_offers_none(open_page):
    assert save_places(open_page("runs")) == []
