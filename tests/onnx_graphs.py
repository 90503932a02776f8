"""ONNX graphs run by others: ONNX Runtime in float32, ONNX's own evaluator in float64.

Tests that import this are skipped where either is missing.
"""

import numpy as np
import pytest

from minidl import interop
from minidl.twins import relative_difference

onnx = pytest.importorskip("onnx", reason="onnx is not installed; exporting needs it")
onnxruntime = pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
reference = pytest.importorskip("onnx.reference", reason="this onnx cannot run graphs")


def run(path, x):
    """Return what the graph makes of ``x``."""
    if x.dtype == "float64":
        (out,) = reference.ReferenceEvaluator(str(path)).run(None, {"input": x})
        return np.asarray(out)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised, too
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (out,) = session.run(None, {"input": x})
    return out


def same(net, path, x):
    """Export the net, run it and the graph on ``x``, and compare."""
    interop.export_onnx(net, path, x.shape[1:])
    net.eval()
    x = x.astype(x.dtype.newbyteorder("="), order="C")  # ONNX Runtime takes the bytes as they lie
    expected, actual = net(x), run(path, x)
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    assert relative_difference(actual, expected) < (1e-10 if x.dtype == "float64" else 1e-5)
