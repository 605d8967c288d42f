"""Families: which runs of a store differ from the chosen ones in cell, seed and one setting alone."""

import dataclasses
from typing import Any

import pytest

from rnnviz.errors import BadInput
from rnnviz.runs.checkpoint import Files, RunInfo, unpack_info
from rnnviz.runs.family import family_of
from rnnviz.training.config import changed


@pytest.fixture
def run(checkpoints: dict[str, Files]):
    """A run whose configuration differs from that of the small net of a cell in some settings."""

    def made(cell: str = "rnn", reason: str = "completed", **settings: Any) -> RunInfo:
        info = unpack_info(cell, checkpoints[cell])
        given = {path.replace("__", "."): value for path, value in settings.items()}
        return dataclasses.replace(info, config=changed(info.config, given), reason=reason, name=f"{cell} {given}")

    return made


def names(family) -> list[tuple[str, Any, int]]:
    return [(member.cell, member.value, member.seed) for member in family.runs]


def test_all_seeds_of_the_chosen_cells_and_values_are_found_in_order(run) -> None:
    store = [
        run(cell, text__padding=where, seed=seed)
        for seed in (2, 0, 1)
        for cell in ("gru", "rnn", "lstm")
        for where in ("before", "after", "packed")
    ]
    family = family_of([run("rnn", text__padding="after"), run("lstm")], store)
    assert family.setting == "text.padding"
    assert names(family) == [
        (cell, where, seed) for where in ("packed", "after") for cell in ("rnn", "lstm") for seed in (0, 1, 2)
    ]
    assert [len(group.members) for group in family.groups] == [3, 3, 3, 3]


def test_numbers_are_in_order_of_size(run) -> None:
    chosen = [run(model__hidden_size=size) for size in (32, 4, 128)]
    assert [value for _cell, value, _seed in names(family_of(chosen, []))] == [4, 32, 128]


def test_runs_that_differ_in_anything_else_are_not_kin(run) -> None:
    chosen = [run(), run(text__labels="shuffled")]
    strangers = [run(epochs=7), run(optimiser__name="sgd"), run(text__min_count=3, text__labels="shuffled")]
    other_texts = dataclasses.replace(run(seed=4), dataset=dataclasses.replace(run().dataset, fingerprint="other"))
    assert len(family_of(chosen, [*strangers, other_texts]).runs) == 2


def test_a_run_that_was_stopped_or_steered_counts_only_where_it_was_chosen(run) -> None:
    stopped = run(seed=3, reason="stopped")
    assert len(family_of([run(), run("gru")], [stopped]).runs) == 2
    assert len(family_of([stopped, run("gru")], []).runs) == 2


def test_the_chosen_run_stands_for_its_configuration(run) -> None:
    chosen, twin = run(), dataclasses.replace(run(), name="twin")
    family = family_of([chosen, run("gru")], [twin])
    assert [each.name for each in family.runs.values()] == [chosen.name, run("gru").name]


def test_cells_and_seeds_alone_are_a_family_without_a_setting(run) -> None:
    family = family_of([run("rnn"), run("gru", seed=1)], [run("rnn", seed=1), run("lstm")])
    assert family.setting is None
    assert names(family) == [("rnn", None, 0), ("rnn", None, 1), ("gru", None, 1)]


def test_runs_that_differ_in_two_settings_are_refused_with_their_names(run) -> None:
    with pytest.raises(BadInput, match="more than one setting, so they are no experiment: Optimiser, Epochs"):
        family_of([run(), run(epochs=7, optimiser__name="sgd")], [])


def test_runs_of_other_texts_are_refused(run) -> None:
    other = dataclasses.replace(run(), dataset=dataclasses.replace(run().dataset, fingerprint="other"))
    with pytest.raises(BadInput, match="not trained on the same texts"):
        family_of([run(), other], [])
