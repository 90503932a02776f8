"""What all tests share: repeatable numbers, and the number of threads put back."""

import numpy as np
import pytest

import minidl


@pytest.fixture
def rng():
    return np.random.default_rng(231)


@pytest.fixture
def threads():
    """Set the number of threads for one test only."""
    before = minidl.get_num_threads()
    yield minidl.set_num_threads
    minidl.set_num_threads(before)
