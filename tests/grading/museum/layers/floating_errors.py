"""HOSTILE -: passed; NumPy is told to raise at everything, warnings are errors."""

import warnings

import numpy as np

np.seterr(all="raise")
np.set_printoptions(precision=0)
warnings.simplefilter("error")
