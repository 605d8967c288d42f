"""What a training says leaves its worker in parcels: nothing is lost, nothing that matters waits."""

import pytest

from rnnviz.runs.telling import TELL_EVERY, YOUNG, Teller


class Post:
    """Parcels that were sent, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.parcels: list[list[dict]] = []
        self.tell = Teller(self.parcels.append, lambda: self.now).tell

    def said(self) -> list[tuple]:
        return [(each["kind"], each.get("number"), each.get("loss")) for parcel in self.parcels for each in parcel]


@pytest.fixture
def post() -> Post:
    return Post()


def epoch(number: int) -> dict:
    return {"kind": "epoch", "number": number}


def batch(number: int, loss: float) -> dict:
    return {"kind": "batch", "number": number, "loss": loss}


def test_the_first_figures_are_told_at_once(post):
    post.tell(epoch(0))
    assert post.parcels == [[{"kind": "epoch", "number": 0, "at": 1000.0}]]


def test_figures_that_come_quickly_travel_together_and_in_order(post):
    for number in range(4):
        post.tell(epoch(number))
    assert len(post.parcels) == 1
    post.now += TELL_EVERY
    post.tell(epoch(4))
    assert len(post.parcels) == 2
    assert post.said() == [("epoch", number, None) for number in range(5)]


def test_a_young_training_tells_twice_as_often(post):
    post.tell(epoch(0))
    post.now += TELL_EVERY / 2
    post.tell(epoch(1))
    assert len(post.parcels) == 2
    post.now += YOUNG
    post.tell(epoch(2))
    post.now += TELL_EVERY / 2
    post.tell(epoch(3))
    assert len(post.parcels) == 3
    assert post.said()[-1] == ("epoch", 2, None)


@pytest.mark.parametrize("kind", ["paused", "going", "intervention"])
def test_who_has_done_something_by_hand_is_told_twice_as_often_again(post, kind):
    post.tell(epoch(0))
    post.now += 2 * YOUNG
    post.tell({"kind": kind})
    for number in (1, 2):
        post.now += TELL_EVERY / 2
        post.tell(epoch(number))
        assert post.said()[-1] == ("epoch", number, None)


def test_of_batches_in_a_row_the_latest_is_told_with_the_mean_of_their_losses(post):
    post.tell(epoch(0))
    for message in (batch(1, 1.0), batch(2, 3.0), epoch(1), batch(1, 5.0)):
        post.tell(message)
    post.now += TELL_EVERY
    post.tell(batch(2, 7.0))
    assert post.said() == [("epoch", 0, None), ("batch", 2, 2.0), ("epoch", 1, None), ("batch", 2, 6.0)]


@pytest.mark.parametrize("kind", ["reading", "resumed", "paused", "going", "intervention", "kept", "ended"])
def test_all_that_is_not_a_mere_figure_is_told_at_once_with_what_waited(post, kind):
    post.tell(epoch(0))
    post.tell(batch(1, 1.0))
    post.tell({"kind": kind})
    assert [each["kind"] for each in post.parcels[-1]] == ["batch", kind]


def test_a_clock_that_is_put_back_does_not_silence_a_training(post):
    post.tell(epoch(0))
    post.now -= 3600
    post.tell(epoch(1))
    assert len(post.parcels) == 2


def test_what_was_told_is_not_changed_by_what_is_told_later(post):
    given = batch(1, 1.0)
    post.tell(given)
    post.tell(batch(2, 3.0))
    assert given == batch(1, 1.0)
    assert post.said() == [("batch", 1, 1.0)]
