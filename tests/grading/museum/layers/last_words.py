"""HOSTILE relu_forward: wrong; an error whose message is a page, a screen's commands and HTML."""


class Failure(Exception):
    def __str__(self):
        return (
            "\x1b[2J\x1b]0;owned\x07<img src=x onerror=alert(1)>\u202e=1+1\r\n" + "A" * 10_000_000
        )


Failure.__name__ = "<b>Failure\n</b>" + "B" * 100_000


def relu_forward(x):
    raise Failure
