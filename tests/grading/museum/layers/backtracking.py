"""HOSTILE relu_backward: timed out; a regular expression that takes for ever, inside C."""

import re


def relu_backward(dout, cache):
    return re.match(r"(a+)+$", "a" * 60 + "b")
