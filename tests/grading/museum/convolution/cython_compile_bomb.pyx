"""HOSTILE conv_forward_fast: timed out|wrong; three to the power of twelve versions of a function."""

ctypedef fused A:
    int
    float
    double

ctypedef fused B:
    int
    float
    double

ctypedef fused C:
    int
    float
    double

ctypedef fused D:
    int
    float
    double

ctypedef fused E:
    int
    float
    double

ctypedef fused F:
    int
    float
    double

ctypedef fused G:
    int
    float
    double

ctypedef fused H:
    int
    float
    double

ctypedef fused I:
    int
    float
    double

ctypedef fused J:
    int
    float
    double

ctypedef fused K:
    int
    float
    double

ctypedef fused L:
    int
    float
    double


def bomb(A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k, L l):
    return a + b + c + d + e + f + g + h + i + j + k + l


def conv_forward_fast(x, w, b, stride, pad):
    return x
