"""The classifier: what a text gives does not depend on its batch, and direction means what it says."""

import pytest
import torch

from rnnviz.models.cells import CELLS
from rnnviz.models.classifier import Classifier, ModelConfig, reverse_texts
from rnnviz.text.batches import pad
from tests.oracles import NETS, named, prediction, untrained

TEXTS = ["abcdefgh", "a", "hgfedcba", "xyx", "bad", "cabbage"]


def tensors(sequences) -> tuple[torch.Tensor, torch.Tensor]:
    ids, lengths = pad(sequences)
    return torch.from_numpy(ids), torch.from_numpy(lengths)


@pytest.mark.parametrize(("cell", "layers", "direction"), NETS, ids=named(NETS))
def test_a_text_gives_the_same_alone_in_a_batch_and_on_torch_alone(cell, layers, direction):
    model = untrained(cell, layers, direction)
    readings = [model.read(text) for text in TEXTS]

    together = torch.from_numpy(model.probabilities(readings))

    for reading, row in zip(readings, together, strict=True):
        alone = torch.from_numpy(model.probabilities([reading]))[0]
        torch.testing.assert_close(row, alone, atol=1e-6, rtol=0)
        torch.testing.assert_close(row, torch.from_numpy(prediction(model, reading)), atol=1e-6, rtol=0)
    assert torch.pdist(together).min() > 1e-4


@pytest.mark.parametrize("direction", ["forward", "reverse", "both"])
@pytest.mark.parametrize("cell", CELLS)
def test_what_stands_in_the_padding_changes_nothing(cell, direction):
    classifier = untrained(cell, 2, direction).classifier
    ids, lengths = tensors([[2, 3, 4, 5], [6, 7]])
    with torch.no_grad():
        clean = classifier(ids, lengths)
        ids[1, 2:] = 9
        dirty = classifier(ids, lengths)

    torch.testing.assert_close(dirty, clean, atol=1e-6, rtol=0)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_reverse_equals_forward_on_the_text_back_to_front(cell, layers):
    forward, reverse = untrained(cell, layers, "forward"), untrained(cell, layers, "reverse")
    reverse.classifier.load_state_dict(forward.classifier.state_dict())

    of_reverse = reverse.probabilities([reverse.read(text) for text in TEXTS])
    of_forward = forward.probabilities([forward.read(text[::-1]) for text in TEXTS])

    torch.testing.assert_close(torch.from_numpy(of_reverse), torch.from_numpy(of_forward), atol=1e-6, rtol=0)


def test_texts_are_mirrored_with_their_padding_still_behind_them():
    ids, lengths = tensors([[2, 3, 4, 5], [6, 7], [8]])

    assert reverse_texts(ids, lengths).tolist() == [[5, 4, 3, 2], [7, 6, 0, 0], [8, 0, 0, 0]]


def test_mirroring_moves_whole_vectors():
    vectors = torch.arange(12.0).reshape(1, 3, 4)

    assert torch.equal(reverse_texts(vectors, torch.tensor([2]))[0], vectors[0, [1, 0, 2]])


def test_dropout_acts_in_training_and_not_afterwards():
    classifier = untrained("lstm", dropout=0.5).classifier
    ids, lengths = tensors([[2, 3, 4, 5]] * 20)

    with torch.no_grad():
        quiet = classifier(ids, lengths)
        noisy = classifier.train()(ids, lengths)

    torch.testing.assert_close(quiet, quiet[:1].expand(20, -1))
    assert len(noisy.unique(dim=0)) == 20


def test_stacked_layers_drop_out_between_each_other_and_one_layer_does_not():
    assert Classifier(ModelConfig(layers=2, dropout=0.3), 5, 2).rnn.dropout == 0.3
    assert Classifier(ModelConfig(layers=1, dropout=0.3), 5, 2).rnn.dropout == 0.0


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (ModelConfig(cell="rnn", embedding_size=4, hidden_size=5), 7 * 4 + (5 * 4 + 5 * 5 + 10) + (2 * 5 + 2)),
        (ModelConfig(cell="gru", embedding_size=4, hidden_size=5), 7 * 4 + 3 * (5 * 4 + 5 * 5 + 10) + (2 * 5 + 2)),
        (
            ModelConfig(cell="lstm", embedding_size=4, hidden_size=5, layers=2, direction="both"),
            7 * 4 + 2 * 4 * (5 * 4 + 5 * 5 + 10) + 2 * 4 * (5 * 10 + 5 * 5 + 10) + (2 * 10 + 2),
        ),
    ],
)
def test_parameters_are_counted_as_by_hand(config, expected):
    assert Classifier(config, 7, 2).count_parameters() == expected


def test_parameters_carry_the_names_of_the_contract():
    names = set(Classifier(ModelConfig(layers=2, direction="both"), 5, 2).state_dict())

    kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    suffixes = ("l0", "l1", "l0_reverse", "l1_reverse")
    assert names == {
        "embedding.weight",
        *(f"rnn.{kind}_{suffix}" for kind in kinds for suffix in suffixes),
        "head.weight",
        "head.bias",
    }


@pytest.mark.parametrize(
    ("direction", "read", "name"),
    [
        ("forward", "forward", "weight_hh_l1"),
        ("reverse", "reverse", "weight_hh_l1"),
        ("both", "forward", "weight_hh_l1"),
        ("both", "reverse", "weight_hh_l1_reverse"),
    ],
)
def test_a_written_out_cell_stands_on_the_weights_that_are_trained(direction, read, name):
    classifier = untrained("gru", 2, direction).classifier

    with torch.no_grad():
        getattr(classifier.rnn, name)[2, 3] = 42.0

    assert classifier.cell(1, read).weight_hh[2, 3] == 42.0


def test_a_net_names_the_directions_in_which_it_reads():
    directions = {way: untrained("rnn", 1, way).classifier.directions for way in ("forward", "reverse", "both")}

    assert directions == {"forward": ("forward",), "reverse": ("reverse",), "both": ("forward", "reverse")}


def test_the_padding_has_a_zero_vector_that_never_learns():
    classifier = untrained("lstm").classifier
    ids, lengths = tensors([[2, 3, 4, 5], [6, 7]])

    classifier(ids, lengths).sum().backward()

    assert torch.equal(classifier.embedding.weight[0], torch.zeros(4))
    assert torch.equal(classifier.embedding.weight.grad[0], torch.zeros(4))
    assert classifier.embedding.weight.grad[2].abs().sum() > 0


def test_while_training_one_dropout_mask_holds_for_all_tokens_of_a_text() -> None:
    torch.manual_seed(0)
    net = Classifier(ModelConfig(embedding_size=50, embedding_dropout=0.5), 9, 2)
    embedded = torch.ones(2, 7, 50)
    thinned = net.train().thinned(embedded)
    blank = thinned == 0
    assert torch.equal(blank, blank[:, :1].expand_as(blank))
    assert 0.2 < blank.float().mean() < 0.8
    assert not torch.equal(blank[0], blank[1])
    assert thinned[~blank].unique().tolist() == [2.0]
    assert torch.equal(net.eval().thinned(embedded), embedded)


def test_token_dropout_hides_about_its_share_of_the_tokens_and_never_padding() -> None:
    torch.manual_seed(0)
    net = Classifier(ModelConfig(word_dropout=0.3), 9, 2).train()
    ids = torch.tensor([[5] * 500 + [0] * 500])
    hidden = net.with_gaps(ids)
    assert torch.equal(hidden[:, 500:], ids[:, 500:])
    assert set(hidden[:, :500].unique().tolist()) == {1, 5}
    assert 0.25 < (hidden == 1).float().mean() * 2 < 0.35
    assert torch.equal(net.eval().with_gaps(ids), ids)
