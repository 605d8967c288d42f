"""How the weights begin: ours gate by gate, PyTorch's as PyTorch draws them."""

import math

import pytest
import torch
from torch import nn

from rnnviz.models.cells import CELLS
from rnnviz.models.classifier import Classifier, ModelConfig
from tests.oracles import MODULES

INPUTS, HIDDEN = 6, 8
GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def drawn(cell: str, **settings) -> nn.RNNBase:
    torch.manual_seed(0)
    config = ModelConfig(cell=cell, embedding_size=INPUTS, hidden_size=HIDDEN, layers=2, direction="both", **settings)
    return Classifier(config, 9, 2).rnn


def parameters(rnn: nn.RNNBase, kind: str) -> list[torch.Tensor]:
    return [value.detach() for name, value in rnn.named_parameters() if name.startswith(kind)]


@pytest.mark.parametrize("cell", CELLS)
def test_the_recurrent_block_of_every_gate_is_orthogonal(cell):
    weights = parameters(drawn(cell), "weight_hh")

    assert len(weights) == 4
    for weight in weights:
        blocks = weight.split(HIDDEN)
        assert len(blocks) == GATES[cell]
        for block in blocks:
            torch.testing.assert_close(block @ block.T, torch.eye(HIDDEN), atol=1e-5, rtol=0)


@pytest.mark.parametrize("cell", CELLS)
def test_the_input_block_of_every_gate_is_drawn_within_the_xavier_bound(cell):
    for weight in parameters(drawn(cell), "weight_ih"):
        bound = math.sqrt(6 / (weight.shape[1] + HIDDEN))
        for block in weight.split(HIDDEN):
            assert 0.85 * bound < block.abs().max() <= bound


@pytest.mark.parametrize("forget_bias", [1.0, -2.5])
def test_the_forget_gate_of_an_lstm_starts_at_its_bias_once_and_all_else_at_zero(forget_bias):
    rnn = drawn("lstm", forget_bias=forget_bias)
    expected = torch.cat([torch.full((HIDDEN,), value) for value in (0.0, forget_bias, 0.0, 0.0)])

    pairs = list(zip(parameters(rnn, "bias_ih"), parameters(rnn, "bias_hh"), strict=True))

    assert len(pairs) == 4
    for from_x, from_h in pairs:
        assert torch.equal(from_x + from_h, expected)


@pytest.mark.parametrize("cell", ["rnn", "gru"])
def test_the_biases_of_cells_without_a_forget_gate_start_at_zero(cell):
    assert all(bias.abs().sum() == 0 for bias in parameters(drawn(cell), "bias"))


@pytest.mark.parametrize("cell", CELLS)
def test_the_initialisation_of_pytorch_is_left_untouched(cell):
    rnn = drawn(cell, initialisation="pytorch")

    torch.manual_seed(0)
    nn.Embedding(9, INPUTS, padding_idx=0)
    expected = MODULES[cell](INPUTS, HIDDEN, num_layers=2, bidirectional=True)
    for (name, ours), theirs in zip(rnn.named_parameters(), expected.parameters(), strict=True):
        assert torch.equal(ours, theirs), name


def test_the_embeddings_begin_with_the_spread_that_is_asked_for():
    def drawn_embedding(std: float) -> torch.Tensor:
        torch.manual_seed(0)
        return Classifier(ModelConfig(embedding_std=std), 2000, 2).embedding.weight.detach()

    torch.manual_seed(0)
    expected = nn.Embedding(2000, ModelConfig().embedding_size, padding_idx=0).weight
    assert torch.equal(drawn_embedding(1.0), expected)
    assert drawn_embedding(0.1)[1:].std().item() == pytest.approx(0.1, rel=0.02)
    assert drawn_embedding(0.1)[0].abs().sum() == 0
