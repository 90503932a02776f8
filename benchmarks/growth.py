"""How the cost of a convolution grows: with the batch, with the image, with the channels."""

from benchmarks.cases import square
from benchmarks.convolution import compare

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
SIZES = (8, 14, 28, 56, 112, 224)
CHANNELS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


def measure(setting, peaks):
    """Return rows of :func:`benchmarks.convolution.compare`, with what grows and how far."""
    cases = [
        *(("batch", n, square(f"batch {n}", "growth", n, 6, 14, 16, 5)) for n in BATCHES),
        *(("image", s, square(f"image {s}", "growth", 8, 3, s, 16, 3, pad=1)) for s in SIZES),
        *(
            ("channels", c, square(f"channels {c}", "growth", 8, c, 14, c, 3, pad=1))
            for c in CHANNELS
        ),
    ]
    return [
        row | {"axis": axis, "size": size}
        for axis, size, case in setting.some(cases, few=2)
        for row in compare(case, "float32", setting, peaks["float32"])
    ]
