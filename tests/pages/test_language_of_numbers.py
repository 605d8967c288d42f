"""Numbers and quotation marks are those of the page's language, also in equations and tables."""

import re

import pytest

from rnnviz.language import use_language
from rnnviz.ui.panels.states import with_decimal_sign
from tests.tables import tables


@pytest.mark.parametrize(("language", "sign"), [("en", "."), ("ru", "{,}")])
def test_equations_have_the_decimal_sign_of_the_language(open_page, language, sign):
    app = open_page("step_through", language, text="Rex", runs="pets-en-rnn")

    (equations,) = app.latex
    assert re.search(rf"\d{re.escape(sign)}\d{{3}}", equations.value)
    assert not re.search(rf"\d{re.escape({'.': '{,}', '{,}': '.'}[sign])}\d", equations.value)


def test_a_point_that_ends_a_sentence_is_no_decimal_sign():
    use_language("ru")

    assert with_decimal_sign(r"h_1 = 0.25. W_{hh}") == r"h_1 = 0{,}25. W_{hh}"


@pytest.mark.parametrize(("language", "marks"), [("en", "“”"), ("ru", "«»")])
def test_examples_of_cleaning_stand_in_the_marks_of_the_language(open_page, language, marks):
    app = open_page("data", language, dataset="reviews")

    examples = " ".join(tables(app)[1].to_numpy().ravel())
    assert {sign for sign in examples if sign in "“”«»"} == set(marks)
