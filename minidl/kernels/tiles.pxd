"""The register tile that does all the arithmetic of a convolution.

A tile is a block of results that stays in registers while the sum over many terms runs: each
number that is loaded is used several times, so the processor multiplies instead of waiting.
It has up to MOST_ROWS rows of one or two vectors.  For each term, a number for each row meets a
vector or two: both are found by offsets, of the row and of the term, so neither needs to be
gathered first.  Which of them are weights and which are cells of an image is for the caller to say,
as is the place where the sums of each row go.

Pointers live in this file only, where vectors need them.  A fused function exists for every
pairing of ``floating`` and ``vector``; the bodies of those that mix precisions are left empty.
"""

from cython cimport floating
from minidl.kernels.blocks cimport lanes_of, steps
from minidl.kernels.vector cimport (MOST_ROWS, doubles, floats, inlined, vector, zero_doubles,
                                    zero_floats)

cdef enum:
    BLOCK = 128  # terms to sum up at a time: sums of short sums round less than one long sum
    PLACES = 12  # rows of the highest tile on any processor
    ROWS_OF_ONE = 9  # vector: enough sums that none has to wait; addresses of more go to memory


cdef inline void meet(const floating *numbers, const Py_ssize_t *rows, Py_ssize_t n_rows,
                      const Py_ssize_t *terms, Py_ssize_t n_terms, const floating *panel,
                      Py_ssize_t wide, const Py_ssize_t *lines, Py_ssize_t n_columns,
                      floating *sums, Py_ssize_t line, bint fresh) noexcept nogil:
    """:func:`multiply` all rows with a panel of ``wide`` numbers, 2 vectors, a line.

    Of these ``n_columns`` count.  Rows of ``sums`` are ``line`` numbers apart.
    """
    cdef Py_ssize_t n_vectors = 2 if n_columns > wide // 2 else 1
    cdef Py_ssize_t most = MOST_ROWS if n_vectors == 2 else ROWS_OF_ONE
    cdef Py_ssize_t height = steps(n_rows, steps(n_rows, most))  # tiles as equal as can be
    cdef Py_ssize_t[PLACES] places
    apart_by(line // lanes_of(sums), places)
    if floating is float:
        multiply(numbers, rows, n_rows, height, terms, panel, lines, n_terms, <floats *> sums,
                 places, line // lanes_of(sums), n_vectors, fresh)
    else:
        multiply(numbers, rows, n_rows, height, terms, panel, lines, n_terms, <doubles *> sums,
                 places, line // lanes_of(sums), n_vectors, fresh)


cdef inline void apart_by(Py_ssize_t n_vectors, Py_ssize_t *places) noexcept nogil:
    """Write where the rows of a tile go if they follow each other, so many vectors apart."""
    cdef Py_ssize_t r
    for r in range(PLACES):
        places[r] = r * n_vectors


cdef inline void multiply(const floating *numbers, const Py_ssize_t *rows, Py_ssize_t n_rows,
                          Py_ssize_t height, const Py_ssize_t *number_terms,
                          const floating *vectors, const Py_ssize_t *vector_terms,
                          Py_ssize_t n_terms, vector *out, const Py_ssize_t *places,
                          Py_ssize_t line, Py_ssize_t n_vectors, bint fresh) noexcept nogil:
    """Write ``sum(numbers[rows[r] + number_terms[k]] * vectors[vector_terms[k] + q])`` over k.

    ``height`` rows go into a tile.  Sums of the first tile go to vector ``out[places[r] + q]``,
    those of the next one ``height * line`` vectors further, and so on.  If they are not ``fresh``,
    they are added to what is there, one row after the other.
    """
    cdef Py_ssize_t k, r, q
    cdef Py_ssize_t lanes = sizeof(vector) // sizeof(floating)
    for q in range(0, n_vectors - 1, 2):
        for k in range(steps(n_rows, height)):
            r = k * height
            tile_of(<int> min(height, n_rows - r), 2, numbers, rows + r, number_terms,
                    vectors + q * lanes, vector_terms, n_terms, out + r * line + q, places, fresh)
    if n_vectors % 2:
        q = n_vectors - 1
        for k in range(steps(n_rows, height)):
            r = k * height
            tile_of(<int> min(height, n_rows - r), 1, numbers, rows + r, number_terms,
                    vectors + q * lanes, vector_terms, n_terms, out + r * line + q, places, fresh)


cdef inline inlined tile_of(int n_rows, const int n_vectors, const floating *numbers,
                            const Py_ssize_t *rows, const Py_ssize_t *number_terms,
                            const floating *vectors, const Py_ssize_t *vector_terms,
                            Py_ssize_t n_terms, vector *out,
                            const Py_ssize_t *places, const bint fresh) noexcept nogil:
    """:func:`tile` with its numbers of rows written out, so that each is compiled by itself."""
    if n_rows == 1:
        tile(1, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
             places, fresh)
    elif n_rows == 2:
        tile(2, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
             places, fresh)
    elif n_rows == 3:
        tile(3, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
             places, fresh)
    elif n_rows == 4:
        tile(4, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
             places, fresh)
    elif n_rows == 5:
        tile(5, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
             places, fresh)
    elif n_rows == 6:
        tile(6, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
             places, fresh)
    elif MOST_ROWS > 6 or n_vectors == 1:
        if n_rows == 7:
            tile(7, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
                 places, fresh)
        elif n_rows == 8:
            tile(8, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
                 places, fresh)
        elif n_rows == 9:
            tile(9, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
                 places, fresh)
        elif n_rows == 10:
            tile(10, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
                 places, fresh)
        elif n_rows == 11:
            tile(11, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
                 places, fresh)
        elif n_rows == 12:
            tile(12, n_vectors, numbers, rows, number_terms, vectors, vector_terms, n_terms, out,
                 places, fresh)


cdef inline inlined tile(const int n_rows, const int n_vectors, const floating *numbers,
                         const Py_ssize_t *rows, const Py_ssize_t *number_terms,
                         const floating *vectors, const Py_ssize_t *vector_terms,
                         Py_ssize_t n_terms, vector *out,
                         const Py_ssize_t *places, const bint fresh) noexcept nogil:
    """``n_rows`` x ``n_vectors`` vectors of :func:`multiply`; both are constants here."""
    cdef vector a0, a1, b0, b1, c0, c1, d0, d1, e0, e1, f0, f1
    cdef vector g0, g1, h0, h1, i0, i1, j0, j1, k0, k1, l0, l1, first, second
    cdef const floating *number
    cdef const vector *pair
    cdef Py_ssize_t term
    if (floating is float and vector is floats) or (floating is double and vector is doubles):
        a0 = a1 = b0 = b1 = c0 = c1 = d0 = d1 = e0 = e1 = f0 = f1 = zero(out)
        g0 = g1 = h0 = h1 = i0 = i1 = j0 = j1 = k0 = k1 = l0 = l1 = first = second = zero(out)
        for term in range(n_terms):
            number = numbers + number_terms[term]
            pair = <const vector *> (vectors + vector_terms[term])
            first = pair[0]
            if n_vectors == 2:
                second = pair[1]
            add_row(n_rows > 0, n_vectors, number, rows + 0, first, second, &a0, &a1)
            add_row(n_rows > 1, n_vectors, number, rows + 1, first, second, &b0, &b1)
            add_row(n_rows > 2, n_vectors, number, rows + 2, first, second, &c0, &c1)
            add_row(n_rows > 3, n_vectors, number, rows + 3, first, second, &d0, &d1)
            add_row(n_rows > 4, n_vectors, number, rows + 4, first, second, &e0, &e1)
            add_row(n_rows > 5, n_vectors, number, rows + 5, first, second, &f0, &f1)
            add_row(n_rows > 6, n_vectors, number, rows + 6, first, second, &g0, &g1)
            add_row(n_rows > 7, n_vectors, number, rows + 7, first, second, &h0, &h1)
            add_row(n_rows > 8, n_vectors, number, rows + 8, first, second, &i0, &i1)
            add_row(n_rows > 9, n_vectors, number, rows + 9, first, second, &j0, &j1)
            add_row(n_rows > 10, n_vectors, number, rows + 10, first, second, &k0, &k1)
            add_row(n_rows > 11, n_vectors, number, rows + 11, first, second, &l0, &l1)
        put_row(n_rows > 0, n_vectors, out + places[0], a0, a1, fresh)
        put_row(n_rows > 1, n_vectors, out + places[1], b0, b1, fresh)
        put_row(n_rows > 2, n_vectors, out + places[2], c0, c1, fresh)
        put_row(n_rows > 3, n_vectors, out + places[3], d0, d1, fresh)
        put_row(n_rows > 4, n_vectors, out + places[4], e0, e1, fresh)
        put_row(n_rows > 5, n_vectors, out + places[5], f0, f1, fresh)
        put_row(n_rows > 6, n_vectors, out + places[6], g0, g1, fresh)
        put_row(n_rows > 7, n_vectors, out + places[7], h0, h1, fresh)
        put_row(n_rows > 8, n_vectors, out + places[8], i0, i1, fresh)
        put_row(n_rows > 9, n_vectors, out + places[9], j0, j1, fresh)
        put_row(n_rows > 10, n_vectors, out + places[10], k0, k1, fresh)
        put_row(n_rows > 11, n_vectors, out + places[11], l0, l1, fresh)


cdef inline inlined add_row(const bint exists, const int n_vectors, const floating *number,
                            const Py_ssize_t *row, vector first, vector second, vector *sum0,
                            vector *sum1) noexcept nogil:
    if (floating is float and vector is floats) or (floating is double and vector is doubles):
        if exists:
            sum0[0] += number[row[0]] * first
            if n_vectors == 2:
                sum1[0] += number[row[0]] * second


cdef inline inlined put_row(const bint exists, const int n_vectors, vector *out, vector sum0,
                            vector sum1, const bint fresh) noexcept nogil:
    if exists:
        out[0] = sum0 if fresh else out[0] + sum0
        if n_vectors == 2:
            out[1] = sum1 if fresh else out[1] + sum1


cdef inline vector zero(const vector *like) noexcept nogil:
    if vector is floats:
        return zero_floats
    else:
        return zero_doubles
