"""What all tests share: repeatable numbers, and the number of threads put back."""

import pathlib
import signal

import browsers
import numpy as np
import pytest
from one_worker import last_worker, shared  # noqa: F401 - fixtures

import minidl

CLONE = pathlib.Path(__file__).parents[1] / "minidl"
INSTALLED = pathlib.Path(minidl.__file__).parent


def pytest_configure():
    require_this_clone()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts what runs in the back
        signal.signal(signal.SIGINT, signal.default_int_handler)


def require_this_clone():
    """Refuse to test an installed copy that is no longer what this clone holds."""
    for path in [*CLONE.rglob("*.py"), *CLONE.rglob("*.p[yx][xd]")]:
        installed = INSTALLED / path.relative_to(CLONE)
        if not installed.is_file() or installed.read_bytes() != path.read_bytes():
            raise pytest.UsageError(
                f"the minidl installed in {INSTALLED} is not the one in {CLONE}: {path.name} "
                'differs; run `pip install -e ".[test]"`, or `pip install .` again'
            )


@pytest.fixture
def rng():
    return np.random.default_rng(231)


@pytest.fixture
def threads():
    """Set the number of threads for one test only."""
    before = minidl.get_num_threads()
    yield minidl.set_num_threads
    minidl.set_num_threads(before)


@pytest.fixture(scope="session")
def browser():
    """Return one browser for all tests, with an empty profile of its own."""
    try:
        with browsers.chromium() as launched:
            yield launched
    except browsers.MissingError as error:
        pytest.skip(str(error))


@pytest.fixture(autouse=True)
def no_plans():
    """Let every test plan its passes: some change what plans follow from."""
    from minidl.fast_layers import prepared

    prepared.forget()
    yield
    prepared.forget()
