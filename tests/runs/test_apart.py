"""Work in a process of its own: its result, its progress and its errors come back, and nothing else stays."""

import operator
import os

import numpy as np
import pytest

from rnnviz.errors import BadInput
from rnnviz.evaluation.baselines import answers_of_baseline
from rnnviz.runs.apart import apart
from rnnviz.text.corpus import tokenize
from rnnviz.training.data import make_ready
from tests.runs.chores import end_oneself, refuse, sleep_long, told_pid


def test_it_runs_elsewhere_and_tells_its_progress():
    told = []

    pid = apart(told_pid, 3, tell=lambda done, total: told.append((done, total)))

    assert told == [(1, 3), (2, 3), (3, 3)]
    assert pid != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_its_error_comes_back_as_it_was():
    with pytest.raises(BadInput, match="“a name” is not what is asked for"):
        apart(refuse, "a name", tell=print)


def test_a_process_that_is_killed_is_said():
    with pytest.raises(BadInput, match="ended from outside"):
        apart(end_oneself, tell=print)


def test_an_error_that_is_no_bad_input_is_not_swallowed():
    with pytest.raises(TypeError):
        apart(operator.add, 1, tell=None)


def test_the_n_grams_answer_there_as_they_do_here(names, configs):
    config = configs["gru"]
    data = make_ready(tokenize(names, "character", "drop"), config.text, config.seed)

    there = apart(answers_of_baseline, "n-grams", data, "character", tell=lambda *_: None)

    here = answers_of_baseline("n-grams", data, "character")
    for part, answers in here.items():
        np.testing.assert_array_equal(there[part].probabilities, answers.probabilities)


def test_who_stops_listening_ends_it():
    told = []

    def stop(done, _total):
        told.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apart(sleep_long, tell=stop)

    with pytest.raises(ProcessLookupError):
        os.kill(told[0], 0)
