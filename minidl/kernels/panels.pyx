"""Convolution whose lanes are filters: the forward pass, and the gradient of the filters.

A panel is a table of vectors of filters, one line for each term of a sum.  A band of output rows
of an image, or several whole images, are copied with their padding into a canvas (channels, height,
width); there, a window is one offset and a tap is another, whatever stride and dilation are, so

* the forward pass adds up the canvas at window + tap, over the taps, times a panel of weights;
* the filter gradient adds up the canvas at tap + window, over the windows, times a panel of
  ``dout``, which is ``dout`` transposed.

One register tile does both (``tiles.pxd``).  No window is gathered, and since
rows of a tile may lie anywhere, narrow images, strides and small batches leave no lane empty.

Shapes used in this file: see ``conv.pyx``.  Kernels trust their callers.
"""

from cython cimport floating
from minidl.kernels.blocks cimport all_finite, fill_with_zeros, steps, transpose
from minidl.kernels.planes cimport Planes, bands, planes_from, split
from minidl.kernels.tiles cimport BLOCK, meet
from minidl.kernels.vector cimport apart


def pack(const floating[:, ::1] w, floating[:, :, ::1] panels):
    """Write the filters ``w`` (F, T) into ``panels`` (panels, T, 2 vectors); missing ones are 0."""
    cdef Py_ssize_t panel, first, n, t, f, wide = panels.shape[2]
    with nogil:
        for panel in range(panels.shape[0]):
            first = panel * wide
            n = min(wide, w.shape[0] - first)
            transpose(&w[first, 0], n, w.shape[1], w.shape[1], &panels[panel, 0, 0], wide,
                      NULL)
            for t in range(w.shape[1]):
                for f in range(n, wide):
                    panels[panel, t, f] = 0


def pack_reversed(const floating[:, :, ::1] w, floating[:, :, ::1] panels):
    """Write filters ``w`` (F, C, taps) seen from the input: its channels for lanes, last tap first.

    ``panels`` is (panels, F * taps, 2 vectors); missing channels are 0.  Returns whether weights
    are all finite, so that zero times a weight is zero.
    """
    cdef Py_ssize_t panel, first, n, f, t, c, n_taps = w.shape[2], wide = panels.shape[2]
    cdef bint finite
    with nogil:
        finite = all_finite(&w[0, 0, 0], w.shape[0] * w.shape[1] * n_taps)
        for panel in range(panels.shape[0]):
            first = panel * wide
            n = min(wide, w.shape[1] - first)
            for f in range(w.shape[0]):
                transpose(&w[f, first, 0], n, n_taps, n_taps,
                          &panels[panel, f * n_taps + n_taps - 1, 0], -wide, NULL)
            for t in range(panels.shape[1]):
                for c in range(n, wide):
                    panels[panel, t, c] = 0
    return finite


def forward(const floating[:, :, :, ::1] x, Py_ssize_t channel, Py_ssize_t n_channels,
            const floating[:, :, ::1] panels, const floating[::1] bias,
            const Py_ssize_t[::1] sizes, Py_ssize_t row_step, Py_ssize_t fold,
            const Py_ssize_t[::1] taps, const Py_ssize_t[::1] cells, const Py_ssize_t[::1] lines,
            floating[::1] canvas, floating[:, ::1] sums,
            floating[:, :, :, ::1] out, Py_ssize_t filter):
    """Write the convolution of ``x`` with the filters of ``panels`` into ``out``.

    ``lines`` are the offsets of a panel's lines; ``sums`` (cells, lanes of all panels) is scratch.
    """
    cdef Planes p = planes_from(sizes)
    cdef Py_ssize_t k, block, n, m, i, band, first, rows, n_cells, panel, t
    cdef Py_ssize_t wide = panels.shape[2]
    cdef Py_ssize_t image = n_channels * p.plane_h * p.plane_w, n_filters = bias.shape[0]
    with nogil:
        for k in range(steps(x.shape[0], fold)):
            n = k * fold
            m = min(fold, x.shape[0] - n)
            for band in range(bands(p, out.shape[2])):
                first = band * p.band
                rows = min(p.band, out.shape[2] - first)
                n_cells = rows * out.shape[3]
                for i in range(m):
                    copy_in(x, n + i, channel, n_channels, first * row_step, p, canvas, i * image)
                for block in range(steps(panels.shape[1], BLOCK)):
                    t = block * BLOCK
                    for panel in range(panels.shape[0]):
                        meet(&canvas[0], &cells[0], m * n_cells, &taps[t],
                             min(<Py_ssize_t> BLOCK, panels.shape[1] - t), &panels[panel, t, 0],
                             wide, &lines[0], n_filters - panel * wide, &sums[0, panel * wide],
                             sums.shape[1], t == 0)
                for i in range(m):
                    turn(&sums[i * n_cells, 0], n_cells, n_filters, sums.shape[1],
                         &out[n + i, filter, first, 0], out.shape[2] * out.shape[3], &bias[0])


def filter_gradient(const floating[:, :, :, ::1] dout, Py_ssize_t filter,
                    const floating[:, :, :, ::1] x, Py_ssize_t channel, Py_ssize_t n_channels,
                    const Py_ssize_t[::1] sizes, Py_ssize_t row_step, Py_ssize_t fold,
                    const Py_ssize_t[::1] taps, const Py_ssize_t[::1] cells,
                    const Py_ssize_t[::1] lines, floating[::1] canvas,
                    floating[:, ::1] panels, floating[:, ::1] sums, double[:, ::1] dw):
    """Write the gradient of the filters from ``filter`` on to ``dw`` (lanes, taps), in doubles.

    Scratch: ``panels`` (panels, numbers), ``lines`` apart, and ``sums`` (taps, lanes of all
    panels).  If a row of the canvas has more ``cells`` than ``dout`` has columns, so many zeros
    go before each row of the panel, and its lines follow each other without gaps: a vector then
    begins in one line and goes on in the next ones, which are the same filters, met by the same
    cell as earlier taps.  So lanes are (taps beside each other, last one first, times filters).
    """
    cdef Planes p = planes_from(sizes)
    cdef Py_ssize_t k, block, n, m, i, band, first, rows, n_cells, cell, panel, added = 0
    cdef Py_ssize_t width = cells.shape[0] // (fold * p.band), zeros = width - dout.shape[3]
    cdef Py_ssize_t n_lanes = dw.shape[0], n_filters = n_lanes // (zeros + 1)
    cdef Py_ssize_t wide = sums.shape[1] // panels.shape[0]
    cdef Py_ssize_t image = n_channels * p.plane_h * p.plane_w
    with nogil:
        fill_with_zeros(&panels[0, 0], panels.shape[0] * panels.shape[1])
        fill_with_zeros(&sums[0, 0], sums.shape[0] * sums.shape[1])
        fill_with_zeros(&dw[0, 0], n_lanes * dw.shape[1])
        for k in range(steps(x.shape[0], fold)):
            n = k * fold
            m = min(fold, x.shape[0] - n)
            for band in range(bands(p, dout.shape[2])):
                first = band * p.band
                rows = min(p.band, dout.shape[2] - first)
                n_cells = rows * width
                for i in range(m):
                    copy_in(x, n + i, channel, n_channels, first * row_step, p, canvas, i * image)
                    for panel in range(panels.shape[0]):
                        turn_rows(&dout[n + i, filter + panel * wide, first, 0],
                                  min(wide, n_filters - panel * wide), rows, dout.shape[3],
                                  dout.shape[2] * dout.shape[3],
                                  &panels[panel, (i * n_cells + zeros) * lines[1]], lines[1],
                                  width)
                for block in range(steps(m * n_cells, BLOCK)):
                    cell = block * BLOCK
                    for panel in range(panels.shape[0]):
                        meet(&canvas[0], &taps[0], dw.shape[1], &cells[cell],
                             min(<Py_ssize_t> BLOCK, m * n_cells - cell),
                             &panels[panel, cell * lines[1]], wide, &lines[0],
                             n_lanes - panel * wide, &sums[0, panel * wide], sums.shape[1], False)
                    added += 1
                if added >= BLOCK:
                    add_up(sums, dw)
                    added = 0
        add_up(sums, dw)


cdef apart copy_in(const floating[:, :, :, ::1] x, Py_ssize_t n, Py_ssize_t channel,
                   Py_ssize_t n_channels, Py_ssize_t first, Planes p, floating[::1] canvas,
                   Py_ssize_t cell) noexcept nogil:
    split(x, n, channel, n_channels, first, p, canvas, cell)


cdef apart turn(const floating *source, Py_ssize_t rows, Py_ssize_t columns, Py_ssize_t line,
                floating *to, Py_ssize_t to_line, const floating *plus) noexcept nogil:
    transpose(source, rows, columns, line, to, to_line, plus)


cdef apart turn_rows(const floating *source, Py_ssize_t n_filters, Py_ssize_t rows,
                     Py_ssize_t columns, Py_ssize_t line, floating *to, Py_ssize_t to_line,
                     Py_ssize_t width) noexcept nogil:
    """Transpose rows of ``columns`` cells, which then begin ``width`` lines apart."""
    cdef Py_ssize_t i
    if width == columns:
        transpose(source, n_filters, rows * columns, line, to, to_line, NULL)
        return
    for i in range(rows):
        transpose(source + i * columns, n_filters, columns, line, to + i * width * to_line,
                  to_line, NULL)


cdef void add_up(floating[:, ::1] sums, double[:, ::1] dw) noexcept nogil:
    """Move the sums (taps, filters) over to ``dw`` (filters, taps); they start again at zero."""
    cdef Py_ssize_t block, f, t
    for block in range(steps(dw.shape[1], 64)):  # a block of sums stays in the first-level cache
        for f in range(dw.shape[0]):
            for t in range(64 * block, min(64 * block + 64, dw.shape[1])):
                dw[f, t] += sums[t, f]
    fill_with_zeros(&sums[0, 0], sums.shape[0] * sums.shape[1])
