"""Convolution, forward and backward: minidl, PyTorch, and the course's im2col."""

import numpy as np

from benchmarks import course
from benchmarks.cases import CONVOLUTIONS
from benchmarks.timing import in_turn, require_equal
from minidl.compare.pytorch import TOLERANCE
from minidl.fast_layers import conv_backward_fast, conv_forward_fast


def measure(setting, peaks):
    """Return one row for each convolution and pass; float64 only for those of lessons."""
    cases = [(case, "float32") for case in CONVOLUTIONS]
    cases += [(case, "float64") for case in CONVOLUTIONS if case.group == "teaching"]
    return [
        row
        for case, dtype in setting.some(cases, few=2)
        for row in compare(case, dtype, setting, peaks[dtype])
    ]


def compare(case, dtype, setting, peak, rivals=("torch", "course")):
    """Check that all ways agree, time them in turn, and return a row for each pass."""
    x, w, b = case.arrays(dtype)
    out, cache = conv_forward_fast(x, w, b, case.param)
    dout = np.random.default_rng(0).standard_normal(out.shape).astype(dtype)
    ways = {"minidl": _minidl(case, x, w, b, dout, cache)}
    if setting.torch is not None and "torch" in rivals:
        ways["torch"] = _torch(setting.torch, case, x, w, b, dout)
    if case.group == "teaching" and "course" in rivals:
        ways["course"] = _course(case, x, w, b, dout)
    rows = []
    for which, passes in (("forward", 1), ("backward", 2)):
        gap = _largest_gap(case, which, ways, TOLERANCE[dtype])
        times = in_turn(
            {name: calls[which] for name, calls in ways.items()}, setting.budget, setting.settle
        )
        work = passes * case.operations(out.shape)
        rows.append(
            {"name": case.name, "group": case.group, "pass": which, "dtype": dtype}
            | {"threads": setting.threads, "seconds": times, "operations": work, "gap": gap}
            | {"share": {name: work / s / 1e9 / peak for name, s in times.items()}}
        )
    return rows


def _largest_gap(case, which, ways, tolerance):
    expected = ways["minidl"][which]()
    return max(
        require_equal(f"{case.name}, {which}, {name}", calls[which](), expected, tolerance)
        for name, calls in ways.items()
    )


def _minidl(case, x, w, b, dout, cache):
    return {
        "forward": lambda: conv_forward_fast(x, w, b, case.param)[:1],
        "backward": lambda: conv_backward_fast(dout, cache),
    }


def _course(case, x, w, b, dout):
    _, cache = course.forward(x, w, b, case.stride, case.pad)
    return {
        "forward": lambda: course.forward(x, w, b, case.stride, case.pad)[:1],
        "backward": lambda: course.backward(dout, cache),
    }


def _torch(torch, case, *arrays):
    """Call the operators themselves: no autograd, whose price the training steps show."""
    x, w, b, dout = map(torch.from_numpy, arrays)
    stride, dilation = [case.stride] * 2, [case.dilation] * 2
    pad, groups = list(case.pad), case.groups

    def forward():
        with torch.no_grad():
            return (torch.nn.functional.conv2d(x, w, b, stride, pad, dilation, groups),)

    def backward():
        with torch.no_grad():
            return torch.ops.aten.convolution_backward(
                *(dout, x, w, [case.f], stride, pad, dilation),
                *(False, [0, 0], groups, [True, True, True]),
            )

    return {"forward": forward, "backward": backward}
