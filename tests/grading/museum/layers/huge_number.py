"""HOSTILE mse_loss, sgd: wrong; a whole number of 5000 digits, and a dict of dicts without end."""


def mse_loss(x, y):
    return 10**5000, x - y


def sgd(w, dw, config=None):
    endless = {}
    endless["learning_rate"] = endless
    return w, endless
