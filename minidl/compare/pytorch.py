"""PyTorch's functions as a side of the comparison, with the arguments of minidl's layers.

The forward pass records what its gradients need, as minidl's returns a cache; the backward pass is
autograd's.  Arrays and tensors share their memory.
"""

import numpy as np

from minidl.extras import optional

TOLERANCE = {"float32": 3e-5, "float64": 1e-10}  # between libraries that add in different orders


def require():
    """Return PyTorch.

    Raises
    ------
    ImportError
        If it is not installed; the message names the extra that brings it.
    """
    return optional("compare: PyTorch's side", "bench", "torch", otherwise=", or leave it out")


def functions(layer):
    """Return PyTorch's passes of a layer in ``LAYERS``, as ``Twin.naive`` has minidl's."""
    return LAYERS[layer]


def _layer(apply):
    """Return both passes of a layer; ``apply`` takes torch.nn.functional, tensors, parameters."""

    def forward(*case):
        torch = require()
        leaves = [torch.from_numpy(a).requires_grad_() for a in case if isinstance(a, np.ndarray)]
        rest = [a for a in case if not isinstance(a, np.ndarray)]
        try:
            out = apply(torch.nn.functional, *leaves, *rest)
        except (RuntimeError, TypeError) as error:
            reason = str(error).splitlines()[0]
            raise ValueError(f"compare: PyTorch refuses this size: {reason}") from None
        return out.detach().numpy(), (out, leaves)

    def backward(dout, cache):
        torch = require()
        out, leaves = cache
        upstream = torch.from_numpy(dout)
        return tuple(
            gradient.numpy()
            for gradient in torch.autograd.grad(out, leaves, upstream, retain_graph=True)
        )

    return forward, backward


def _softmax_loss(scores, labels):
    torch = require()
    leaf = torch.from_numpy(scores).requires_grad_()
    loss = torch.nn.functional.cross_entropy(leaf, torch.from_numpy(labels))
    (gradient,) = torch.autograd.grad(loss, leaf)
    return loss.item(), gradient.numpy()


def _conv(library, x, w, b, param):
    numbers = (param[name] for name in ("stride", "pad", "dilation", "groups"))
    return library.conv2d(x, w, b, *numbers)


def _window(param):
    return (param["pool_height"], param["pool_width"]), param["stride"], param["pad"]


LAYERS = {
    "conv": _layer(_conv),
    "max_pool": _layer(lambda library, x, param: library.max_pool2d(x, *_window(param))),
    "avg_pool": _layer(lambda library, x, param: library.avg_pool2d(x, *_window(param))),
    "affine": _layer(lambda library, x, w, b: library.linear(x.flatten(1), w.T, b)),
    "relu": _layer(lambda library, x: library.relu(x)),
    "softmax_loss": (_softmax_loss,),
}
