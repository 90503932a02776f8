"""PyTorch as a side of the comparison: equal to the definitions, and timed."""

import pytest

from minidl import compare
from minidl.compare import pytorch

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is no dependency")

SMALL = {
    "conv": {"N": 2, "H": 9, "F": 4},
    "max_pool": {"N": 2},
    "avg_pool": {"N": 2, "HH": 3, "pad": 1},
    "affine": {"N": 4},
    "relu": {"N": 2},
    "softmax_loss": {},
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layer", pytorch.LAYERS)
def test_both_passes_are_equal_and_timed(layer, dtype):
    for c in compare.compare(layer, dtype, torch=True, sizes=SMALL[layer], budget=0):
        assert c.equal
        theirs = [gap for gap in c.gaps if gap.side == "torch"]
        assert [gap.result for gap in theirs] == [g.result for g in c.gaps if g.side == "fast"]
        assert c.seconds("torch") > 0
        assert "torch" not in c.extra_bytes


def test_their_threads_are_those_asked_for_and_come_back():
    before = torch.get_num_threads()
    comparing = compare.compare("softmax_loss", torch=True, n_threads=before + 1, budget=0)
    next(comparing)
    assert torch.get_num_threads() == before + 1
    comparing.close()
    assert torch.get_num_threads() == before


def test_what_they_refuse_is_one_line():
    with pytest.raises(ValueError, match="compare: PyTorch refuses this size: .*padding"):
        next(compare.compare("conv", torch=True, sizes={"N": 1, "H": 7, "pad": "same"}, budget=0))
