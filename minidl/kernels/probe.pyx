"""What this processor can do, and how the kernels were built."""

cdef extern from *:
    """
    #if defined(_MSC_VER)
      #include <windows.h>
      #define MINIDL_HAS_AVX2_FMA IsProcessorFeaturePresent(40)
      #define MINIDL_HAS_AVX512 IsProcessorFeaturePresent(41)
      #define MINIDL_STRING(x) #x
      #define MINIDL_TEXT(x) MINIDL_STRING(x)
      #define MINIDL_COMPILER "MSVC " MINIDL_TEXT(_MSC_VER)
    #elif defined(__GNUC__) && defined(__x86_64__)
      #define MINIDL_HAS_AVX2_FMA \\
          (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
      #define MINIDL_HAS_AVX512 \\
          (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") \\
           && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    #else
      #define MINIDL_HAS_AVX2_FMA 0
      #define MINIDL_HAS_AVX512 0
    #endif
    #ifndef MINIDL_COMPILER
      #ifdef __clang__
        #define MINIDL_COMPILER __VERSION__
      #elif defined(__GNUC__)
        #define MINIDL_COMPILER "GCC " __VERSION__
      #else
        #define MINIDL_COMPILER "unknown"
      #endif
    #endif
    #ifndef MINIDL_DEBUG
      #define MINIDL_DEBUG 0
    #endif
    #ifndef MINIDL_FLAGS
      #define MINIDL_FLAGS ""
    #endif
    """
    bint MINIDL_HAS_AVX2_FMA
    bint MINIDL_HAS_AVX512
    bint MINIDL_DEBUG
    const char *MINIDL_COMPILER
    const char *MINIDL_FLAGS


def has_avx2_and_fma():
    """Whether the processor and the operating system offer AVX2 and fused multiply-add."""
    return MINIDL_HAS_AVX2_FMA


def has_avx512():
    """Whether they offer AVX-512, too: its foundation and the byte, long and short vectors."""
    return MINIDL_HAS_AVX512


def has_bounds_checks():
    """Whether the kernels were built with ``MINIDL_DEBUG=1``."""
    return MINIDL_DEBUG


def compiler():
    """Name and version of the C compiler that built the kernels."""
    return MINIDL_COMPILER.decode()


def flags():
    """Return what setup.py told the compiler, by CPU level; nothing if it told nothing."""
    levels = [entry.partition(": ") for entry in MINIDL_FLAGS.decode().split("; ") if entry]
    return {level: words for level, _, words in levels}
