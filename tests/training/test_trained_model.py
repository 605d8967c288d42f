"""A trained model reads a typed text as it read its training texts, and says what it could not read."""

import dataclasses

import pytest
import torch

from rnnviz.errors import BadInput
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.config import TextConfig
from rnnviz.training.loop import build_classifier
from rnnviz.training.trained import MAX_TYPED, TrainedModel


@pytest.fixture
def model(tiny, data) -> TrainedModel:
    config = tiny({"text.max_tokens": 4})
    return TrainedModel(config, data.classes, data.vocabulary, build_classifier(config, data).eval())


def test_a_typed_text_is_cleaned_as_training_texts_are(model: TrainedModel) -> None:
    reading = model.read("  БИBК ")
    assert reading.text == "  БИBК "
    assert reading.tokens == ("б", "и", "в", "к")
    assert [model.vocabulary.tokens[i] for i in reading.ids] == ["б", "и", "в", "к"]
    assert (reading.unknown, reading.cut, reading.notes()) == ((), 0, [])


def test_words_are_read_by_a_model_of_words(model: TrainedModel) -> None:
    vocabulary = Vocabulary(("<pad>", "<unk>", "good", "film"))
    config = dataclasses.replace(model.config, text=TextConfig(unit="word"))
    words = dataclasses.replace(model, config=config, vocabulary=vocabulary)
    assert words.read("Good <br /> film").ids.tolist() == [2, 3]


def test_a_long_text_is_read_from_its_end_and_a_note_says_so(model: TrainedModel) -> None:
    reading = model.read("бвибвик")
    assert reading.tokens == ("б", "в", "и", "к")
    assert reading.cut == 3
    assert reading.notes() == ["This model reads at most 4 tokens of a text: 3 are left out."]


def test_letters_never_seen_are_named_once_in_order(model: TrainedModel) -> None:
    reading = model.read("жбэж")
    assert reading.ids.tolist()[0] == reading.ids.tolist()[2] == 1
    assert reading.unknown == ("ж", "э")
    assert reading.notes() == ["Never seen in training, so read as <unk>: ж, э"]


def test_letters_that_are_cut_off_are_not_named(model: TrainedModel) -> None:
    assert model.read("жбвик").unknown == ()


def test_a_text_without_any_known_letter_is_read_with_a_warning(model: TrainedModel) -> None:
    reading = model.read("xyz")
    assert reading.ids.tolist() == [1, 1, 1]
    assert "its answer means nothing: x, y, z" in reading.notes()[0]


@pytest.mark.parametrize("text", ["", " ", "\t\n\u00a0"])
def test_a_blank_text_is_bad_input(model: TrainedModel, text: str) -> None:
    with pytest.raises(BadInput, match="nothing to read"):
        model.read(text)


def test_a_text_too_long_to_type_is_bad_input_with_its_length(model: TrainedModel) -> None:
    assert model.read("б" * MAX_TYPED).cut == MAX_TYPED - 4
    with pytest.raises(BadInput, match=f"{MAX_TYPED + 1} characters; at most {MAX_TYPED}"):
        model.read("б" * (MAX_TYPED + 1))


def test_probabilities_are_those_of_the_text_alone_and_sum_to_one(model: TrainedModel) -> None:
    readings = [model.read(text) for text in ("ба", "бвик", "и")]
    together = model.probabilities(readings)
    assert together.shape == (3, 2)
    assert together.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-6)
    for reading, row in zip(readings, together, strict=True):
        assert model.probabilities([reading])[0] == pytest.approx(row, abs=1e-6)
        logits = model.classifier(torch.from_numpy(reading.ids)[None], torch.tensor([len(reading.ids)]))
        assert torch.softmax(logits, dim=-1)[0].tolist() == pytest.approx(row.tolist(), abs=1e-6)
