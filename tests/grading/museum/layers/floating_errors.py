"""HOSTILE -: passed; NumPy is told to raise errors, warnings are errors."""

import warnings

import numpy as np

np.seterr(divide="raise", invalid="raise", over="raise")
np.set_printoptions(precision=0)
warnings.simplefilter("error")
