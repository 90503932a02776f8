"""Sizes by letter: what is read, what is refused, and in which words."""

import numpy as np
import pytest

from minidl import compare
from minidl.compare import footprint
from minidl.compare.plan import item, planned
from minidl.compare.sizes import parse_shape, parse_sweep, settled
from minidl.twins import TWINS

FLOAT = np.dtype("float32")


def test_a_shape_is_read():
    assert parse_shape("N=8 C=3, pad=same") == {"N": "8", "C": "3", "pad": "same"}


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("H=8..128", [8, 16, 32, 64, 128]),
        ("H=8..100", [8, 16, 32, 64]),
        ("H=8..128:40", [8, 48, 88, 128]),
        ("H=8,16,24", [8, 16, 24]),
        ("H=5", [5]),
        ("H=5..5", [5]),
    ],
)
def test_a_sweep_is_read(text, sizes):
    assert parse_sweep(text) == ("H", sizes)


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (parse_shape, "N=8 C3", "--shape: 'C3' is not LETTER=NUMBER"),
        (parse_shape, "N=", "--shape: 'N=' is not LETTER=NUMBER"),
        (parse_shape, "N=1=2", "--shape: 'N=1=2' is not"),
        (parse_shape, "N=1 N=2", "--shape: N stands twice, as 1 and 2"),
        (parse_shape, " ", "--shape: there is nothing in it"),
        (parse_sweep, "H", "--sweep: 'H' is not LETTER=SIZES"),
        (parse_sweep, "H=8..", "--sweep: '' in 'H=8..' must be a whole number"),
        (parse_sweep, "H=8..x", "--sweep: 'x' in 'H=8..x' must be a whole number"),
        (parse_sweep, "H=0..8", "--sweep: '0' in 'H=0..8' must be a whole number of at least 1"),
        (parse_sweep, "H=8..16:0", "--sweep: '0' in 'H=8..16:0' must be"),
        (parse_sweep, "H=16..8", "--sweep: 8 is below 16 in 'H=16..8'"),
        (parse_sweep, "H=8,8", "--sweep: sizes must grow in 'H=8,8', and 8 follows 8"),
        (parse_sweep, "H=1..9000:1", "are 9,000 sizes, at most 100 are swept over"),
        (parse_sweep, "H=" + "9" * 40, "--sweep: a size must be at most"),
    ],
)
def test_what_cannot_be_read_is_refused(read, text, message):
    with pytest.raises(ValueError, match="--s") as error:
        read(text)
    assert message in str(error.value)


def test_sizes_are_settled():
    sizes = settled(TWINS["conv"], {"H": "9", "WW": 1, "pad": "same"})
    assert (sizes["H"], sizes["W"], sizes["HH"], sizes["WW"]) == (9, 9, 3, 1)
    assert sizes["pad"] == "same"
    assert settled(TWINS["dropout"], {"p": "0.25"})["p"] == 0.25
    assert settled(TWINS["pad"], {"mode": "circular"})["mode"] == "circular"


@pytest.mark.parametrize(
    ("layer", "given", "message"),
    [
        ("conv", {"K": 3}, "compare: conv has no size 'K'; it has N, C, H, W, F, HH, WW, stride"),
        ("affine", {"n": 3}, "compare: affine has no size 'n'; it has N, D, M"),
        ("conv", {"N": "x"}, "compare: N must be a whole number, got 'x'"),
        ("conv", {"pad": "sam"}, "pad must be a whole number or same or valid, got 'sam'"),
        ("conv", {"N": "0"}, "compare: N must be at least 1, got 0"),
        ("conv", {"pad": "-1"}, "compare: pad must be at least 0, got -1"),
        ("dropout", {"p": "half"}, "compare: p must be a number, got 'half'"),
        ("conv", {"H": 2, "HH": 9}, "compare: conv: window height 9 exceeds the padded input"),
        ("conv", {"C": 3, "groups": 2}, "compare: conv: .*3 channels"),
        ("pad", {"H": 2, "pad": 2}, "compare: pad: "),
        ("pad", {"mode": "mirror"}, "compare: pad: mode"),
        ("max_pool", {"H": 1}, "compare: max_pool: window height 2 exceeds"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_runs(layer, given, message, monkeypatch):
    monkeypatch.setattr("minidl.compare.comparing.Run", lambda *_: pytest.fail("it ran"))
    with pytest.raises(ValueError, match=message):
        next(compare.compare(layer, sizes=given))


def test_a_letter_is_swept_over_or_given():
    with pytest.raises(ValueError, match="H is swept over and given as 4, too"):
        next(compare.compare("conv", sizes={"H": 4}, sweep=("H", [8])))


def test_the_last_size_of_a_sweep_is_checked_first(monkeypatch):
    monkeypatch.setattr("minidl.compare.comparing.Run", lambda *_: pytest.fail("it ran"))
    with pytest.raises(ValueError, match="conv: window height 40 exceeds"):
        next(compare.compare("conv", sweep=("HH", [1, 40])))


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS.keys())
def test_outlines_are_the_sample_without_its_memory(twin):
    sizes = settled(twin, {})
    sample = twin.sample(np.random.default_rng(0), FLOAT, **sizes)
    for thin, real in zip(footprint.outline(twin, FLOAT, sizes), sample, strict=True):
        if isinstance(real, np.ndarray):
            assert (thin.shape, thin.dtype) == (real.shape, real.dtype)
            assert set(thin.strides) <= {0}
        else:
            assert thin == real


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS.keys())
def test_the_output_has_the_shape_that_a_pair_says(twin):
    own = item(twin, FLOAT, {})
    sample = twin.sample(np.random.default_rng(0), FLOAT, **own.sizes)
    first = compare.results(twin.naive, sample, np.random.default_rng(0))[0]
    if twin.passes[0] == "forward":
        expected = sample[0].shape
        if twin.geometry is not None:
            expected = twin.geometry("test", *sample).out_shape
        assert np.size(first[0]) == np.prod(expected)
    assert own.work > 0


def test_what_memory_cannot_hold_is_refused_with_numbers(monkeypatch):
    huge = {"N": 2**20, "H": 2**12}
    with pytest.raises(ValueError, match=r"conv with N=1048576 .* needs about .* GB, and .* free"):
        planned([TWINS["conv"]], FLOAT, huge)
    with pytest.raises(ValueError, match="numbers; at most"):
        planned([TWINS["relu"]], FLOAT, {"N": 2**30, "H": 2**30})
    monkeypatch.setattr("minidl.compare.plan.bytes_free", lambda: None)
    planned([TWINS["conv"]], FLOAT, huge)


def test_memory_beyond_the_results_is_seen():
    def forward(x):
        return np.array([np.sum(np.concatenate([x, x]))]), x

    x = np.zeros(1 << 20, np.uint8)
    tracer = footprint.Tracer()
    found = compare.results((forward, None), (x,), np.random.default_rng(0), run=tracer)
    (extra,) = tracer.extra(found)
    assert 2 << 20 <= extra < 9 << 18


def test_the_pool_and_scratch_are_counted():
    """Twice the same call takes the same: nothing of the first is left for the second."""
    twin = TWINS["conv"]
    sample = twin.sample(np.random.default_rng(0), FLOAT, N=64)
    compare.results(twin.fast, sample, np.random.default_rng(0))
    extra = []
    for _ in range(2):
        tracer = footprint.Tracer()
        found = compare.results(twin.fast, sample, np.random.default_rng(0), run=tracer)
        extra.append(tracer.extra(found))
    (first, _), (again, _) = extra
    assert first > 10_000
    assert again > first / 2
