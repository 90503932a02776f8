"""HOSTILE conv_forward_fast: timed out; a loop that never ends, without the interpreter lock."""


def conv_forward_fast(x, w, b, stride, pad):
    cdef long long count = 0
    with nogil:
        while True:
            count += 1
            if count == -1:
                break
    return x
