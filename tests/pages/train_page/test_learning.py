"""Train, while the nets learn."""

import numpy as np
import pytest

from tests.pages.conftest import drawn_lines
from tests.pages.train_page.conftest import CELLS
from tests.pages.training import cards, press, states


def test_train_starts_a_run_of_each_cell_with_the_same_settings(train_page, engine):
    app = press(train_page())

    assert not app.exception
    configs = [config for config, _dataset, _watch in engine.submitted]
    assert [config.model.cell for config in configs] == CELLS
    assert {(c.epochs, c.model.hidden_size, c.optimiser.learning_rate, c.seed) for c in configs} == {(3, 4, 0.05, 0)}
    assert app.query_params["watch"].split(",") == list(engine.live)
    assert states(app) == dict.fromkeys(["RNN", "LSTM", "GRU"], "waiting for a worker")


def test_the_pinned_names_go_with_the_run(train_page, engine):
    app = train_page()
    app.text_input(key="pinned pets-en").set_value(" мурка, рекс ,, барс").run()

    press(app)

    assert [(watch.pinned, watch.profiled) for _config, _dataset, watch in engine.submitted] == [
        (("мурка", "рекс", "барс"), "мурка")
    ] * 3


def test_at_most_eight_names_are_pinned_and_none_need_be(train_page, engine):
    app = train_page(cells="rnn")
    app.text_input(key="pinned pets-en").set_value(",".join("abcdefghijkl")).run()
    press(app)
    engine.finish()
    app.text_input(key="pinned pets-en").set_value(" , ").run()
    app.number_input(key="seed").set_value(5).run()
    press(app)

    assert [(len(watch.pinned), watch.profiled) for *_rest, watch in engine.submitted] == [(8, "a"), (0, None)]
    engine.finish()
    assert not app.run().exception


def test_while_a_run_is_going_it_can_only_be_stopped(train_page, engine):
    app = train_page()
    assert (app.button(key="train").disabled, app.button(key="stop").disabled) == (False, True)

    press(app)
    assert (app.button(key="train").disabled, app.button(key="stop").disabled) == (True, False)

    engine.finish()
    app.run()
    assert (app.button(key="train").disabled, app.button(key="stop").disabled) == (False, True)


def test_curves_grow_with_every_epoch(train_page, engine):
    app = press(train_page())
    assert drawn_lines(app)["training_curves"]["lines"] == []

    for epoch in (0, 1, 2):
        engine.tell(epoch)
        app.run()

        curves = drawn_lines(app)["training_curves"]["lines"]
        validation = [each for each in curves if each["name"].endswith("validation")]
        assert [each["y"] for each in validation] == [
            pytest.approx([message["validation_loss"] for message in live.history], rel=1e-6)
            for live in engine.live.values()
        ]
        assert all(each["x"] == list(range(epoch + 1)) for each in validation)
    assert drawn_lines(app)["training_curves"]["axes"]["x"]["range"] == [-0.5, 3.5]


def test_the_card_of_a_run_says_how_far_it_is(train_page, engine):
    app = press(train_page(cells="gru"))
    engine.tell(2)

    app.run()

    assert states(app) == {"GRU": "epoch 2 of 3"}
    (card,) = cards(app)
    assert card["share"] == pytest.approx(2 / 3, abs=1e-3)
    assert "tokens/s" in card["pace"]


def test_the_fate_of_the_pinned_names_is_drawn(train_page, engine):
    app = train_page()
    app.text_input(key="pinned pets-en").set_value("мурка, рекс").run()
    press(app)
    engine.tell(2)

    app.run()

    pinned = drawn_lines(app)["pinned_curves"]
    assert [note["words"] for note in pinned["notes"]] == [[["мурка", ""]], [["рекс", ""]]]
    expected = [
        pytest.approx([message["pinned"][name][1] for message in live.history], rel=1e-6)
        for name in ("мурка", "рекс")
        for live in engine.live.values()
    ]
    assert [each["y"] for each in pinned["lines"]] == expected
    assert pinned["axes"]["y"]["title"] == [["P(dog)", ""]]


def test_the_gradient_over_the_first_pinned_name_is_drawn(train_page, engine):
    app = train_page(cells="lstm")
    app.text_input(key="pinned pets-en").set_value("мурка, рекс").run()
    press(app)
    engine.tell(1)

    app.run()

    (line,) = drawn_lines(app)["profile"]["lines"]
    (live,) = engine.live.values()
    norms = np.array(live.history[0]["profile"]["hidden_norms"])
    np.testing.assert_allclose(line["y"], norms / norms[-1], rtol=1e-4)
    assert drawn_lines(app)["profile"]["axes"]["x"]["ticks"] == [[place, each] for place, each in enumerate("мурка")]
    (note,) = drawn_lines(app)["profile"]["notes"]
    assert note["words"] == [["With the weights after epoch 0.", ""]]


def test_of_nets_that_read_backwards_the_gradient_starts_at_the_first_letter(train_page, engine):
    app = train_page(cells="lstm", direction="reverse")
    app.text_input(key="pinned pets-en").set_value("мурка").run()
    press(app)
    engine.tell(1)

    (line,) = drawn_lines(app.run())["profile"]["lines"]

    (live,) = engine.live.values()
    norms = np.array(live.history[0]["profile"]["hidden_norms"])
    np.testing.assert_allclose(line["y"], norms / norms[0], rtol=1e-4)
