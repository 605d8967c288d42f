"""A run in the making: it grows with what is told, and says how far it is."""

import pytest

from rnnviz.runs.live import MOST_LOSSES, LiveRun, Stage
from rnnviz.training.config import RunConfig


def epoch(number: int) -> dict:
    return {"kind": "epoch", "epoch": number, "validation_loss": 1.0 / (number + 1)}


def batch(number: int, of: int, in_epoch: int = 1, tokens: int = 100, seconds: float = 2.0) -> dict:
    return {
        "kind": "batch",
        "epoch": in_epoch,
        "batch": number,
        "loss": 0.5,
        "batches": of,
        "tokens": tokens,
        "seconds": seconds,
    }


@pytest.fixture
def live() -> LiveRun:
    return LiveRun("names-lstm-1", RunConfig(epochs=10))


def test_a_run_waits_until_something_is_told(live):
    assert (live.stage, live.active, live.progress, live.version) == (Stage.WAITING, True, 0.0, 0)
    assert live.first_point is None
    assert live.tokens_per_second is None
    assert live.seconds_left is None


def test_a_run_runs_from_the_first_message_on(live):
    live.hear(epoch(0))

    assert live.stage is Stage.RUNNING
    assert live.active
    assert live.first_point > 0


def test_the_first_point_is_that_of_the_first_epoch(live):
    live.hear(epoch(0))
    first = live.first_point

    live.hear(epoch(1))

    assert live.first_point == first


def test_epochs_are_kept_in_order_and_batches_replace_each_other(live):
    for message in (epoch(0), batch(1, 4), batch(2, 4), epoch(1), batch(1, 4, in_epoch=2)):
        live.hear(message)

    assert [message["epoch"] for message in live.history] == [0, 1]
    assert live.batch == batch(1, 4, in_epoch=2)


def test_a_history_that_was_handed_out_does_not_change(live):
    live.hear(epoch(0))
    handed_out = live.history

    live.hear(epoch(1))

    assert handed_out == (epoch(0),)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (batch(1, 4), 0.025),
        (batch(4, 4), 0.1),
        (batch(2, 4, in_epoch=6), 0.55),
        (batch(4, 4, in_epoch=10), 1.0),
    ],
)
def test_progress_is_the_share_of_the_planned_epochs(live, message, expected):
    live.hear(message)

    assert live.progress == pytest.approx(expected)


@pytest.mark.parametrize("reason", ["stopped", "out of time", "diverged"])
def test_a_training_that_was_broken_off_has_come_as_far_as_it_came(live, reason):
    for message in (epoch(0), batch(4, 4), epoch(1), batch(2, 4, in_epoch=2), {"kind": "ended", "reason": reason}):
        live.hear(message)

    live.finish("names-lstm-1")

    assert live.progress == pytest.approx(0.15)


def test_one_that_failed_has_come_as_far_as_it_came(live):
    live.hear(epoch(0))
    live.hear(batch(4, 4, in_epoch=2))

    live.fail(RuntimeError())

    assert live.progress == pytest.approx(0.2)


def test_tokens_per_second_are_those_of_the_whole_training(live):
    live.hear(batch(1, 4, tokens=300, seconds=2.0))

    assert live.tokens_per_second == 150.0


def test_no_speed_is_told_before_any_time_has_passed(live):
    live.hear(batch(1, 4, tokens=300, seconds=0.0))

    assert live.tokens_per_second is None


def test_the_time_left_follows_from_the_pace_since_the_first_point(live, monkeypatch):
    clock = iter([live.clicked + 2.0, live.clicked + 8.0])
    monkeypatch.setattr("rnnviz.runs.live.time.monotonic", lambda: next(clock))
    live.hear(epoch(0))
    live.hear(batch(4, 4, in_epoch=2))

    assert live.seconds_left == pytest.approx(6.0 * 0.8 / 0.2)


def test_a_run_that_begins_anew_forgets_what_it_told_before(live):
    for message in (epoch(0), batch(4, 4), epoch(1), batch(4, 4, in_epoch=2), epoch(2)):
        live.hear(message)

    live.hear(epoch(0))

    assert live.history == (epoch(0),)
    assert live.progress == 0.0
    assert live.tokens_per_second is None


def test_the_version_changes_with_everything_that_is_new(live):
    versions = [live.version]
    for step in (
        lambda: live.hear(epoch(0)),
        lambda: live.hear(batch(1, 4)),
        lambda: live.hear({"kind": "ended", "reason": "completed"}),
        lambda: live.finish("names-lstm-1"),
    ):
        step()
        versions.append(live.version)

    assert versions == sorted(set(versions))


def test_a_finished_run_knows_its_checkpoint_and_how_long_it_took(live):
    live.hear(epoch(0))
    live.hear({"kind": "ended", "reason": "early"})

    live.finish("names-lstm-1")

    assert (live.stage, live.active, live.run, live.progress) == (Stage.ENDED, False, "names-lstm-1", 1.0)
    assert live.ended["reason"] == "early"
    assert live.total >= live.first_point
    assert live.seconds_left is None


def test_a_failed_run_knows_why(live):
    live.hear(epoch(0))
    version = live.version
    failure = ValueError("no more memory")

    live.fail(failure)

    assert (live.stage, live.active, live.run) == (Stage.FAILED, False, None)
    assert live.failure is failure
    assert live.version > version


@pytest.mark.parametrize("end", [lambda live: live.finish("x"), lambda live: live.fail(ValueError())])
def test_what_is_told_after_the_end_is_not_heard(live, end):
    live.hear(epoch(0))
    end(live)
    stage, version = live.stage, live.version

    live.hear(epoch(1))

    assert (live.stage, live.version, live.history) == (stage, version, (epoch(0),))


def test_the_losses_between_epochs_are_kept_with_their_place_and_thinned_where_there_are_too_many() -> None:
    live = LiveRun("run", RunConfig())
    for batch in range(1, 1001):
        live.hear({"kind": "batch", "epoch": 2, "batch": batch, "batches": 1000, "seconds": 1.0, "loss": 0.5})
    assert len(live.losses) <= MOST_LOSSES
    places = [place for place, _loss in live.losses]
    assert places == sorted(places)
    assert 1.0 < places[0] < 1.01
    assert places[-1] == 2.0
    assert {loss for _place, loss in live.losses} == {0.5}


def test_a_run_that_begins_anew_forgets_the_losses_before() -> None:
    live = LiveRun("run", RunConfig())
    live.hear({"kind": "batch", "epoch": 1, "batch": 1, "batches": 2, "seconds": 1.0, "loss": 0.5})
    live.hear({"kind": "epoch", "epoch": 0})
    assert live.losses == ()


def test_while_a_worker_reads_its_texts_the_run_says_how_far_it_is() -> None:
    live = LiveRun("run", RunConfig())
    live.hear({"kind": "reading", "done": 30, "total": 40})
    assert live.reading == 0.75
    assert live.active


def test_a_run_that_goes_on_elsewhere_forgets_what_the_lost_worker_told_after_the_kept_epoch(live):
    for message in (epoch(0), batch(2, 4), epoch(1), batch(2, 4, in_epoch=2), epoch(2), batch(1, 4, in_epoch=3)):
        live.hear(message)
    made = {"kind": "intervention", "epoch": 1, "batch": 2, "learning_rate": 0.5, "continued": 0}

    live.hear({"kind": "resumed", "history": [epoch(0), epoch(1)], "interventions": [made]})

    assert [message["epoch"] for message in live.history] == [0, 1]
    assert [place for place, _loss in live.losses] == [0.5]
    assert live.interventions == (made,)
    assert live.resumed_from == 1
    assert live.progress == pytest.approx(0.1)
    live.hear(epoch(2))
    assert [message["epoch"] for message in live.history] == [0, 1, 2]


def test_a_paused_run_shows_its_batch_and_no_time_left_until_it_goes_on(live):
    live.hear(epoch(0))
    live.hear(batch(1, 4))
    live.hear({"kind": "paused", "look": {"texts": ["a"]}, "batch": batch(2, 4)})

    assert live.paused
    assert live.active
    assert live.look == {"texts": ["a"]}
    assert live.batch == batch(2, 4)
    assert live.seconds_left is None

    live.hear({"kind": "going"})
    assert not live.paused
    assert live.seconds_left is not None


def test_interventions_are_kept_in_order(live):
    for rate in (0.5, 0.25):
        live.hear({"kind": "intervention", "epoch": 1, "batch": 2, "learning_rate": rate, "continued": 0})
    assert [made["learning_rate"] for made in live.interventions] == [0.5, 0.25]
