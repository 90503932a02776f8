"""Fully connected nets: the notebook's numbers, gradients, modes, and what stays live."""

import inspect

import numpy as np
import pytest

from minidl import layers
from minidl.classifiers import FullyConnectedNet
from minidl.classifiers.fc_net import TwoLayerNet
from minidl.gradient_check import eval_numerical_gradient

NORMALIZATIONS = [None, "batchnorm", "layernorm"]
every_normalization = pytest.mark.parametrize("normalization", NORMALIZATIONS)


def assert_gradients(net, X, y):
    """Hold every parameter's gradient to central differences.

    Biases are moved away from zero, where an image that nothing is left of would meet a kink.
    """
    for name in net.params:
        if not name.startswith("W"):
            net.params[name] += 0.3 * np.random.randn(*net.params[name].shape)
    _, grads = net.loss(X, y)
    assert grads.keys() == net.params.keys()
    for name, gradient in grads.items():
        numeric = eval_numerical_gradient(
            lambda _: net.loss(X, y)[0], net.params[name], verbose=False
        )
        np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-8, err_msg=name)


def problem(n=4, d=6, c=5):
    return np.random.randn(n, d), np.random.randint(c, size=n)


def small_net(normalization=None, **arguments):
    np.random.seed(231)
    return FullyConnectedNet(
        [7, 8],
        **{
            "input_dim": 6,
            "num_classes": 5,
            "normalization": normalization,
            "weight_scale": 0.5,
            "dtype": np.float64,
            **arguments,
        },
    )


def notebook_net():
    """Return the second assignment's net, with its even weights, and its X and y."""
    n, d, h, c = 3, 5, 50, 7
    net = TwoLayerNet(d, h, c, 1e-3)
    net.params["W1"] = np.linspace(-0.7, 0.3, d * h).reshape(d, h)
    net.params["b1"] = np.linspace(-0.1, 0.9, h)
    net.params["W2"] = np.linspace(-0.3, 0.4, h * c).reshape(h, c)
    net.params["b2"] = np.linspace(-0.9, 0.1, c)
    return net, np.linspace(-5.5, 4.5, n * d).reshape(d, n).T, np.array([0, 5, 1])


def test_the_notebook_s_two_layer_net():
    """Parameters and ``reg`` may be set from outside; the penalty has a factor 0.5."""
    net, X, y = notebook_net()
    first_row = [11.53165108, 12.2917344, 13.05181771, 13.81190102]
    np.testing.assert_allclose(net.loss(X)[0, :4], first_row, atol=1e-8)
    assert net.loss(X, y)[0] == pytest.approx(3.4702243556, abs=1e-10)
    net.reg = 1.0
    assert net.loss(X, y)[0] == pytest.approx(26.5948426952, abs=1e-10)


@pytest.mark.parametrize("reg", [0.0, 0.7])
def test_two_layer_gradients(reg):
    np.random.seed(231)
    net = TwoLayerNet(6, 7, 5, 0.5, reg)
    assert_gradients(net, *problem())


def test_two_layer_weights_are_drawn_in_order():
    np.random.seed(2)
    net = TwoLayerNet(4, 3, 2, weight_scale=0.1)
    np.random.seed(2)
    np.testing.assert_array_equal(net.params["W1"], 0.1 * np.random.randn(4, 3))
    np.testing.assert_array_equal(net.params["W2"], 0.1 * np.random.randn(3, 2))
    assert list(net.params) == ["W1", "b1", "W2", "b2"]
    assert not net.params["b1"].any()


def test_two_layer_images_are_cast_to_the_dtype_of_the_weights():
    net, X, y = notebook_net()
    assert net.loss(X.astype(np.float32), y)[1]["W1"].dtype == np.float64
    net.params = {name: w.astype(np.float32) for name, w in net.params.items()}
    assert net.loss(X).dtype == np.float32
    assert {g.dtype.name for g in net.loss(X, y)[1].values()} == {"float32"}


def test_weights_of_integers_get_gradients_of_floats():
    net, X, y = notebook_net()
    net.params["b1"] = np.arange(50)
    assert net.loss(X, y)[1]["b1"].dtype == np.float64


@every_normalization
@pytest.mark.parametrize("reg", [0.0, 3.14])
@pytest.mark.parametrize("keep_ratio", [1, 0.6])
def test_gradients(normalization, reg, keep_ratio):
    """The seed makes dropout a function, as the numerical gradient needs it."""
    net = small_net(normalization, reg=reg, dropout_keep_ratio=keep_ratio, seed=123)
    assert_gradients(net, *problem())


@pytest.mark.parametrize("hidden_dims", [[], [7], [7, 6, 5, 4]])
def test_gradients_at_any_depth(hidden_dims):
    np.random.seed(3)
    net = FullyConnectedNet(
        hidden_dims, input_dim=6, num_classes=5, weight_scale=0.7, reg=0.1, dtype=np.float64
    )
    assert net.num_layers == len(hidden_dims) + 1
    assert_gradients(net, *problem())


def by_definition(net, X, mode):
    """Compose the scores from naive layers."""
    p, out = net.params, X
    for k in range(1, net.num_layers):
        out, _ = layers.affine_forward(out, p[f"W{k}"], p[f"b{k}"])
        if net.normalization == "batchnorm":
            bn_param = {**net.bn_params[k - 1], "mode": mode}
            out, _ = layers.batchnorm_forward(out, p[f"gamma{k}"], p[f"beta{k}"], bn_param)
        if net.normalization == "layernorm":
            out, _ = layers.layernorm_forward(out, p[f"gamma{k}"], p[f"beta{k}"], {})
        out, _ = layers.relu_forward(out)
        if net.use_dropout:
            out, _ = layers.dropout_forward(out, {**net.dropout_param, "mode": mode})
    return layers.affine_forward(out, p[f"W{net.num_layers}"], p[f"b{net.num_layers}"])[0]


@every_normalization
def test_scores_and_loss_are_the_composition(normalization):
    net = small_net(normalization, dropout_keep_ratio=0.5, seed=4)
    X, y = problem()
    loss, _ = net.loss(X, y)
    assert loss == pytest.approx(layers.softmax_loss(by_definition(net, X, "train"), y)[0])
    np.testing.assert_allclose(net.loss(X), by_definition(net, X, "test"), rtol=1e-10)


def test_modes_follow_the_labels():
    """Without labels nothing is dropped, and running averages stay as they are."""
    net = small_net("batchnorm", dropout_keep_ratio=0.5)
    X, y = problem()
    net.loss(X, y)
    modes = {net.dropout_param["mode"], *(p["mode"] for p in net.bn_params)}
    assert modes == {"train"}
    kept = [p["running_mean"].copy() for p in net.bn_params]
    np.testing.assert_array_equal(net.loss(X), net.loss(X))
    assert {net.dropout_param["mode"], *(p["mode"] for p in net.bn_params)} == {"test"}
    for p, mean in zip(net.bn_params, kept, strict=True):
        np.testing.assert_array_equal(p["running_mean"], mean)
    net.loss(X, y)
    assert net.bn_params[0]["mode"] == "train"
    assert (net.bn_params[0]["running_mean"] != kept[0]).any()


@every_normalization
def test_names_and_first_values(normalization):
    net = small_net(normalization)
    names = ["W1", "b1", "W2", "b2", "W3", "b3"]
    scales = [] if normalization is None else ["gamma1", "beta1", "gamma2", "beta2"]
    assert sorted(net.params) == sorted(names + scales)
    assert len(net.bn_params) == (0 if normalization is None else 2)
    np.random.seed(231)
    for k, shape in enumerate([(6, 7), (7, 8), (8, 5)], start=1):
        np.testing.assert_array_equal(net.params[f"W{k}"], 0.5 * np.random.randn(*shape))
    for name in scales:
        assert (net.params[name] == (1 if name.startswith("gamma") else 0)).all()


def test_the_course_s_signatures():
    assert list(inspect.signature(FullyConnectedNet).parameters)[:9] == [
        "hidden_dims",
        "input_dim",
        "num_classes",
        "dropout_keep_ratio",
        "normalization",
        "reg",
        "weight_scale",
        "dtype",
        "seed",
    ]
    assert list(inspect.signature(TwoLayerNet).parameters) == [
        "input_dim",
        "hidden_dim",
        "num_classes",
        "weight_scale",
        "reg",
    ]
    assert TwoLayerNet().params["W1"].shape == (3072, 100)
    assert TwoLayerNet().params["W2"].shape == (100, 10)


@every_normalization
def test_float64_images_do_not_change_float32_training(normalization):
    """Scores, gradients and running averages stay in the dtype of the net."""
    net = small_net(normalization, dtype=np.float32, dropout_keep_ratio=0.5, reg=0.1)
    X, y = problem()
    _, grads = net.loss(X, y)
    assert {g.dtype.name for g in grads.values()} == {"float32"}
    assert net.loss(X).dtype == np.float32
    for bn_param in net.bn_params:
        for key in bn_param.keys() - {"mode"}:
            assert bn_param[key].dtype == np.float32
    assert net.dtype == np.float32


def test_gradients_have_the_dtypes_of_their_parameters():
    net, (X, y) = small_net("batchnorm", dtype=np.float32, reg=0.1), problem()
    net.params["W2"] = net.params["W2"].astype(np.float64)
    for name, gradient in net.loss(X, y)[1].items():
        assert gradient.dtype == net.params[name].dtype, name


def test_images_of_any_shape_and_dtype():
    net = small_net()
    X = np.random.randint(255, size=(4, 1, 2, 3)).astype(np.uint8)
    np.testing.assert_array_equal(net.loss(X), net.loss(X.reshape(4, 6).astype(float)))


def test_dropout_by_its_old_name():
    """From 2018 to 2020 the argument was ``dropout``: the share to keep, and 1 for none."""
    assert not small_net(dropout=1).use_dropout
    old = small_net(dropout=0.6, seed=7)
    new = small_net(dropout_keep_ratio=0.6, seed=7)
    assert old.use_dropout
    assert old.dropout_param == new.dropout_param == {"mode": "train", "p": 0.6, "seed": 7}
    X, y = problem()
    assert old.loss(X, y)[0] == new.loss(X, y)[0]
    assert "seed" not in small_net(dropout=0.6).dropout_param


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dropout": 0}, "dropout is the share to keep, so 0 would keep nothing; pass 1"),
        ({"dropout_keep_ratio": 0}, "dropout_keep_ratio is the share to keep"),
        ({"dropout_keep_ratio": 1.5}, "dropout_keep_ratio must be from 0 to 1, got 1.5"),
        ({"dropout": 0.5, "dropout_keep_ratio": 0.5}, "got both, 0.5 and 0.5"),
        ({"normalization": "batch_norm"}, "did you mean 'batchnorm'?"),
        ({"dtype": np.float16}, "dtype must be float32 or float64"),
        ({"hidden_dims": [3, 0]}, r"hidden_dims\[1\] must be at least 1, got 0"),
        ({"input_dim": 0}, "input_dim must be at least 1"),
        ({"reg": -0.1}, "reg must be at least 0 and finite, got -0.1"),
        ({"weight_scale": np.inf}, "weight_scale must be at least 0 and finite"),
    ],
)
def test_arguments_that_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        FullyConnectedNet(**{"hidden_dims": [3], **arguments})


def test_hidden_dims_must_be_a_list():
    with pytest.raises(TypeError, match="hidden_dims must be a list of integers, got 100"):
        FullyConnectedNet(100)


def test_bad_batches_are_refused_before_any_state_changes():
    net = small_net("batchnorm", dropout_keep_ratio=0.5)
    X, y = problem()
    state = np.random.get_state()[1].copy()
    for error, X_bad, y_bad, message in [
        (ValueError, X, y + 5, "5 classes have labels 0 to 4"),
        (ValueError, X, y[:2], r"y must have shape \(4,\)"),
        (TypeError, X, y.astype(float), "y must hold integer labels"),
        (ValueError, X[:, :3], y, "x has 3 values for each image, and w takes 6"),
        (ValueError, X[0], y, r"X must be a batch of images.*X\[None\]"),
        (TypeError, X.astype(str), y, "X must hold real numbers"),
    ]:
        with pytest.raises(error, match=message):
            net.loss(X_bad, y_bad)
    assert net.bn_params == [{"mode": "train"}] * 2
    np.testing.assert_array_equal(np.random.get_state()[1], state)
    net.reg = -1
    with pytest.raises(ValueError, match="reg must be at least 0"):
        net.loss(X, y)


def test_images_are_never_written_to():
    net, (X, y) = small_net("batchnorm", dropout_keep_ratio=0.5), problem()
    X.flags.writeable = y.flags.writeable = False
    for w in net.params.values():
        w.flags.writeable = False
    net.loss(X, y)


def test_a_small_set_is_learned_by_heart():
    np.random.seed(0)
    net = FullyConnectedNet([20, 20], 10, 4, normalization="batchnorm", weight_scale=0.1)
    X, y = np.random.randn(30, 10), np.random.randint(4, size=30)
    for _ in range(100):
        _, grads = net.loss(X, y)
        for name, gradient in grads.items():
            net.params[name] -= 0.5 * gradient
    assert np.mean(net.loss(X).argmax(axis=1) == y) == 1.0
    assert {w.dtype.name for w in net.params.values()} == {"float32"}


@pytest.mark.parametrize("module", ["fc_net", "cnn"])
def test_star_import_hands_every_layer_on(module):
    scope = {}
    exec(f"from minidl.classifiers.{module} import *", scope)
    assert set(layers.__all__) <= scope.keys()
    for name in ("affine_relu_forward", "conv_relu_pool_backward", "conv_forward_fast", "np"):
        assert name in scope
    assert scope["softmax_loss"] is layers.softmax_loss
