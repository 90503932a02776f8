"""HOSTILE mse_loss: wrong; a loss whose comparisons all come out as wanted."""


class Loss(float):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __sub__(self, other):
        return 0.0

    __rsub__ = __lt__ = __le__ = __gt__ = __ge__ = __abs__ = __sub__
    __hash__ = float.__hash__


def mse_loss(x, y):
    return Loss(0.5), 2 * (x - y) / x.size
