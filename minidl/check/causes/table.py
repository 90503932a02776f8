"""From evidence to likely causes."""

from minidl.check.causes.activations import RELU
from minidl.check.causes.affine import AFFINE
from minidl.check.causes.convolution import CONVOLUTION, CONVOLUTION_SHAPES
from minidl.check.causes.losses import SOFTMAX, SVM
from minidl.check.causes.numbers import NUMBERS, WEAK
from minidl.check.causes.places import from_places
from minidl.check.causes.shapes import from_shapes
from minidl.check.traits import explain

OWN = {
    "affine": AFFINE,
    "conv": CONVOLUTION,
    "relu": RELU,
    "softmax_loss": SOFTMAX,
    "svm_loss": SVM,
}
OWN_SHAPES = {"conv": CONVOLUTION_SHAPES}


def from_values(layer, wrong, right):
    """Return the likely causes of wrong numbers, the most telling one first.

    Parameters
    ----------
    layer : str
    wrong, right : list of Evidence
        Of one result, in all cases.

    Returns
    -------
    list of str
        A mistake that gives exactly these numbers in all cases, if one is known; else what is
        told by where they stand.
    """
    for hypothesis in (*OWN.get(layer, ()), *NUMBERS):
        if hypothesis.explains(wrong, right):
            return [hypothesis.words(wrong[0])]
    return from_places(wrong)


def from_little(wrong, right):
    """Return what may be said where neither numbers nor traits tell a cause."""
    return [one.words(wrong[0]) for one in WEAK if one.explains(wrong, right)][:1]


def from_wrong_shapes(layer, wrong):
    """Return the likely causes of wrong shapes; see :func:`from_values`."""
    return from_shapes(wrong, OWN_SHAPES.get(layer, ()))


def from_traits(traits, wrong, right):
    """Return what tells wrong cases from right ones, and the likely causes of that.

    Returns
    -------
    where : str
        "" if nothing tells them apart.
    causes : list of str
    """
    found, words = explain(traits, wrong, right)
    return words, [trait.cause for trait in found if trait.cause]
