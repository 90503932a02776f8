"""Step 5: a tile of sums in registers, and windows gathered a few at a time.

A panel holds the windows of two vectors of output cells: im2col again, but so small that it
never leaves the cache.
"""

import numpy as np

from benchmarks.steps.packing import packed

from tile cimport LANES, ROWS, tile


def forward(x, w, b, pad):
    """Convolve at stride 1: ``x`` (N, C, H, W), ``w`` (F, C, HH, WW), ``b`` (F,)."""
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    n, _, height, width = padded.shape
    f, _, taps_h, taps_w = w.shape
    out = np.empty((n, f, height - taps_h + 1, width - taps_w + 1), np.float32)
    panel = np.empty((w[0].size, LANES), np.float32)
    offsets = np.arange(len(panel)) * LANES
    sums = np.empty((ROWS, LANES), np.float32)
    convolve(padded, packed(w, ROWS), taps_h, taps_w, b, panel, offsets, sums, out)
    return out


cdef void convolve(const float[:, :, :, ::1] x, const float[:, :, ::1] w, Py_ssize_t taps_h,
                   Py_ssize_t taps_w, const float[::1] b, float[:, ::1] panel,
                   const Py_ssize_t[::1] offsets, float[:, ::1] sums,
                   float[:, :, :, ::1] out) noexcept nogil:
    cdef Py_ssize_t n, block, first, n_cells, k, r, f, q, cells = out.shape[2] * out.shape[3]
    for n in range(out.shape[0]):
        for block in range((cells + LANES - 1) // LANES):
            first = block * LANES
            n_cells = min(<Py_ssize_t> LANES, cells - first)
            gather(x, n, first, n_cells, taps_h, taps_w, out.shape[3], panel)
            for k in range(w.shape[0]):
                tile(&w[k, 0, 0], &offsets[0], w.shape[1], &panel[0, 0], &sums[0, 0], LANES)
                for r in range(min(<Py_ssize_t> ROWS, out.shape[1] - k * ROWS)):
                    f = k * ROWS + r
                    for q in range(n_cells):
                        (&out[n, f, 0, 0])[first + q] = sums[r, q] + b[f]


cdef void gather(const float[:, :, :, ::1] x, Py_ssize_t n, Py_ssize_t first, Py_ssize_t n_cells,
                 Py_ssize_t taps_h, Py_ssize_t taps_w, Py_ssize_t out_w,
                 float[:, ::1] panel) noexcept nogil:
    """Copy the windows of output cells ``first`` and following, a row of the panel for each tap."""
    cdef Py_ssize_t c, u, v, i, j, q, end, run, k = 0
    for c in range(x.shape[1]):
        for u in range(taps_h):
            for v in range(taps_w):
                i, j, end = first // out_w, first % out_w, 0
                while end < n_cells:  # cells of one output row lie side by side in the image
                    run = min(n_cells - end, out_w - j)
                    for q in range(run):
                        panel[k, end + q] = x[n, c, i + u, j + v + q]
                    i, j, end = i + 1, 0, end + run
                k += 1
