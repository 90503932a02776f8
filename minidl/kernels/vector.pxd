"""One register of floats or doubles, on which plain arithmetic works lane by lane.

GCC and Clang turn ``+`` and ``*`` on such a type into vector instructions, and their sum of a
product into one fused multiply-add where the processor has it.  Cython is told that the type is
a float, which is all that it needs to know to pass the arithmetic on.  Other compilers get a
register of one lane: slower, the same results.

A vector may be loaded from any address that suits its element.
"""

cdef extern from *:
    """
    #if defined(MINIDL_SCALAR) || !defined(__GNUC__)
      /* one lane; MINIDL_SCALAR shows elsewhere what other compilers get */
    #elif defined(__AVX512F__)
      #define MINIDL_REGISTER 64
    #elif defined(__AVX2__)
      #define MINIDL_REGISTER 32
    #else
      #define MINIDL_REGISTER 16
    #endif
    #ifdef MINIDL_REGISTER
      #define MINIDL_VECTOR(cell, size) \\
          __attribute__((vector_size(size), aligned(sizeof(cell)), may_alias))
      typedef float minidl_floats MINIDL_VECTOR(float, MINIDL_REGISTER);
      typedef double minidl_doubles MINIDL_VECTOR(double, MINIDL_REGISTER);
      #define MINIDL_ZERO {0}
    #else
      typedef float minidl_floats;
      typedef double minidl_doubles;
      #define MINIDL_ZERO 0
    #endif
    #if defined(__AVX512F__) || defined(__aarch64__)
      #define MINIDL_MOST_ROWS 12  /* of 32 registers, 24 hold sums */
    #else
      #define MINIDL_MOST_ROWS 6  /* of 16 registers, 12 hold sums */
    #endif
    #if defined(__GNUC__)
      #define MINIDL_INLINED __attribute__((always_inline)) void
      #define MINIDL_APART __attribute__((noinline)) void
    #elif defined(_MSC_VER)
      #define MINIDL_INLINED __forceinline void
      #define MINIDL_APART __declspec(noinline) void
    #else
      #define MINIDL_INLINED void
      #define MINIDL_APART void
    #endif
    #define minidl_zero_floats ((minidl_floats)MINIDL_ZERO)
    #define minidl_zero_doubles ((minidl_doubles)MINIDL_ZERO)
    """
    ctypedef float floats "minidl_floats"
    ctypedef double doubles "minidl_doubles"
    const floats zero_floats "minidl_zero_floats"
    const doubles zero_doubles "minidl_zero_doubles"
    # What functions return that must become part of their callers, or must not: merged into one
    # that has many variables alive, a loop's pointers would go to the stack.
    ctypedef void inlined "MINIDL_INLINED"
    ctypedef void apart "MINIDL_APART"
    enum: MOST_ROWS "MINIDL_MOST_ROWS"


ctypedef fused vector:
    floats
    doubles
