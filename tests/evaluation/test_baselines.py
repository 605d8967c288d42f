"""Baselines by hand and against scikit-learn used directly, on strings."""

import itertools
import warnings

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import classification_report, confusion_matrix, log_loss

from rnnviz.evaluation import baselines
from rnnviz.evaluation.baselines import BASELINES, answers_of_baseline, report_of_answers
from rnnviz.text.sequences import Sequences
from rnnviz.text.sources import Dataset, load_dataset
from rnnviz.text.vocabulary import Vocabulary
from rnnviz.training.config import TextConfig
from rnnviz.training.data import Part, TrainingData, prepare

PARTS = ("train", "validation", "test")


@pytest.fixture(scope="module")
def pets() -> TrainingData:
    """Six hundred of the English pet names."""
    rows = load_dataset("pets-en").rows[:900]
    return prepare(Dataset("some", tuple(rows), "character"), TextConfig(min_count=2), 0)


@pytest.fixture(scope="module")
def reviews() -> TrainingData:
    rows = load_dataset("reviews").rows[::3]
    return prepare(Dataset("some", tuple(rows), "word"), TextConfig(unit="word", max_tokens=12), 0)


def made(classes, **parts) -> TrainingData:
    """Texts of characters with their classes."""
    vocabulary = Vocabulary.from_texts([text for text, _label in parts["train"]])
    return TrainingData(
        classes,
        vocabulary,
        (),
        {
            name: Part(
                [text for text, _label in rows],
                Sequences.of([vocabulary.encode(text) for text, _label in rows]),
                np.array([classes.index(label) for _text, label in rows]),
            )
            for name, rows in parts.items()
        },
        0,
    )


ROWS = {
    "train": [("rex", "dog"), ("rex", "cat"), ("rex", "dog"), ("tom", "cat"), ("max", "dog")],
    "validation": [("rex", "dog"), ("bob", "dog")],
    "test": [("tom", "cat"), ("zoe", "cat"), ("rex", "cat")],
}


def test_the_majority_gives_the_shares_of_the_classes_to_every_text():
    answers = answers_of_baseline("majority", made(("cat", "dog"), **ROWS), "character")

    for part in PARTS:
        np.testing.assert_allclose(answers[part].probabilities, [[0.4, 0.6]] * len(ROWS[part]), rtol=1e-6)
    assert answers["test"].predicted.tolist() == [1, 1, 1]


def test_the_majority_is_scikit_learns_dummy(pets):
    dummy = DummyClassifier(strategy="prior").fit(np.zeros((len(pets.train), 1)), pets.train.labels)

    answers = answers_of_baseline("majority", pets, "character")

    for part in PARTS:
        expected = dummy.predict_proba(np.zeros((len(pets.parts[part]), 1)))
        np.testing.assert_allclose(answers[part].probabilities, expected, rtol=1e-6)


def test_the_look_up_knows_what_it_has_seen_and_else_the_shares():
    """A text seen in several classes has their shares; ties go to the first class."""
    answers = answers_of_baseline("look-up", made(("cat", "dog"), **ROWS), "character")

    np.testing.assert_allclose(answers["test"].probabilities, [[1, 0], [0.4, 0.6], [1 / 3, 2 / 3]], rtol=1e-6)
    np.testing.assert_allclose(answers["validation"].probabilities, [[1 / 3, 2 / 3], [0.4, 0.6]], rtol=1e-6)
    assert answers["train"].predicted.tolist() == [1, 1, 1, 0, 1]


def test_the_look_up_has_the_training_texts_by_heart_and_is_the_majority_beyond(pets):
    answers = answers_of_baseline("look-up", pets, "character")

    assert answers["train"].correct.all()
    majority = answers_of_baseline("majority", pets, "character")
    np.testing.assert_array_equal(answers["test"].probabilities, majority["test"].probabilities)


def spelled(data: TrainingData, part: str) -> list[list[str]]:
    """The tokens of each text as a net reads them."""
    return [[data.vocabulary.tokens[number] for number in ids] for ids in data.parts[part].ids]


def by_scikit_learn(data: TrainingData, runs_of) -> dict[str, np.ndarray]:
    """The same pipeline from scikit-learn's own parts, with strings all the way."""
    texts = {part: spelled(data, part) for part in PARTS}
    vectors = TfidfVectorizer(analyzer=runs_of, min_df=2, sublinear_tf=True)
    train = vectors.fit_transform(texts["train"])
    tried = []
    for strength in (0.1, 1.0, 10.0):
        model = LogisticRegression(C=strength, tol=1e-6, max_iter=5000).fit(train, data.train.labels)
        given = {part: model.predict_proba(vectors.transform(texts[part])) for part in PARTS}
        tried.append((log_loss(data.validation.labels, given["validation"]), given))
    return min(tried, key=lambda each: each[0])[1]


def characters(tokens: list[str]) -> list[str]:
    edged = ["^", *tokens, "^"]
    runs = ["|".join(edged[i : i + n]) for n in (1, 2, 3, 4) for i in range(len(edged) - n + 1)]
    return [run for run in runs if run != "^"]


def words(tokens: list[str]) -> list[str]:
    return [*tokens, *(f"{first} {second}" for first, second in itertools.pairwise(tokens))]


@pytest.mark.parametrize(("source", "unit", "runs_of"), [("pets", "character", characters), ("reviews", "word", words)])
def test_n_grams_are_scikit_learns_pipeline(request, source, unit, runs_of):
    data = request.getfixturevalue(source)
    expected = by_scikit_learn(data, runs_of)

    answers = answers_of_baseline("n-grams", data, unit)

    for part in PARTS:
        np.testing.assert_allclose(answers[part].probabilities, expected[part], atol=1e-4)
        np.testing.assert_array_equal(answers[part].predicted, expected[part].argmax(axis=1))


def test_the_report_is_scikit_learns(pets):
    answers = answers_of_baseline("n-grams", pets, "character")

    report = report_of_answers(answers)

    assert report.keys() == {*PARTS, "confusion"}
    for part in PARTS:
        truth, given = pets.parts[part].labels, answers[part].predicted
        expected = classification_report(truth, given, target_names=pets.classes, output_dict=True, zero_division=0)
        assert report[part] == expected
        assert report["confusion"][part] == confusion_matrix(truth, given).tolist()


def test_a_class_that_is_never_predicted_makes_no_noise(pets):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = report_of_answers(answers_of_baseline("majority", pets, "character"))

    assert sorted(report["test"][name]["precision"] > 0 for name in pets.classes) == [False, True]


def test_padding_that_nets_read_changes_nothing(pets):
    rows = load_dataset("pets-en").rows[:900]
    padded = prepare(Dataset("some", tuple(rows), "character"), TextConfig(min_count=2, padding="before"), 0)

    for name in BASELINES:
        mine, theirs = (answers_of_baseline(name, data, "character")["test"] for data in (pets, padded))
        np.testing.assert_array_equal(mine.probabilities, theirs.probabilities)


def test_three_classes_are_as_good_as_two():
    rows = [(f"{a}{b}{a}", name) for a, name in zip("xyz", ("ant", "bee", "cow"), strict=True) for b in "abcdefghij"]
    data = made(("ant", "bee", "cow"), train=rows[::2], validation=rows[1::4], test=rows[3::4])

    answers = answers_of_baseline("n-grams", data, "character")

    assert answers["test"].probabilities.shape == (len(rows[3::4]), 3)
    np.testing.assert_allclose(answers["test"].probabilities.sum(axis=1), 1, atol=1e-6)
    assert answers["test"].correct.all()


def test_without_any_frequent_n_gram_the_shares_are_left():
    train, other = [("ab", "cat"), ("cd", "dog"), ("ef", "dog")], [("ab", "cat")]
    data = made(("cat", "dog"), train=train, validation=other, test=other)

    answers = answers_of_baseline("n-grams", data, "character")

    np.testing.assert_allclose(answers["test"].probabilities, [[1 / 3, 2 / 3]], rtol=1e-6)


def test_progress_is_told_to_its_end(pets):
    told = []

    baselines.n_grams(pets, "character", lambda done, total: told.append((done, total)))

    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
