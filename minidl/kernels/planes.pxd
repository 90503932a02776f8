"""An image cut into planes, in which a filter tap is one offset.

The padded image is split by stride phase: row y goes to phase ``y % stride_h``, column z to phase
``z % stride_w``, and each pair of phases is a plane of its own.  There, neighbouring windows are
neighbouring cells whatever the stride, and tap (c, u, v) of the filter lies at one offset from
window (i, j), the same for every window: rows of a plane simply follow each other, so a whole
image is one long row.  ``minidl.fast_layers.planes`` works the sizes and the offsets out.

Scratch holds one image, or the band of it that ``band`` output rows need:
(channels, phases_h, phases_w, plane_h, plane_w), flattened.
"""

from cython cimport floating
from minidl.kernels.blocks cimport add, move


cdef struct Planes:
    Py_ssize_t stride_h
    Py_ssize_t stride_w
    Py_ssize_t pad_top
    Py_ssize_t pad_left
    Py_ssize_t phases_h
    Py_ssize_t phases_w
    Py_ssize_t plane_h
    Py_ssize_t plane_w
    Py_ssize_t band


cdef inline Planes planes_from(const Py_ssize_t[::1] sizes) noexcept nogil:
    """Name the numbers that ``Planes.sizes`` of the Python side lists, in that order."""
    cdef Planes p
    p.stride_h = sizes[0]
    p.stride_w = sizes[1]
    p.pad_top = sizes[2]
    p.pad_left = sizes[3]
    p.phases_h = sizes[4]
    p.phases_w = sizes[5]
    p.plane_h = sizes[6]
    p.plane_w = sizes[7]
    p.band = sizes[8]
    return p


cdef inline Py_ssize_t bands(Planes p, Py_ssize_t out_h) noexcept nogil:
    """How many bands ``out_h`` output rows make."""
    return (out_h + p.band - 1) // p.band


cdef inline Py_ssize_t first_inside(Py_ssize_t limit, Py_ssize_t phase, Py_ssize_t pad,
                                    Py_ssize_t stride, Py_ssize_t size) noexcept nogil:
    """The first q of ``range(size)`` with ``q * stride + phase - pad >= limit``, else ``size``."""
    cdef Py_ssize_t reach = limit + pad - phase
    if reach <= 0:
        return 0
    return min((reach + stride - 1) // stride, size)


cdef inline void split(const floating[:, :, :, ::1] x, Py_ssize_t n, Py_ssize_t channel,
                       Py_ssize_t n_channels, Py_ssize_t first, Planes p,
                       floating[::1] planes, Py_ssize_t cell) noexcept nogil:
    """Write ``n_channels`` channels of image ``n`` into ``planes``; padding becomes zero.

    ``channel`` is the first of them, ``first`` the output row that the planes start at, and
    ``cell`` where in ``planes`` they begin.
    """
    cdef Py_ssize_t c, a, b, r, q, y, left, right
    for c in range(channel, channel + n_channels):
        for a in range(p.phases_h):
            for b in range(p.phases_w):
                left = first_inside(0, b, p.pad_left, p.stride_w, p.plane_w)
                right = first_inside(x.shape[3], b, p.pad_left, p.stride_w, p.plane_w)
                for r in range(p.plane_h):
                    y = (first + r) * p.stride_h + a - p.pad_top
                    if y < 0 or y >= x.shape[2]:
                        for q in range(p.plane_w):
                            planes[cell + q] = 0
                    else:
                        for q in range(left):
                            planes[cell + q] = 0
                        if p.stride_w == 1:
                            if left < right:
                                move(&planes[cell + left], &x[n, c, y, left + b - p.pad_left],
                                     right - left)
                        elif p.stride_w == 2:  # a constant step compiles to vectors
                            for q in range(left, right):
                                planes[cell + q] = x[n, c, y, 2 * q + b - p.pad_left]
                        else:
                            for q in range(left, right):
                                planes[cell + q] = x[n, c, y, q * p.stride_w + b - p.pad_left]
                        for q in range(right, p.plane_w):
                            planes[cell + q] = 0
                    cell += p.plane_w


cdef inline void merge(floating[:, :, :, ::1] x, Py_ssize_t n, Py_ssize_t channel,
                       Py_ssize_t n_channels, Py_ssize_t first, Planes p,
                       const floating[::1] planes) noexcept nogil:
    """Add ``planes`` to image ``n``: :func:`split` run backwards; padding is dropped."""
    cdef Py_ssize_t c, a, b, r, q, y, left, right, cell = 0
    for c in range(channel, channel + n_channels):
        for a in range(p.phases_h):
            for b in range(p.phases_w):
                left = first_inside(0, b, p.pad_left, p.stride_w, p.plane_w)
                right = first_inside(x.shape[3], b, p.pad_left, p.stride_w, p.plane_w)
                for r in range(p.plane_h):
                    y = (first + r) * p.stride_h + a - p.pad_top
                    if 0 <= y < x.shape[2]:
                        if p.stride_w == 1:
                            if left < right:
                                add(&x[n, c, y, left + b - p.pad_left], &planes[cell + left],
                                    right - left)
                        elif p.stride_w == 2:
                            for q in range(left, right):
                                x[n, c, y, 2 * q + b - p.pad_left] += planes[cell + q]
                        else:
                            for q in range(left, right):
                                x[n, c, y, q * p.stride_w + b - p.pad_left] += planes[cell + q]
                    cell += p.plane_w
