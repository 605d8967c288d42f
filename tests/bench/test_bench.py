"""The benches, as far as they can be tested without a browser."""

import json
import sys

import psutil
import pytest

from rnnviz.bench import BENCHES, run_benches, server
from rnnviz.bench.bare_training import Epochs
from rnnviz.bench.browser import chromium
from rnnviz.bench.events import STRETCH, Live, undisturbed, whole
from rnnviz.bench.events import figures as event_figures
from rnnviz.bench.figure import Figure, ratios, spread
from rnnviz.bench.keys import Key
from rnnviz.bench.keys import figures as key_figures
from rnnviz.errors import BadInput


def test_an_unknown_bench_is_named_with_those_that_are_known():
    with pytest.raises(BadInput, match="There is no bench “speed”") as caught:
        run_benches(["keys", "speed"])
    assert all(name in str(caught.value) for name in BENCHES)


def test_a_machine_without_a_browser_is_told_which_ones_were_looked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="chromium, chromium-browser, google-chrome"):
        chromium()


@pytest.mark.parametrize(("value", "met"), [(1.4, True), (1.5, True), (1.6, False)])
def test_a_goal_is_the_most_that_a_figure_may_be(value, met):
    assert Figure("keys", value, "×", "", goal=1.5).met is met


def test_a_figure_without_a_goal_is_neither_met_nor_missed():
    figure = Figure("key to echo", 98.4, "ms", "keydown to the echoed text")
    assert figure.met is None
    assert figure.line == "key to echo: 98.4 ms; keydown to the echoed text"


def test_a_line_names_value_goal_verdict_and_yardstick():
    figure = Figure("start", 7.123456, "s", "of the command", goal=6)
    assert figure.line == "start: 7.123 s (goal: at most 6, MISSED); of the command"


def test_a_figure_travels_as_plain_json():
    told = json.loads(json.dumps(Figure("start", 2.123456, "s", "of the command", goal=6).to_dict()))
    assert told == {
        "name": "start",
        "value": 2.1235,
        "unit": "s",
        "yardstick": "of the command",
        "goal": 6,
        "at_least": None,
        "met": True,
    }


def test_ratios_are_of_pairs():
    assert ratios([2.0, 9.0], [1.0, 3.0]) == [2.0, 3.0]
    assert spread([2.0, 3.0, 1.0]) == "1.00 to 3.00 in 3"


def test_keys_are_judged_by_the_ratio_of_medians():
    keys = [Key(answers, 2 * answers, echo) for answers, echo in ((100, 50), (150, 100), (900, 120))]
    ratio, answers, echo, heatmap = key_figures(keys)
    assert (ratio.value, ratio.goal) == (1.5, 1.5)
    assert (answers.value, echo.value, heatmap.value) == (150, 100, 300)


def test_events_are_judged_by_whole_trainings_and_quiet_epochs_stand_apart():
    quiet, twice = Epochs((1.0, 1.0), (0.9, 0.9)), Epochs((2.0, 2.0), (1.8, 1.8))
    bare = [quiet, quiet, quiet, twice]
    first, second = Epochs((1.2, 1.0), (0.9, 0.9)), Epochs((1.0, 1.2), (0.9, 0.9))
    live = [Live(each, 0.1, 0.5) for each in (first, second, first, twice)]
    wall, came, still, start, steps, telling, *_rest = figures = event_figures(live, bare)
    assert (wall.value, wall.goal) == (pytest.approx(1.1), 1.05)
    assert (came.value, came.goal) == (pytest.approx(1.1), None)
    assert (still.value, still.goal) == (pytest.approx(2.15 / 2), None)
    assert start.value == still.value
    assert steps.value == pytest.approx(1.0)
    assert telling.value == pytest.approx(1 - 1.8 / 2.2)
    assert all(json.loads(json.dumps(each.to_dict()))["name"] for each in figures)


def test_a_whole_training_keeps_its_looks_and_drops_what_happens_in_one_of_many():
    look = [1.0] * STRETCH
    look[3] = 5.0
    trainings = [look + [2.0] * STRETCH, look[::-1] + [2.0] * STRETCH, [9.0] * STRETCH + [2.0] * STRETCH]
    assert whole(trainings) == STRETCH + 4 + 2 * STRETCH


def test_a_training_undisturbed_keeps_what_happens_in_each_and_drops_what_happens_once():
    assert undisturbed([(1.0, 3.0), (1.0, 3.0), (9.0, 3.0), (1.0, 3.0)]).tolist() == [1.0, 3.0]


def test_ending_a_process_ends_what_it_has_started_too(monkeypatch):
    monkeypatch.setattr(server, "END_TIMEOUT", 0.5)
    sleeper = "import time; time.sleep(60)"
    parent = psutil.Popen(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{sleeper}']).wait()"],
        start_new_session=True,
    )
    while not (children := parent.children()):
        pass
    server.end(parent)
    assert parent.poll() is not None
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
