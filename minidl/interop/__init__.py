"""Other frameworks' conventions: TensorFlow's layouts and names, weights to fetch and to hand on.

``minidl.interop.tensorflow`` computes nothing of its own: it turns arrays and arguments into what
the layers of minidl take, and their results back.  Weights come and go as ``.npz`` and
``.safetensors``, and whole nets leave as ONNX.
"""

from minidl.interop import tensorflow
from minidl.interop.onnx_export import export_onnx
from minidl.interop.pretrained import adapt_input_conv
from minidl.interop.weights import (
    load_npz,
    load_safetensors,
    load_weights,
    save_npz,
    save_safetensors,
    save_weights,
)

__all__ = [
    "adapt_input_conv",
    "export_onnx",
    "load_npz",
    "load_safetensors",
    "load_weights",
    "save_npz",
    "save_safetensors",
    "save_weights",
    "tensorflow",
]
