"""Other frameworks' conventions: TensorFlow's layouts and names, pretrained weights to fit.

``minidl.interop.tensorflow`` computes nothing of its own: it turns arrays and arguments into what
the layers of minidl take, and their results back.
"""

from minidl.interop import tensorflow
from minidl.interop.pretrained import adapt_input_conv

__all__ = ["adapt_input_conv", "tensorflow"]
