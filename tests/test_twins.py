"""Every pair in the table of twins gives one answer; adding a pair adds its tests."""

import copy
import inspect

import numpy as np
import pytest

from minidl.compare import results
from minidl.twins import TWINS, relative_difference

every_twin = pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS.keys())
every_layer = pytest.mark.parametrize(
    "twin",
    [twin for twin in TWINS.values() if twin.passes == ("forward", "backward")],
    ids=lambda twin: twin.name,
)
every_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def cases(twin, dtype="float64"):
    return list(twin.cases(np.random.default_rng(231), np.dtype(dtype)))


def both(twin, case, fast_case=None):
    """Results of all passes of both sides, as two flat lists."""
    naive = results(twin.naive, case, np.random.default_rng(1))
    fast = results(twin.fast, fast_case or case, np.random.default_rng(1))
    return [r for part in naive for r in part], [r for part in fast for r in part]


@every_twin
@every_dtype
def test_twins_agree(twin, dtype):
    """Forward output and every gradient: same values, same shape, same dtype."""
    for case in cases(twin, dtype):
        naive, fast = both(twin, case)
        assert len(naive) == len(fast)
        for expected, actual in zip(naive, fast, strict=True):
            assert relative_difference(actual, expected) <= twin.rtol[dtype]
            assert type(actual) is type(expected)
            if isinstance(expected, np.ndarray):
                assert actual.dtype == expected.dtype == np.dtype(dtype)
                assert actual.flags.c_contiguous
                assert actual.flags.writeable


def _read_only(array):
    array.flags.writeable = False
    return array


def _between(array):
    """Return ``array`` as a window into a larger one filled with NaN."""
    if array.dtype.kind != "f":
        return array
    frame = np.full([size + 3 for size in array.shape], np.nan, dtype=array.dtype)
    inside = tuple(slice(1, size + 1) for size in array.shape)
    frame[inside] = array
    return frame[inside]


LAYOUTS = {
    "fortran": lambda a: a.copy(order="F"),
    "transposed": lambda a: a.T.copy().T,
    "negative strides": lambda a: np.flip(np.flip(a).copy()),
    "every other": lambda a: np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a,
    "byte-swapped": lambda a: a.astype(a.dtype.newbyteorder("S")),
    "read-only": lambda a: _read_only(a.copy()),
    "big steps": _between,
}


@every_twin
@every_dtype
@pytest.mark.parametrize("layout", LAYOUTS)
def test_memory_layout_does_not_matter(twin, dtype, layout):
    for case in cases(twin, dtype):
        laid = _each_array(LAYOUTS[layout], case)
        for a, b in zip(_flat(case), _flat(laid), strict=True):
            np.testing.assert_array_equal(a, b)
        naive, fast = both(twin, case, laid)
        laid_naive, _ = both(twin, laid)
        for expected, actual, again in zip(naive, fast, laid_naive, strict=True):
            assert relative_difference(actual, expected) <= twin.rtol[dtype]
            assert relative_difference(again, expected) <= twin.rtol[dtype]
            for result in (actual, again):
                assert np.asarray(result).dtype.isnative
                assert np.asarray(result).flags.c_contiguous


@every_layer
@pytest.mark.parametrize("backend", ["naive", "fast"])
def test_upstream_gradient_of_any_layout(twin, backend, rng):
    """A backward pass reads a broadcast, read-only, transposed or swapped ``dout`` right.

    A normalisation gives back almost nothing of a constant one, so gaps are held to ``dout``, too.
    """
    forward, backward = twin.implementation(backend)
    for case in cases(twin):
        out, cache = forward(*case)
        one = np.broadcast_to(np.float64(0.5), out.shape)
        for dout, plain in [(one, one.copy())] + [
            (layout(plain), plain)
            for plain in [rng.standard_normal(out.shape)]
            for layout in LAYOUTS.values()
        ]:
            expected = _tuple(backward(plain, cache))
            for a, b in zip(_tuple(backward(dout, cache)), expected, strict=True):
                assert (a is None) == (b is None)
                if a is not None:
                    np.testing.assert_allclose(a, b, rtol=0, atol=1e-12 * _largest(b, dout))


@every_twin
@every_dtype
def test_inputs_are_unchanged_and_outputs_fresh(twin, dtype):
    for functions in (twin.naive, twin.fast):
        for case in cases(twin, dtype):
            before = copy.deepcopy(case)
            passes = results(functions, case, np.random.default_rng(1))
            for result in [result for part in passes for result in part]:
                for a in case:
                    if isinstance(result, np.ndarray) and isinstance(a, np.ndarray):
                        assert not np.shares_memory(a, result)
            for a, kept in zip(_flat(case), _flat(before), strict=True):
                np.testing.assert_array_equal(a, kept, strict=isinstance(a, np.ndarray))


@every_layer
@pytest.mark.parametrize("backend", ["naive", "fast"])
def test_parameters_are_written_only_by_contract(twin, backend, rng):
    """A pass sets the keys that ``Twin.writes`` names, to arrays of its own, and nothing else."""
    forward, backward = twin.implementation(backend)
    for case in cases(twin):
        given = [dict(a) if isinstance(a, dict) else a for a in case]
        out, cache = forward(*given)
        after_forward = [dict(a) if isinstance(a, dict) else a for a in given]
        backward(rng.standard_normal(out.shape), cache)
        written = set()
        for before, after, last in zip(case, after_forward, given, strict=True):
            if isinstance(before, dict):
                written |= {key for key in after if after[key] is not before.get(key, after)}
                assert not before.keys() - after.keys()
                assert all(last[key] is after[key] for key in after)
                for key in twin.writes:
                    assert not np.shares_memory(after[key], before.get(key, 0))
        assert written == set(twin.writes)


@every_layer
def test_caches_are_interchangeable(twin, rng):
    """A backward pass takes the cache of either forward pass, which may hold sums of its own."""
    for case in cases(twin):
        out, naive_cache = twin.naive[0](*case)
        _, fast_cache = twin.fast[0](*case)
        dout = rng.standard_normal(out.shape)
        for crossed, straight in [
            (twin.fast[1](dout, naive_cache), twin.fast[1](dout, fast_cache)),
            (twin.naive[1](dout, fast_cache), twin.naive[1](dout, naive_cache)),
        ]:
            for a, b in zip(_tuple(crossed), _tuple(straight), strict=True):
                if _same(naive_cache, fast_cache):
                    np.testing.assert_array_equal(a, b)
                else:
                    np.testing.assert_allclose(a, b, rtol=0, atol=1e-12 * _largest(b, dout))


@every_twin
@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_one_poisoned_number_spreads_equally(twin, poison, rng):
    """NaN and infinities reach the same cells of both sides, whichever argument they are in."""
    for case in cases(twin):
        for poisoned in _poisoned(case, poison, rng):
            refused = refusal(twin.naive[0], poisoned)
            if refused:
                assert refused == refusal(twin.fast[0], poisoned)
                continue
            naive, fast = both(twin, poisoned)
            for expected, actual in zip(naive, fast, strict=True):
                assert relative_difference(actual, expected) <= 1e-12


def refusal(function, case):
    """Return the words in which a value is refused, such as a probability that is no number."""
    try:
        function(*case)
    except ValueError as error:
        return str(error)
    return None


@every_layer
@pytest.mark.parametrize("poison", [np.nan, np.inf])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_one_poisoned_upstream_number_spreads_equally(twin, poison, rng):
    for case in cases(twin):
        out, cache = twin.naive[0](*case)
        if not out.size:
            continue
        dout = rng.standard_normal(out.shape)
        dout.flat[rng.integers(out.size)] = poison
        naive, fast = _tuple(twin.naive[1](dout, cache)), _tuple(twin.fast[1](dout, cache))
        for expected, actual in zip(naive, fast, strict=True):
            if expected is not None:
                assert relative_difference(actual, expected) <= 1e-12


PROMOTIONS = [
    ("int64", "float64"),
    ("int8", "float32"),
    ("uint8", "float32"),
    ("bool", "float32"),
    ("float16", "float32"),
]


@every_twin
@pytest.mark.parametrize(("given", "promoted"), PROMOTIONS)
def test_small_and_integer_dtypes_are_promoted(twin, given, promoted):
    for case in cases(twin):
        cast = _each_array(lambda a: a.astype(given) if _is_float(a) else a, case)
        naive, fast = both(twin, cast)
        for expected, actual in zip(naive, fast, strict=True):
            if isinstance(expected, np.ndarray):
                assert actual.dtype == expected.dtype == np.dtype(promoted)
            assert relative_difference(actual, expected) <= twin.rtol[promoted]


@every_twin
def test_mixed_dtypes_meet_in_the_wider_one(twin):
    for case in cases(twin):
        mixed = (case[0], *(a.astype("float32") if _is_float(a) else a for a in case[1:]))
        naive, fast = both(twin, mixed)
        for expected, actual in zip(naive, fast, strict=True):
            assert np.asarray(actual).dtype == np.asarray(expected).dtype == np.float64
            assert relative_difference(actual, expected) <= 1e-12


WRONG = {
    "complex": lambda a: a.astype(complex),
    "object": lambda a: a.astype(object),
    "text": lambda a: a.astype(str),
    "dates": lambda a: np.zeros(a.shape, "datetime64[s]"),
    "extended": lambda a: a.astype(np.longdouble),
}


@every_twin
@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_dtypes_are_refused_in_the_same_words(twin, wrong):
    if wrong == "extended" and np.dtype(np.longdouble).itemsize == 8:
        pytest.skip("this platform's long double is a double")
    names = list(inspect.signature(twin.naive[0]).parameters)
    case = cases(twin)[0]
    for k, argument in enumerate(case):
        if not isinstance(argument, np.ndarray):
            continue
        bad = (*case[:k], WRONG[wrong](argument), *case[k + 1 :])
        messages = []
        for function in (twin.naive[0], twin.fast[0]):
            with pytest.raises(TypeError) as error:
                function(*bad)
            messages.append(str(error.value))
        assert messages[0] == messages[1]
        assert f": {names[k]} " in messages[0]


@every_layer
def test_wrong_upstream_shape_is_refused(twin):
    for forward, backward in (twin.naive, twin.fast):
        out, cache = forward(*cases(twin)[-1])
        with pytest.raises(ValueError, match=r"dout must have shape .*, got"):
            backward(np.zeros((*out.shape, 1)), cache)
        with pytest.raises(TypeError, match="dout must"):
            backward(None, cache)


@every_layer
def test_foreign_caches_are_refused(twin):
    for _, backward in (twin.naive, twin.fast):
        for cache in (None, "abc", ("a", "b")):
            with pytest.raises((TypeError, ValueError), match="cache|_param"):
                backward(np.zeros(3), cache)


def test_backend_must_be_known():
    with pytest.raises(ValueError, match="conv: backend must be 'naive' or 'fast', got 'gpu'"):
        TWINS["conv"].implementation("gpu")


def test_relative_difference_sees_shapes_and_poison():
    assert relative_difference(np.ones(3), np.ones(2)) == np.inf
    assert relative_difference([1.0, np.nan], [1.0, 2.0]) == np.inf
    assert relative_difference([1.0, 2.0], [1.0, np.nan]) == np.inf
    assert relative_difference([np.inf, 2.0], [np.inf, 2.0]) == 0
    assert relative_difference([-np.inf], [np.inf]) == np.inf
    assert relative_difference([1.0, 4.0], [1.0, 5.0]) == 0.2


def _same(a, b):
    if isinstance(a, tuple):
        return all(map(_same, a, b))
    return a is b or np.array_equal(a, b)


def _poisoned(case, poison, rng):
    """Yield the case with one number of one of its arrays changed, those in its dicts, too."""
    for k, argument in enumerate(case):
        places = argument.items() if isinstance(argument, dict) else [(None, argument)]
        for key, array in places:
            if _is_float(array) and array.size:
                bad = array.copy()
                bad.flat[rng.integers(array.size)] = poison
                yield *case[:k], bad if key is None else {**argument, key: bad}, *case[k + 1 :]


def _largest(*arrays):
    return max(np.max(np.abs(a), initial=0) for a in arrays)


def _flat(case):
    """The arguments of a case, and in the place of a dict its keys and values."""
    return [part for a in case for part in ([*a, *a.values()] if isinstance(a, dict) else [a])]


def _each_array(change, case):
    """Change every array of a case, those in its dicts, too."""
    one = lambda a: change(a) if isinstance(a, np.ndarray) else a  # noqa: E731
    return tuple(
        {key: one(value) for key, value in a.items()} if isinstance(a, dict) else one(a)
        for a in case
    )


def _is_float(argument):
    return isinstance(argument, np.ndarray) and argument.dtype.kind == "f"


def _tuple(result):
    return result if isinstance(result, tuple) else (result,)
