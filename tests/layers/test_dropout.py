"""Dropout: what is kept, where the numbers come from, and CS231n's seed."""

import numpy as np
import pytest

from minidl.gradient_check import eval_numerical_gradient_array, rel_error
from minidl.twins import BACKENDS, TWINS

every_backend = pytest.mark.parametrize("backend", BACKENDS)


@pytest.fixture
def global_state():
    """Leave NumPy's global state as it was."""
    state = np.random.get_state()  # noqa: NPY002 - CS231n's dropout draws from it
    yield
    np.random.set_state(state)  # noqa: NPY002


@every_backend
@pytest.mark.usefixtures("global_state")
def test_a_seed_gives_the_same_mask_at_every_call(backend):
    forward, _ = TWINS["dropout"].implementation(backend)
    x = np.arange(1.0, 7).reshape(2, 3)
    np.random.seed(123)  # noqa: NPY002
    kept = np.random.rand(2, 3) < 0.4  # noqa: NPY002
    for _ in range(2):
        out, (param, mask) = forward(x, {"mode": "train", "p": 0.4, "seed": 123})
        assert param["seed"] == 123
        np.testing.assert_array_equal(mask, kept / 0.4)
        np.testing.assert_array_equal(out, x * (kept / 0.4))


@every_backend
@pytest.mark.usefixtures("global_state")
def test_seeds_are_those_of_numpy(backend):
    forward, _ = TWINS["dropout"].implementation(backend)
    x, param = np.ones(50), {"mode": "train", "p": 0.5, "seed": 2**32 - 1}
    out, _ = forward(x, param)
    np.random.seed(2**32 - 1)  # noqa: NPY002
    np.testing.assert_array_equal(out != 0, np.random.random_sample(50) < 0.5)  # noqa: NPY002
    with pytest.raises(ValueError, match=r"at most 4294967295, got 4294967296$"):
        forward(x, {**param, "seed": 2**32})


@pytest.mark.usefixtures("global_state")
def test_both_twins_draw_the_same_numbers():
    x, rngs = np.ones((4, 5)), [np.random.default_rng(3), np.random.default_rng(3)]
    for source in ({}, {"seed": None}, {"rng": None}):
        masks = []
        for backend in BACKENDS:
            np.random.seed(5)  # noqa: NPY002
            forward, _ = TWINS["dropout"].implementation(backend)
            masks += [forward(x, {"mode": "train", "p": 0.5, **source})[1][1] for _ in range(2)]
        np.testing.assert_array_equal(masks[:2], masks[2:])
        assert not np.array_equal(masks[0], masks[1])
    masks = [
        [
            TWINS["dropout"].implementation(backend)[0](x, {"mode": "train", "p": 0.5, "rng": rng})
            for _ in range(2)
        ]
        for backend, rng in zip(BACKENDS, rngs, strict=True)
    ]
    for (naive, _), (fast, _) in zip(*masks, strict=True):
        np.testing.assert_array_equal(naive, fast)
    assert not np.array_equal(masks[0][0][0], masks[0][1][0])


@every_backend
@pytest.mark.parametrize("p", [0.25, 0.4, 0.7])
def test_the_mean_stays(backend, p, rng):
    """The check of the course's notebook: the share of zeros, and equal means."""
    forward, _ = TWINS["dropout"].implementation(backend)
    x = rng.standard_normal((100, 100)) + 10
    out, _ = forward(x, {"mode": "train", "p": p, "rng": rng})
    assert abs(np.mean(out == 0) - (1 - p)) < 0.02
    assert abs(out.mean() - x.mean()) < 0.5
    out, (_, mask) = forward(x, {"mode": "test", "p": p})
    assert mask is None
    np.testing.assert_array_equal(out, x)


@every_backend
def test_nothing_or_everything_is_kept(backend):
    forward, backward = TWINS["dropout"].implementation(backend)
    for p in (0, 1):
        out, cache = forward(np.full((3, 2), 2.0), {"mode": "train", "p": p})
        np.testing.assert_array_equal(out, np.full((3, 2), 2.0 * p))
        np.testing.assert_array_equal(backward(np.ones((3, 2)), cache), np.full((3, 2), p))


@every_backend
@pytest.mark.usefixtures("global_state")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_probability_too_small_to_divide_by_drops_everything(backend, dtype):
    forward, _ = TWINS["dropout"].implementation(backend)
    out, (_, mask) = forward(np.ones(9, dtype), {"mode": "train", "p": 1e-320, "seed": 0})
    assert not out.any()
    assert not mask.any()


@every_backend
def test_gradient_passes_the_courses_bound(backend, rng):
    forward, backward = TWINS["dropout"].implementation(backend)
    x, dout = rng.standard_normal((2, 10, 10))
    param = {"mode": "train", "p": 0.2, "seed": 123}
    _, cache = forward(x, param)
    numeric = eval_numerical_gradient_array(lambda a: forward(a, param)[0], x, dout)
    assert rel_error(backward(dout, cache), numeric) < 1e-8


@every_backend
def test_the_mask_decides_and_not_a_mode_that_changed(backend):
    forward, backward = TWINS["dropout"].implementation(backend)
    param = {"mode": "train", "p": 0.5, "seed": 0}
    out, cache = forward(np.ones(20), param)
    param["mode"] = "test"
    np.testing.assert_array_equal(backward(np.ones(20), cache), out)


@every_backend
def test_float32_stays(backend):
    forward, backward = TWINS["dropout"].implementation(backend)
    for mode in ("train", "test"):
        out, cache = forward(np.ones(5, np.float32), {"mode": mode, "p": 0.3})
        assert out.dtype == np.float32
        assert backward(out, cache).dtype == np.float32
