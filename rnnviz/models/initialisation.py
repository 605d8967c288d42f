"""How the weights of a recurrent net begin."""

import torch
from torch import nn

from rnnviz.models.cells import CELLS

INITIALISATIONS = ("pytorch", "orthogonal")


@torch.no_grad()
def initialise_orthogonal(rnn: nn.RNNBase, forget_bias: float) -> None:
    """Xavier input weights, orthogonal recurrent weights, biases 0 but for the forget gate.

    Gate by gate: Glorot & Bengio (2010) for W_ih, Saxe et al. (2014) for W_hh. The
    forget gate, where the cell has one, starts at `forget_bias` (Jozefowicz et al.
    2015); `torch.nn` adds two biases, so the one of the input carries it alone.
    """
    cell = next(cell for cell in CELLS.values() if isinstance(rnn, cell.torch_module))
    gates = [gate.name for gate in cell.gates] or ["hidden"]
    for name, parameter in rnn.named_parameters():
        for gate, block in zip(gates, parameter.chunk(len(gates)), strict=True):
            if name.startswith("weight_ih"):
                nn.init.xavier_uniform_(block)
            elif name.startswith("weight_hh"):
                nn.init.orthogonal_(block)
            else:
                carries = name.startswith("bias_ih") and gate == "forget"
                block.fill_(forget_bias if carries else 0.0)
