"""Steering: what is pressed is done between two batches, in the order in which it was pressed."""

import threading
from queue import SimpleQueue

import pytest

from rnnviz.runs.steering import Intervention, Press, Steering, packed, unpacked
from rnnviz.training.events import BatchDone, Command, NewRate


def batch(number: int, epoch: int = 1, of: int = 4) -> BatchDone:
    return BatchDone(epoch, number, of, 10 * number, 0.1 * number, 0.7, 1.0, 0.01, examples=None)


class Desk:
    """A training that only counts, and somebody who steers it."""

    def __init__(self, *orders, **options):
        self.inbox = SimpleQueue()
        for order in orders:
            self.inbox.put(order)
        self.told = []
        self.steering = Steering(
            self.inbox,
            on_pause=lambda: self.told.append("paused"),
            on_resume=lambda: self.told.append("going"),
            on_intervention=self.told.append,
            **options,
        )

    def after(self, done: BatchDone):
        """What is answered after a batch."""
        self.steering.saw(done)
        return self.steering()


def test_a_training_that_nobody_steers_goes_on():
    assert Desk().after(batch(1)) is None


def test_stop_is_passed_on():
    assert Desk(Press.STOP).after(batch(1)) is Command.STOP


def test_a_paused_training_stands_still_until_something_is_pressed():
    desk = Desk(Press.PAUSE)
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(desk.after(batch(1))))
    waiting.start()

    waiting.join(0.2)
    assert waiting.is_alive()
    desk.inbox.put(Press.RESUME)
    waiting.join(5)

    assert answers == [None]
    assert desk.told == ["paused", "going"]


def test_one_batch_takes_one_step_and_pauses_again():
    desk = Desk(Press.PAUSE, Press.BATCH, Press.BATCH, Press.STOP)

    assert desk.after(batch(1)) is None
    assert desk.after(batch(2)) is None
    assert desk.after(batch(3)) is Command.STOP
    assert desk.told == ["paused", "going", "paused", "going", "paused"]


def test_one_epoch_goes_on_to_its_last_batch_and_pauses_there():
    desk = Desk(Press.EPOCH)

    assert [desk.after(batch(number)) for number in (1, 2, 3)] == [None, None, None]
    desk.inbox.put(Press.STOP)
    desk.steering.saw(batch(4))
    assert desk.steering() is Command.STOP
    assert desk.told == ["paused"]


def test_who_presses_one_epoch_three_times_gets_three():
    desk = Desk(Press.EPOCH, Press.EPOCH, Press.EPOCH)

    assert pauses(desk, epochs=(1, 2, 3)) == [(3, 4)]
    assert desk.told == []


@pytest.mark.parametrize("orders", [(Press.RESUME,), (Press.PAUSE, Press.RESUME)])
def test_steps_that_were_to_follow_are_forgotten_where_something_else_is_pressed(orders):
    desk = Desk(Press.EPOCH, Press.EPOCH, *orders)
    assert pauses(desk, epochs=(1, 2)) == []

    desk.inbox.put(Press.EPOCH)
    assert pauses(desk, epochs=(3,)) == [(3, 4)]


def pauses(desk: Desk, epochs: tuple[int, ...]) -> list[tuple[int, int]]:
    """Epoch and batch behind which a training of four batches an epoch pauses; one that pauses is not asked."""
    found = []
    for done in [batch(number, epoch) for epoch in epochs for number in (1, 2, 3, 4)]:
        desk.steering.saw(done)
        if desk.steering.paused:
            found.append((done.epoch, done.batch))
        else:
            assert desk.steering() is None
    return found


def test_a_new_learning_rate_is_given_once_and_written_down_with_its_place():
    desk = Desk(NewRate(0.5))

    assert desk.after(batch(3, epoch=2)) == NewRate(0.5)
    assert desk.steering() is None
    assert desk.told == [Intervention(2, 3, 0.5)]
    assert desk.steering.interventions == (Intervention(2, 3, 0.5),)


def test_a_paused_training_takes_a_new_learning_rate_and_stays_paused():
    desk = Desk(Press.PAUSE, NewRate(0.5), Press.STOP)

    assert desk.after(batch(1)) == NewRate(0.5)
    assert desk.steering() is Command.STOP
    assert "going" not in desk.told


def test_what_was_done_by_hand_before_is_done_again_at_its_place():
    done = (Intervention(1, 2, 0.5), Intervention(1, 2, 0.25), Intervention(1, 4, continued=3))
    desk = Desk(interventions=done)

    assert desk.after(batch(1)) is None
    assert desk.after(batch(2)) == NewRate(0.5)
    assert desk.steering() == NewRate(0.25)
    assert desk.steering() is None
    assert desk.after(batch(4)) is None
    assert desk.told == []
    assert desk.steering.interventions == done


def test_what_was_done_behind_the_last_batch_of_an_epoch_is_done_again_before_the_next_one_begins():
    desk = Desk(place=(1, 4), interventions=(Intervention(1, 4, 0.5),))

    assert desk.steering() == NewRate(0.5)
    assert desk.steering() is None


def test_a_training_that_takes_longer_than_allowed_is_told_to_end():
    desk = Desk(Press.PAUSE, most_seconds=0.25)

    assert desk.after(batch(3)) is Command.OUT_OF_TIME
    assert desk.told == []


@pytest.mark.parametrize("order", [*Press, NewRate(0.125)])
def test_orders_travel_as_plain_values(order):
    assert unpacked(packed(order)) == order
