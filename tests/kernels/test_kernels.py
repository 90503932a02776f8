"""Which kernels are loaded, and that their stubs tell the truth."""

import ast
import inspect
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

import minidl
from minidl import kernels

FOLDER = pathlib.Path(kernels.__path__[0])
RUNNING = kernels.LEVELS[: 1 + kernels.probe.has_avx2_and_fma() + kernels.probe.has_avx512()]
BUILT = tuple(kernels.probe.flags())
NAMES = sorted(path.stem for path in FOLDER.glob("*.pyx"))


def python(code, cwd=None, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_level_in_use():
    asked = os.environ.get("MINIDL_CPU")
    assert asked in (None, "", kernels.LEVEL)
    if not asked:
        assert [level for level in RUNNING if level in BUILT][-1] == kernels.LEVEL
    for name in set(NAMES) - {"probe"}:
        assert getattr(kernels, name).__name__ == f"minidl.kernels.{kernels.LEVEL}.{name}"


@pytest.mark.parametrize("level", kernels.LEVELS)
def test_level_on_request(level):
    """Each level that runs here can be had, and computes."""
    if level not in RUNNING:
        pytest.skip(f"this processor has no {level}")
    if level not in BUILT:
        pytest.skip(f"{level} was not built: MINIDL_LEVELS named others")
    code = "import minidl.kernels as k; from minidl.layers import relu_forward_fast as relu; "
    result = python(code + "print(k.LEVEL, relu([-1.0, 2.0])[0])", MINIDL_CPU=level)
    assert result.stdout.strip() == f"{level} [0. 2.]", result.stderr


def test_unknown_level_is_refused():
    result = python("import minidl.kernels", MINIDL_CPU="avx9")
    assert f"ImportError: MINIDL_CPU must be one of {', '.join(kernels.LEVELS)}" in result.stderr


def test_a_level_that_was_not_built_is_not_picked(monkeypatch):
    monkeypatch.setattr(kernels.probe, "has_avx2_and_fma", lambda: True)
    monkeypatch.setattr(kernels.probe, "has_avx512", lambda: True)
    monkeypatch.setattr(kernels.probe, "flags", lambda: {"baseline": "-O3", "x86_64_v3": "-O3"})
    monkeypatch.delenv("MINIDL_CPU", raising=False)
    assert kernels._pick_level() == "x86_64_v3"
    monkeypatch.setenv("MINIDL_CPU", "x86_64_v4")
    with pytest.raises(ImportError, match="x86_64_v4 is not among .*, baseline, x86_64_v3; build"):
        kernels._pick_level()


def test_no_level_that_runs_was_built(monkeypatch):
    monkeypatch.setattr(kernels.probe, "has_avx2_and_fma", lambda: False)
    monkeypatch.setattr(kernels.probe, "flags", lambda: {"x86_64_v3": "-O3"})
    monkeypatch.delenv("MINIDL_CPU", raising=False)
    with pytest.raises(ImportError, match="baseline is not among .*built, x86_64_v3; build minidl"):
        kernels._pick_level()


def test_level_beyond_the_processor_is_refused(monkeypatch):
    monkeypatch.setattr(kernels.probe, "flags", lambda: dict.fromkeys(kernels.LEVELS, "-O3"))
    monkeypatch.setattr(kernels.probe, "has_avx2_and_fma", lambda: False)
    monkeypatch.delenv("MINIDL_CPU", raising=False)
    assert kernels._pick_level() == "baseline"
    monkeypatch.setenv("MINIDL_CPU", "x86_64_v3")
    with pytest.raises(ImportError, match="asks for more than this processor has: baseline"):
        kernels._pick_level()
    monkeypatch.setattr(kernels.probe, "has_avx2_and_fma", lambda: True)
    monkeypatch.setattr(kernels.probe, "has_avx512", lambda: False)
    assert kernels._pick_level() == "x86_64_v3"
    monkeypatch.setenv("MINIDL_CPU", "x86_64_v4")
    with pytest.raises(ImportError, match="asks for more than this processor has: x86_64_v3"):
        kernels._pick_level()


def test_without_kernels_definitions_run_and_the_rest_says_what_is_missing(tmp_path):
    """A tree that was never compiled: the naive side works, the fast side names the command."""
    source = pathlib.Path(minidl.__file__).parent
    ignore = shutil.ignore_patterns("*.so", "*.pyd", "__pycache__")
    shutil.copytree(source, tmp_path / "minidl", ignore=ignore)
    naive = "from minidl.layers import relu_forward; print(relu_forward([-1.0, 2.0])[0])"
    fast = "from minidl.layers import relu_forward_fast"
    assert python(naive, cwd=tmp_path).stdout.strip() == "[0. 2.]"
    result = python(fast, cwd=tmp_path)
    assert "ImportError: minidl.kernels is not compiled" in result.stderr
    assert "pip install ." in result.stderr


def test_every_source_is_loaded():
    assert set(kernels.__all__) - {"LEVEL", "LEVELS"} == set(NAMES)


def stub_functions(name):
    tree = ast.parse((FOLDER / f"{name}.pyi").read_text())
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", NAMES)
def test_stubs_match_the_kernels(name):
    module = getattr(kernels, name)
    compiled = {
        key: value
        for key, value in vars(module).items()
        if not key.startswith("_") and callable(value)
    }
    stubs = stub_functions(name)
    assert stubs.keys() == compiled.keys()
    for key, function in compiled.items():
        precisions = getattr(function, "__signatures__", {"": function})
        parameters = [argument.arg for argument in stubs[key].args.args]
        for precision in precisions.values():
            assert parameters == list(inspect.signature(precision).parameters), key


def test_kernels_do_not_use_the_numpy_c_interface():
    for path in [*FOLDER.glob("*.pyx"), *FOLDER.glob("*.pxd")]:
        assert "cimport numpy" not in path.read_text(), path.name
