"""Cases of the fast convolution, small ones by name, and what is right for them."""

from minidl.layers import conv_forward_naive


def right(x, w, b, stride, pad):
    """Return what the fast convolution of these arguments is."""
    return conv_forward_naive(x, w, b, {"stride": stride, "pad": pad})[0]


def conv_forward_fast(rng):
    """Yield the name and the arguments of each case, in float64."""
    yield "ordinary", _conv(rng)
    yield "one image", _conv(rng, n=1)
    yield "one channel", _conv(rng, c=1)
    yield "one filter", _conv(rng, f=1)
    yield "image not square", _conv(rng, image=(5, 8))
    yield "filter not square", _conv(rng, window=(2, 4))
    yield "pad 0", _conv(rng, pad=0)
    yield "pad wider than the filter", _conv(rng, pad=4)
    yield "stride 2", _conv(rng, stride=2)
    yield "stride that does not divide", _conv(rng, image=(6, 8), window=(3, 2), stride=2)
    yield "stride larger than the filter", _conv(rng, image=(9, 11), stride=4)
    yield "one window", _conv(rng, n=1, c=1, f=1, image=(3, 3), pad=0)
    yield "all at once", _conv(rng, 3, 2, 5, (7, 10), (4, 3), 2, 2)
    yield "large", _conv(rng, 8, 3, 8, (32, 32))


def _conv(rng, n=2, c=3, f=4, image=(6, 6), window=(3, 3), stride=1, pad=1):
    x, w = rng.standard_normal((n, c, *image)), rng.standard_normal((f, c, *window))
    return x, w, rng.standard_normal(f), stride, pad
