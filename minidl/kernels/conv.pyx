"""Convolution: forward, filter gradient and input gradient, around one idea.

A filter tap is an offset into the planes of an image (see ``planes.pxd``), so that

* the forward pass adds up cells at those offsets, weighted by the filter,
* the filter gradient is the dot product of ``dout`` with the cells at each offset,
* the input gradient adds ``dout``, weighted by the filter, back to the cells at those offsets,

with unit-stride loads everywhere and no window ever gathered.

Shapes used in this file: x is (N, C, H, W), out and dout are (N, F, H', W'); taps are numbered
``t = (c * HH + u) * WW + v``, and there are T of them.  A kernel serves one group of the layer:
``n_channels`` channels of x from ``channel`` on, and the filters from ``filter`` on.

Kernels trust their callers.  Array shapes, dtypes and the window were validated in
``minidl.fast_layers`` and ``minidl.geometry``; nothing is checked here, and bounds checks
are compiled out (build with MINIDL_DEBUG=1 to compile them in).  Directives are set
in setup.py, once, for every kernel.
"""

from cython cimport floating
from minidl.kernels.planes cimport Planes, bands, merge, planes_from, split
from minidl.kernels.tiles cimport BLOCK, FILTERS, ROWS, TAPS, dot_tile, multiply
from minidl.kernels.vector cimport doubles, floats


def lanes(const floating[::1] like):
    """How many numbers of this precision one vector holds."""
    if floating is float:
        return sizeof(floats) // sizeof(float)
    else:
        return sizeof(doubles) // sizeof(double)


def tile_sizes():
    """Rows of a product tile; filters and taps of a dot tile; terms that are added up at a time."""
    return ROWS, FILTERS, TAPS, BLOCK


def pack(const floating[:, :] weights, floating[:, :, ::1] packed):
    """Lay the rows of ``weights`` (rows, terms) out for the product tile, ROWS rows a tile.

    ``packed`` is (tiles, terms, ROWS); missing rows of the last tile become zero.
    """
    cdef Py_ssize_t r, k
    with nogil:
        for r in range(packed.shape[0] * ROWS):
            for k in range(packed.shape[1]):
                packed[r // ROWS, k, r % ROWS] = weights[r, k] if r < weights.shape[0] else 0


def forward(const floating[:, :, :, ::1] x, Py_ssize_t channel, Py_ssize_t n_channels,
            const floating[:, :, ::1] filters, const floating[::1] bias,
            const Py_ssize_t[::1] sizes, const Py_ssize_t[::1] offsets,
            floating[::1] planes, floating[:, ::1] lines,
            floating[:, :, :, ::1] out, Py_ssize_t filter):
    """Write the convolution of ``x`` with packed ``filters`` (tiles, T, ROWS) into ``out``.

    ``bias`` is that of the group.  ``lines`` (ROWS, whole tiles of columns) is scratch for one
    tile of filters.
    """
    cdef Planes p = planes_from(sizes)
    cdef Py_ssize_t n, band, first, rows, tile, r, i, j, f
    with nogil:
        for n in range(x.shape[0]):
            for band in range(bands(p, out.shape[2])):
                first = band * p.band
                rows = min(p.band, out.shape[2] - first)
                split(x, n, channel, n_channels, first, p, planes)
                for tile in range(filters.shape[0]):
                    for r in range(ROWS):
                        f = tile * ROWS + r
                        for j in range(lines.shape[1]):
                            lines[r, j] = bias[f] if f < bias.shape[0] else 0
                    run_multiply(filters, tile, offsets, planes, lines)
                    for r in range(min(<Py_ssize_t> ROWS, bias.shape[0] - tile * ROWS)):
                        f = filter + tile * ROWS + r
                        for i in range(rows):
                            for j in range(out.shape[3]):
                                out[n, f, first + i, j] = lines[r, i * p.plane_w + j]


def filter_gradient(const floating[:, :, :, ::1] dout, Py_ssize_t filter,
                    const floating[:, :, :, ::1] x, Py_ssize_t channel, Py_ssize_t n_channels,
                    const Py_ssize_t[::1] sizes, const Py_ssize_t[::1] offsets,
                    floating[::1] planes, floating[:, :, ::1] spread,
                    floating[:, :, :, ::1] sums, double[:, ::1] dw):
    """Add the gradient of the group's filters to ``dw`` (filters, taps), in double precision.

    ``offsets`` has T rounded up to a multiple of TAPS, the last one repeated.  Scratch: ``spread``
    (filters rounded up to FILTERS, band, W' in whole vectors) holds a band of ``dout``, with zeros
    around it; ``sums`` is (filter tiles, tap tiles, FILTERS * TAPS, lanes).
    """
    cdef Planes p = planes_from(sizes)
    cdef Py_ssize_t n, band, first, rows, f, i, j, step, width = dout.shape[3]
    cdef Py_ssize_t n_lanes = sums.shape[3], used = (width - 1) % n_lanes + 1, added = 0
    cdef unsigned char mask[64]
    step = max(BLOCK * n_lanes // spread.shape[2], 1)  # rows of about BLOCK vectors
    with nogil:
        for j in range(64):
            mask[j] = 255 if j < used * <Py_ssize_t> sizeof(floating) else 0
        fill_with_zeros(&spread[0, 0, 0], spread.shape[0] * spread.shape[1] * spread.shape[2])
        fill_with_zeros(&sums[0, 0, 0, 0],
                        sums.shape[0] * sums.shape[1] * sums.shape[2] * n_lanes)
        for n in range(x.shape[0]):
            for band in range(bands(p, dout.shape[2])):
                first = band * p.band
                rows = min(p.band, dout.shape[2] - first)
                split(x, n, channel, n_channels, first, p, planes)
                for f in range(dw.shape[0]):
                    for i in range(rows):
                        for j in range(width):
                            spread[f, i, j] = dout[n, filter + f, first + i, j]
                add_dots(spread, planes, offsets, p.plane_w, rows, step, width,
                         &mask[0] if used < n_lanes else NULL, sums)
                added += (rows + step - 1) // step
                if added >= BLOCK:
                    add_lanes(sums, dw)
                    added = 0
        add_lanes(sums, dw)


def input_gradient(const floating[:, :, :, ::1] dout, Py_ssize_t filter,
                   const floating[:, :, ::1] taps, const Py_ssize_t[::1] sizes,
                   const Py_ssize_t[::1] offsets, const Py_ssize_t[::1] filter_offsets,
                   floating[::1] planes, floating[::1] flat, floating[:, ::1] lines,
                   floating[:, :, :, ::1] dx, Py_ssize_t channel, Py_ssize_t n_channels):
    """Add the gradient of the input to ``dx``; ``taps`` is packed (tiles, filters, ROWS).

    Scratch: ``flat`` holds a band of ``dout``, one filter after the other, at
    ``filter_offsets``; ``lines`` (ROWS, whole tiles of columns) is for one tile of taps.
    """
    cdef Planes p = planes_from(sizes)
    cdef Py_ssize_t n, band, first, rows, tile, r, i, j, f, t, cell, width = dout.shape[3]
    with nogil:
        for n in range(dx.shape[0]):
            for band in range(bands(p, dout.shape[2])):
                first = band * p.band
                rows = min(p.band, dout.shape[2] - first)
                for f in range(filter_offsets.shape[0]):
                    for i in range(rows):
                        cell = filter_offsets[f] + i * width
                        for j in range(width):
                            flat[cell + j] = dout[n, filter + f, first + i, j]
                fill_with_zeros(&planes[0], planes.shape[0])
                for tile in range(taps.shape[0]):
                    fill_with_zeros(&lines[0, 0], ROWS * lines.shape[1])
                    run_multiply(taps, tile, filter_offsets, flat, lines)
                    for r in range(min(<Py_ssize_t> ROWS, offsets.shape[0] - tile * ROWS)):
                        t = tile * ROWS + r
                        for i in range(rows):
                            cell = offsets[t] + i * p.plane_w
                            for j in range(width):
                                planes[cell + j] += lines[r, i * width + j]
                merge(dx, n, channel, n_channels, first, p, planes)


cdef void add_lanes(floating[:, :, :, ::1] sums, double[:, ::1] dw) noexcept nogil:
    """Move the lanes of every sum over to ``dw``; the sums start again at zero."""
    cdef Py_ssize_t f, t, tile, lane
    cdef floating total
    for f in range(dw.shape[0]):
        for t in range(dw.shape[1]):
            tile = f % FILTERS * TAPS + t % TAPS
            total = 0
            for lane in range(sums.shape[3]):
                total += sums[f // FILTERS, t // TAPS, tile, lane]
            dw[f, t] += total
    fill_with_zeros(&sums[0, 0, 0, 0],
                    sums.shape[0] * sums.shape[1] * sums.shape[2] * sums.shape[3])


cdef void fill_with_zeros(floating *cells, Py_ssize_t n_cells) noexcept nogil:
    cdef Py_ssize_t cell
    for cell in range(n_cells):
        cells[cell] = 0


cdef void run_multiply(const floating[:, :, ::1] weights, Py_ssize_t tile,
                       const Py_ssize_t[::1] offsets, const floating[::1] source,
                       floating[:, ::1] lines) noexcept nogil:
    """The product tile over all columns of ``lines``, in the vector type of this precision."""
    if floating is float:
        multiply(&weights[tile, 0, 0], &offsets[0], weights.shape[1], &source[0],
                 <floats *> &lines[0, 0], lines.shape[1] * sizeof(float) // sizeof(floats))
    else:
        multiply(&weights[tile, 0, 0], &offsets[0], weights.shape[1], &source[0],
                 <doubles *> &lines[0, 0], lines.shape[1] * sizeof(double) // sizeof(doubles))


cdef void add_dots(const floating[:, :, ::1] spread, const floating[::1] planes,
                   const Py_ssize_t[::1] offsets, Py_ssize_t plane_w, Py_ssize_t rows,
                   Py_ssize_t step, Py_ssize_t columns, const void *mask,
                   floating[:, :, :, ::1] sums) noexcept nogil:
    """Add the dot products of all filters and taps over a band, ``step`` rows at a time."""
    cdef Py_ssize_t row_step = spread.shape[2], filter_step = spread.shape[1] * row_step
    cdef Py_ssize_t f, t, i, n
    for f in range(sums.shape[0]):
        for t in range(sums.shape[1]):
            i = 0
            while i < rows:
                n = min(step, rows - i)
                if floating is float:
                    dot_tile(&spread[f * FILTERS, i, 0], filter_step, row_step,
                             &planes[i * plane_w], &offsets[t * TAPS], plane_w, n, columns, mask,
                             <floats *> &sums[f, t, 0, 0])
                else:
                    dot_tile(&spread[f * FILTERS, i, 0], filter_step, row_step,
                             &planes[i * plane_w], &offsets[t * TAPS], plane_w, n, columns, mask,
                             <doubles *> &sums[f, t, 0, 0])
                i += n
