"""``minidl compare`` as people meet it: output, files, exit status, wrong words."""

import csv
import dataclasses
import json
import os
import re
import subprocess
import sys

import pytest

from minidl import cli
from minidl.twins import TWINS

QUICK = ("--budget", "0")


def run(*words, capsys):
    """Return exit status, standard output and standard error."""
    try:
        status = cli.main(["compare", *words])
    except SystemExit as stop:
        status = stop.code
    return status, *capsys.readouterr()


def refused(*words, capsys):
    """Return the one line in which words are refused, before anything is measured."""
    status, out, err = run(*words, capsys=capsys)
    assert (status, out) == (2, "")
    assert "Traceback" not in err
    return err.splitlines()[-1]


def test_a_table_under_a_heading(capsys):
    words = ("--layer", "relu", "--layer", "mse_loss", "--dtype", "float64", "--threads", "1")
    status, out, err = run(*words, *QUICK, capsys=capsys)
    assert (status, err) == (0, "")
    heading, table = out.split("\n\n", 1)
    heading = heading.replace("\n", " ")
    for word in ("Python 3", "NumPy ", "minidl ", "1 thread, float64", "-O"):
        assert word in heading
    header, _, *lines = table.splitlines()
    assert [re.split(" {2,}", line)[0] for line in lines[:3]] == [
        *("relu forward", "relu backward", "mse_loss")
    ]
    assert all("  equal " in line for line in lines[:3])
    assert header.split("  ")[0] == "pass"
    for column in ("results", "naive ms", "fast ms", "speed-up", "extra MB"):
        assert column in header
    assert "of one round" in out
    assert "extra MB: memory beyond the results, naive/fast" in " ".join(lines)


def test_json_has_the_machine_and_every_number(capsys):
    status, out, _ = run("--layer", "affine", "--json", *QUICK, capsys=capsys)
    record = json.loads(out)
    assert status == 0
    for name in ("processor", "system", "python", "numpy", "minidl", "compiler", "cpu level"):
        assert record["machine"][name], name
    assert record["machine"]["compiler flags"].startswith(("-O", "/O"))
    assert "kernels" not in record["machine"]
    forward, backward = record["comparisons"]
    assert forward["sizes"] == {"N": 32, "D": 400, "M": 120}
    assert forward["speedup"] == forward["sides"]["fast"]["speedup"]["ratio"] > 0
    assert forward["sides"]["fast"]["gflops"] > 0
    assert [result["result"] for result in backward["results"]] == ["dx", "dw", "db"]
    assert backward["sides"]["naive"]["seconds"]["rounds"] == 1


def test_three_ways(capsys):
    words = ("--three-ways", "--json", "--shape", "N=1 H=7")
    status, out, _ = run(*words, *QUICK, capsys=capsys)
    rows = json.loads(out)["comparisons"]
    assert status == 0
    assert [(row["layer"], row["pass"]) for row in rows] == [
        ("conv", "forward"),
        ("conv", "backward"),
    ]
    assert all(row["im2col_seconds"] > 0 for row in rows)


def test_a_sweep_into_files(tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="draws the chart")
    files = {name: tmp_path / f"out.{name}" for name in ("csv", "json", "markdown", "png")}
    words = ["--layer", "relu", "--forward", "--sweep", "H=2..8", "--shape", "N=1"]
    for option, path in zip(("csv", "json", "markdown", "plot"), files.values(), strict=True):
        words += [f"--{option}", str(path)]
    status, out, _ = run(*words, *QUICK, capsys=capsys)
    assert status == 0
    assert re.search(r"relu forward +equal \S+ +2 ", out)
    rows = list(csv.DictReader(files["csv"].read_text().splitlines()))
    assert [(row["sizes"], row["side"]) for row in rows] == [
        (f"N=1 C=6 H={h} W={h}", side) for h in (2, 4, 8) for side in ("naive", "fast")
    ]
    assert float(rows[1]["speedup"]) > 0
    assert [c["sizes"]["W"] for c in json.loads(files["json"].read_text())["comparisons"]] == [
        *(2, 4, 8)
    ]
    table = [line for line in files["markdown"].read_text().splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert len(table) == 5
    assert files["png"].read_bytes().startswith(b"\x89PNG")


def test_differing_results_exit_with_1_and_say_where(monkeypatch, capsys):
    twin = TWINS["relu"]

    def wrong(x):
        out, cache = twin.fast[0](x)
        if out.ndim == 2 and out.size:
            out[1, 2] += 1
        return out, cache

    monkeypatch.setitem(TWINS, "relu", dataclasses.replace(twin, fast=(wrong, twin.fast[1])))
    place = "relu forward, fast: out differs by 1 at [1, 2]: "
    status, out, err = run("--layer", "relu", *QUICK, capsys=capsys)
    assert status == 1
    assert "DIFFERS" in out
    assert place in out
    assert err == ""
    status, out, err = run("--layer", "relu", "--json", *QUICK, capsys=capsys)
    assert status == 1
    assert json.loads(out)["comparisons"][0]["equal"] is False
    assert err.startswith(f"minidl: compare: {place}")


def test_a_speed_up_that_is_too_small_exits_with_1(capsys):
    words = ("--layer", "softmax_loss", *QUICK)
    assert run(*words, "--min-speedup", "0", capsys=capsys)[0] == 0
    status, out, err = run(*words, "--min-speedup", "1e9", capsys=capsys)
    assert status == 1
    assert "softmax_loss" in out
    assert "softmax_loss loss (fast): " in err
    assert "less than the 1e+09 x asked for" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--layer", "cnov"),
            "no layer 'cnov'; did you mean 'conv'? `minidl compare --layer list` names all",
        ),
        (("--layer", "zzz"), "compare: no layer 'zzz'; there are conv, conv_input_gradient, "),
        (("--layer", "cnov"), "did you mean 'conv'?"),
        (("--dtype", "int8"), "invalid choice: 'int8'"),
        (("--threads", "0"), "argument --threads: must be at least 1, got 0"),
        (("--seed", "-1"), "must be a whole number, got '-1'"),
        (("--budget", "soon"), "must be a number of at least 0, got 'soon'"),
        (("--min-speedup", "nan"), "must be a number of at least 0, got 'nan'"),
        (("--layer", "relu", "--shape", "Q=3"), "relu has no size 'Q'; it has N, C, H, W"),
        (("--shape", "N=8 what"), "--shape: 'what' is not LETTER=NUMBER"),
        (("--sweep", "H=8..ten"), "--sweep: 'ten' in 'H=8..ten' must be a whole number"),
        (("--layer", "conv", "--shape", "HH=40"), "window height 40 exceeds the padded input"),
        (("--layer", "conv", "--shape", "N=99999 H=9999"), "GB of memory are free"),
        (("--three-ways", "--layer", "relu"), "'relu' has no third way; there is one for conv"),
        (("--torch", "--layer", "gelu"), "'gelu' has no side of PyTorch's; there is one for conv,"),
        (("--plot", "chart.bmp"), "'chart.bmp' must end in .png, .svg, .pdf, got '.bmp'"),
        (("--plot", "chart"), "'chart' must end in .png, .svg, .pdf, got none"),
        (("--plot", "nowhere/chart.png"), "cannot write 'nowhere/chart.png': No such file"),
        (("--csv", "."), "'.' is a folder; name a file in it"),
        (("--plot", "c.png", "--sweep", "N=1..4"), "the --sweep of one layer; name it by --layer"),
        (("--json", "--csv"), "only one of json, csv can be printed; give a FILE"),
        (("--fast", "nowhere.py:f"), "compare: there is no file 'nowhere.py'"),
    ],
)
def test_wrong_words_are_refused_at_once(words, message, capsys, monkeypatch):
    monkeypatch.setattr("minidl.compare.comparing.Run", lambda *_: pytest.fail("it ran"))
    assert message in refused(*words, capsys=capsys)


def test_trying_a_file_leaves_nothing_behind(tmp_path, capsys):
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("kept")
    words = ("--csv", str(old), "--json", str(new), "--layer", "cnov")
    refused(*words, capsys=capsys)
    assert old.read_text() == "kept"
    assert not new.exists()


@pytest.mark.parametrize(
    ("option", "package", "extra"),
    [("--torch", "torch", "bench"), ("--plot", "matplotlib", "plot")],
)
def test_a_missing_package_names_its_extra(option, package, extra, monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, package, None)
    words = [option] if option == "--torch" else [option, str(tmp_path / "chart.png")]
    assert f'pip install "minidl[{extra}]"' in refused(*words, capsys=capsys)


def test_a_missing_kernel_is_an_error_and_never_a_quiet_ratio(tmp_path):
    """Whoever has no compiled kernels is told so; no table says that fast is as fast as naive."""
    code = (
        "import sys\n"
        "class Hidden:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.startswith('minidl.kernels.'):\n"
        "            raise ModuleNotFoundError(f'no module {name}', name=name)\n"
        "sys.meta_path.insert(0, Hidden())\n"
        "from minidl.cli import main\n"
        "sys.exit(main(['compare', '--layer', 'conv']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("minidl: minidl.kernels is not compiled")


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="this system has no such device")
def test_a_device_is_written_to_and_not_replaced():
    words = ["compare", "--layer", "mse_loss", *QUICK, "--csv", "/dev/stdout"]
    command = [sys.executable, "-m", "minidl", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("layer,pass,dtype,")
