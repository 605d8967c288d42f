"""The written-out cells against `torch.nn`, and each of their gates against NumPy by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.models.cells import CELLS, Cell, unroll
from tests.oracles import CELL_MODULES, MODULES, PARAMETERS

TIME, BATCH, INPUTS, HIDDEN = 7, 3, 4, 5


def drawn(name: str, seed: int = 0, scale: float = 2.0) -> tuple[Cell, nn.RNNBase]:
    """A cell and the `torch.nn` module with the same large weights."""
    torch.manual_seed(seed)
    module = MODULES[name](INPUTS, HIDDEN)
    for parameter in module.parameters():
        parameter.requires_grad_(False).mul_(scale)
    return CELLS[name](*(getattr(module, f"{parameter}_l0") for parameter in PARAMETERS)), module


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def parts(cell: Cell, x: torch.Tensor, h: torch.Tensor) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """W_i x + b_i and W_h h + b_h of each gate, by NumPy in float64, gates in the order of their rows."""
    weight_ih, weight_hh, bias_ih, bias_hh = (getattr(cell, name).double().numpy() for name in PARAMETERS)
    gates = max(1, len(cell.gates))
    rows = [slice(gate * HIDDEN, (gate + 1) * HIDDEN) for gate in range(gates)]
    from_x = [x.double().numpy() @ weight_ih[row].T + bias_ih[row] for row in rows]
    from_h = [h.double().numpy() @ weight_hh[row].T + bias_hh[row] for row in rows]
    return from_x, from_h


def assert_values(values: dict[str, torch.Tensor], expected: dict[str, np.ndarray]) -> None:
    assert values.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(values[name].numpy(), value, atol=2e-6, err_msg=name)


def one_step(name: str) -> tuple[Cell, torch.Tensor, tuple[torch.Tensor, ...]]:
    cell, _ = drawn(name)
    x, h, c = torch.randn(BATCH, INPUTS), torch.tanh(torch.randn(BATCH, HIDDEN)), torch.randn(BATCH, HIDDEN)
    return cell, x, (h, c)[: len(cell.states)]


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_goes_through_the_same_states_as_its_torch_module(name):
    cell, module = drawn(name)
    inputs = torch.randn(TIME, BATCH, INPUTS)

    steps, final = unroll(cell, inputs)

    outputs, final_of_torch = module(inputs)
    torch.testing.assert_close(torch.stack([step["hidden"] for step in steps]), outputs, atol=1e-6, rtol=0)
    final_of_torch = final_of_torch if isinstance(final_of_torch, tuple) else (final_of_torch,)
    assert len(final) == len(final_of_torch)
    for ours, theirs in zip(final, final_of_torch, strict=True):
        torch.testing.assert_close(ours, theirs[0], atol=1e-6, rtol=0)


@pytest.mark.parametrize("name", CELLS)
def test_a_step_from_any_state_equals_the_torch_cell(name):
    cell, x, state = one_step(name)
    module = CELL_MODULES[name](INPUTS, HIDDEN)
    module.load_state_dict({parameter: getattr(cell, parameter) for parameter in PARAMETERS})

    values, after = cell.step(x, state)

    expected = module(x, state if len(state) == 2 else state[0])
    expected = expected if isinstance(expected, tuple) else (expected,)
    for ours, theirs, quantity in zip(after, expected, cell.states, strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=0)
        assert torch.equal(values[quantity.name], ours)


@pytest.mark.parametrize("name", CELLS)
def test_reading_on_from_a_state_equals_reading_in_one_go(name):
    cell, module = drawn(name)
    inputs = torch.randn(TIME, BATCH, INPUTS)

    _, halfway = unroll(cell, inputs[:3])
    steps, _ = unroll(cell, inputs[3:], halfway)

    torch.testing.assert_close(steps[-1]["hidden"], module(inputs)[0][-1], atol=1e-6, rtol=0)


def test_every_value_of_an_rnn_step_follows_from_the_weights():
    cell, x, (h,) = one_step("rnn")

    values, _ = cell.step(x, (h,))

    (from_x,), (from_h,) = parts(cell, x, h)
    assert_values(
        values,
        {"from_x": from_x, "from_h": from_h, "preactivation": from_x + from_h, "hidden": np.tanh(from_x + from_h)},
    )


def test_every_value_of_an_lstm_step_follows_from_the_weights():
    cell, x, (h, c) = one_step("lstm")

    values, _ = cell.step(x, (h, c))

    (i_x, f_x, g_x, o_x), (i_h, f_h, g_h, o_h) = parts(cell, x, h)
    i, f, g, o = sigmoid(i_x + i_h), sigmoid(f_x + f_h), np.tanh(g_x + g_h), sigmoid(o_x + o_h)
    after = f * c.numpy() + i * g
    assert_values(
        values,
        {
            **{"input_from_x": i_x, "forget_from_x": f_x, "candidate_from_x": g_x, "output_from_x": o_x},
            **{"input_from_h": i_h, "forget_from_h": f_h, "candidate_from_h": g_h, "output_from_h": o_h},
            **{"input": i, "forget": f, "candidate": g, "output": o},
            **{"cell_state_before": c.numpy(), "cell_state": after, "hidden": o * np.tanh(after)},
        },
    )


def test_every_value_of_a_gru_step_follows_from_the_weights():
    cell, x, (h,) = one_step("gru")

    values, _ = cell.step(x, (h,))

    (r_x, z_x, n_x), (r_h, z_h, n_h) = parts(cell, x, h)
    r, z = sigmoid(r_x + r_h), sigmoid(z_x + z_h)
    n = np.tanh(n_x + r * n_h)
    assert_values(
        values,
        {
            **{"reset_from_x": r_x, "update_from_x": z_x, "new_from_x": n_x},
            **{"reset_from_h": r_h, "update_from_h": z_h, "new_from_h": n_h},
            **{"reset": r, "update": z, "new": n},
            **{"hidden_before": h.numpy(), "hidden": (1 - z) * n + z * h.numpy()},
        },
    )


def test_gates_and_states_carry_the_names_of_the_contract():
    gates = {name: [gate.name for gate in cell.gates] for name, cell in CELLS.items()}
    states = {name: [state.name for state in cell.states] for name, cell in CELLS.items()}

    assert gates == {
        "rnn": [],
        "lstm": ["input", "forget", "candidate", "output"],
        "gru": ["reset", "update", "new"],
    }
    assert states == {"rnn": ["hidden"], "lstm": ["hidden", "cell_state"], "gru": ["hidden"]}


@pytest.mark.parametrize("name", CELLS)
def test_values_use_the_whole_range_that_their_quantity_declares_and_no_more(name):
    cell, _ = drawn(name, scale=30.0)

    steps, _ = unroll(cell, torch.randn(50, BATCH, INPUTS) * 5)

    for quantity in (*cell.gates, *cell.states):
        values = torch.cat([step[quantity.name] for step in steps])
        assert quantity.low <= values.min()
        assert values.max() <= quantity.high
        if np.isfinite(quantity.high):
            assert values.min() < quantity.low + 0.1
            assert values.max() > quantity.high - 0.1


def test_the_cell_state_of_an_lstm_is_not_bounded_by_one():
    cell, _ = drawn("lstm", scale=30.0)

    steps, _ = unroll(cell, torch.randn(50, BATCH, INPUTS) * 5)

    assert max(step["cell_state"].abs().max().item() for step in steps) > 1


@pytest.mark.parametrize("name", CELLS)
def test_there_is_an_equation_for_each_gate_and_state_that_begins_with_its_symbol(name):
    cell = CELLS[name]

    assert [equation.quantity for equation in cell.equations] == [
        *(gate.name for gate in cell.gates),
        *(state.name for state in cell.states[::-1]),
    ]
    symbols = {quantity.name: quantity.symbol for quantity in (*cell.gates, *cell.states)}
    for equation in cell.equations:
        assert equation.symbolic.startswith(f"{symbols[equation.quantity]} = ")


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_starts_from_zeros_of_the_type_of_its_weights(name):
    cell, _ = drawn(name)
    cell.weight_hh = cell.weight_hh.double()

    state = cell.initial_state(2)

    assert len(state) == len(cell.states)
    for part in state:
        assert torch.equal(part, torch.zeros(2, HIDDEN, dtype=torch.float64))
