"""Cases of every layer have names of their own, by which assignments ask for them."""

import numpy as np
import pytest

from minidl.check.cases import cases_of, named
from minidl.twins import TWINS

ADVERSARIAL = {  # what a check of a layer should not go without
    "conv": {
        "one image", "one channel", "image not square", "filter not square", "pad 0",
        "pad wider than the filter", "stride larger than the filter",
        "stride that does not divide", "ordinary, float32", "ordinary, Fortran-ordered",
        "ordinary, with gaps", "ordinary, read-only", "large values", "tiny values",
    },
    "max_pool": {
        "one image", "one channel", "image not square", "window not square", "ties",
        "stride larger than the window", "stride that does not divide", "large values",
        "tiny values", "far below zero",
    },
    "affine": {"one image", "one number", "x of four axes", "large values", "tiny values"},
    "relu": {"one image", "ties at zero", "large values", "tiny values"},
    "softmax_loss": {"one image", "ties", "large values", "tiny values", "images far apart"},
    "mse_loss": {"one image", "x equals y", "large values", "tiny values"},
}  # fmt: skip


@pytest.mark.parametrize("layer", TWINS)
@pytest.mark.parametrize("dtypes", [("float64", "float32"), ("float32",)])
@pytest.mark.parametrize("full", [False, True])
def test_no_two_cases_share_a_name(layer, dtypes, full):
    names = [case.name for case in cases_of(TWINS[layer], np.random.default_rng(0), dtypes, full)]
    assert all(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("layer", ADVERSARIAL)
def test_adversarial_cases_are_there_by_name(layer):
    cases = named(TWINS[layer], np.random.default_rng(0), ("float64", "float32"))
    assert cases.keys() >= ADVERSARIAL[layer]
    assert all(case.name == name for name, case in cases.items())
    assert cases["ordinary, Fortran-ordered"].layout == "Fortran-ordered"
    assert cases["ordinary, float32"].dtype == "float32"
    sizes = [np.abs(cases[name].arguments[0]).max() for name in ("tiny values", "large values")]
    assert sizes[0] < sizes[1]
