"""One small net, trained with loops and with compiled layers: same losses, another speed.

Run: python examples/naive_vs_fast.py
"""

import time

import numpy as np

from minidl import datasets, nn, optim

STEPS = 8
BATCH_SIZE = 16


def train(backend):
    """Return the loss at every step, and the seconds for all of them."""
    rng = np.random.default_rng(0)  # the same weights and the same batches for both
    net = nn.Sequential(
        nn.Conv2d(1, 4, 5, stride=2, padding=2, backend=backend, rng=rng),
        nn.ReLU(backend=backend),
        nn.MaxPool2d(2, backend=backend),
        nn.Flatten(),
        nn.Linear(4 * 7 * 7, 10, backend=backend, rng=rng),
    )
    criterion = nn.CrossEntropyLoss(backend=backend)
    optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    data = datasets.load_mnist()
    batches = datasets.minibatches(data["X_train"], data["y_train"], BATCH_SIZE, rng)
    losses, start = [], time.perf_counter()
    for _, (X, y) in zip(range(STEPS), batches, strict=False):
        optimizer.zero_grad()
        losses.append(criterion(net(X), y))
        net.backward(criterion.backward())
        optimizer.step()
    return losses, time.perf_counter() - start


fast_losses, fast_seconds = train("fast")
naive_losses, naive_seconds = train("naive")

print("step    naive loss     fast loss")
for step, (naive, fast) in enumerate(zip(naive_losses, fast_losses, strict=True), start=1):
    print(f"{step:4}  {naive:12.8f}  {fast:12.8f}")
gap = np.max(np.abs(np.subtract(naive_losses, fast_losses)) / naive_losses)
print(f"\nlargest relative difference of the losses: {gap:.1e}")
print(f"naive {naive_seconds:.2f} s, fast {fast_seconds:.4f} s: ", end="")
print(f"{naive_seconds / fast_seconds:.0f} times faster")
