"""Turns: one at a time, in the order of asking."""

import threading
import time

import pytest

from rnnviz.ui.turns import Turns


def test_turns_are_given_in_the_order_in_which_they_were_asked_for():
    turns, order = Turns(), []

    def ask(number: int) -> None:
        with turns:
            order.append(number)

    waiting = []
    with turns:
        for number in range(20):
            thread = threading.Thread(target=ask, args=(number,))
            thread.start()
            waiting.append(thread)
            while len(turns._waiting) <= number:
                time.sleep(0.001)
        assert order == []
    for thread in waiting:
        thread.join()

    assert order == list(range(20))


def test_only_one_has_the_turn():
    turns, inside, most = Turns(), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            with turns:
                inside += 1
                most = max(most, inside)
                time.sleep(0.0002)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (inside, most) == (0, 1)


def test_who_breaks_off_gives_the_turn_away():
    turns = Turns()

    with pytest.raises(ValueError, match="stop"), turns:
        raise ValueError("stop")

    with turns:
        pass
