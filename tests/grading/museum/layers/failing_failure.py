"""HOSTILE relu_forward: wrong|crashed|timed out; an error that fails when it is looked at."""


class Failure(BaseException):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__

    @property
    def __traceback__(self):
        raise KeyboardInterrupt


def relu_forward(x):
    raise Failure
