"""How often a page looks at a training: less often, the more look."""

from types import SimpleNamespace

import pytest

from rnnviz.runs.audience import Audience
from rnnviz.training.config import RunConfig
from rnnviz.ui.watched import Watched, rhythm


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
