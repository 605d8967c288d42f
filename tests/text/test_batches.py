"""Batches: every text once an epoch, padded behind, in an order the generator decides."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.text.batches import POOL, ordered_batches, pad, shuffled_batches

LENGTHS = st.lists(st.integers(1, 50), min_size=1, max_size=200).map(np.array)
SIZES = st.integers(1, 40)


def test_padding_stands_behind_each_text_and_is_0() -> None:
    ids, lengths = pad([np.array([5, 6]), np.array([7]), np.array([8, 9, 2])])
    assert ids.tolist() == [[5, 6, 0], [7, 0, 0], [8, 9, 2]]
    assert lengths.tolist() == [2, 1, 3]
    assert ids.dtype == lengths.dtype == np.int64


@settings(deadline=None, max_examples=60)
@given(LENGTHS, SIZES, st.integers(0, 1000))
def test_shuffled_batches_hold_every_row_once(lengths: np.ndarray, size: int, seed: int) -> None:
    batches = shuffled_batches(lengths, size, np.random.default_rng(seed))
    assert sorted(np.concatenate(batches)) == list(range(len(lengths)))
    assert all(1 <= len(batch) <= size for batch in batches)
    assert len(batches) == -(-len(lengths) // size)


@settings(deadline=None, max_examples=60)
@given(LENGTHS, SIZES)
def test_ordered_batches_hold_every_row_once_from_short_to_long(lengths: np.ndarray, size: int) -> None:
    order = np.concatenate(ordered_batches(lengths, size))
    assert sorted(order) == list(range(len(lengths)))
    assert lengths[order].tolist() == sorted(lengths)
    assert max(len(batch) for batch in ordered_batches(lengths, size)) <= size


@settings(deadline=None, max_examples=30)
@given(LENGTHS, SIZES, st.integers(0, 1000))
def test_the_same_generator_gives_the_same_batches(lengths: np.ndarray, size: int, seed: int) -> None:
    first, second = (shuffled_batches(lengths, size, np.random.default_rng(seed)) for _ in range(2))
    assert [batch.tolist() for batch in first] == [batch.tolist() for batch in second]


def test_another_seed_and_the_next_epoch_give_other_batches() -> None:
    lengths = np.full(40, 5)
    rng = np.random.default_rng(0)
    orders = [
        np.concatenate(shuffled_batches(lengths, 4, rng)).tolist(),
        np.concatenate(shuffled_batches(lengths, 4, rng)).tolist(),
        np.concatenate(shuffled_batches(lengths, 4, np.random.default_rng(1))).tolist(),
    ]
    assert orders[0] != orders[1]
    assert orders[0] != orders[2]


def test_a_batch_holds_texts_of_about_one_length() -> None:
    lengths = np.random.default_rng(0).integers(1, 100, 8 * POOL)
    batches = shuffled_batches(lengths, 8, np.random.default_rng(0))
    spread = [np.ptp(lengths[batch]) for batch in batches]
    assert np.mean(spread) < 6


def test_batches_do_not_come_from_short_to_long() -> None:
    lengths = np.arange(1, 8 * POOL + 1)
    longest = [lengths[batch].max() for batch in shuffled_batches(lengths, 8, np.random.default_rng(0))]
    assert longest != sorted(longest)
    assert longest != sorted(longest, reverse=True)


def test_more_rows_than_a_pool_holds_do_not_all_stand_sorted_together() -> None:
    lengths = np.arange(8 * POOL * 2)
    batches = shuffled_batches(lengths, 8, np.random.default_rng(0))
    assert sorted(np.concatenate(batches)) == list(range(len(lengths)))
    assert any(np.ptp(lengths[batch]) > 7 for batch in batches)
