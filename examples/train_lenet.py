"""LeNet-5 learns to read handwritten digits, in seconds, on a CPU.

Run: python examples/train_lenet.py [--epochs 10] [--seed 0] [--out lenet.npz]
"""

import argparse
import pathlib
import time

import numpy as np

from minidl import datasets, models, nn, optim
from minidl.terminal import draw, progress, side_by_side

BATCH_SIZE = 32

parser = argparse.ArgumentParser(description="Train LeNet-5 on the bundled digits.")
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--out", default="lenet.npz", help="where to save the weights")
arguments = parser.parse_args()
if arguments.epochs < 1:
    parser.error(f"--epochs must be at least 1, got {arguments.epochs}")
out = pathlib.Path(arguments.out)
if out.suffix != ".npz" or not out.parent.is_dir():
    parser.error(f"--out must name an .npz file in a folder that exists, got {out}")

data = datasets.load_mnist()
rng = np.random.default_rng(arguments.seed)
net = models.LeNet5(rng=rng)
nn.summary(net, (1, 28, 28))

criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
n_batches = -(-len(data["X_train"]) // BATCH_SIZE)
start = time.perf_counter()
for epoch in range(1, arguments.epochs + 1):
    losses = []
    batches = datasets.minibatches(data["X_train"], data["y_train"], BATCH_SIZE, rng)
    for X, y in progress(batches, n_batches, f"epoch {epoch}"):
        optimizer.zero_grad()
        losses.append(criterion(net(X), y))
        net.backward(criterion.backward())
        optimizer.step()
    optimizer.lr *= 0.8
    guesses = net(data["X_test"]).argmax(axis=1)
    accuracy = np.mean(guesses == data["y_test"])
    print(f"epoch {epoch:2}: loss {np.mean(losses):.4f}, test accuracy {accuracy:.1%}", flush=True)
print(f"trained in {time.perf_counter() - start:.1f} s")

wrong = np.flatnonzero(guesses != data["y_test"])
print(f"\n{len(wrong)} of {len(guesses)} digits were misread; the first of them:\n")
for first in range(0, min(len(wrong), 9), 3):
    row = wrong[first : first + 3]
    print(side_by_side([draw(data["X_test"][n, 0]) for n in row]))
    captions = [f"{data['y_test'][n]}, read as {guesses[n]}" for n in row]
    print("   ".join(caption.center(28) for caption in captions).rstrip() + "\n")

np.savez(out, **net.state_dict())
print(f"weights saved to {out}; load them with net.load_state_dict(np.load(...))")
