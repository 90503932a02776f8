"""Exhibits that no file of a repository can be: links, pipes, bombs, odd bytes, odd zips."""

import io
import os
import struct
import zipfile

import hand_ins
from exhibits import TASKS, Exhibit, expected, write_files

NEEDS_LINKS = {"symlink", "symlink_folder", "pipe"}
NOTHING = "layers.py,net.py", "not attempted"


def made(untouched):
    """Return the exhibits that are made by code, by name.

    Parameters
    ----------
    untouched : dict of str to str
        The editable files of the layers template, as they are handed out.
    """
    exhibits = [*_texts(untouched), *_odd_files(), *_zips()]
    return {exhibit.name: exhibit for exhibit in exhibits}


DAWDLES = """import time

import numpy as np


def conv_forward(x, w, b, conv_param):
    time.sleep(0.05)
    stride, pad = conv_param["stride"], conv_param["pad"]
    big = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out_h = 1 + (big.shape[2] - w.shape[2]) // stride
    out_w = 1 + (big.shape[3] - w.shape[3]) // stride
    out = np.empty((len(x), len(w), out_h, out_w), dtype=x.dtype)
    for n, f, i, j in np.ndindex(out.shape):
        top, left = i * stride, j * stride
        window = big[n, :, top : top + w.shape[2], left : left + w.shape[3]]
        out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out, (x, w, b, conv_param)
"""


def slow_both():
    """Return a fast function as slow as the naive one, beside a naive one that dawdles."""
    files = hand_ins.wrong("convolution")["fast_slow_as_python"].files
    files["convolution.py"] = hand_ins.merged(files["convolution.py"], DAWDLES)
    allowed = expected("convolution", "conv_forward_fast", "passed")
    says = "the naive function dawdles, so that the fast one looks fast"
    name = "slow_both"
    return Exhibit(
        name, "convolution", says, allowed, lambda path: write_files(path, files), is_slow=True
    )


def _exhibit(name, tasks, statuses, says, write):
    return Exhibit(name, "layers", says, expected("layers", tasks, statuses), write)


def _folder(name, tasks, statuses, says, **changed):
    """Return the right hand-in with some files changed; None takes a file away."""
    files = {**hand_ins.right("layers"), **{k.replace("__", "."): v for k, v in changed.items()}}
    files = {name: content for name, content in files.items() if content is not None}
    return _exhibit(name, tasks, statuses, says, lambda path: write_files(path, files))


def _texts(untouched):
    right = hand_ins.right("layers")["layers.py"]
    stub = untouched["layers.py"]
    crlf = right.replace("\n", "\r\n").encode()
    utf7 = "# -*- coding: utf-7 -*-\n# +AAo-from minidl.layers import affine_forward\n"
    first = right.index("import numpy")
    yield _folder("bom_and_crlf", "-", "passed", "an editor's mark and lines of Windows",
                  layers__py=b"\xef\xbb\xbf" + crlf)  # fmt: skip
    yield _folder("utf16", "layers.py", "wrong", "UTF-16, as an editor saved it",
                  layers__py=right.encode("utf-16"))  # fmt: skip
    yield _folder("utf7", "layers.py", "wrong", "a comment that is code in UTF-7, and forbidden",
                  layers__py=utf7 + right[first:].replace("+", "+-"))  # fmt: skip
    yield _folder("latin1", "layers.py", "wrong", "bytes that are not UTF-8, and not declared",
                  layers__py=right.encode() + b"NAME = 'caf\xe9'\n")  # fmt: skip
    yield _folder("no_such_coding", "layers.py", "wrong", "declares an encoding that is none",
                  layers__py="# coding: klingon\n" + right)  # fmt: skip
    yield _folder("zero_byte", "layers.py", "wrong", "a zero byte in the source",
                  layers__py=right.encode() + b"# \0\n")  # fmt: skip
    yield _folder("syntax_error", "layers.py", "wrong", "a colon is missing",
                  layers__py=right.replace("(x, w, b):", "(x, w, b)"))  # fmt: skip
    yield _folder("deep_brackets", "layers.py", "wrong", "more brackets than a parser can hold",
                  layers__py=right + "x = " + "(" * 50_000 + ")" * 50_000 + "\n")  # fmt: skip
    yield _folder("deep_signs", "layers.py", "wrong|crashed|out of memory", "100 000 minus signs",
                  layers__py=right + "x = " + "-" * 100_000 + "1\n")  # fmt: skip
    yield _folder("deep_chain", "layers.py", "wrong|crashed|out of memory", "a.a.a, 50 000 times",
                  layers__py=right + "x = np" + ".a" * 50_000 + "\n")  # fmt: skip
    yield _folder("long_number", "layers.py", "wrong", "a number of 10 000 digits",
                  layers__py=right + "x = " + "7" * 10_000 + "\n")  # fmt: skip
    yield _folder("huge_constant", "layers.py", "wrong|out of memory|timed out|crashed",
                  "a number that takes for ever to compute",
                  layers__py=right + "x = 9 ** 9 ** 9 ** 9\n")  # fmt: skip
    yield _folder("empty_file", "layers.py", "not attempted", "layers.py is empty", layers__py="")
    yield _folder("missing_net", "net.py", "not attempted", "net.py is missing", net__py=None)
    yield _folder("untouched", *_all("not attempted"), "as it was handed out", **_named(untouched))
    yield _folder("untouched_crlf", *_all("not attempted"), "as handed out, in lines of Windows",
                  **{k: v.replace("\n", "\r\n") for k, v in _named(untouched).items()})  # fmt: skip
    yield _folder("partly_done", *_but("relu_forward", "not attempted"), "one function is written",
                  layers__py=hand_ins.merged(stub, RELU), net__py=untouched["net.py"])  # fmt: skip
    yield _folder("unused_import", "layers.py", "wrong", "torch is imported and never used",
                  layers__py="import torch\n" + right)  # fmt: skip


RELU = "def relu_forward(x):\n    return np.maximum(x, 0), x\n\n\n"


def _all(status):
    return "layers.py,net.py", status


def _but(task, status):
    return ",".join(set(TASKS["layers"]) - {task}), status


def _named(files):
    return {name.replace(".", "__"): text for name, text in files.items()}


def _odd_files():
    right = hand_ins.right("layers")
    others = {
        "numpy.py": "raise SystemExit('not the real one')\n",
        "sitecustomize.py": "raise SystemExit('run at the start')\n",
        "minidl/__init__.py": "raise SystemExit('not the real one')\n",
        "layers/__init__.py": "raise SystemExit('a package of the same name')\n",
        "layers.cpython-311-x86_64-linux-gnu.so": b"\x7fELF" + bytes(100),
        "__pycache__/layers.cpython-311.pyc": bytes(100),
        "conftest.py": "raise SystemExit\n",
        "assignment.json": "{}",
        "hidden/affine_forward.npz": b"PK",
        "net.py.bak": "",
    }
    yield _exhibit("further_files", "-", "passed", "files beside those that are asked for",
                   lambda path: write_files(path, {**right, **others}))  # fmt: skip
    yield _exhibit("symlink", *NOTHING, "layers.py is a link to a neighbour's", _symlink)
    yield _exhibit("pipe", *NOTHING, "net.py is a pipe, which blocks whoever opens it", _pipe)
    yield _exhibit("folder_for_a_file", "layers.py", "not attempted", "layers.py is a folder",
                   lambda path: write_files(path, {"layers.py/x": "", "net.py": right["net.py"]})
                   )  # fmt: skip
    yield _exhibit("huge_file", *NOTHING, "20 MB of comments",
                   lambda path: write_files(path, {**right, "layers.py": "# x\n" * 5_000_000})
                   )  # fmt: skip
    many = {f"note_{k}.txt": "" for k in range(1000)}
    yield _exhibit("crowd", *NOTHING, "a thousand files",
                   lambda path: write_files(path, {**right, **many}))  # fmt: skip


def _symlink(path):
    write_files(path, {"net.py": hand_ins.right("layers")["net.py"]})
    neighbour = path.parent / "a_right_one" / "layers.py"
    os.symlink(neighbour, path / "layers.py")


def _pipe(path):
    write_files(path, {"layers.py": hand_ins.right("layers")["layers.py"]})
    os.mkfifo(path / "net.py")


def _zips():
    right = hand_ins.right("layers")
    zeros = bytes(1 << 20)
    members = list(right.items())
    yield _zip("zipped", "-", "passed", "a zip with a folder and what macOS adds",
               [*((f"hw1/{name}", text) for name, text in members),
                ("__MACOSX/hw1/._layers.py", b"\0\5\x16\7")])  # fmt: skip
    yield _zip("zip_slip", *NOTHING, "a name that leads out", [*members, ("../../layers.py", "")])
    yield _zip("zip_absolute", *NOTHING, "an absolute name", [*members, ("/tmp/layers.py", "")])
    yield _zip("zip_backslash", *NOTHING, "a path of Windows", [*members, ("..\\layers.py", "")])
    yield _zip("zip_drive", *NOTHING, "a drive of Windows", [*members, ("C:/layers.py", "")])
    yield _zip("zip_case", *NOTHING, "two files that some systems take for one",
               [*members, ("Layers.py", "")])  # fmt: skip
    yield _zip("zip_control", *NOTHING, "a name with commands for a screen",
               [*members, ("\x1b[2Jlayers.py\n", "")])  # fmt: skip
    yield _zip("zip_bomb", *NOTHING, "128 MB of zeros",
               [*members, *((f"zeros{k}", zeros * 8) for k in range(16))])  # fmt: skip
    yield _zip("zip_bomb_named", *NOTHING, "layers.py is 20 MB of zeros",
               [("net.py", right["net.py"]), ("layers.py", zeros * 20)])  # fmt: skip
    yield _zip("zip_in_zip", *NOTHING, "a zip in a zip", [("hw1.zip", _zipped(members))])
    yield _zip("zip_link", *NOTHING, "a member that is a link", [*members], link="data.py")
    yield _bytes("zip_twice", *NOTHING, "two members of one name", _twice(members))
    yield _bytes("zip_overlap", *NOTHING, "two members that share their bytes", _overlap(members))
    yield _bytes("zip_lies", *NOTHING, "a size in the header that is not true", _lies(members))
    yield _bytes("zip_cut", *NOTHING, "the second half is missing", _zipped(members)[:-200])
    yield _bytes("zip_empty", *NOTHING, "no byte at all", b"")
    yield _bytes("zip_not", *NOTHING, "a picture by its name a zip", b"\x89PNG\r\n\x1a\n" * 100)
    yield _bytes("zip_password", *NOTHING, "a zip with a password", _password(members))


def _zip(name, tasks, statuses, says, members, link=None):
    return _bytes(name, tasks, statuses, says, lambda: _zipped(members, link))


def _bytes(name, tasks, statuses, says, data):
    def write(path):
        content = data() if callable(data) else data  # bombs are made when they are needed
        path.with_name(path.name + ".zip").write_bytes(content)

    return _exhibit(name, tasks, statuses, says, write)


def _zipped(members, link=None):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        if link is not None:
            info = zipfile.ZipInfo(link)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/passwd")
    return file.getvalue()


def _twice(members):
    """The second one is renamed in the bytes: Python would warn of the same name."""
    name, content = members[0]
    other = "#" + name[1:]
    return _zipped([*members, (other, content)]).replace(other.encode(), name.encode())


def _overlap(members):
    """The list at the end names the first member's bytes a second time."""
    data = bytearray(_zipped([*members, ("other.py", members[0][1])]))
    last = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, last + 42, 0)  # where its header is
    return bytes(data)


def _lies(members):
    data = bytearray(_zipped(members))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)  # its size, unpacked
    return bytes(data)


def _password(members):
    data = bytearray(_zipped(members))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(mark)
        data[start + flags] |= 1
    return bytes(data)
