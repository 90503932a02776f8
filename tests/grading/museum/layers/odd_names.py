"""HOSTILE sgd: wrong; keys that are no str, are subclasses of it, or hold control characters."""


class Name(str):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("learning_rate")


def sgd(w, dw, config=None):
    return w, {Name("\x1b[2J\n<script>alert(1)</script>"): 1, b"\xff": 2, (1, 2): Name("=1+1")}
