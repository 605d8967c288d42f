"""Eigenvalues of the recurrent weight against numpy by hand, and what scaling them does."""

import copy

import numpy as np
import pytest
import torch

from rnnviz.errors import BadInput
from rnnviz.insight.gradients import gradient_profile
from rnnviz.insight.spectrum import block_spectrum, factor_for, largest_radius, rescaled, spectra
from tests.oracles import SHALLOW_NETS, untrained, ways, weights_of

GATES = {"rnn": [None], "lstm": ["input", "forget", "candidate", "output"], "gru": ["reset", "update", "new"]}


@pytest.mark.parametrize(("cell", "layers", "direction", "read"), list(ways(SHALLOW_NETS)))
def test_the_spectrum_of_each_block_is_that_of_numpy(cell, layers, direction, read):
    model = untrained(cell, layers, direction)

    for layer in range(layers):
        weight = weights_of(model, layer, read)["weight_hh"].detach().numpy().astype(float)
        found = spectra(model, layer, read)
        assert [block.gate for block in found] == GATES[cell]
        for place, block in enumerate(found):
            own = weight[place * 5 : (place + 1) * 5]
            expected = np.linalg.eigvals(own)
            assert sorted(block.eigenvalues, key=lambda each: (each.real, each.imag)) == pytest.approx(
                sorted(expected, key=lambda each: (each.real, each.imag)), abs=1e-9
            )
            assert block.radius == pytest.approx(max(abs(expected))) == abs(block.eigenvalues[0])
            assert block.largest_singular == pytest.approx(np.linalg.svd(own, compute_uv=False)[0])
            assert block.largest_singular >= block.radius - 1e-9


def test_the_eigenvalues_of_a_rotation_lie_on_the_unit_circle():
    angle = 0.3
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    found = block_spectrum(None, turn)

    assert np.angle(found.eigenvalues) == pytest.approx([angle, -angle]) or np.angle(
        found.eigenvalues
    ) == pytest.approx([-angle, angle])
    assert (found.radius, found.largest_singular) == (pytest.approx(1), pytest.approx(1))


@pytest.mark.parametrize("radius", [0.0, 0.3, 1.0, 2.5])
@pytest.mark.parametrize(("cell", "layers", "direction", "read"), list(ways(SHALLOW_NETS)))
def test_a_rescaled_copy_has_the_radius_that_was_asked_for_and_the_run_its_own(cell, layers, direction, read, radius):
    model = untrained(cell, layers, direction)
    before = copy.deepcopy(model.classifier.state_dict())

    changed = rescaled(model, radius, 0, read)

    assert largest_radius(spectra(changed, 0, read)) == pytest.approx(radius, abs=1e-6)
    assert all(torch.equal(before[name], value) for name, value in model.classifier.state_dict().items())
    other = {name for name, value in changed.classifier.state_dict().items() if not torch.equal(before[name], value)}
    suffix = "_reverse" if direction == "both" and read == "reverse" else ""
    assert other == {f"rnn.weight_hh_l0{suffix}"}


def test_blocks_of_a_gated_cell_keep_their_proportions():
    model = untrained("lstm")
    before = spectra(model)

    after = spectra(rescaled(model, 0.5))

    factor = factor_for(0.5, before)
    assert [block.radius for block in after] == pytest.approx([factor * block.radius for block in before], rel=1e-5)


def test_the_rescaled_net_is_what_torch_computes_with_scaled_weights():
    model = untrained("rnn")
    reading = model.read("abcaxh")
    factor = factor_for(0.2, spectra(model))
    by_hand = copy.deepcopy(model.classifier)
    with torch.no_grad():
        by_hand.rnn.weight_hh_l0.mul_(factor)
        expected = torch.softmax(by_hand(torch.from_numpy(reading.ids)[None].long(), torch.tensor([6])), dim=-1)

    np.testing.assert_allclose(rescaled(model, 0.2).probabilities([reading]), expected, atol=1e-6)


def test_a_small_radius_makes_the_gradient_vanish_and_a_large_one_does_not():
    model = untrained("rnn", embedding_size=4, hidden_size=8)
    reading = model.read("abcdefgh" * 3)

    def left(radius):
        norms = gradient_profile(rescaled(model, radius), reading, "ant").hidden_norms
        return norms[0] / norms[-1]

    assert left(0.1) < 1e-15
    assert left(0.1) < left(0.5) < left(1.0)


def test_a_matrix_of_zeros_has_a_radius_of_0_that_no_factor_changes():
    model = untrained("rnn")
    with torch.no_grad():
        model.classifier.rnn.weight_hh_l0.zero_()

    (block,) = spectra(model)
    assert (block.radius, block.largest_singular) == (0, 0)
    with pytest.raises(BadInput, match="is 0, and 0 times any factor stays 0"):
        rescaled(model, 1.0)


@pytest.mark.parametrize("radius", [-0.1, 10.1, float("nan")])
def test_a_radius_out_of_range_is_said(radius):
    with pytest.raises(BadInput, match=r"Spectral radius is .*; allowed is 0 to 10\.0"):
        rescaled(untrained("gru"), radius)


def test_weights_that_are_no_numbers_have_no_eigenvalues():
    model = untrained("rnn")
    with torch.no_grad():
        model.classifier.rnn.weight_hh_l0[0, 0] = torch.nan

    with pytest.raises(BadInput, match="no finite numbers"):
        spectra(model)
