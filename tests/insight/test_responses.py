"""What units respond to, against loops over every token; the map, against scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from rnnviz.insight.responses import co_clusters, for_unit, mean_responses, most_moving
from rnnviz.insight.state_bank import bank_shape, fill_bank
from rnnviz.insight.state_map import all_steps, last_states, neighbour_map, principal_plane
from tests.insight.test_ablation import TEXTS, part_of
from tests.oracles import layer_states, untrained

RNG = np.random.default_rng(3)


def banked(direction="forward"):
    model = untrained("gru", direction=direction)
    part = part_of(model)
    states = np.zeros(bank_shape(model, part), dtype=np.int16)
    return model, part, fill_bank(model, part, 0, direction, states, lambda *done: None)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("pairs", [False, True])
def test_a_response_is_the_mean_change_at_a_token(direction, pairs):
    model, part, bank = banked(direction)
    changes = {}
    for text in TEXTS:
        states = np.stack([state[0].numpy() for state in layer_states(model, model.read(text), 0, direction)])
        before = (
            np.vstack([np.zeros(5), states[:-1]]) if direction == "forward" else np.vstack([states[1:], np.zeros(5)])
        )
        for place in range(1 if pairs else 0, len(text)):
            key = (text[place - 1], text[place]) if pairs else (text[place],)
            changes.setdefault(key, []).append(states[place] - before[place])

    responses = mean_responses(bank, part.ids.flat, model.vocabulary, direction, pairs, least=1)

    assert set(responses.tokens) == set(changes)
    for key, count, change in zip(responses.tokens, responses.counts, responses.changes, strict=True):
        assert count == len(changes[key])
        assert np.allclose(change, np.mean(changes[key], axis=0), atol=1e-4)


def test_rare_tokens_are_left_out_and_the_most_moving_come_first():
    model, part, bank = banked()
    all_of_them = mean_responses(bank, part.ids.flat, model.vocabulary, "forward", least=1)
    frequent = mean_responses(bank, part.ids.flat, model.vocabulary, "forward", least=3)

    norms = np.linalg.norm(most_moving(all_of_them, 4).changes, axis=1)

    assert frequent.counts.min() >= 3
    assert len(frequent.tokens) == (all_of_them.counts >= 3).sum()
    assert norms.tolist() == sorted(np.linalg.norm(all_of_them.changes, axis=1), reverse=True)[:4]


def test_the_tokens_of_a_unit_are_those_that_raise_and_lower_it_most():
    model, part, bank = banked()
    responses = mean_responses(bank, part.ids.flat, model.vocabulary, "forward", least=1)

    raised, lowered = for_unit(responses, 2, 3)

    own = np.sort(responses.changes[:, 2])
    assert raised.changes[:, 2].tolist() == [value for value in own[::-1] if value > 0][:3]
    assert lowered.changes[:, 2].tolist() == [value for value in own if value < 0][:3]


def test_blocks_of_tokens_and_units_are_found_again():
    blocks = np.kron(np.eye(3), np.ones((6, 4))) + RNG.uniform(0, 0.05, (18, 12))
    rows, columns = RNG.permutation(18), RNG.permutation(12)

    found = co_clusters(blocks[rows][:, columns].astype(np.float32), 3)

    for cluster in range(3):
        members = set((rows[found.tokens[found.token_clusters == cluster]] // 6).tolist())
        units = set((columns[found.units[found.unit_clusters == cluster]] // 4).tolist())
        assert len(members) == 1
        assert members == units


def test_one_token_or_silence_is_a_cluster_of_its_own():
    assert co_clusters(np.ones((1, 5), dtype=np.float32), 4).tokens.tolist() == [0]
    assert sorted(co_clusters(np.zeros((4, 3), dtype=np.float32), 2).units.tolist()) == [0, 1, 2]


def test_the_plane_is_that_of_scikit_learn():
    states = RNG.normal(size=(200, 6)).astype(np.float32) * [5, 3, 1, 1, 1, 0.5]
    oracle = PCA(2).fit(states)

    plane = principal_plane(states.astype(np.float32))

    assert np.allclose(plane.shares, oracle.explained_variance_ratio_, atol=1e-4)
    assert np.allclose(np.abs(plane.project(states)), np.abs(oracle.transform(states)), atol=1e-3)
    assert (plane.axes[np.arange(2), np.abs(plane.axes).argmax(axis=1)] > 0).all()


def test_a_net_of_one_unit_has_a_map_of_one_axis():
    plane = principal_plane(RNG.normal(size=(20, 1)).astype(np.float32))

    assert plane.shares.tolist() == [1.0, 0.0]
    assert np.allclose(plane.project(np.ones((3, 1), dtype=np.float32))[:, 1], 0)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_points_are_states_of_the_bank_with_their_places(direction):
    model, _part, bank = banked(direction)

    ends, steps = last_states(bank, direction, 5), all_steps(bank, 12)

    assert len(ends.rows) == 5
    assert len(steps.rows) == 12
    for points in (ends, steps):
        for state, row, step in zip(points.states, points.rows, points.steps, strict=True):
            expected = layer_states(model, model.read(TEXTS[row]), 0, direction)[step][0].numpy()
            assert np.allclose(state, expected, atol=5e-5)
    finals = {len(TEXTS[row]) - 1 if direction == "forward" else 0 for row in ends.rows}
    assert set(ends.steps.tolist()) == finals


def test_neighbours_stay_neighbours():
    groups = np.repeat(np.eye(3, 8), 15, axis=0) * 10 + RNG.normal(0, 0.1, (45, 8))

    mapped = neighbour_map(groups.astype(np.float32))

    distances = np.linalg.norm(mapped[:, None] - mapped, axis=-1) + np.eye(45) * 1e9
    assert (distances.argmin(axis=1) // 15 == np.arange(45) // 15).all()
