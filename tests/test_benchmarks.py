"""The measurements run, refuse what is wrong, and compare before they time; no time is judged."""

import json
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[1]
sys.path.append(str(ROOT))  # benchmarks is a folder of the clone, not a part of the package

from benchmarks import chart, convolution, course, memory, pages, tables, timing  # noqa: E402
from benchmarks.__main__ import ALL_PARTS, main  # noqa: E402
from benchmarks.cases import CONVOLUTIONS, NETS  # noqa: E402
from benchmarks.setting import Setting  # noqa: E402
from benchmarks.steps import build, one_case  # noqa: E402
from benchmarks.steps.__main__ import main as run_steps  # noqa: E402
from minidl.layers import conv_backward_naive, conv_forward_naive  # noqa: E402

DOCS = ROOT / "docs"
ALONE = Setting(threads=1, torch=None, quick=True)


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """What the command writes on one thread without PyTorch, all parts but those with torch."""
    path = tmp_path_factory.mktemp("record") / "out.json"
    words = ["--quick", "--no-torch", "--threads", "1", "--json", str(path)]
    command = [sys.executable, "-m", "benchmarks", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "PyTorch is not measured here" in done.stderr
    assert "| training step |" in done.stdout
    return json.loads(path.read_text())


def test_the_record_has_what_it_promises(record):
    assert set(record["parts"]) == set(ALL_PARTS)
    facts = record["machine"]
    for name in ("processor", "system", "python", "numpy", "compiler", "cpu level", "date"):
        assert facts[name], name
    assert facts["torch"] is None
    assert str(ROOT) not in json.dumps(record)
    assert record["settings"]["quick"] is True
    for dtype in ("float32", "float64"):
        assert record["limits"]["1"][dtype]["NumPy's product"] > 0
    for row in record["parts"]["convolution"]:
        assert set(row["seconds"]) == {"minidl", "course"}
        assert row["share"]["minidl"] > 0
        assert 0 <= row["gap"] <= 3e-5
    assert {row["pass"] for row in record["parts"]["convolution"]} == {"forward", "backward"}


def test_tables_leave_out_what_was_not_measured(record):
    written = tables.written(record)
    for name, table in written.items():
        assert "PyTorch" not in table, name
        assert len({line.count("|") for line in table.splitlines()}) == 1, name
    assert set(written) <= set(pages.places(DOCS / "performance.md"))
    assert "| forward | 1 |" in written["naive"]


def test_with_pytorch(capsys, tmp_path):
    pytest.importorskip("torch", reason="the other side of the comparison")
    path = tmp_path / "out.json"
    assert main(["training", "--quick", "--threads", "1", "--json", str(path)]) == 0
    (row,) = json.loads(path.read_text())["parts"]["training"]
    assert set(row["seconds"]) == {"minidl", "torch"}
    assert "PyTorch / minidl" in capsys.readouterr().out


def test_every_table_of_the_page_can_be_written():
    """A place whose table no run writes would keep old figures for ever."""
    seconds = {"minidl": 1.0, "torch": 0.5, "course": 2.0, "naive": 9.0}
    row = {"name": "a", "pass": "forward", "group": "g", "shape": "1", "share": seconds}
    row |= {"seconds": seconds, "size": 1}
    rows = [row | {"dtype": d, "threads": t} for d in ("float32", "float64") for t in (1, 2)]
    both = [r | {"pass": which} for r in rows for which in ("forward", "backward")]
    used = {"results": 1, "numpy": 1, "resident": None, "threads": 1, "batch": 1, "name": "minidl"}
    parts = {
        **{"convolution": both, "training": rows, "layers": rows[:2], "naive": rows},
        "growth": [r | {"axis": axis} for r in both for axis in ("batch", "image", "channels")],
        "overhead": [{"name": "a", "threads": 1, "seconds": 1e-6}],
        "startup": [{"name": "import numpy", "seconds": 1.0}],
        "memory": [used],
    }
    limits = {"1": {"float32": {"NumPy's product": 1.0}}}
    record = {"machine": {}, "settings": {"quick": False}, "limits": limits, "parts": parts}
    written = tables.written(record)
    assert set(written) == set(pages.places(DOCS / "performance.md"))
    assert "| a | forward | float32 | 1 | 0.50 |" in written["behind"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["speed"], "no part 'speed'; there are convolution, training"),
        (["--threads", "0"], "must be a whole number of at least 1, got '0'"),
        (["--settle", "soon"], "must be milliseconds from 0 to 1000, got 'soon'"),
        (["--json", "nowhere/out.json"], "there is no folder nowhere"),
        (["--quick", "--write-docs"], "leave --quick out"),
    ],
)
def test_wrong_words_are_refused_in_one_line(words, message, capsys):
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("text", ["no JSON", "[]", "{}", '{"machine": {}}'])
def test_a_file_that_is_no_record_is_refused(text, tmp_path, capsys):
    path = tmp_path / "out.json"
    path.write_text(text)
    assert main(["--read", str(path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "was not written by --json" in line


def test_unequal_results_are_an_error_and_are_not_timed(monkeypatch):
    right = course.forward

    def wrong(*arguments):
        out, cache = right(*arguments)
        return out + 1e-3, cache

    monkeypatch.setattr(course, "forward", wrong)
    monkeypatch.setattr(convolution, "in_turn", lambda *_: pytest.fail("timed all the same"))
    with pytest.raises(timing.NotEqualError, match="8x8 digits, forward, course: results differ"):
        convolution.compare(CONVOLUTIONS[0], "float32", ALONE, 1.0)


@pytest.mark.parametrize("wrong", [[np.ones(2)], [np.full(3, np.nan)]])
def test_other_shapes_and_nan_are_unequal(wrong):
    with pytest.raises(timing.NotEqualError):
        timing.require_equal("x", wrong, [np.ones(3)], 1e-5)
    assert timing.require_equal("x", [np.ones(3)], [np.ones(3)], 0) == 0


@pytest.mark.parametrize(("stride", "pad"), [(1, (0, 0)), (2, (1, 1)), (1, (2, 0))])
def test_the_courses_way_is_right(stride, pad, rng):
    """At stride 2 a column of the image is left over."""
    x, w, b = (rng.standard_normal(shape) for shape in ((2, 3, 7, 8), (4, 3, 3, 2), (4,)))
    out, cache = course.forward(x, w, b, stride, pad)
    expected, naive_cache = conv_forward_naive(x, w, b, {"stride": stride, "pad": pad})
    np.testing.assert_allclose(out, expected, atol=1e-12)
    dout = rng.standard_normal(out.shape)
    gradients = zip(
        course.backward(dout, cache), conv_backward_naive(dout, naive_cache), strict=True
    )
    for actual, expected in gradients:
        np.testing.assert_allclose(actual, expected, atol=1e-12)


def test_calls_run_in_turn_and_the_collector_comes_back():
    import gc

    ran = []
    calls = {"a": lambda: ran.append("a"), "b": lambda: ran.append(gc.isenabled())}
    found = timing.in_turn(calls, 1e-9)
    assert ran[:2] == ["a", True]
    assert ran[-2:] == ["a", False]
    assert ran.count("a") == timing.WARM_UP + timing.LEAST
    assert min(found.values()) > 0
    assert gc.isenabled()


def test_operations_of_a_convolution_and_of_a_step():
    """LeNet-5's C3: 64 images, 16 filters, 10 x 10 outputs, 150 taps."""
    from benchmarks.training import operations
    from minidl import nn

    (c3,) = [case for case in CONVOLUTIONS if case.name == "LeNet-5 C3"]
    assert c3.operations((64, 16, 10, 10)) == 2 * 64 * 16 * 100 * 150
    tiny = NETS[0]  # a convolution of 8 * 64 * 9 products, a product of 128 * 10
    conv, linear = 8 * 64 * 9, 128 * 10
    net = tiny.build(nn, np.float32)
    assert operations(net, tiny) == 2 * 32 * (2 * conv + 3 * linear)


def test_memory_of_im2col_is_that_of_its_matrix():
    """147 rows and 32 * 32 * 8 columns, forward; in the backward pass their gradients, too."""
    row = memory.one_row("course", 8, 1)
    matrix = 147 * 32 * 32 * 8 * 4
    assert 2 * matrix < row["numpy"] < 3 * matrix
    assert row["results"] == 4 * (8 * 32 * 32 * (32 + 3) + 32 * 147 + 32)


def test_pages_are_filled_between_their_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- table: x -->\nold\n<!-- end -->\nb\n<!-- table: y -->\n<!-- end -->\n")
    pages.fill(page, {"x": "new"})
    pages.fill(page, {"y": "1\n2"})
    expected = "a\n<!-- table: x -->\nnew\n<!-- end -->\nb\n<!-- table: y -->\n1\n2\n<!-- end -->\n"
    assert page.read_text() == expected
    with pytest.raises(ValueError, match=r"page.md has no place for the tables z"):
        pages.fill(page, {"z": ""})


def test_charts_are_drawn_twice_alike(tmp_path):
    pytest.importorskip("matplotlib", reason="draws the charts")
    seconds = {"minidl": 1.0, "torch": 2.0}
    row = {"name": "a", "pass": "forward", "dtype": "float32", "threads": 1, "seconds": seconds}
    growth = [row | {"axis": "batch", "size": size} for size in (1, 2)]
    record = {"parts": {"convolution": [row], "training": [row], "growth": growth}}
    files = chart.draw(record, tmp_path)
    assert [path.name for path in files] == ["performance.svg", "performance_growth.svg"]
    before = [path.read_bytes() for path in files]
    assert [path.read_bytes() for path in chart.draw(record, tmp_path)] == before
    assert chart.draw({"parts": {}}, tmp_path) == []


def test_steps_say_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "Cython.Build", None)
    with pytest.raises(build.MissingToolError, match="need Cython and setuptools"):
        build.compiled.__wrapped__("step2_cython")


def test_steps_are_compared_with_the_definition(monkeypatch):
    monkeypatch.setattr(one_case, "COMPILED", ())
    uncompiled = {k: v for k, v in one_case.STEPS.items() if k not in COMPILED_STEPS}
    monkeypatch.setattr(one_case, "STEPS", uncompiled)
    case = one_case.CASES["LeNet-5 C3"]
    rows = one_case.measure(case, quick=True)
    assert [row["step"] for row in rows] == list(uncompiled)
    matrix = 150 * 100 * 64 * 4
    assert matrix < one_case.memory(case)["step4_im2col"] < 2 * matrix

    step = one_case._forward("step7_shipped")
    monkeypatch.setattr(one_case, "_forward", lambda name: lambda *a: step(*a) + (name[4] == "7"))
    with pytest.raises(timing.NotEqualError, match="step7_shipped"):
        one_case.measure(case, quick=True)


COMPILED_STEPS = one_case.COMPILED


def test_a_compiled_step_gives_the_definitions_numbers(rng, monkeypatch, tmp_path):
    """One of them, to be quick; the command checks all."""
    pytest.importorskip("Cython", reason="compiles the steps")
    pytest.importorskip("setuptools", reason="compiles the steps")
    unoptimised = build._project() | {"OPTIMISE": {"unix": ["-O0"], "msvc": ["/Od"]}}
    monkeypatch.setattr(build, "_project", lambda: unoptimised)
    monkeypatch.setattr(build, "FOLDER", tmp_path)
    forward = build.compiled.__wrapped__("step6_offsets").forward
    x, w, b = (
        rng.standard_normal(shape).astype(np.float32)
        for shape in ((2, 3, 9, 8), (7, 3, 3, 2), (7,))
    )
    expected, _ = conv_forward_naive(x, w, b, {"stride": 1, "pad": 1})
    np.testing.assert_allclose(forward(x, w, b, 1), expected, atol=1e-5)


def test_the_command_of_the_steps_refuses_to_write_quick_figures(capsys):
    with pytest.raises(SystemExit):
        run_steps(["--quick", "--write-docs"])
    assert "leave --quick out" in capsys.readouterr().err


def test_the_page_of_the_steps_quotes_their_files():
    page = DOCS / "fast_convolution.md"
    steps = "".join(
        path.read_text()
        for path in (ROOT / "benchmarks" / "steps").iterdir()
        if path.suffix in (".pyx", ".pxd", ".py")
    )
    quotes = re.findall(r"^```cython\n(.*?)^```$", page.read_text(), re.M | re.S)
    assert len(quotes) > 4
    for quote in quotes:
        assert quote in steps, quote
    places = [f"steps, {name}" for name in (*one_case.CASES, "machine")]
    assert sorted(pages.places(page)) == sorted(places)
