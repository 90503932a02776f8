"""Pooling against numbers worked out by hand: who wins, who receives, who is counted."""

import numpy as np
import pytest
from worked_examples import image

from minidl.twins import BACKENDS, TWINS

every_backend = pytest.mark.parametrize("backend", BACKENDS)


def exact(actual, expected):
    assert actual.shape == expected.shape
    assert actual.dtype == expected.dtype
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-12)


def run(name, backend, x, param, dout=None):
    forward, backward = TWINS[name].implementation(backend)
    out, cache = forward(x, param)
    return out, backward(np.ones_like(out) if dout is None else dout, cache)


def pool(size, stride, **more):
    return {"pool_height": size, "pool_width": size, "stride": stride, **more}


@every_backend
class TestMaxPool:
    """Max pooling: who wins, and who receives."""

    def run(self, backend, x, param, dout=None):
        return run("max_pool", backend, x, param, dout)

    def test_tiles(self, backend):
        x = image([[1, 2, 5, 6], [3, 4, 8, 7]])
        out, dx = self.run(backend, x, pool(2, 2), image([[10, 20]]))
        exact(out, image([[4, 8]]))
        exact(dx, image([[0, 0, 0, 0], [0, 10, 20, 0]]))

    def test_overlapping_windows_add_up(self, backend):
        out, dx = self.run(backend, image([[1, 9, 2]]), {**pool(1, 1), "pool_width": 2})
        exact(out, image([[9, 9]]))
        exact(dx, image([[0, 2, 0]]))

    def test_ties_go_to_the_first_by_rows(self, backend):
        _, dx = self.run(backend, np.zeros((1, 1, 2, 2)), pool(2, 2))
        exact(dx, image([[1, 0], [0, 0]]))
        _, dx = self.run(backend, image([[0, 1], [1, 1]]), pool(2, 2))
        exact(dx, image([[0, 1], [0, 0]]))

    def test_nan_is_the_maximum(self, backend):
        nan = np.nan
        out, dx = self.run(backend, image([[9, nan], [nan, 3]]), pool(2, 2))
        assert np.isnan(out[0, 0, 0, 0])
        exact(dx, image([[0, 1], [0, 0]]))

    def test_padding_never_wins(self, backend):
        out, dx = self.run(backend, image([[-5, -4], [-3, -2]]), pool(2, 2, pad=1))
        exact(out, image([[-5, -4], [-3, -2]]))
        exact(dx, image([[1, 1], [1, 1]]))
        x = np.full((1, 1, 2, 2), -np.inf)
        out, dx = self.run(backend, x, pool(2, 2, pad=1))
        assert (out == -np.inf).all()
        exact(dx, image([[1, 1], [1, 1]]))

    def test_left_over_rows_and_columns_receive_nothing(self, backend):
        x = np.arange(9.0).reshape(1, 1, 3, 3)
        out, dx = self.run(backend, x, pool(2, 2))
        exact(out, image([[4]]))
        exact(dx, image([[0, 0, 0], [0, 1, 0], [0, 0, 0]]))

    def test_padding_as_of_a_convolution(self, backend):
        x = image([[1, 5, 2], [4, 3, 6]])
        out, dx = self.run(backend, x, pool(2, 1, pad="same"))
        exact(out, image([[5, 6, 6], [4, 6, 6]]))
        exact(dx, image([[0, 1, 0], [1, 0, 4]]))
        out, _ = self.run(backend, x, pool(2, 2, pad=((1, 0), (0, 1))))
        exact(out, image([[5, 2]]))

    def test_dilated_windows_skip_cells(self, backend):
        x = image([[1, 9, 2, 8, 3]])
        out, dx = self.run(backend, x, {**pool(1, 1, dilation=2), "pool_width": 2})
        exact(out, image([[2, 9, 3]]))
        exact(dx, image([[0, 1, 1, 0, 1]]))
        out, dx = self.run(backend, x, {**pool(1, 3, dilation=2, pad=(0, 2)), "pool_width": 3})
        exact(out, image([[2, 9]]))  # taps -2, 0, 2 and 1, 3, 5
        exact(dx, image([[0, 1, 1, 0, 0]]))

    def test_ceil_mode_keeps_what_is_left_over(self, backend):
        x = image([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
        out, dx = self.run(backend, x, pool(2, 2, ceil_mode=True))
        exact(out, image([[5, 6], [8, 9]]))
        exact(dx, image([[0, 0, 0], [0, 1, 1], [0, 1, 1]]))

    def test_the_whole_image(self, backend):
        x = np.stack([image([[1, 2], [4, 3]])[0], image([[8, 5], [8, 7]])[0]])
        out, dx = self.run(backend, x, {"global_pool": True})
        exact(out, np.array([4.0, 8]).reshape(2, 1, 1, 1))
        exact(dx, np.stack([image([[0, 0], [1, 0]])[0], image([[1, 0], [0, 0]])[0]]))


@every_backend
class TestAveragePool:
    """Average pooling: what is counted."""

    def run(self, backend, x, param, dout=None):
        return run("avg_pool", backend, x, param, dout)

    def test_tiles(self, backend):
        x = image([[1, 2, 5, 6], [3, 4, 8, 7]])
        out, dx = self.run(backend, x, pool(2, 2), image([[10, 20]]))
        exact(out, image([[2.5, 6.5]]))
        exact(dx, image([[2.5, 2.5, 5, 5], [2.5, 2.5, 5, 5]]))

    def test_padding_is_counted_or_not(self, backend):
        x = image([[4, 8], [12, 16]])
        out, dx = self.run(backend, x, pool(2, 2, pad=1))
        exact(out, image([[1, 2], [3, 4]]))
        exact(dx, image([[0.25, 0.25], [0.25, 0.25]]))
        out, dx = self.run(backend, x, pool(2, 2, pad=1, count_include_pad=False))
        exact(out, x)
        exact(dx, image([[1, 1], [1, 1]]))

    def test_what_only_ceil_mode_reaches_is_never_counted(self, backend):
        """PyTorch's rule: a column of padding counts, and columns beyond it do not."""
        x = image([[6, 6, 6, 6]])
        param = {"pool_height": 1, "pool_width": 4, "stride": 3, "ceil_mode": True}
        out, dx = self.run(backend, x, {**param, "pad": (0, 1)})
        exact(out, image([[4.5, 4]]))  # three cells of 4, then two of 3
        exact(dx, image([[1 / 4, 1 / 4, 1 / 4 + 1 / 3, 1 / 3]]))
        out, _ = self.run(backend, x, {**param, "pad": (0, 1), "count_include_pad": False})
        exact(out, image([[6, 6]]))

    def test_overlapping_windows_add_up(self, backend):
        out, dx = self.run(backend, image([[2, 4, 6]]), {**pool(1, 1), "pool_width": 2})
        exact(out, image([[3, 5]]))
        exact(dx, image([[0.5, 1, 0.5]]))

    def test_the_whole_image(self, backend):
        out, dx = self.run(backend, image([[1, 2], [4, 5]]), {"global_pool": True})
        exact(out, image([[3]]))
        exact(dx, np.full((1, 1, 2, 2), 0.25))

    def test_long_averages_of_equal_numbers_keep_their_precision(self, backend):
        x = np.full((1, 1, 300, 300), 0.1, np.float32)
        out, _ = self.run(backend, x, {"global_pool": True})
        assert out.dtype == np.float32
        assert out[0, 0, 0, 0] == np.float32(0.1)
