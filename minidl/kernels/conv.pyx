"""Convolution whose lanes are columns: the forward pass, and the gradient of the input.

A filter tap is an offset into the planes of an image (see ``planes.pxd``), so that

* the forward pass adds up cells at those offsets, weighted by the filter,
* the input gradient adds ``dout``, weighted by the filter, back to the cells at those offsets,

with unit-stride loads everywhere and no window ever gathered.  One register tile does both
(``tiles.pxd``).  Its lanes are full as long as rows of the image are long; the
kernels of ``panels.pyx`` have filters for lanes.

Shapes used in this file: x is (N, C, H, W), out and dout are (N, F, H', W'); taps are numbered
``t = (c * HH + u) * WW + v``, and there are T of them.  A kernel serves one group of the layer:
``n_channels`` channels of x from ``channel`` on, and the filters from ``filter`` on.

Kernels trust their callers.  Array shapes, dtypes and the window were validated in
``minidl.fast_layers`` and ``minidl.geometry``; nothing is checked here, and bounds checks
are compiled out (build with MINIDL_DEBUG=1 to compile them in).  Directives are set
in setup.py, once, for every kernel.
"""

from cython cimport floating
from minidl.kernels.blocks cimport (add, all_finite, fill_with_zeros, lanes_of, move,
                                    move_and_add, steps, transpose)
from minidl.kernels.planes cimport Planes, bands, merge, planes_from, split
from minidl.kernels.tiles cimport BLOCK, PLACES, apart_by, multiply
from minidl.kernels.vector cimport MOST_ROWS, apart, doubles, floats


def lanes(const floating[::1] like):
    """How many numbers of this precision one vector holds."""
    return lanes_of(&like[0])


def tile_sizes():
    """Most rows of a tile, and the terms that are added up at a time."""
    return MOST_ROWS, BLOCK


def pack_filters(const floating[:, ::1] w, floating[:, :, ::1] packed):
    """Lay the filters ``w`` (F, T) out as ``packed`` (tiles, T, filters of a tile)."""
    cdef Py_ssize_t k, f, height = packed.shape[2]
    with nogil:
        for k in range(steps(w.shape[0], height)):
            f = k * height
            transpose(&w[f, 0], min(height, w.shape[0] - f), w.shape[1], w.shape[1],
                      &packed[k, 0, 0], height, NULL)


def pack_taps(const floating[:, ::1] w, floating[:, :, ::1] packed):
    """Lay the filters ``w`` (F, T) out as ``packed`` (tiles, F, taps of a tile).

    Returns whether all of them are finite, so that zero times a weight is zero.
    """
    cdef Py_ssize_t k, t, f, height = packed.shape[2]
    cdef bint finite
    with nogil:
        for k in range(steps(w.shape[1], height)):
            t = k * height
            for f in range(w.shape[0]):
                move(&packed[k, f, 0], &w[f, t], min(height, w.shape[1] - t))
        finite = all_finite(&w[0, 0], w.shape[0] * w.shape[1])
    return finite


def turn(const floating[:, :] numbers, floating[:, :] turned):
    """Write the transpose of ``numbers`` into ``turned``; rows of both lie together in memory."""
    cdef Py_ssize_t size = sizeof(floating)
    with nogil:
        transpose(&numbers[0, 0], numbers.shape[0], numbers.shape[1], numbers.strides[0] // size,
                  &turned[0, 0], turned.strides[0] // size, NULL)


def forward(const floating[:, :, :, ::1] x, Py_ssize_t channel, Py_ssize_t n_channels,
            const floating[:, :, ::1] packed, const floating[::1] bias,
            const Py_ssize_t[::1] sizes, const Py_ssize_t[::1] ramp,
            const Py_ssize_t[::1] terms, const Py_ssize_t[::1] offsets,
            floating[::1] planes, floating[:, ::1] lines,
            floating[:, :, :, ::1] out, Py_ssize_t filter):
    """Write the convolution of ``x`` with ``packed`` filters (tiles, T, height) into ``out``.

    ``bias`` is that of the group, ``ramp`` is 0, 1, 2, ... and ``terms`` as many times the height;
    ``lines`` (height, whole vectors of columns) is scratch for one tile of filters.  Rows go
    together as one long row, with cells between them that no window has, unless these are many.
    """
    cdef Planes p = planes_from(sizes)
    cdef Py_ssize_t n, band, first, rows, k, f, n_filters, r, i, strip, most
    cdef Py_ssize_t height = packed.shape[2], width = out.shape[3]
    cdef bint together = p.plane_w - width < lanes_of(&lines[0, 0])
    cdef Py_ssize_t[PLACES] places
    with nogil:
        apart_by(lines.shape[1] // lanes_of(&lines[0, 0]), places)
        for n in range(x.shape[0]):
            for band in range(bands(p, out.shape[2])):
                first = band * p.band
                rows = min(p.band, out.shape[2] - first)
                split(x, n, channel, n_channels, first, p, planes, 0)
                for k in range(steps(bias.shape[0], height)):
                    f = k * height
                    n_filters = min(height, bias.shape[0] - f)
                    most = rows if together else 1
                    for strip in range(steps(rows, most)):
                        run(packed, k, n_filters, ramp, terms, offsets,
                            &planes[strip * p.plane_w], &lines[0, 0], places,
                            (most - 1) * p.plane_w + width, True)
                        for r in range(n_filters):
                            for i in range(most):
                                move_and_add(&out[n, filter + f + r, first + strip + i, 0],
                                             &lines[r, i * p.plane_w], width, bias[f + r])


def input_gradient(const floating[:, :, :, ::1] dout, Py_ssize_t filter,
                   const floating[:, :, ::1] packed, const Py_ssize_t[::1] sizes,
                   Py_ssize_t pitch, bint aligned, const Py_ssize_t[::1] ramp,
                   const Py_ssize_t[::1] terms, const Py_ssize_t[::1] offsets,
                   const Py_ssize_t[::1] filter_offsets, floating[::1] planes,
                   floating[::1] flat, floating[:, ::1] lines, floating[:, :, :, ::1] dx,
                   Py_ssize_t channel, Py_ssize_t n_channels, bint fresh):
    """Write the gradient of the input into ``dx``, or add it to what is there if not ``fresh``.

    ``packed`` holds the taps (tiles, F, height).  Scratch: ``flat`` holds a band of ``dout``, one
    filter after the other, at ``filter_offsets``, its rows ``pitch`` apart; ``lines`` (height,
    whole vectors of columns) is for one tile of taps.  If the pitch is that of the planes, all rows
    of a tap are added at once, as one long row with zeros between; weights must be finite then.
    If rows and offsets are ``aligned``, whole vectors, the tile adds to the planes by itself.
    """
    cdef Planes p = planes_from(sizes)
    cdef Py_ssize_t n, band, first, rows, n_rows, k, r, i, f, t
    cdef Py_ssize_t width = dout.shape[3], height = packed.shape[2]
    cdef Py_ssize_t lanes = lanes_of(&lines[0, 0])
    cdef Py_ssize_t[PLACES] places
    with nogil:
        apart_by(lines.shape[1] // lanes, places)
        fill_with_zeros(&flat[0], flat.shape[0])
        for n in range(dx.shape[0]):
            if fresh:
                fill_with_zeros(&dx[n, channel, 0, 0], n_channels * dx.shape[2] * dx.shape[3])
            for band in range(bands(p, dout.shape[2])):
                first = band * p.band
                rows = min(p.band, dout.shape[2] - first)
                for f in range(filter_offsets.shape[0]):
                    spread(&flat[filter_offsets[f]], &dout[n, filter + f, first, 0], rows, width,
                           pitch)
                fill_with_zeros(&planes[0], planes.shape[0])
                for k in range(steps(offsets.shape[0], height)):
                    t = k * height
                    n_rows = min(height, offsets.shape[0] - t)
                    if aligned:
                        for r in range(n_rows):
                            places[r] = offsets[t + r] // lanes
                        for i in range(rows):
                            run(packed, k, n_rows, ramp, terms, filter_offsets, &flat[i * pitch],
                                &planes[i * p.plane_w], places, width, False)
                        continue
                    run(packed, k, n_rows, ramp, terms, filter_offsets, &flat[0], &lines[0, 0],
                        places, (rows - 1) * pitch + width, True)
                    for r in range(n_rows):
                        if pitch == p.plane_w:
                            add(&planes[offsets[t + r]], &lines[r, 0], (rows - 1) * pitch + width)
                        else:
                            for i in range(rows):
                                add(&planes[offsets[t + r] + i * p.plane_w], &lines[r, i * width],
                                    width)
                merge(dx, n, channel, n_channels, first, p, planes)


cdef apart spread(floating *to, const floating *source, Py_ssize_t rows, Py_ssize_t width,
                  Py_ssize_t pitch) noexcept nogil:
    """Copy rows that follow each other to where they are ``pitch`` apart."""
    cdef Py_ssize_t i
    if pitch == width:
        move(to, source, rows * width)
        return
    for i in range(rows):
        move(to + i * pitch, source + i * width, width)


cdef void run(const floating[:, :, ::1] packed, Py_ssize_t tile, Py_ssize_t n_rows,
              const Py_ssize_t[::1] ramp, const Py_ssize_t[::1] terms,
              const Py_ssize_t[::1] offsets, const floating *source, floating *sums,
              const Py_ssize_t *places, Py_ssize_t columns, bint fresh) noexcept nogil:
    """One tile of packed rows over some columns, in the vector of this precision."""
    cdef Py_ssize_t block, first, n_terms, n_vectors = steps(columns, lanes_of(source))
    for block in range(steps(offsets.shape[0], BLOCK)):
        first = block * BLOCK
        n_terms = min(<Py_ssize_t> BLOCK, offsets.shape[0] - first)
        if floating is float:
            multiply(&packed[tile, first, 0], &ramp[0], n_rows, n_rows, &terms[0], source,
                     &offsets[first], n_terms, <floats *> sums, places, 0, n_vectors,
                     fresh and block == 0)
        else:
            multiply(&packed[tile, first, 0], &ramp[0], n_rows, n_rows, &terms[0], source,
                     &offsets[first], n_terms, <doubles *> sums, places, 0, n_vectors,
                     fresh and block == 0)
