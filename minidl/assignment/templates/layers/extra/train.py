"""Train your net of two layers on handwritten digits; run it by ``python train.py``.

It needs all tasks, and says which ones are missing.  The 5,000 digits come with minidl.
"""

import numpy as np

HIDDEN, EPOCHS, BATCH, LEARNING_RATE, REG = 64, 5, 50, 0.3, 1e-4


def main():
    """Train, and print after each epoch how many digits of the test set are read correctly."""
    from layers import sgd
    from net import two_layer_loss

    from minidl.datasets import load_mnist

    data = load_mnist()
    rng = np.random.default_rng(0)
    x, y = data["X_train"], data["y_train"]
    weights = first_weights(rng, x[0].size, n_classes=10)
    for epoch in range(1, EPOCHS + 1):
        losses = []
        order = rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            batch = order[start : start + BATCH]
            loss, *gradients = two_layer_loss(x[batch], y[batch], *weights, REG)
            losses.append(loss)
            config = {"learning_rate": LEARNING_RATE}
            weights = [sgd(w, dw, config)[0] for w, dw in zip(weights, gradients, strict=True)]
        right = np.mean(scores(data["X_test"], *weights).argmax(axis=1) == data["y_test"])
        print(f"epoch {epoch}  loss {np.mean(losses):.3f}  test accuracy {100 * right:.1f} %")


def first_weights(rng, n_inputs, n_classes):
    """Draw small weights; biases start at 0."""
    w1 = rng.standard_normal((n_inputs, HIDDEN)) * np.sqrt(2 / n_inputs)
    w2 = rng.standard_normal((HIDDEN, n_classes)) * np.sqrt(2 / HIDDEN)
    weights = w1, np.zeros(HIDDEN), w2, np.zeros(n_classes)
    return [array.astype(np.float32) for array in weights]


def scores(x, w1, b1, w2, b2):
    """Return a score for each class: the net without its loss."""
    from layers import affine_forward, relu_forward

    active, _ = relu_forward(affine_forward(x, w1, b1)[0])
    return affine_forward(active, w2, b2)[0]


if __name__ == "__main__":
    from minidl.assignment import require_tasks

    require_tasks(__file__)
    main()
