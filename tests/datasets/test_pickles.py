"""Pickles of data come back equal; pickles that want more are refused before they get it."""

import io
import pickle
import re
import struct
import tracemalloc

import cifar_files
import numpy as np
import pytest

from minidl.datasets import pickles
from minidl.datasets.pickles import read_pickle

IMAGES = np.arange(2 * 3072, dtype=np.uint32).astype(np.uint8).reshape(2, 3072)
BATCH = cifar_files.batch(IMAGES, [3, 9])
HEADER = b"\x80\x02"


def read(content, **options):
    return read_pickle(io.BytesIO(content), "test: 'file'", **options)


def refused(content, message):
    with pytest.raises(ValueError, match="^test: 'file' .*" + re.escape(message)) as caught:
        read(content)
    assert len(str(caught.value)) < 400


def test_the_files_of_the_tests_are_what_python_2_wrote():
    """The oracle is Python's own reader, which still reads such files."""
    content = pickle.loads(BATCH, encoding="latin1")
    np.testing.assert_array_equal(content["data"], IMAGES, strict=True)
    assert content["labels"] == [3, 9]
    assert content["filenames"] == ["picture_000000.png", "picture_000001.png"]
    assert set(pickle.loads(BATCH, encoding="bytes")) == {
        *(b"batch_label", b"labels", b"data", b"filenames")
    }


def test_a_batch_of_python_2():
    ours, theirs = read(BATCH), pickle.loads(BATCH, encoding="latin1")
    np.testing.assert_array_equal(ours.pop("data"), theirs.pop("data"), strict=True)
    assert ours == theirs


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("order", ["C", "F"])
def test_what_python_3_writes(protocol, order, rng):
    shared = ["one", 2]
    content = {
        "image": np.asarray(rng.integers(0, 256, (4, 5, 3)), dtype=np.uint8, order=order),
        "big endian": np.arange(6, dtype=">i4").reshape(2, 3),
        "empty": np.zeros((0, 4)),
        "single": np.array(3.5, dtype=np.float32),
        "bools": np.array([True, False]),
        b"bytes": b"\x00\xff",
        "no bytes": b"",
        "text": "\u00fc\u4e2d",
        7: [-1, 255, 65535, 2**40, 1.5, None, True, False],
        "tuples": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        "shared": [shared, shared],
    }
    back = read(pickle.dumps(content, protocol))
    assert list(back) == list(content)
    for key, value in content.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(back[key], value, strict=True)
            assert back[key].flags.writeable
        else:
            assert (back[key], type(back[key])) == (value, type(value))
    assert back["shared"][0] is back["shared"][1]


def test_one_object_in_an_array_is_unwrapped_where_it_is_expected():
    wrapped = pickle.dumps(np.array({1: "tench"}, dtype=object), 2)
    assert read(wrapped, boxed=True) == {1: "tench"}
    refused(wrapped, "holds an array of dtype 'O8'; only numbers are read")
    several = pickle.dumps(np.array([{}, {}], dtype=object), 2)
    with pytest.raises(ValueError, match="holds an object in a form"):
        read(several, boxed=True)


class Call:
    """What makes a pickle call anything."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


class Marked:
    """An object of a class: BUILD would fill its dict."""

    def __init__(self):
        self.here = 1


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("place", ["alone", "list", "key"])
def test_nothing_is_called(protocol, place, tmp_path):
    target = tmp_path / "made by a pickle"
    call = Call(open, str(target), "w")
    content = {"alone": call, "list": {"data": [call]}, "key": {call: 1}}[place]
    refused(pickle.dumps(content, protocol), "asks for")
    assert not target.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"cos\nsystem\nU\x02ls\x85R.", "os.system"),
        (b"c__builtin__\neval\nU\x011\x85R.", "__builtin__.eval"),
        (b"cnumpy\nload\nU\x01x\x85R.", "numpy.load"),
        (b"cnumpy.core.multiarray\nscalar\nU\x01x\x85R.", "numpy.core.multiarray.scalar"),
        (b"cnumpy.dtype.x\ny\n.", "numpy.dtype.x.y"),
        (b"\x8c\x02os\x8c\x06system\x93.", "os.system"),
    ],
)
def test_names_are_refused(content, name):
    refused(HEADER + content, f"asks for {name!r}; a data file has no use for it")


def test_objects_are_refused():
    for protocol in (2, 3, 4, 5):
        refused(pickle.dumps(Marked(), protocol), "asks for")
        refused(pickle.dumps({1, 2}, protocol), "")
    refused(pickle.dumps(np.array(["text"]), 2), "dtype 'U4'; only numbers are read")
    refused(pickle.dumps(np.zeros(2, dtype="i4,f4"), 2), "dtype 'V8'; only numbers are read")
    refused(pickle.dumps(np.zeros(2, dtype=complex), 2), "dtype 'c16'; only numbers are read")
    refused(pickle.dumps({(1, 2): 3}, 2), "keys other than text and integers")
    refused(pickle.dumps([2**64], 2), "an integer of more than 64 bits")


ND = b"cnumpy\nndarray\n"
NEW = b"cnumpy.core.multiarray\n_reconstruct\n"
DTYPE = b"cnumpy\ndtype\n"
U1 = DTYPE + b"U\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
BLANK = NEW + ND + b"K\x00\x85U\x01b\x87R"


def state(shape=b"K\x02\x85", dtype=U1, fortran=b"\x89", data=b"U\x02ab"):
    return b"(K\x01" + shape + dtype + fortran + data + b"tb."


def test_the_parts_above_make_an_array():
    made = read(HEADER + BLANK + state())
    np.testing.assert_array_equal(made, np.array([97, 98], np.uint8), strict=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (NEW + b"U\x01aK\x00\x85U\x01b\x87R.", "holds an array in a form"),
        (NEW + b")R.", "holds an array in a form"),
        (NEW + b"NR.", "calls something that is no function"),
        (ND + b")R.", "calls something that is no function"),
        (b"K\x01)R.", "calls something that is no function"),
        (DTYPE + b")R.", "dtype ''; only numbers are read"),
        (DTYPE + b"U\x02O8K\x00K\x01\x87R.", "dtype 'O8'"),
        (DTYPE + b"K\x05\x85R.", "dtype ''"),
        (DTYPE + b"U\x02u1\x85R)b.", "holds a dtype in a form"),
        (DTYPE + b"U\x02u1\x85RNb.", "holds a dtype in a form"),
        (DTYPE + b"U\x02u1\x85R.", "keeps something that is no value"),
        (BLANK + b".", "keeps something that is no value"),
        (BLANK + b"\x85.", "keeps something that is no value"),
        (BLANK + b"q\x00" + b"(K\x01K\x02\x85h\x00\x89U\x02abtb.", "no value"),
        (ND + b".", "keeps something that is no value"),
        (b"]" + ND + b"a.", "keeps something that is no value"),
        (b"]" + ND + b"\x85a.", "keeps something that is no value"),
        (b"}b.", "takes more from its stack than there is"),
        (b"}}b.", "gives a state to something that has none"),
        (BLANK + b"}b.", "holds an array in a form"),
        (BLANK + state(dtype=b"U\x02u1"), "holds an array in a form"),
        (BLANK + state(fortran=b"U\x01x"), "holds an array in a form"),
        (BLANK + state(shape=b"K\x02"), "holds a shape in a form"),
        (BLANK + state(shape=b"J\xff\xff\xff\xff\x85"), "holds a shape in a form"),
        (BLANK + state(shape=b"\x88\x85"), "holds a shape in a form"),
        (BLANK + state(shape=b"G?\xf0\x00\x00\x00\x00\x00\x00\x85"), "holds a shape in a form"),
        (BLANK + state(shape=b"(" + 33 * b"K\x01" + b"t"), "holds a shape in a form"),
        (BLANK + state(shape=b"K\x00J\xff\xff\xff\x7f\x86", data=b"U\x00"), "holds a shape"),
        (BLANK + state(shape=3 * b"J\xff\xff\xff\x7f" + b"\x87"), "holds a shape in a form"),
        (BLANK + state(shape=b"K\x03\x85"), "of shape (3,) in 2 bytes, not 3"),
        (BLANK + state(shape=b"K\x01\x85"), "of shape (1,) in 2 bytes, not 1"),
        (BLANK + state(data=b"]"), "holds data in a form"),
        (BLANK + state(data=b"X\x02\x00\x00\x00\xc4\x80"), "text where the bytes of an array"),
        (b"c_codecs\nencode\nU\x01aU\x05utf-8\x86R.", "holds bytes in a form"),
        (b"c_codecs\nencode\nU\x01a\x85R.", "holds bytes in a form"),
        (b"c_codecs\nencode\nX\x02\x00\x00\x00\xc4\x80U\x06latin1\x86R.", "text where the bytes"),
        (b"c__builtin__\nbytes\nK\x05\x85R.", "holds bytes in a form"),
        (
            b"cnumpy.core.numeric\n_frombuffer\n" + b"(C\x01a" + U1 + b"K\x01\x85U\x01KtR.",
            "a buffer",
        ),
        (
            b"cnumpy.core.numeric\n_frombuffer\n" + b"(K\x09" + U1 + b"K\x01\x85U\x01CtR.",
            "holds data",
        ),
    ],
)
def test_arguments_are_not_trusted(content, message):
    refused(HEADER + content, message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b".", "leaves 0 things on its stack"),
        (b"NN.", "leaves 2 things on its stack"),
        (b"(N.", "leaves 1 things on its stack"),
        (b"a.", "takes more from its stack than there is"),
        (b"](a.", "takes more from its stack than there is"),
        (b"]Ne.", "goes back to a mark that was never set"),
        (b"NNa.", "fills a list where there is none"),
        (b"](Nu.", "sets a key without a value"),
        (b"N(U\x01aNu.", "fills a dict where there is none"),
        (b"q\x00.", "remembers the top of an empty stack"),
        (b"h\x05.", "recalls 5, which was never stored"),
        (b"NN\x93.", "names a global by something else than text"),
        (b"U\x01aQ.", "uses the instruction BINPERSID"),
        (b"P1\n.", "uses the instruction PERSID"),
        (b"\x82\x01.", "uses the instruction EXT1"),
        (b"(cos\nsystem\no.", "asks for 'os.system'"),
        (b"(i__main__\nx\n.", "uses the instruction INST"),
        (b"))\x81.", "uses the instruction NEWOBJ"),
        (b"\x97.", "uses the instruction NEXT_BUFFER"),
        (b"\x8b\x04\x00\x00\x00abcd.", "uses the instruction LONG4"),
        (b"N0.", "uses the instruction POP"),
        (b"\xff.", "is truncated, damaged or no pickle"),
        (b"X\xff\xff\xff\x7fab.", "is truncated, damaged or no pickle"),
        (b"T\xff\xff\xff\xffab.", "is truncated, damaged or no pickle"),
        (b"\x8e" + 8 * b"\xff" + b".", "is truncated, damaged or no pickle"),
        (b"\x8d" + 7 * b"\xff" + b"\x0f.", "is truncated, damaged or no pickle"),
        (b"\x96" + 7 * b"\xff" + b"\x0f.", "is truncated, damaged or no pickle"),
        (b"X\x01\x00\x00\x00\xff.", "is truncated, damaged or no pickle"),
        (b"\x95" + 8 * b"\xff" + b"N", "is truncated, damaged or no pickle"),
        (b"N.N.", "goes on after its pickle, which ends at byte 4 of 6"),
    ],
)
def test_damaged_programs(content, message):
    refused(HEADER + content, message)


def test_files_that_are_no_pickles():
    refused(b"", "this one with nothing")
    refused(b"(dp1\nS'data'\np2\n.", "and this one with 28 64")
    refused(b"\x1f\x8b\x08", "is compressed by gzip; unpack it first")
    refused(b"PK\x03\x04", "is a zip file")
    refused(b"\x93NUMPY", "open it with numpy.load")
    refused(HEADER, "is truncated, damaged or no pickle")


def test_every_truncation_is_refused():
    for end in [*range(300), *range(len(BATCH) - 120, len(BATCH))]:
        with pytest.raises(ValueError, match="^test: 'file' "):
            read(BATCH[:end])


def test_every_changed_byte_gives_data_or_an_error(rng):
    """Nothing but ValueError comes out, whatever the bytes are."""
    skeleton = cifar_files.batch(IMAGES[:1], [5]).replace(IMAGES[0].tobytes(), bytes(3072))
    places = [n for n in range(len(skeleton)) if n < 330 or n > len(skeleton) - 50]
    errors = []
    for _ in range(3000):
        content = bytearray(skeleton)
        for place in rng.choice(places, rng.integers(1, 4)):
            content[place] = rng.integers(0, 256)
        try:
            read(bytes(content))
        except ValueError as error:
            errors.append(str(error))
    assert len(errors) > 1000
    assert all(error.startswith("test: 'file' ") for error in errors)


def grown(content, message):
    """Return how many bytes were taken at most while ``content`` was refused."""
    tracemalloc.start()
    refused(content, message)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_small_files_take_little_memory(monkeypatch):
    """A place in the memo far out, and one text of a megabyte copied into array after array."""
    assert grown(HEADER + b"Nr\xff\xff\xff\x7f\x85N.", "leaves 2 things") < 1e6
    text = b"X" + struct.pack("<I", 10**6) + b"a" * 10**6 + b"q\x010"
    text = text[:-1]
    shape = b"J" + struct.pack("<i", 10**6) + b"\x85"
    again = BLANK + state(shape=shape, data=b"h\x01")[:-1]
    bomb = HEADER + b"]" + text + b"a(" + 50 * again + b"e."
    assert grown(bomb, "makes arrays of more than 4 times its own bytes") < 2e7
    monkeypatch.setattr(pickles, "MOST_STEPS", 1000)
    refused(HEADER + 2000 * b"]" + b".", "goes on for more than 1000 instructions")
    monkeypatch.setattr(pickles, "MOST_BYTES", 1000)
    refused(HEADER + 2000 * b"]" + b".", "holds more than 1000 bytes, which are refused")


def test_deep_nesting_overflows_no_stack():
    depth = 100_000
    nested = read(HEADER + depth * b"]" + (depth - 1) * b"a" + b".")
    for _ in range(depth - 1):
        (nested,) = nested
    assert nested == []
    tuples = HEADER + b")" + depth * b"\x85"
    assert isinstance(read(tuples + b"."), tuple)
    refused(HEADER + b"}" + tuples[2:] + b"Ns.", "keys other than text and integers")


def test_a_list_may_hold_itself():
    own = read(HEADER + b"]q\x00h\x00a.")
    assert own[0] is own
