"""Step 6: nothing is gathered. A tap is an offset into the padded image.

In the padded image, the cell that a tap meets lies at one distance from the window's corner,
the same for every window.  So the tile of step 5 reads the image itself, at a table of offsets.
Rows follow each other without a gap; between them, a few sums are computed for nothing.
"""

import numpy as np

from benchmarks.steps.packing import packed

from tile cimport LANES, ROWS, tile


def forward(x, w, b, pad):
    """Convolve at stride 1: ``x`` (N, C, H, W), ``w`` (F, C, HH, WW), ``b`` (F,)."""
    n, channels, height, width = x.shape
    f, _, taps_h, taps_w = w.shape
    planes = np.zeros((channels, height + 2 * pad, width + 2 * pad), np.float32)
    out = np.empty((n, f, *np.subtract(planes.shape[1:], (taps_h - 1, taps_w - 1))), np.float32)
    c, u, v = np.ogrid[:channels, :taps_h, :taps_w]
    offsets = ((c * planes.shape[1] + u) * planes.shape[2] + v).ravel()
    columns = -(-out.shape[2] * planes.shape[2] // LANES) * LANES
    lines = np.empty((ROWS, columns), np.float32)
    room = np.zeros(planes.size + 2 * LANES, np.float32)  # a tile may read past the last row
    convolve(x, packed(w, ROWS), b, pad, room[:planes.size].reshape(planes.shape), offsets, lines,
             out)
    return out


cdef void convolve(const float[:, :, :, ::1] x, const float[:, :, ::1] w, const float[::1] b,
                   Py_ssize_t pad, float[:, :, ::1] planes, const Py_ssize_t[::1] offsets,
                   float[:, ::1] lines, float[:, :, :, ::1] out) noexcept nogil:
    cdef Py_ssize_t n, c, i, j, k, block, r, f
    for n in range(out.shape[0]):
        for c in range(x.shape[1]):
            for i in range(x.shape[2]):
                for j in range(x.shape[3]):
                    planes[c, pad + i, pad + j] = x[n, c, i, j]
        for k in range(w.shape[0]):
            for block in range(lines.shape[1] // LANES):
                tile(&w[k, 0, 0], &offsets[0], w.shape[1], &planes[0, 0, 0] + block * LANES,
                     &lines[0, block * LANES], lines.shape[1])
            for r in range(min(<Py_ssize_t> ROWS, out.shape[1] - k * ROWS)):
                f = k * ROWS + r
                for i in range(out.shape[2]):
                    for j in range(out.shape[3]):
                        out[n, f, i, j] = lines[r, i * planes.shape[2] + j] + b[f]
