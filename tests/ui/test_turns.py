"""Turns: one at a time, in the order of asking."""

import threading
import time
from collections import deque

import pytest

from rnnviz.ui.turns import Turns


def test_turns_are_given_in_the_order_in_which_they_were_asked_for():
    turns, order = Turns(), []

    def ask(number: int) -> None:
        with turns.of(str(number)):
            order.append(number)

    waiting = []
    with turns.of("lecturer"):
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
            with turns.of(str(threading.get_ident())):
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

    with pytest.raises(ValueError, match="stop"), turns.of("one"):
        raise ValueError("stop")

    with turns.of("another"):
        pass


def test_who_gives_a_turn_back_unused_goes_ahead_of_those_who_wait_by_then():
    turns, order = Turns(), []

    def ask(name: str) -> None:
        with turns.of(name):
            order.append(name)

    def wait_for(line: deque[threading.Lock]) -> None:
        until = time.monotonic() + 10
        while not line:
            assert time.monotonic() < until, "nobody waits in this line"
            time.sleep(0.001)

    with turns.of("first"):
        waiting = threading.Thread(target=ask, args=("waiting",))
        waiting.start()
        wait_for(turns._waiting)
        turns.keep_place("back soon")
        back = threading.Thread(target=ask, args=("back soon",))
        back.start()
        wait_for(turns._ahead)
    for thread in (waiting, back):
        thread.join()
    ask("back soon")  # the place was kept once

    assert order == ["back soon", "waiting", "back soon"]
