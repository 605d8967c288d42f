"""Which step is meant, where chips, slider and buttons come with one click and some of them show an earlier step."""

from types import SimpleNamespace

import pytest

from rnnviz.ui import stepper
from rnnviz.ui.stepper import REMEMBERED, STEP_KEY, Moves


@pytest.mark.parametrize(
    ("seen", "slider", "chip", "meant"),
    [
        (set(), 6, 6, 6),
        ({"slider"}, 3, 6, 3),
        ({"chip"}, 6, 2, 2),
        ({"slider", "chip"}, 5, 8, 5),  # the slider was moved on before the chips had followed it
        ({"slider", "chip"}, 7, 8, 7),  # … and back to where it had been
        ({"slider", "chip"}, 8, 2, 2),  # a chip was clicked before the slider had followed
        ({"slider", "chip"}, 8, 8, 6),  # both show an earlier step: neither was moved
        ({"button", "slider", "chip"}, 5, 8, 5),  # a button has set the step already
        ({"button", "chip"}, 5, 8, 5),
    ],
)
def test_what_was_really_moved_counts(seen, slider, chip, meant):
    moves = Moves(shown=[8, 7, 6], seen=seen)

    assert moves.step(slider, chip) == meant
    assert not moves.seen


def test_without_chips_the_slider_counts():
    assert Moves(shown=[8], seen={"slider"}).step(4, None) == 4


def test_only_the_latest_steps_are_remembered_each_once():
    moves = Moves()
    for step in (1, 2, 1, 3, 4, 5, 6):
        moves.show(step)

    assert moves.shown == [1, 3, 4, 5, 6]
    assert len(moves.shown) == REMEMBERED


def test_a_click_in_a_picture_counts_before_what_chips_and_slider_still_show(monkeypatch):
    state = {STEP_KEY: 8}
    monkeypatch.setattr(stepper, "st", SimpleNamespace(session_state=state))

    stepper.go_to_step(4)

    assert state[STEP_KEY] == 5
    stepper._note("chip")
    assert stepper._moves().step(state[STEP_KEY], 8) == 5
