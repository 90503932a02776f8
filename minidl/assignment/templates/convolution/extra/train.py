"""Train a small net with your convolution and your max pooling; run it by ``python train.py``.

convolution - ReLU - max pooling - fully connected - softmax, on some of the handwritten digits
that come with minidl.  It needs the four tasks of ``convolution.py``, and says which are missing.
Your loops take some seconds for a few hundred digits: reason enough for the last task.
"""

import numpy as np

FILTERS, EPOCHS, BATCH, LEARNING_RATE = 8, 4, 5, 0.3
TRAIN, TEST = 400, 200  # digits
CONV = {"stride": 2, "pad": 1}
POOL = {"pool_height": 2, "pool_width": 2, "stride": 2}


def main():
    """Train, and print after each epoch how many digits of the test set are read correctly."""
    from minidl.datasets import load_mnist

    data = load_mnist()
    x, y = halved(data["X_train"][:TRAIN]), data["y_train"][:TRAIN]
    x_test, y_test = halved(data["X_test"][:TEST]), data["y_test"][:TEST]
    rng = np.random.default_rng(0)
    weights = first_weights(rng, n_pooled=FILTERS * 3 * 3, n_classes=10)
    for epoch in range(1, EPOCHS + 1):
        losses = []
        order = rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            batch = order[start : start + BATCH]
            loss, gradients = loss_and_gradients(x[batch], y[batch], *weights)
            losses.append(loss)
            steps = zip(weights, gradients, strict=True)
            weights = [w - LEARNING_RATE * dw for w, dw in steps]
        right = np.mean(forward(x_test, *weights)[0].argmax(axis=1) == y_test)
        print(f"epoch {epoch}  loss {np.mean(losses):.3f}  test accuracy {100 * right:.1f} %")


def halved(images):
    """Return images of half the height and width: every cell is the mean of 2 x 2."""
    n, c, h, w = images.shape
    return images.reshape(n, c, h // 2, 2, w // 2, 2).mean(axis=(3, 5))


def first_weights(rng, n_pooled, n_classes):
    """Draw small weights; biases start at 0."""
    filters = rng.standard_normal((FILTERS, 1, 3, 3)) * np.sqrt(2 / 9)
    w = rng.standard_normal((n_pooled, n_classes)) * np.sqrt(2 / n_pooled)
    weights = filters, np.zeros(FILTERS), w, np.zeros(n_classes)
    return [array.astype(np.float32) for array in weights]


def forward(x, filters, biases, w, b):
    """Return the scores of all classes, and what the way back needs."""
    from convolution import conv_forward, max_pool_forward

    convolved, conv_cache = conv_forward(x, filters, biases, CONV)
    pooled, pool_cache = max_pool_forward(np.maximum(convolved, 0), POOL)
    rows = pooled.reshape(len(x), -1)
    return rows @ w + b, (convolved, conv_cache, pooled, pool_cache, rows)


def loss_and_gradients(x, y, filters, biases, w, b):
    """Return the loss of a batch, and its gradient with respect to every weight."""
    from convolution import conv_backward, max_pool_backward

    scores, (convolved, conv_cache, pooled, pool_cache, rows) = forward(x, filters, biases, w, b)
    shifted = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    right = np.arange(len(x)), y
    loss = -np.mean(np.log(p[right]))
    p[right] -= 1
    dscores = p / len(x)
    dpooled = (dscores @ w.T).reshape(pooled.shape)
    dconvolved = max_pool_backward(dpooled, pool_cache) * (convolved > 0)
    _, dfilters, dbiases = conv_backward(dconvolved, conv_cache)
    return loss, (dfilters, dbiases, rows.T @ dscores, dscores.sum(axis=0))


if __name__ == "__main__":
    from minidl.assignment import require_tasks

    needed = ("conv_forward", "conv_backward", "max_pool_forward", "max_pool_backward")
    require_tasks(__file__, *needed)
    main()
