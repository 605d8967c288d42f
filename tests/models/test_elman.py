"""The course's Elman network against `torch.nn.RNN`."""

import pytest
import torch
from torch import nn

from rnnviz.models.elman import ElmanNetwork

TIME, BATCH, INPUTS, HIDDEN = 6, 3, 4, 5


def twins(batch_first: bool = False) -> tuple[ElmanNetwork, nn.RNN]:
    torch.manual_seed(0)
    ours = ElmanNetwork(INPUTS, HIDDEN, batch_first=batch_first)
    theirs = nn.RNN(INPUTS, HIDDEN, batch_first=batch_first)
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def inputs_for(batch_first: bool) -> torch.Tensor:
    return torch.randn(*((BATCH, TIME) if batch_first else (TIME, BATCH)), INPUTS)


@pytest.mark.parametrize("batch_first", [False, True])
def test_all_hidden_states_and_the_last_one_equal_torch(batch_first):
    ours, theirs = twins(batch_first)
    inputs = inputs_for(batch_first)

    outputs, final = ours(inputs)

    expected, expected_final = theirs(inputs)
    torch.testing.assert_close(outputs, expected, atol=1e-6, rtol=0)
    torch.testing.assert_close(final, expected_final[0], atol=1e-6, rtol=0)


@pytest.mark.parametrize("batch_first", [False, True])
def test_it_reads_on_from_a_given_state_as_torch_does(batch_first):
    ours, theirs = twins(batch_first)
    inputs, state = inputs_for(batch_first), torch.randn(BATCH, HIDDEN)

    outputs, _ = ours(inputs, state)

    torch.testing.assert_close(outputs, theirs(inputs, state[None])[0], atol=1e-6, rtol=0)


@pytest.mark.parametrize("batch_first", [False, True])
def test_the_last_output_is_the_final_state(batch_first):
    ours, _ = twins(batch_first)

    outputs, final = ours(inputs_for(batch_first))

    assert torch.equal(outputs[:, -1] if batch_first else outputs[-1], final)


@pytest.mark.parametrize("batch_first", [False, True])
def test_autograd_gives_the_gradients_of_torch(batch_first):
    ours, theirs = twins(batch_first)
    inputs = inputs_for(batch_first)
    weights = torch.randn_like(ours(inputs)[0])

    gradients = []
    for net in (ours, theirs):
        fed = inputs.clone().requires_grad_()
        loss = (net(fed)[0] * weights).sum()
        gradients.append(torch.autograd.grad(loss, [fed, *net.parameters()]))

    for mine, expected in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, expected, atol=1e-5, rtol=1e-5)
        assert mine.abs().sum() > 0


def test_it_learns_as_torch_does():
    ours, theirs = twins()
    inputs, targets = inputs_for(False), torch.rand(BATCH, HIDDEN) - 0.5

    losses = []
    for net in (ours, theirs):
        optimiser = torch.optim.SGD(net.parameters(), lr=0.5)
        told = []
        for _ in range(10):
            optimiser.zero_grad()
            loss = (net(inputs)[0][-1] - targets).square().mean()
            loss.backward()
            optimiser.step()
            told.append(loss.item())
        losses.append(told)

    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert losses[0][-1] < losses[0][0] / 2


def test_its_parameters_are_named_shaped_and_drawn_as_those_of_torch():
    torch.manual_seed(3)
    ours = ElmanNetwork(INPUTS, HIDDEN).state_dict()
    torch.manual_seed(3)
    theirs = nn.RNN(INPUTS, HIDDEN).state_dict()

    assert list(ours) == list(theirs)
    for name in ours:
        assert torch.equal(ours[name], theirs[name]), name
