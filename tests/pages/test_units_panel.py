"""The panel of units: those that tell most come first, and a click makes one the chosen one."""

import numpy as np
import pytest

from rnnviz.insight.telling import effects_on_answer, ranked
from rnnviz.insight.trace import trace
from rnnviz.runs.store import RunStore
from tests.pages.conftest import plain, said


@pytest.fixture
def opened(open_page, small_datasets):
    def open_it(language="en", runs="pets-en-lstm", **parameters):
        return open_page("step_through", language, **{"panel": "units", "runs": runs, "text": "Bella", **parameters})

    return open_it


def buttons(app, run="pets-en-lstm"):
    """The numbers of the units in the order in which they are shown, the chosen one first."""
    keys = [button.key for button in app.button if (button.key or "").startswith(f"open {run} ")]
    return [key.rpartition(" ")[2] for key in keys]


def test_the_units_with_the_largest_effect_come_first(opened, checkpoints_folder):
    app = opened(unit="3")

    assert not app.exception
    model = RunStore(checkpoints_folder).model("pets-en-lstm")
    reading = model.read("Bella")
    order = [unit for unit in ranked(effects_on_answer(model, reading, trace(model, reading))) if unit != 3]
    assert buttons(app) == ["chosen", *map(str, order[: len(buttons(app)) - 1])]
    assert len(buttons(app)) > 2


def test_a_click_opens_a_unit_for_the_whole_page(opened):
    app = opened(unit="3")
    first = buttons(app)[1]

    app.button(key=f"open pets-en-lstm {first}").click().run()

    assert app.slider(key="unit").value == int(first)
    assert app.query_params["unit"] == first


def test_variance_ranks_the_values_that_are_shown(opened, checkpoints_folder):
    app = opened(units_quantity="forget", unit="0")
    app.segmented_control(key="units_order").set_value("variance").run()

    model = RunStore(checkpoints_folder).model("pets-en-lstm")
    spread = trace(model, model.read("Bella")).values["forget"].var(axis=0)
    expected = [str(unit) for unit in np.argsort(-spread, kind="stable") if unit != 0]
    assert buttons(app)[1:] == expected[: len(buttons(app)) - 1]
    assert app.query_params["units_quantity"] == "forget"


def test_without_the_test_texts_there_is_no_correlation_and_it_is_said(opened):
    app = opened()

    app.segmented_control(key="units_order").set_value("correlation").run()

    assert not app.exception
    assert any("has changed since" in plain(text) for text in said(app))


def test_a_net_without_the_gate_says_so(opened):
    app = opened(runs="pets-en-lstm,pets-en-gru", units_quantity="update")

    assert buttons(app) == []
    assert len(buttons(app, "pets-en-gru")) > 2
    assert any("LSTM has no such gate" in text for text in said(app))


def test_a_gate_that_no_net_has_is_not_taken_from_a_link(opened):
    app = opened(units_quantity="update")

    assert not app.exception
    assert any("update" in text for text in said(app))
    assert len(buttons(app)) > 2


def test_the_panel_speaks_russian(opened):
    app = opened("ru")

    assert not app.exception
    assert any(button.label.startswith("Нейрон 0") for button in app.button)
