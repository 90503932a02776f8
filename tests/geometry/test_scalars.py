"""Single numbers: what each check lets through, and the words for the rest."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest

from minidl.geometry import (
    finite,
    fraction,
    limit,
    norm_order,
    not_negative,
    positive,
    proper_fraction,
)


@pytest.mark.parametrize(
    ("check", "fits", "fails", "rule"),
    [
        (finite, [-1e300, 0, 3], [math.inf, -math.inf], "finite"),
        (not_negative, [0, -0.0, 1e300], [-1e-300, math.inf], "at least 0 and finite"),
        (positive, [1e-300, 2], [0, -1, math.inf], "above 0 and finite"),
        (fraction, [0, 0.5, 1], [-0.1, 1.1, math.inf], "from 0 to 1"),
        (proper_fraction, [0, 0.999], [1, -0.1], "at least 0 and below 1"),
        (limit, [0, 0.5, math.inf], [-1], "at least 0"),
        (norm_order, [0.5, 2, math.inf], [0, -1], "above 0; inf is the largest magnitude"),
    ],
)
def test_ranges(check, fits, fails, rule):
    for value in fits:
        assert check("op", "name", value) == value
        assert type(check("op", "name", value)) is float
    for value in [*fails, math.nan]:
        with pytest.raises(ValueError, match=re.escape(f"op: name must be {rule}, got {value!r}")):
            check("op", "name", value)


def test_every_kind_of_real_number_will_do():
    for value in (2, 2.0, np.float32(2), np.int8(2), np.uint64(2), Fraction(4, 2)):
        assert positive("op", "name", value) == 2.0
    assert norm_order("op", "name", "inf") == math.inf


@pytest.mark.parametrize("value", [True, np.True_, "1", None, 1j, np.ones(1), [1.0]])
def test_what_is_no_number(value):
    with pytest.raises(TypeError, match="op: name must be a number, got"):
        finite("op", "name", value)


def test_an_integer_may_be_too_large_for_a_float():
    with pytest.raises(ValueError, match="finite, got an integer of many digits"):
        finite("op", "name", 10**400)
