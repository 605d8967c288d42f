"""How numbers are written, in the language of the reader."""

import math

import pytest

from rnnviz.language import number, use_language


@pytest.mark.parametrize(
    ("value", "spec", "english", "russian"),
    [
        (1161.5, ",", "1,161.5", "1\u00a0161,5"),
        (0.654, ".1%", "65.4%", "65,4\u00a0%"),
        (-4.5, ".1f", "−4.5", "−4,5"),
        (-1234, ",d", "−1,234", "−1\u00a0234"),
        (0.0123, "+.3f", "+0.012", "+0,012"),
        (-4.5e-08, "+.1e", "−4.5·10⁻⁸", "−4,5·10⁻⁸"),
        (3e12, ".0e", "3·10¹²", "3·10¹²"),
        (1e-05, "g", "1·10⁻⁵", "1·10⁻⁵"),
    ],
)
def test_a_number_is_written_as_people_write_it(value, spec, english, russian):
    use_language("en")
    assert number(value, spec) == english
    use_language("ru")
    assert number(value, spec) == russian


@pytest.mark.parametrize("value", [0.0, -0.0, 0.0004, -0.0004])
def test_what_is_nothing_at_so_many_digits_has_no_sign(value):
    assert number(value, "+.3f") == number(value, ".3f") == "0.000"


@pytest.mark.parametrize(("value", "written"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "−inf")])
def test_what_is_no_finite_number_is_said(value, written):
    assert number(value, ".3f") == written
