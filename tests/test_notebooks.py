"""``cs231n`` stands for minidl: one package under two names."""

import subprocess
import sys


def test_the_stand_in_is_the_package_itself():
    code = """
import minidl
minidl.as_cs231n()
minidl.as_cs231n()
import cs231n, cs231n.optim, cs231n.geometry.arrays
import minidl.geometry.arrays, minidl.optim
assert cs231n is minidl
assert cs231n.optim is minidl.optim
assert cs231n.geometry.arrays is minidl.geometry.arrays
assert minidl.geometry.arrays.__spec__.name == "minidl.geometry.arrays"
import importlib
assert importlib.reload(minidl.geometry.arrays) is cs231n.geometry.arrays
try:
    import cs231n.nothing
except ModuleNotFoundError as error:
    assert "cs231n.nothing" in str(error)
else:
    raise AssertionError("found a module that does not exist")
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_another_package_of_that_name_is_not_replaced(tmp_path):
    (tmp_path / "cs231n.py").write_text("")
    code = "import cs231n, minidl; minidl.as_cs231n()"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "another 'cs231n' is imported already, from" in result.stderr
