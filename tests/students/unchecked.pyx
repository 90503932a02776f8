# cython: boundscheck=False, initializedcheck=False
# distutils: sources=not_there.c
# distutils: language=c++
"""Every way to switch checks off."""

cimport cython
cimport cython as other
from cython cimport boundscheck as check

DEF NO = False


def by_comment(double[:] x, int k):
    return x[k]


@cython.boundscheck(False)
def by_decorator(double[:] x, int k):
    return x[k]


@check(False)
def by_alias(double[:] x, int k):
    return x[k]


@other.boundscheck(NO)
def by_constant(double[:] x, int k):
    return x[k]


def by_block(double[:] x, int k):
    with other.boundscheck(False), cython.wraparound(False):
        with nogil:
            x[k] = 2
    return x[k]


@cython.wraparound(False)
def before(double[:] x, int k):
    return x[1 - k // 5000]


cdef class Holder:
    cdef double[:] view

    @cython.boundscheck(False)
    def cell(self, x, int k):
        self.view = x
        return self.view[k]

    cdef inline double inner(self, double[:] x, int k):
        return x[k]


def in_class(x, int k):
    return Holder().cell(x, k)


def inner(x, int k):
    return Holder().inner(x, k)


@cython.initializedcheck(False)
def unset(x, int k):
    return Holder().view[0]


@cython.nonecheck(False)
def none(x, int k):
    cdef Holder holder = None
    return holder.view


@cython.cdivision(True)
def divided(x, int k):
    cdef int seven = 7
    return -seven // (k - 9998)


cdef double cell(double[:] x, int k) noexcept nogil:
    return x[k]


def unraised(double[:] x, int k):
    cdef double total = 0
    cdef int i
    with nogil:
        for i in range(3):
            total += cell(x, k + i)
    return total
