"""Slicings by further columns: the third column of the bundled reviews, and numbers in bins."""

import csv
from collections import Counter

from rnnviz.evaluation.slices import NONE
from rnnviz.text.cleaning import clean_text
from rnnviz.text.sources import DATA
from rnnviz.ui.phenomena import COLUMN, TITLES
from rnnviz.ui.slicing import by_column, known_of


def test_the_phenomena_of_the_bundled_reviews_are_known_by_their_cleaned_texts():
    known = known_of("reviews")
    with (DATA / "reviews.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert list(known.columns) == [COLUMN]
    for row in rows:
        assert known.columns[COLUMN][known.rows[clean_text(row["review"])]] == row[COLUMN]


def test_a_dataset_without_further_columns_has_none():
    assert not known_of("pets").columns
    assert not known_of("imdb").columns


def test_phenomena_are_called_by_their_titles_most_first():
    slicing = by_column(COLUMN, ["irony", "plain", "plain", "", "new"])

    assert slicing.slices == (TITLES["plain"], TITLES["irony"], "new")
    assert slicing.of.tolist() == [1, 0, 0, NONE, 2]


def test_few_numbers_stand_in_their_order_and_many_in_bins():
    few = by_column("stars", ["10", "2", "2", "", "1,5"])
    assert few.slices == ("1,5", "2", "10")
    assert few.of.tolist() == [2, 1, 1, NONE, 0]

    values = [str(number / 10) for number in range(100)]
    many = by_column("score", [*values, ""])
    assert many.slices == ("0–2.4", "2.5–4.9", "5–7.4", "7.5–9.9")
    assert many.of[-1] == NONE
    assert Counter(many.of.tolist()) == {0: 25, 1: 25, 2: 25, 3: 25, NONE: 1}
