"""Windows of 2 x 2 cells, a vector of them at a time.

A row of an image holds the cells of its windows in pairs; vectors of first and of second cells are
picked out of two that are loaded.  A comparison of vectors gives -1 or 0 for each lane, all
bits set or none, so choosing one of two numbers is arithmetic on bits.  It is no branch, which for
the winner of a window no processor could foresee.

Vectors have 16 bytes, for rows are short: LeNet-5's have 14 windows and 5.  With compilers other
than GCC and Clang ``pool.pyx`` takes all windows one by one, as it does in even shorter rows.
"""

cdef extern from *:
    """
    #if defined(__GNUC__) && !defined(MINIDL_SCALAR)
      #define MINIDL_PAIRS_BYTES 16
      typedef float minidl_few_floats __attribute__((vector_size(16), aligned(4), may_alias));
      typedef double minidl_few_doubles __attribute__((vector_size(16), aligned(8), may_alias));
      typedef int minidl_few_ints __attribute__((vector_size(16)));
      typedef long long minidl_few_longs __attribute__((vector_size(16)));
      #if defined(__clang__)
        #define MINIDL_LANES(ints, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
      #else
        #define MINIDL_LANES(ints, a, b, ...) __builtin_shuffle(a, b, (ints){__VA_ARGS__})
      #endif
      #define MINIDL_EVEN_4 0, 2, 4, 6  /* of two vectors of 4, whose lanes count from 0 to 7 */
      #define MINIDL_ODD_4 1, 3, 5, 7
      #define MINIDL_LOW_4 0, 4, 1, 5   /* two vectors in turn: their lower halves, the upper */
      #define MINIDL_HIGH_4 2, 6, 3, 7
      #define MINIDL_EVEN_2 0, 2
      #define MINIDL_ODD_2 1, 3
      #define MINIDL_LOW_2 0, 2
      #define MINIDL_HIGH_2 1, 3
      /* NaN beats numbers, and the first of equals stays: 0 if ``best`` is NaN, else not <=. */
      #define MINIDL_WINS(later, best) (((best) == (best)) ^ ((later) <= (best)))
      #define MINIDL_CHOOSE(ints, wins, a, b) (((ints)(a) & (wins)) | ((ints)(b) & ~(wins)))

      #define MINIDL_PAIRS(number, vector, ints, n, search, serve) \\
          static inline void search(const number *upper, const number *lower, number *winners) { \\
              vector a = *(const vector *)upper, b = *(const vector *)(upper + n); \\
              vector c = *(const vector *)lower, d = *(const vector *)(lower + n); \\
              vector best = MINIDL_LANES(ints, a, b, MINIDL_EVEN_##n); \\
              vector later = MINIDL_LANES(ints, a, b, MINIDL_ODD_##n); \\
              best = (vector)MINIDL_CHOOSE(ints, MINIDL_WINS(later, best), later, best); \\
              later = MINIDL_LANES(ints, c, d, MINIDL_EVEN_##n); \\
              best = (vector)MINIDL_CHOOSE(ints, MINIDL_WINS(later, best), later, best); \\
              later = MINIDL_LANES(ints, c, d, MINIDL_ODD_##n); \\
              best = (vector)MINIDL_CHOOSE(ints, MINIDL_WINS(later, best), later, best); \\
              *(vector *)winners = best; \\
          } \\
          static inline void serve(const number *dout, const number *upper, const number *lower, \\
                                   number *dx_upper, number *dx_lower) { \\
              vector a = *(const vector *)upper, b = *(const vector *)(upper + n); \\
              vector c = *(const vector *)lower, d = *(const vector *)(lower + n); \\
              vector best = MINIDL_LANES(ints, a, b, MINIDL_EVEN_##n); \\
              vector later = MINIDL_LANES(ints, a, b, MINIDL_ODD_##n); \\
              ints first = (ints)*(const vector *)dout, second, third, fourth; \\
              second = MINIDL_WINS(later, best); \\
              best = (vector)MINIDL_CHOOSE(ints, second, later, best); \\
              later = MINIDL_LANES(ints, c, d, MINIDL_EVEN_##n); \\
              third = MINIDL_WINS(later, best); \\
              best = (vector)MINIDL_CHOOSE(ints, third, later, best); \\
              later = MINIDL_LANES(ints, c, d, MINIDL_ODD_##n); \\
              fourth = MINIDL_WINS(later, best) & first;  /* the last cell is asked first */ \\
              first ^= fourth;  /* what it took is not there for the others */ \\
              third &= first, first ^= third; \\
              second &= first, first ^= second; \\
              a = (vector)first, b = (vector)second, c = (vector)third, d = (vector)fourth; \\
              *(vector *)dx_upper = MINIDL_LANES(ints, a, b, MINIDL_LOW_##n); \\
              *(vector *)(dx_upper + n) = MINIDL_LANES(ints, a, b, MINIDL_HIGH_##n); \\
              *(vector *)dx_lower = MINIDL_LANES(ints, c, d, MINIDL_LOW_##n); \\
              *(vector *)(dx_lower + n) = MINIDL_LANES(ints, c, d, MINIDL_HIGH_##n); \\
          }
      MINIDL_PAIRS(float, minidl_few_floats, minidl_few_ints, 4, minidl_search_floats,
                   minidl_serve_floats)
      MINIDL_PAIRS(double, minidl_few_doubles, minidl_few_longs, 2, minidl_search_doubles,
                   minidl_serve_doubles)
    #else
      #define MINIDL_PAIRS_BYTES 0
      #define minidl_search_floats(upper, lower, winners)
      #define minidl_search_doubles(upper, lower, winners)
      #define minidl_serve_floats(dout, upper, lower, dx_upper, dx_lower)
      #define minidl_serve_doubles(dout, upper, lower, dx_upper, dx_lower)
    #endif
    """
    enum: VECTOR_BYTES "MINIDL_PAIRS_BYTES"  # or 0, where there are no such vectors
    void search_floats "minidl_search_floats"(const float *upper, const float *lower,
                                              float *winners) noexcept nogil
    void search_doubles "minidl_search_doubles"(const double *upper, const double *lower,
                                                double *winners) noexcept nogil
    void serve_floats "minidl_serve_floats"(const float *dout, const float *upper,
                                            const float *lower, float *dx_upper,
                                            float *dx_lower) noexcept nogil
    void serve_doubles "minidl_serve_doubles"(const double *dout, const double *upper,
                                              const double *lower, double *dx_upper,
                                              double *dx_lower) noexcept nogil
