"""Nets that read padding: the very thing `torch.nn` gives over the padded tensor, alone as in a batch."""

import numpy as np
import pytest
import torch
from torch import nn

from rnnviz.evaluation.answers import answer
from rnnviz.insight.alignment import align
from rnnviz.insight.edits import flips, single_edits
from rnnviz.insight.trace import trace
from rnnviz.training.config import RunConfig
from rnnviz.training.data import TrainingData, prepare
from rnnviz.training.loop import build_classifier, train
from rnnviz.training.trained import TrainedModel

LENGTH = 7
NETS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


def trained(names, config: RunConfig) -> tuple[TrainedModel, TrainingData]:
    data = prepare(names, config.text, config.seed)
    classifier = build_classifier(config, data)
    for _event in train(classifier, data, config):
        pass
    return TrainedModel(config, data.classes, data.vocabulary, classifier.eval()), data


@pytest.fixture(params=[(cell, where) for cell in NETS for where in ("after", "before")], ids="-".join)
def padded(request, tiny, names) -> tuple[TrainedModel, TrainingData]:
    cell, where = request.param
    settings = {"model.cell": cell, "text.padding": where, "text.max_tokens": LENGTH}
    return trained(names, tiny(settings, epochs=1))


@torch.no_grad()
def by_hand(model: TrainedModel, text: str) -> np.ndarray:
    """Class probabilities: the padded numbers, `torch.nn`'s own layer over all of them, its very last state."""
    config, weights = model.config, model.classifier.state_dict()
    numbers = [model.vocabulary.tokens.index(letter) if letter in model.vocabulary.tokens else 1 for letter in text]
    filling = [0] * (LENGTH - len(numbers))
    row = [*filling, *numbers] if config.text.padding == "before" else [*numbers, *filling]
    layer = NETS[config.model.cell](config.model.embedding_size, config.model.hidden_size, batch_first=True)
    layer.load_state_dict({name[4:]: value for name, value in weights.items() if name.startswith("rnn.")})
    outputs, _state = layer(weights["embedding.weight"][torch.tensor([row])])
    assert outputs.shape[1] == LENGTH
    scores = weights["head.weight"] @ outputs[0, -1] + weights["head.bias"]
    return torch.softmax(scores, dim=-1).numpy()


def test_a_text_gives_what_torch_gives_over_the_padded_tensor(padded) -> None:
    model, _data = padded
    for text in ("ба", "в", "бвик", "бвибвик", "бвибвикж"):
        (given,) = model.probabilities([model.read(text)])
        np.testing.assert_allclose(given, by_hand(model, text[-LENGTH:]), atol=1e-6)


def test_a_text_gives_alone_what_it_gives_in_a_batch(padded) -> None:
    model, data = padded
    together = answer(model, data.test).probabilities
    alone = np.concatenate([model.probabilities([model.read(text)]) for text in data.test.texts])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_a_trace_shows_the_padding_and_ends_in_the_answer(padded) -> None:
    model, _data = padded
    reading = model.read("бик")
    seen = trace(model, reading)
    text, filling = ("б", "и", "к"), ("<pad>",) * (LENGTH - 3)
    assert seen.tokens == (filling + text if model.config.text.padding == "before" else text + filling)
    np.testing.assert_allclose(seen.probabilities[-1], model.probabilities([reading])[0], atol=1e-6)


def test_the_embedding_of_padding_is_zero_and_never_learned(padded) -> None:
    model, _data = padded
    assert not model.classifier.embedding.weight[0].any()
    assert model.classifier.embedding.weight[2:].any()


def test_a_note_says_that_padding_is_read(padded) -> None:
    model, _data = padded
    assert model.read("бик").notes() == [
        "This model was trained on texts of one length: it reads <pad> too, here 4 times."
    ]
    assert model.read("бвибвик").notes() == []


def test_a_text_of_unknown_letters_is_told_of_through_its_padding(padded) -> None:
    model, _data = padded
    assert model.read("жж").notes()[0] == "The model knows none of these tokens, so its answer means nothing: ж"


def test_padding_is_not_edited_and_stands_in_no_text(padded) -> None:
    model, _data = padded
    reading = model.read("бик")
    edits = single_edits(model, reading)
    assert edits
    assert all("<pad>" not in reading.tokens[edit.place] for edit in edits)
    assert all("<pad>" not in flip.text for flip in flips(model, reading, edits))


@pytest.mark.parametrize("where", ["after", "before"])
def test_letters_stand_below_the_same_letters_of_a_net_that_reads_no_padding(tiny, names, where: str) -> None:
    plain, _data = trained(names, tiny(epochs=1))
    padded, _data = trained(names, tiny({"text.padding": where, "text.max_tokens": LENGTH}, epochs=1))
    readings = [model.read("бик") for model in (plain, padded)]
    axis = align([plain, padded], readings)
    assert axis.tokens == readings[1].tokens
    assert [axis.tokens[place] for place in axis.places[0]] == ["б", "и", "к"]


def test_packed_is_what_it_was(names, tiny) -> None:
    data = prepare(names, tiny().text, 5)
    assert [len(ids) for ids in data.test.ids] == [len(text) for text in data.test.texts]


def test_padding_does_not_thin_out_the_share_of_unknown_letters(names, tiny) -> None:
    shares = [
        prepare(names, tiny({"text.min_count": 30, "text.padding": where}).text, 5).test.unknown
        for where in ("packed", "after", "before")
    ]
    assert shares[0] == shares[1] == shares[2] > 0


def test_shuffled_classes_are_those_of_the_training_part_dealt_out_anew(names, tiny) -> None:
    true, shuffled = (prepare(names, tiny({"text.labels": how}).text, 5) for how in ("true", "shuffled"))
    assert [part.texts for part in true.parts.values()] == [part.texts for part in shuffled.parts.values()]
    for part in ("validation", "test"):
        assert true.parts[part].labels.tolist() == shuffled.parts[part].labels.tolist()
    assert sorted(true.train.labels) == sorted(shuffled.train.labels)
    assert true.train.labels.tolist() != shuffled.train.labels.tolist()


def test_the_seed_decides_how_classes_are_dealt_out(names, tiny) -> None:
    text = tiny({"text.labels": "shuffled"}).text
    first, again, other = (prepare(names, text, seed).train for seed in (5, 5, 6))
    assert first.labels.tolist() == again.labels.tolist()
    assert first.labels.tolist() != other.labels.tolist()
