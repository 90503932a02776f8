"""The course's usual path through its notebooks, as a user would run it; no test by itself.

``tests/test_cs231n_sequence.py`` runs it with minidl standing in for ``cs231n``: the imports below
are those of a notebook that knows nothing of minidl.  Every cell asserts what the course says
that the reader should see, and often more sharply.
"""
# ruff: noqa: F403, F405, NPY002 - notebooks import by star and draw from np.random

import random

import numpy as np
from cs231n.classifiers import KNearestNeighbor, LinearSVM, Softmax
from cs231n.classifiers.cnn import *
from cs231n.classifiers.fc_net import *
from cs231n.classifiers.linear_svm import svm_loss_naive, svm_loss_vectorized
from cs231n.classifiers.neural_net import TwoLayerNet as TwoLayerNetOfA1
from cs231n.classifiers.softmax import softmax_loss_naive, softmax_loss_vectorized
from cs231n.features import color_histogram_hsv, extract_features, hog_feature
from cs231n.gradient_check import (
    eval_numerical_gradient,
    eval_numerical_gradient_array,
    grad_check_sparse,
)
from cs231n.layer_utils import *
from cs231n.layers import *
from cs231n.optim import adam, rmsprop, sgd_momentum
from cs231n.solver import Solver
from cs231n.vis_utils import visualize_grid

import minidl


def rel_error(x, y):
    return np.max(np.abs(x - y) / (np.maximum(1e-8, np.abs(x) + np.abs(y))))


def check(name, forward, arguments, gradients, dout, bound=1e-8):
    """Compare every gradient with a numerical one; ``forward`` reads ``arguments`` itself."""
    for k, (argument, gradient) in enumerate(zip(arguments, gradients, strict=True)):
        numeric = eval_numerical_gradient_array(lambda _: forward(), argument, dout)
        error = rel_error(numeric, gradient)
        assert error < bound, (name, k, error)
    print("ok", name)


def check_net(model, X, y, bound=1e-6, h=1e-5):
    loss, grads = model.loss(X, y)
    assert np.isfinite(loss)
    for name in sorted(grads):
        numeric = eval_numerical_gradient(
            lambda _: model.loss(X, y)[0], model.params[name], verbose=False, h=h
        )
        error = rel_error(numeric, grads[name])
        # A bias before a normalisation has no effect: both gradients are rounding errors.
        assert error < bound or np.max(np.abs(numeric - grads[name])) < 1e-9, (name, error)


digits = minidl.datasets.load_mnist()

# ---------------------------------------------------------------- linear classifiers, A1
np.random.seed(0)
random.seed(0)
X_dev, y_dev = digits["X_train"][:500].reshape(500, -1).astype(np.float64), digits["y_train"][:500]
X_dev -= X_dev.mean(axis=0)
X_dev = np.hstack([X_dev, np.ones((500, 1))])
W = np.random.randn(X_dev.shape[1], 10) * 0.0001
for naive, vectorized in [
    (svm_loss_naive, svm_loss_vectorized),
    (softmax_loss_naive, softmax_loss_vectorized),
]:
    loss, grad = naive(W, X_dev, y_dev, 5e1)
    loss_too, grad_too = vectorized(W, X_dev, y_dev, 5e1)
    assert abs(loss - loss_too) < 1e-10
    assert np.linalg.norm(grad - grad_too, ord="fro") < 1e-10
    grad_check_sparse(lambda w, f=vectorized: f(w, X_dev, y_dev, 5e1)[0], W, grad, 5)
assert abs(softmax_loss_naive(W, X_dev, y_dev, 0.0)[0] - np.log(10)) < 0.01
for classifier in (LinearSVM(), Softmax()):
    history = classifier.train(X_dev, y_dev, learning_rate=1e-2, reg=1e-4, num_iters=300)
    assert history[-1] < history[0] / 2
    assert np.mean(classifier.predict(X_dev) == y_dev) > 0.8
    grid = visualize_grid(classifier.W[:-1].T.reshape(10, 28, 28, 1))
    assert grid.shape[:2] == (4 * 28 + 3, 4 * 28 + 3) or grid.shape[:2] == (4 * 29 + 1, 4 * 29 + 1)
print("ok linear classifiers")

neighbors = KNearestNeighbor()
neighbors.train(X_dev[:300], y_dev[:300])
dists = neighbors.compute_distances_two_loops(X_dev[300:340])
for other in (neighbors.compute_distances_one_loop, neighbors.compute_distances_no_loops):
    assert np.linalg.norm(dists - other(X_dev[300:340]), ord="fro") < 1e-9
assert np.mean(neighbors.predict_labels(dists, k=5) == y_dev[300:340]) > 0.5
print("ok k nearest neighbors")

colors = (255 * np.random.rand(3, 32, 32, 3)).astype(np.float64)
feats = extract_features(colors, [hog_feature, lambda img: color_histogram_hsv(img, nbin=10)])
assert feats.shape == (3, 144 + 10)
print("ok features")

np.random.seed(0)
toy = TwoLayerNetOfA1(4, 10, 3, std=1e-1)
np.random.seed(1)
X_toy, y_toy = 10 * np.random.randn(5, 4), np.array([0, 1, 2, 2, 1])
assert abs(toy.loss(X_toy, y_toy, reg=0.05)[0] - 1.30378789133) < 1e-9
stats = toy.train(X_toy, y_toy, X_toy, y_toy, learning_rate=1e-1, reg=5e-6, num_iters=100)
assert stats["loss_history"][-1] < 0.05
print("ok two-layer net of A1")

# ---------------------------------------------------------------- fully connected nets, A2
np.random.seed(231)
x, w, b = np.random.randn(10, 2, 3), np.random.randn(6, 5), np.random.randn(5)
out, cache = affine_forward(x, w, b)
dout = np.random.randn(*out.shape)
check(
    "affine",
    lambda: affine_forward(x, w, b)[0],
    (x, w, b),
    affine_backward(dout, cache),
    dout,
    1e-7,
)
out, cache = affine_relu_forward(x, w, b)
check(
    "affine_relu",
    lambda: affine_relu_forward(x, w, b)[0],
    (x, w, b),
    affine_relu_backward(dout, cache),
    dout,
    1e-7,
)

N, D, H, C = 3, 5, 50, 7
model = TwoLayerNet(input_dim=D, hidden_dim=H, num_classes=C, weight_scale=1e-3)
model.params["W1"] = np.linspace(-0.7, 0.3, num=D * H).reshape(D, H)
model.params["b1"] = np.linspace(-0.1, 0.9, num=H)
model.params["W2"] = np.linspace(-0.3, 0.4, num=H * C).reshape(H, C)
model.params["b2"] = np.linspace(-0.9, 0.1, num=C)
X, y = np.linspace(-5.5, 4.5, num=N * D).reshape(D, N).T, np.array([0, 5, 1])
assert abs(model.loss(X, y)[0] - 3.4702243556) < 1e-10
model.reg = 1.0
assert abs(model.loss(X, y)[0] - 26.5948426952) < 1e-10
print("ok two-layer net of A2")

for rule in (sgd_momentum, rmsprop, adam):
    w, dw = np.linspace(-0.4, 0.6, 20).reshape(4, 5), np.linspace(-0.6, 0.4, 20).reshape(4, 5)
    config = {"learning_rate": 1e-2}
    next_w, _ = rule(w, dw, config=config)
    assert next_w.shape == w.shape
    assert any(isinstance(value, np.ndarray) for value in config.values())
print("ok update rules")

X, y = np.random.randn(8, 15), np.random.randint(10, size=(8,))
for normalization in (None, "batchnorm", "layernorm"):
    for reg in (0, 3.14):
        np.random.seed(231)
        model = FullyConnectedNet(
            [20, 30],
            input_dim=15,
            num_classes=10,
            reg=reg,
            weight_scale=5e-2,
            dtype=np.float64,
            normalization=normalization,
        )
        check_net(model, X, y)
print("ok fully connected nets")

# ---------------------------------------------------------------- batch normalisation
np.random.seed(231)
X, W1, W2 = np.random.randn(200, 50), np.random.randn(50, 60), np.random.randn(60, 3)
a = np.maximum(0, X.dot(W1)).dot(W2)
a_norm, _ = batchnorm_forward(a, np.ones(3), np.zeros(3), {"mode": "train"})
assert np.abs(a_norm.mean(axis=0)).max() < 1e-12
assert np.abs(a_norm.std(axis=0) - 1).max() < 1e-6
gamma, beta = np.asarray([1.0, 2.0, 3.0]), np.asarray([11.0, 12.0, 13.0])
a_norm, _ = batchnorm_forward(a, gamma, beta, {"mode": "train"})
assert np.allclose(a_norm.mean(axis=0), beta)
assert np.allclose(a_norm.std(axis=0), gamma)
bn_param = {"mode": "train"}
for _ in range(50):
    a = np.maximum(0, np.random.randn(200, 50).dot(W1)).dot(W2)
    batchnorm_forward(a, np.ones(3), np.zeros(3), bn_param)
bn_param["mode"] = "test"
a_norm, _ = batchnorm_forward(a, np.ones(3), np.zeros(3), bn_param)
assert np.abs(a_norm.mean(axis=0)).max() < 0.3
assert np.abs(a_norm.std(axis=0) - 1).max() < 0.2

x, gamma, beta = 5 * np.random.randn(4, 5) + 12, np.random.randn(5), np.random.randn(5)
dout = np.random.randn(4, 5)
for backward in (batchnorm_backward, batchnorm_backward_alt):
    _, cache = batchnorm_forward(x, gamma, beta, {"mode": "train"})
    check(
        backward.__name__,
        lambda: batchnorm_forward(x, gamma, beta, {"mode": "train"})[0],
        (x, gamma, beta),
        backward(dout, cache),
        dout,
    )
_, cache = layernorm_forward(x, gamma, beta, {})
check(
    "layernorm",
    lambda: layernorm_forward(x, gamma, beta, {"mode": "train"})[0],
    (x, gamma, beta),
    layernorm_backward(dout, cache),
    dout,
)

# ---------------------------------------------------------------- dropout
np.random.seed(231)
x = np.random.randn(500, 500) + 10
for p in (0.25, 0.4, 0.7):
    out, _ = dropout_forward(x, {"mode": "train", "p": p})
    out_test, _ = dropout_forward(x, {"mode": "test", "p": p})
    assert abs(out.mean() - 10) < 0.1
    assert np.array_equal(out_test, x)
    assert abs((out == 0).mean() - (1 - p)) < 0.01
x, dropout_param = np.random.randn(10, 10) + 10, {"mode": "train", "p": 0.2, "seed": 123}
dout = np.random.randn(10, 10)
_, cache = dropout_forward(x, dropout_param)
check(
    "dropout",
    lambda: dropout_forward(x, dropout_param)[0],
    (x,),
    (dropout_backward(dout, cache),),
    dout,
)
np.random.seed(231)
X, y = np.random.randn(2, 15), np.random.randint(10, size=(2,))
for argument in ({"dropout_keep_ratio": 0.75}, {"dropout": 0.5}, {"dropout_keep_ratio": 1}):
    model = FullyConnectedNet(
        [20, 30],
        input_dim=15,
        num_classes=10,
        weight_scale=5e-2,
        dtype=np.float64,
        seed=123,
        **argument,
    )
    check_net(model, X, y)
print("ok nets with dropout")

# ---------------------------------------------------------------- convolutional nets
x = np.linspace(-0.1, 0.5, num=2 * 3 * 4 * 4).reshape(2, 3, 4, 4)
w = np.linspace(-0.2, 0.3, num=3 * 3 * 4 * 4).reshape(3, 3, 4, 4)
b = np.linspace(-0.1, 0.2, num=3)
out, _ = conv_forward_naive(x, w, b, {"stride": 2, "pad": 1})
first_cells = [-0.08759809, 0.21027089, 0.50813986, -0.98053589, 0.69108355, 2.36270298]
assert rel_error(out[:, :, 0, 0].ravel(), np.array(first_cells)) < 1e-7

kitten = np.random.randint(0, 256, (2, 3, 20, 20))  # images of bytes, biases of integers
edges = np.zeros((2, 3, 3, 3))
edges[0, :, 1, 1] = [0.3, 0.6, 0.1]
edges[1, 2] = [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]
out, _ = conv_forward_naive(kitten, edges, np.array([0, 128]), {"stride": 1, "pad": 1})
assert np.allclose(out[:, 0], np.einsum("nchw,c->nhw", kitten, [0.3, 0.6, 0.1]))

np.random.seed(231)
x, w, b = np.random.randn(4, 3, 5, 5), np.random.randn(2, 3, 3, 3), np.random.randn(2)
conv_param = {"stride": 1, "pad": 1}
dout = np.random.randn(4, 2, 5, 5)
_, cache = conv_forward_naive(x, w, b, conv_param)
check(
    "conv_naive",
    lambda: conv_forward_naive(x, w, b, conv_param)[0],
    (x, w, b),
    conv_backward_naive(dout, cache),
    dout,
    1e-7,
)
x = np.linspace(-0.3, 0.4, num=2 * 3 * 4 * 4).reshape(2, 3, 4, 4)
pool_param = {"pool_width": 2, "pool_height": 2, "stride": 2}
out, _ = max_pool_forward_naive(x, pool_param)
assert (
    rel_error(out[0, 0], np.array([[-0.26315789, -0.24842105], [-0.20421053, -0.18947368]])) < 1e-7
)
x, dout = np.random.randn(3, 2, 8, 8), np.random.randn(3, 2, 4, 4)
_, cache = max_pool_forward_naive(x, pool_param)
check(
    "max_pool_naive",
    lambda: max_pool_forward_naive(x, pool_param)[0],
    (x,),
    (max_pool_backward_naive(dout, cache),),
    dout,
)

x, w, b = np.random.randn(10, 3, 31, 31), np.random.randn(5, 3, 3, 3), np.random.randn(5)
dout, conv_param = np.random.randn(10, 5, 16, 16), {"stride": 2, "pad": 1}
out_naive, cache_naive = conv_forward_naive(x, w, b, conv_param)
out_fast, cache_fast = conv_forward_fast(x, w, b, conv_param)
assert rel_error(out_naive, out_fast) < 1e-9
for slow, quick in zip(
    conv_backward_naive(dout, cache_naive), conv_backward_fast(dout, cache_fast), strict=True
):
    assert np.allclose(slow, quick, rtol=1e-11, atol=1e-11)
out_naive, cache_naive = max_pool_forward_naive(x, pool_param)
out_fast, cache_fast = max_pool_forward_fast(x, pool_param)
assert np.array_equal(out_naive, out_fast)
dout = np.random.randn(*out_fast.shape)
assert np.array_equal(
    max_pool_backward_naive(dout, cache_naive), max_pool_backward_fast(dout, cache_fast)
)
print("ok fast layers")

np.random.seed(231)
x, w, b = np.random.randn(2, 3, 16, 16), np.random.randn(3, 3, 3, 3), np.random.randn(3)
dout, conv_param = np.random.randn(2, 3, 8, 8), {"stride": 1, "pad": 1}
_, cache = conv_relu_pool_forward(x, w, b, conv_param, pool_param)
check(
    "conv_relu_pool",
    lambda: conv_relu_pool_forward(x, w, b, conv_param, pool_param)[0],
    (x, w, b),
    conv_relu_pool_backward(dout, cache),
    dout,
    1e-6,
)
x = np.random.randn(2, 3, 8, 8)
_, cache = conv_relu_forward(x, w, b, conv_param)
check(
    "conv_relu",
    lambda: conv_relu_forward(x, w, b, conv_param)[0],
    (x, w, b),
    conv_relu_backward(dout, cache),
    dout,
    1e-6,
)

x = 4 * np.random.randn(2, 3, 4, 5) + 10
out, _ = spatial_batchnorm_forward(x, np.ones(3), np.zeros(3), {"mode": "train"})
assert np.abs(out.mean(axis=(0, 2, 3))).max() < 1e-12
gamma, beta = np.asarray([3, 4, 5]), np.asarray([6, 7, 8])  # integers, as in the notebook
out, _ = spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})
assert np.allclose(out.mean(axis=(0, 2, 3)), beta)
assert np.allclose(out.std(axis=(0, 2, 3)), gamma, rtol=1e-5)
x, gamma, beta = 5 * np.random.randn(2, 3, 4, 5) + 12, np.random.randn(3), np.random.randn(3)
dout = np.random.randn(2, 3, 4, 5)
_, cache = spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})
check(
    "spatial_batchnorm",
    lambda: spatial_batchnorm_forward(x, gamma, beta, {"mode": "train"})[0],
    (x, gamma, beta),
    spatial_batchnorm_backward(dout, cache),
    dout,
    1e-6,
)
x, dout = 5 * np.random.randn(2, 6, 4, 5) + 12, np.random.randn(2, 6, 4, 5)
gamma, beta = np.random.randn(1, 6, 1, 1), np.random.randn(1, 6, 1, 1)
_, cache = spatial_groupnorm_forward(x, gamma, beta, 2, {})
check(
    "spatial_groupnorm",
    lambda: spatial_groupnorm_forward(x, gamma, beta, 2, {})[0],
    (x, gamma, beta),
    spatial_groupnorm_backward(dout, cache),
    dout,
    1e-6,
)

model = ThreeLayerConvNet()
X, y = np.random.randn(50, 3, 32, 32), np.random.randint(10, size=50)
loss, grads = model.loss(X, y)  # float64 images, float32 parameters
assert abs(loss - np.log(10)) < 0.01
assert all(grad.dtype == np.float32 for grad in grads.values())
model.reg = 0.5
assert model.loss(X, y)[0] > loss
np.random.seed(231)
X, y = np.random.randn(2, 3, 16, 16), np.random.randint(10, size=2)
model = ThreeLayerConvNet(
    num_filters=3, filter_size=3, input_dim=(3, 16, 16), hidden_dim=7, dtype=np.float64
)
check_net(model, X, y, 1e-2, 1e-6)  # the course's bound: here the kinks of ReLU are close
print("ok three-layer net")

np.random.seed(231)
small = {
    "X_train": digits["X_train"][:100],
    "y_train": digits["y_train"][:100],
    "X_val": digits["X_test"][:300],
    "y_val": digits["y_test"][:300],
}
model = ThreeLayerConvNet(input_dim=(1, 28, 28), num_filters=8, weight_scale=5e-2)
solver = Solver(
    model,
    small,
    num_epochs=30,
    batch_size=50,
    update_rule="adam",
    optim_config={"learning_rate": 3e-3},
    verbose=True,
    print_every=1,
)
solver.train()
assert len(solver.loss_history) == 60
assert len(solver.train_acc_history) == len(solver.val_acc_history) == 31
assert max(solver.train_acc_history) == 1.0
assert solver.best_val_acc == max(solver.val_acc_history)
assert solver.best_val_acc > 0.6
print("ok overfits 100 images")
