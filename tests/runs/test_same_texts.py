"""Runs were judged on the same texts exactly where their data say so."""

from dataclasses import replace

import pytest

from rnnviz.runs.same_texts import (
    ANOTHER_CLEANING,
    ANOTHER_DATASET,
    ANOTHER_SEED,
    has_own_test_part,
    seed_families,
    texts_of,
    why_other,
)
from rnnviz.runs.steering import Intervention
from rnnviz.text.splits import official_split, stratified_split
from rnnviz.training.config import changed
from rnnviz.training.data import prepare


@pytest.fixture
def run(store):
    return store.info("gru")


def told(run, **settings):
    """The run with other settings; dots in their paths are double underscores."""
    paths = {path.replace("__", "."): value for path, value in settings.items()}
    return replace(run, config=changed(run.config, paths))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"model__cell": "rnn"}, None),
        ({"text__max_tokens": 5}, None),
        ({"text__min_count": 3}, None),
        ({"text__cut": "head"}, None),
        ({"text__contradictions": "majority"}, ANOTHER_CLEANING),
        ({"text__unit": "word"}, ANOTHER_CLEANING),
        ({"seed": 1}, ANOTHER_SEED),
    ],
)
def test_only_what_decides_the_texts_sets_them_apart(run, names, settings, reason):
    other = told(run, **settings)

    assert why_other(texts_of(run, "test"), texts_of(other, "test")) == reason
    if reason is None:
        ours, theirs = (prepare(names, each.config.text, each.config.seed) for each in (run, other))
        assert list(ours.test.texts) == list(theirs.test.texts)


def test_another_dataset_is_named_first(run):
    other = replace(told(run, seed=1), dataset=replace(run.dataset, fingerprint="other"))

    assert why_other(texts_of(run, "test"), texts_of(other, "test")) == ANOTHER_DATASET


def with_sizes(run, split):
    sizes = {"train": len(split.train), "validation": len(split.validation), "test": len(split.test)}
    report = {part: {**run.report[part], "weighted avg": {"support": float(size)}} for part, size in sizes.items()}
    return replace(run, report={**run.report, **report})


@pytest.mark.parametrize("texts", [8, 10, 14, 24, 26, 34, 100, 5_000])
def test_parts_that_were_drawn_are_never_taken_for_those_of_the_source(run, texts):
    labels = ["a", "b"] * (texts // 2)

    assert not has_own_test_part(with_sizes(run, stratified_split(labels, 0)))


def test_a_test_part_of_the_source_is_the_same_for_every_seed(run):
    brought = with_sizes(run, official_split(["a", "b"] * 500, 200, 0))

    assert has_own_test_part(brought)
    assert why_other(texts_of(brought, "test"), texts_of(told(brought, seed=3), "test")) is None
    assert why_other(texts_of(brought, "validation"), texts_of(told(brought, seed=3), "validation")) == ANOTHER_SEED


def test_the_reviews_bring_their_test_part_and_the_names_do_not():
    from rnnviz.runs.store import RunStore

    bundled = RunStore()
    assert has_own_test_part(bundled.info("imdb-gru"))
    assert not has_own_test_part(bundled.info("pets-en-gru"))


def test_a_family_differs_in_nothing_but_the_seed(run):
    others = [replace(told(run, seed=seed), name=f"seed {seed}") for seed in (1, 2)]
    larger = replace(told(run, model__hidden_size=9, seed=3), name="larger")

    assert seed_families([run, others[0], larger, others[1]]) == ((run, *others),)


def test_what_a_hand_changed_or_stopped_is_in_no_family_and_a_seed_counts_once(run):
    other = told(run, seed=1)
    steered = replace(told(run, seed=2), interventions=(Intervention(1, 5, learning_rate=0.1),))
    stopped = replace(told(run, seed=3), reason="stopped")
    again = replace(run, name="again")

    assert seed_families([run, steered, stopped, again]) == ()
    assert seed_families([run, other, again, steered]) == ((run, other),)
