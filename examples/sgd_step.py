"""One step of gradient descent, three times: by hand, with the fast twins, and with modules.

A 2 x 2 filter slides over a 3 x 3 image; the four outputs are added up, and the sum is to be 230.
Every number is small enough to check on paper.  Run: python examples/sgd_step.py
"""

import numpy as np

from minidl import nn, optim
from minidl.fast_layers import conv_backward_fast, conv_forward_fast
from minidl.layers import conv_backward_naive, conv_forward_naive

IMAGE = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)
FILTER = np.array([[[[3.0, 2.0], [1.0, 5.0]]]])
TARGET = 230.0
LEARNING_RATE = 0.01


def by_hand(conv_forward, conv_backward):
    """Forward, loss, chain rule and update, written out with two layer functions."""
    w = FILTER.copy()
    conv_param = {"stride": 1, "pad": 0}
    out, cache = conv_forward(IMAGE, w, None, conv_param)
    total = out.sum()
    loss = (total - TARGET) ** 2

    dtotal = 2 * (total - TARGET)  # the loss is a square
    dout = np.full_like(out, dtotal)  # every output counts once in the sum
    _, dw, _ = conv_backward(dout, cache)

    w -= LEARNING_RATE * dw
    new_out, _ = conv_forward(IMAGE, w, None, conv_param)
    show(out, total, loss, dw, w, (new_out.sum() - TARGET) ** 2)


def with_modules():
    """Do the same step as anyone who knows PyTorch would write it."""
    conv = nn.Conv2d(1, 1, 2, bias=False, dtype="float64")
    conv.load_state_dict({"weight": FILTER})
    net = nn.Sequential(conv, nn.Sum())
    criterion = nn.MSELoss()
    optimizer = optim.SGD(net.parameters(), lr=LEARNING_RATE)

    optimizer.zero_grad()
    total = net(IMAGE)
    loss = criterion(total, TARGET)
    net.backward(criterion.backward())
    out = conv(IMAGE)
    optimizer.step()
    new_loss = criterion(net(IMAGE), TARGET)
    show(out, total, loss, conv.weight.grad, conv.weight.data, new_loss)


def show(out, total, loss, dw, w, new_loss):
    """Print every number of the step."""
    print(f"  convolution   {out[0, 0].tolist()}")
    print(f"  sum           {total:g}")
    print(f"  loss          {loss:g}")
    print(f"  gradient      {dw[0, 0].tolist()}")
    print(f"  new weights   {np.round(w[0, 0], 12).tolist()}")
    print(f"  loss after    {new_loss:.2f}\n")


print("By hand, with the naive layers:")
by_hand(conv_forward_naive, conv_backward_naive)
print("By hand, with the fast layers:")
by_hand(conv_forward_fast, conv_backward_fast)
print("With modules:")
with_modules()
print("The loss went up, from 4 to 4678.56: the step was too long.  The gradient points uphill")
print("where the weights are now, and the valley is narrow: the sum moves by 0.01 * (48^2 + 64^2")
print("+ 96^2 + 112^2) / 4 = 70.4, from 232 down to 161.6, past the target 230.  A learning rate")
print("of 0.0001 moves it by 0.704, and the loss falls.")
