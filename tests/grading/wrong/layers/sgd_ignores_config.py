"""WRONG sgd: the learning rate is always 1e-2, whatever config says."""


def sgd(w, dw, config=None):
    learning_rate = 1e-2
    next_w = w - learning_rate * dw
    return next_w, {"learning_rate": learning_rate}
