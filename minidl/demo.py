"""What ``minidl demo`` shows: one step by numbers, a net that learns to read, naive and fast."""

import time

import numpy as np

from minidl import datasets, models, nn, optim
from minidl.compare import compare, report
from minidl.terminal import progress
from minidl.threads import get_num_threads
from minidl.train import steps

BATCH_SIZE = 32
LEARNING_RATE = 0.05
DECAY = 0.6  # of the learning rate, from epoch to epoch


def run(epochs=4, seed=0):
    """Print the three parts of the demo.

    Parameters
    ----------
    epochs : int
        Passes over the 5,000 training images.
    seed : int
        Of the initial weights and the order of the images.

    Returns
    -------
    bool
        Whether every fast layer equals its naive twin.
    """
    worked_step()
    train_lenet(epochs, seed)
    return naive_and_fast()


def worked_step():
    """One step of gradient descent on a 3 x 3 image, small enough to check by hand."""
    print("1. One step of gradient descent, by numbers\n")
    conv, total = nn.Conv2d(1, 1, 2, bias=False, dtype="float64"), nn.Sum()
    conv.load_state_dict({"weight": [[[[3, 2], [1, 5]]]]})
    criterion, optimizer = nn.MSELoss(), optim.SGD(conv.parameters(), lr=0.01)

    image, weights = np.arange(1.0, 10.0).reshape(1, 1, 3, 3), conv.weight.data
    print(f"   image              {_brief(image[0, 0])}")
    print(f"   filter             {_brief(weights[0, 0])}")
    out = conv(image)
    prediction = total(out)
    loss = criterion(prediction, 230.0)
    conv.backward(total.backward(criterion.backward()), input_gradient=False)
    print(f"   convolution        {_brief(out[0, 0])}")
    print(f"   sum                {prediction:g}, should be 230: squared error {loss:g}")
    print(f"   filter gradient    {_brief(conv.weight.grad[0, 0])}")
    optimizer.step()
    print(f"   updated weights    {_brief(weights[0, 0])}\n")


def train_lenet(epochs, seed):
    """Train LeNet-5 on the bundled digits; print a line for each epoch."""
    print(f"2. LeNet-5 learns to read digits ({get_num_threads()} threads)\n")
    data = datasets.load_mnist()
    rng = np.random.default_rng(seed)
    net = models.LeNet5(rng=rng)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=LEARNING_RATE, momentum=0.9)
    n_batches = -(-len(data["X_train"]) // BATCH_SIZE)
    start = time.perf_counter()
    for epoch in range(1, epochs + 1):
        batches = datasets.minibatches(data["X_train"], data["y_train"], BATCH_SIZE, rng)
        batches = progress(batches, n_batches, f"   epoch {epoch}")
        losses = list(steps(net, criterion, optimizer, batches))
        optimizer.lr *= DECAY
        accuracy = np.mean(net(data["X_test"]).argmax(axis=1) == data["y_test"])
        seconds = time.perf_counter() - start
        print(
            f"   epoch {epoch}: loss {np.mean(losses):.3f}, test accuracy {accuracy:.1%}, "
            f"{seconds:.1f} s",
            flush=True,
        )
    print()


def naive_and_fast():
    """Print the table of twins; return whether all of them agree."""
    print("3. Every layer twice: the loops that define it, and its compiled twin\n")
    comparisons = list(compare())
    print("   " + report(comparisons).replace("\n", "\n   "))
    return all(c.equal for c in comparisons)


def _brief(matrix):
    """Return a matrix on one line, its numbers rounded to ten digits."""
    return str(np.round(matrix, 10).tolist()).replace(".0,", ",").replace(".0]", "]")
