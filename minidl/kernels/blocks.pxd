"""Moving numbers: rows of any length, and rows that become columns.

A row is moved by vectors.  The last vector ends where the row ends and overlaps the one before,
so that nothing beyond the row is read or written; rows shorter than one vector go by fours, and
shorter ones than that by single numbers.
"""

from cython cimport floating
from minidl.kernels.vector cimport doubles, floats

cdef extern from *:
    """
    #if defined(__GNUC__) && !defined(MINIDL_SCALAR)
      typedef float minidl_4_floats __attribute__((vector_size(16), aligned(4), may_alias));
      typedef double minidl_4_doubles __attribute__((vector_size(32), aligned(8), may_alias));
      #if defined(__clang__)
        #define MINIDL_PICK(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
      #else
        typedef int minidl_4_ints __attribute__((vector_size(16)));
        typedef long long minidl_4_longs __attribute__((vector_size(32)));
        #define MINIDL_PICK(a, b, ...) __builtin_shuffle(a, b, \\
            (__typeof__(__builtin_choose_expr(sizeof(a) == 16, (minidl_4_ints){0}, \\
                                              (minidl_4_longs){0}))){__VA_ARGS__})
      #endif
      /* Columns 0 to 3 of four rows, ``line`` numbers apart, become four rows of ``to``, to each
         of which a number is added. */
      #define MINIDL_TURN(vector, number, name) \\
          static inline void name(const number *from, ptrdiff_t line, number *to, \\
                                  ptrdiff_t to_line, const number *plus) { \\
              vector a = *(const vector *)from, b = *(const vector *)(from + line); \\
              vector c = *(const vector *)(from + 2 * line); \\
              vector d = *(const vector *)(from + 3 * line); \\
              vector ab = MINIDL_PICK(a, b, 0, 4, 1, 5), cd = MINIDL_PICK(c, d, 0, 4, 1, 5); \\
              *(vector *)to = plus[0] + MINIDL_PICK(ab, cd, 0, 1, 4, 5); \\
              *(vector *)(to + to_line) = plus[1] + MINIDL_PICK(ab, cd, 2, 3, 6, 7); \\
              ab = MINIDL_PICK(a, b, 2, 6, 3, 7), cd = MINIDL_PICK(c, d, 2, 6, 3, 7); \\
              *(vector *)(to + 2 * to_line) = plus[2] + MINIDL_PICK(ab, cd, 0, 1, 4, 5); \\
              *(vector *)(to + 3 * to_line) = plus[3] + MINIDL_PICK(ab, cd, 2, 3, 6, 7); \\
          }
    #else
      typedef struct {float cells[4];} minidl_4_floats;
      typedef struct {double cells[4];} minidl_4_doubles;
      #define MINIDL_TURN(vector, number, name) \\
          static inline void name(const number *from, ptrdiff_t line, number *to, \\
                                  ptrdiff_t to_line, const number *plus) { \\
              for (int i = 0; i < 4; i++) \\
                  for (int j = 0; j < 4; j++) \\
                      to[j * to_line + i] = from[i * line + j] + plus[j]; \\
          }
    #endif
    MINIDL_TURN(minidl_4_floats, float, minidl_turn_floats)
    MINIDL_TURN(minidl_4_doubles, double, minidl_turn_doubles)
    static inline void minidl_move_4_floats(float *to, const float *from) {
        *(minidl_4_floats *)to = *(const minidl_4_floats *)from;
    }
    static inline void minidl_move_4_doubles(double *to, const double *from) {
        *(minidl_4_doubles *)to = *(const minidl_4_doubles *)from;
    }
    """
    void turn_floats "minidl_turn_floats"(const float *source, Py_ssize_t line, float *to,
                                          Py_ssize_t to_line, const float *plus) noexcept nogil
    void turn_doubles "minidl_turn_doubles"(const double *source, Py_ssize_t line, double *to,
                                            Py_ssize_t to_line,
                                            const double *plus) noexcept nogil
    void move_4_floats "minidl_move_4_floats"(float *to, const float *source) noexcept nogil
    void move_4_doubles "minidl_move_4_doubles"(double *to, const double *source) noexcept nogil


cdef inline Py_ssize_t steps(Py_ssize_t n, Py_ssize_t size) noexcept nogil:
    """How many steps of ``size``, the last one perhaps shorter, make n."""
    return (n + size - 1) // size


cdef inline Py_ssize_t lanes_of(const floating *like) noexcept nogil:
    """How many numbers of this precision one vector holds."""
    if floating is float:
        return sizeof(floats) // sizeof(float)
    else:
        return sizeof(doubles) // sizeof(double)


cdef inline void move_and_add(floating *to, const floating *source, Py_ssize_t n,
                              floating plus) noexcept nogil:
    """Copy a row of n numbers, ``plus`` added to each."""
    cdef Py_ssize_t k, lanes = lanes_of(to)
    if n >= lanes and lanes > 1:
        for k in range(n // lanes):
            add_to_vector(to + k * lanes, source + k * lanes, plus)
        if n % lanes:
            add_to_vector(to + n - lanes, source + n - lanes, plus)
    else:
        for k in range(n):
            to[k] = source[k] + plus


cdef inline void move_and_add_row(floating *to, const floating *source, const floating *plus,
                                  Py_ssize_t n) noexcept nogil:
    """Copy a row of n numbers, with another row added."""
    cdef Py_ssize_t k
    for k in range(n):
        to[k] = source[k] + plus[k]


cdef inline void add_to_vector(floating *to, const floating *source,
                               floating plus) noexcept nogil:
    if floating is float:
        (<floats *> to)[0] = plus + (<const floats *> source)[0]
    else:
        (<doubles *> to)[0] = plus + (<const doubles *> source)[0]


cdef inline void move(floating *to, const floating *source, Py_ssize_t n) noexcept nogil:
    """Copy a row of n numbers."""
    cdef Py_ssize_t k, lanes = lanes_of(to)
    if n >= lanes and lanes > 1:
        for k in range(n // lanes):
            move_vector(to + k * lanes, source + k * lanes)
        if n % lanes:
            move_vector(to + n - lanes, source + n - lanes)
    elif n >= 4:
        for k in range(0, n - 3, 4):
            move_4(to + k, source + k)
        if n % 4:
            move_4(to + n - 4, source + n - 4)
    else:
        for k in range(n):
            to[k] = source[k]


cdef inline void move_vector(floating *to, const floating *source) noexcept nogil:
    if floating is float:
        (<floats *> to)[0] = (<const floats *> source)[0]
    else:
        (<doubles *> to)[0] = (<const doubles *> source)[0]


cdef inline void move_4(floating *to, const floating *source) noexcept nogil:
    if floating is float:
        move_4_floats(to, source)
    else:
        move_4_doubles(to, source)


cdef inline void add(floating *to, const floating *source, Py_ssize_t n) noexcept nogil:
    """Add a row of n numbers to another."""
    cdef Py_ssize_t k, lanes = lanes_of(to)
    for k in range(n // lanes):
        if floating is float:
            (<floats *> to)[k] += (<const floats *> source)[k]
        else:
            (<doubles *> to)[k] += (<const doubles *> source)[k]
    for k in range(n // lanes * lanes, n):
        to[k] += source[k]


cdef inline bint all_finite(const floating *cells, Py_ssize_t n_cells) noexcept nogil:
    """Whether there is no NaN and no infinity."""
    cdef Py_ssize_t cell
    cdef int strange = 0
    for cell in range(n_cells):
        strange |= cells[cell] - cells[cell] != 0
    return not strange


cdef inline void fill_with_zeros(floating *cells, Py_ssize_t n_cells) noexcept nogil:
    cdef Py_ssize_t cell
    for cell in range(n_cells):
        cells[cell] = 0


cdef inline void transpose(const floating *source, Py_ssize_t rows, Py_ssize_t columns,
                           Py_ssize_t line, floating *to, Py_ssize_t to_line,
                           const floating *plus) noexcept nogil:
    """Write ``source`` (rows, columns), whose rows are ``line`` apart, to ``to`` (columns, rows).

    To every row of ``to`` a number of ``plus`` is added, unless that is NULL.
    """
    cdef Py_ssize_t i, j, k, q
    cdef floating[4] four
    four[0] = four[1] = four[2] = four[3] = 0
    if rows < 4 or columns < 4:
        for j in range(columns):
            for i in range(rows):
                to[j * to_line + i] = source[i * line + j] + (0 if plus == NULL else plus[j])
        return
    for q in range(steps(columns, 4)):  # blocks of 4 x 4; the last ones overlap those before
        j = min(4 * q, columns - 4)
        if plus != NULL:
            move_4(four, plus + j)
        for k in range(steps(rows, 4)):
            i = min(4 * k, rows - 4)
            if floating is float:
                turn_floats(source + i * line + j, line, to + j * to_line + i, to_line, four)
            else:
                turn_doubles(source + i * line + j, line, to + j * to_line + i, to_line, four)
