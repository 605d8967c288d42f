"""From the columns of a table to a dataset: which is the text, which the class, and what makes none."""

import pytest

from rnnviz.errors import BadInput
from rnnviz.text.cleaning import clean
from rnnviz.text.sources import Dataset
from rnnviz.text.tables import Table, dataset_from, guess_columns
from tests.text.tables import read

TABLE = Table(
    ("id", "review", "label", "part"),
    (("1", "a", "x", "p"), ("2", "", "y", "p"), ("3", "b", " ", "p"), ("4", "c", "y", "p")),
    "csv",
)


def test_two_columns_make_a_dataset_and_cleaning_counts_what_is_incomplete() -> None:
    dataset = dataset_from(TABLE, "review", "label", "word", "mine")
    assert dataset == Dataset("mine", (("a", "x"), ("", "y"), ("b", " "), ("c", "y")), "word")
    assert dataset.classes == ("x", "y")
    assert clean(dataset.rows).steps[0].touched == 2


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("title", "label", "mine has no column “title”; its columns are: id, review, label, part."),
        ("review", "Label", "mine has no column “Label”"),
        ("review", "review", "“review” can’t be both the text and the class"),
        ("review", "part", "Number of classes in mine: 1 (p); 2 to 20 are needed"),
    ],
)
def test_columns_that_make_no_dataset_are_refused(text: str, label: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        dataset_from(TABLE, text, label, "word", "mine")
    assert words in str(caught.value)


def labelled(count: int) -> Table:
    return Table(("text", "label"), tuple((f"text {n}", f"class {n:02} {'x' * 90}") for n in range(count)), "csv")


def test_twenty_classes_are_taken_and_twenty_one_refused_with_short_names() -> None:
    assert len(dataset_from(labelled(20), "text", "label", "word", "mine").classes) == 20
    with pytest.raises(BadInput, match="classes in mine: 21") as caught:
        dataset_from(labelled(21), "text", "label", "word", "mine")
    assert "x…, " in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("review,sentiment\nlong text one,pos\nlong text two,neg\nlong text three,pos\n", ("review", "sentiment")),
        ("name,kind\nРекс,собака\nМурка,кошка\nТим,собака\nБарсик,кошка\n", ("name", "kind")),
        (
            "id,label,stars,text\n1,a,1,so so long\n2,b,2,even much longer\n3,a,3,short\n4,b,1,other\n",
            ("text", "label"),
        ),
        ("a,b\nlong,x\nlonger,y\n", ("a", "b")),
        ("a,b\none,x\ntwo,x\n", None),
        ("a\none\ntwo\none\n", None),
        ("a,b\n,\n,\n", None),
        ("a,b\n" + "".join(f"text {n},{n}\n" for n in range(30)), None),
    ],
    ids=range(8),
)
def test_text_and_class_are_guessed_from_what_the_columns_hold(text: str, guess: tuple[str, str] | None) -> None:
    assert guess_columns(read(text)) == guess
