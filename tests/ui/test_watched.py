"""How often a page looks at a training: less often, the more look."""

from threading import Thread
from types import SimpleNamespace

import pytest

from rnnviz.runs.audience import Audience
from rnnviz.training.config import RunConfig
from rnnviz.ui import watched
from rnnviz.ui.watched import Watched, await_first_epoch, rhythm


@pytest.fixture
def audience(monkeypatch) -> Audience:
    seats = Audience(lambda _run: None)
    monkeypatch.setattr("rnnviz.ui.resources.engine", lambda: SimpleNamespace(audience=seats))
    return seats


def followed(epochs: int, active: bool) -> Watched:
    return Watched("run", RunConfig(), [{}] * epochs, SimpleNamespace(active=active), None)


@pytest.mark.parametrize(("viewers", "seconds"), [(0, 1.0), (1, 1.0), (10, 1.0), (11, 2.0), (20, 2.0), (40, 4.0)])
def test_together_a_class_looks_about_as_often_as_ten(audience, viewers, seconds):
    for viewer in range(viewers):
        audience.watch(str(viewer), ["run"])

    assert rhythm([followed(3, active=True)]) == seconds


def test_nobody_looks_again_at_what_has_ended(audience):
    assert rhythm([followed(3, active=False)]) is None


@pytest.fixture
def on_page(audience, monkeypatch):
    """One run on the page, live, whose epochs are told by the test."""
    live = SimpleNamespace(active=True, history=())
    monkeypatch.setattr(
        watched,
        "watched_runs",
        lambda: [Watched("run", RunConfig(), live.history, live if live.active else None, None)],
    )
    return live


def looked(seconds: float) -> tuple[Thread, list[Watched]]:
    """A look at the page, after so many seconds: the thread it is in, and what it saw where it has ended."""
    seen: list[Watched] = []
    look = Thread(target=lambda: seen.extend(await_first_epoch()), daemon=True)
    look.start()
    look.join(seconds)
    return look, seen


def test_a_look_waits_for_the_first_epoch_and_shows_it(on_page, monkeypatch):
    monkeypatch.setattr(watched, "STARES", 60.0)
    look, seen = looked(0.1)
    assert look.is_alive()

    on_page.history = ({"epoch": 0},)

    look.join(10)
    assert [list(run.history) for run in seen] == [[{"epoch": 0}]]


def test_a_look_does_not_wait_where_there_is_something_to_show_or_nothing_to_come(on_page, monkeypatch):
    monkeypatch.setattr(watched, "STARES", 60.0)
    on_page.history = ({"epoch": 0},)
    assert len(looked(10)[1]) == 1

    on_page.history, on_page.active = (), False
    assert len(looked(10)[1]) == 1


def test_a_look_ends_before_the_next_one_though_there_is_no_epoch_yet(on_page, monkeypatch):
    monkeypatch.setattr(watched, "STARES", 0.1)
    assert [list(run.history) for run in looked(10)[1]] == [[]]


def test_a_look_that_waits_gives_way_to_a_click(on_page, monkeypatch):
    monkeypatch.setattr(watched, "STARES", 60.0)
    monkeypatch.setattr(watched, "is_overtaken", lambda: True)
    assert [list(run.history) for run in looked(10)[1]] == [[]]


def test_a_training_that_fails_before_its_first_epoch_is_not_waited_for(on_page, monkeypatch):
    monkeypatch.setattr(watched, "STARES", 60.0)
    look, seen = looked(0.1)

    on_page.active = False

    look.join(10)
    assert len(seen) == 1
