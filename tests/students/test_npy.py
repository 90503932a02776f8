"""Bytes that are an array, and bytes that say so."""

import contextlib
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from minidl.students.npy import from_bytes, to_bytes
from minidl.students.wire import Foreign, Garbled, Kept, receive, send

KINDS = npst.boolean_dtypes() | npst.integer_dtypes() | npst.floating_dtypes()
KINDS |= npst.complex_number_dtypes()
ARRAYS = npst.arrays(KINDS, npst.array_shapes(min_dims=0, min_side=0))
few = settings(max_examples=50, deadline=None)


@few
@given(ARRAYS, st.sampled_from("CF"))
def test_arrays_come_back_and_numpy_reads_them_too(array, order):
    array = np.array(array, order=order)
    data = to_bytes(array)
    for back in (from_bytes(bytearray(data)), np.load(io.BytesIO(data), allow_pickle=False)):
        np.testing.assert_array_equal(back, array)
        assert back.dtype == array.dtype
        assert back.flags.f_contiguous == array.flags.f_contiguous
    np.testing.assert_array_equal(from_bytes(data), array)
    assert from_bytes(data).flags.owndata


@few
@given(ARRAYS)
def test_what_numpy_writes_is_read(array):
    file = io.BytesIO()
    np.save(file, array)
    np.testing.assert_array_equal(from_bytes(file.getvalue()), array)


@few
@given(ARRAYS, st.data())
def test_damaged_bytes_are_refused_or_are_another_array(array, data):
    damaged = bytearray(to_bytes(array))
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place] = data.draw(st.integers(0, 255))
    for one in (damaged, damaged[:place]):
        with contextlib.suppress(ValueError):
            assert isinstance(from_bytes(one), np.ndarray)


@pytest.mark.parametrize(
    ("descr", "shape", "message"),
    [
        ("|O", "(1, )", "no array of numbers"),
        ("<M8[s]", "(1, )", "no array of numbers"),
        ("|V8", "(1, )", "no array of numbers"),
        ("<U2", "(1, )", "no array of numbers"),
        ("<f3", "(1, )", "a dtype '<f3' that there is not"),
        ("<f0", "(1, )", "a dtype '<f0' that there is not|bytes and 1 axes"),
        ("<f8", "(2, )", "an array of 16 bytes and 1 axes in 8 bytes"),
        ("<f8", "(-1, )", "no array of numbers"),
        ("<f8", "(1.0, )", "no array of numbers"),
        ("<f8", "1", "no array of numbers"),
        ("<f8", "(999999999999999999, 0)", "an array of 0 bytes and 2 axes in 8 bytes"),
        ("<f8", f"({'1, ' * 33})", "an array of 8 bytes and 33 axes in 8 bytes"),
    ],
)
def test_headers_that_are_refused(descr, shape, message):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(8)
    with pytest.raises(ValueError, match=message):
        from_bytes(data)


def test_nothing_in_axes_too_long_is_refused_or_made():
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999999999, 0, 9), }\n"
    with pytest.raises(ValueError, match="array"):
        from_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)


def through(message, most=None):
    stream = io.BytesIO()
    send(stream, message)
    stream.seek(0)
    return receive(stream, most)


def test_a_message_comes_back():
    message = {"a": (1, [2.5, None, True], "text"), "b": {"c": Kept(1, 2)}, "d": Foreign("a list")}
    assert through(message) == through(message, 1000) == (message, "")


def test_a_message_has_at_most_so_many_bytes():
    message = {"values": (np.zeros(100), np.float32(1))}
    assert through(message, 1100)[0]["values"][0].size == 100
    with pytest.raises(Garbled, match="bytes too long together"):
        through(message, 1000)
    with pytest.raises(Garbled, match="where there may be 1048576"):
        through({"values": "a" * (1 << 21)}, 1000)


@few
@given(st.binary(max_size=60), st.booleans())
def test_any_other_bytes_are_refused(data, marked):
    data = b"minidl:1" * marked + data
    with contextlib.suppress(Garbled):
        message, last_words = receive(io.BytesIO(data), 1000)
        assert message is None
        assert data.decode(errors="replace") == last_words


@few
@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), st.lists, max_leaves=9))
def test_any_other_json_is_refused(tree):
    text = json.dumps(tree).encode()
    data = b"minidl:1" + len(text).to_bytes(8, "little") + text
    if isinstance(tree, list):
        with pytest.raises(Garbled, match="a message that cannot be read"):
            receive(io.BytesIO(data), 1000)
    else:
        assert receive(io.BytesIO(data), 1000) == (tree, "")
