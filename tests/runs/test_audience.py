"""The audience: a training goes on as long as somebody watches, or was asked to finish by itself."""

import threading
import time

import pytest

from rnnviz.runs.audience import LATELY, Audience

GRACE = 0.05


@pytest.fixture
def given_up() -> list[str]:
    return []


@pytest.fixture
def audience(given_up) -> Audience:
    return Audience(given_up.append, GRACE)


def after_the_grace() -> None:
    """All timers that run now have come to their end."""
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()


def test_a_run_that_nobody_watches_any_more_is_given_up_after_the_grace(audience, given_up):
    audience.watch("a tab", ["run"])
    audience.leave("a tab")

    assert given_up == []
    after_the_grace()
    assert given_up == ["run"]


def test_a_run_that_another_tab_watches_goes_on(audience, given_up):
    audience.watch("a tab", ["run"])
    audience.watch("another", ["run"])
    audience.leave("a tab")
    after_the_grace()
    assert given_up == []

    audience.leave("another")
    after_the_grace()
    assert given_up == ["run"]


def test_a_tab_that_comes_back_within_the_grace_keeps_its_run(audience, given_up):
    audience.watch("a tab", ["run"])
    audience.leave("a tab")
    audience.watch("the same tab, reconnected", ["run"])
    after_the_grace()
    assert given_up == []


def test_a_run_that_is_to_finish_in_the_background_goes_on(audience, given_up):
    audience.watch("a tab", ["run", "other"])
    audience.keep("run", True)
    audience.leave("a tab")
    after_the_grace()
    assert given_up == ["other"]


def test_what_was_kept_in_the_background_no_longer_is_when_that_is_taken_back(audience, given_up):
    audience.watch("a tab", ["run"])
    audience.keep("run", True)
    audience.keep("run", False)
    assert not audience.is_kept("run")
    audience.leave("a tab")
    after_the_grace()
    assert given_up == ["run"]


def test_a_run_that_never_had_a_viewer_is_left_alone(audience, given_up):
    audience.leave("a tab")
    time.sleep(2 * GRACE)
    assert given_up == []


def test_its_size_is_that_of_those_who_have_lately_looked_at_a_run(audience, monkeypatch):
    for viewer in ("a tab", "another", "a third"):
        audience.watch(viewer, ["run"])
    audience.watch("one that looks at nothing", [])
    audience.leave("a third")
    assert audience.size() == 2

    later = time.monotonic() + LATELY
    monkeypatch.setattr(time, "monotonic", lambda: later)
    audience.watch("another", ["run"])
    assert audience.size() == 1
