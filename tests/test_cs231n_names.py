"""Every module, name and argument name that CS231n's assignments have used, found in minidl.

The tables below are facts about the course's package, from its 2018 to 2026 editions.
"""

import importlib
import inspect

import numpy as np
import pytest

SANDWICHES = {
    "affine_relu": "x, w, b",
    "affine_bn_relu": "x, w, b, gamma, beta, bn_param",
    "affine_ln_relu": "x, w, b, gamma, beta, ln_param",
    "conv_relu": "x, w, b, conv_param",
    "conv_bn_relu": "x, w, b, gamma, beta, conv_param, bn_param",
    "conv_relu_pool": "x, w, b, conv_param, pool_param",
}

FUNCTIONS = {
    "layers": {
        "affine_forward": "x, w, b",
        "affine_backward": "dout, cache",
        "relu_forward": "x",
        "relu_backward": "dout, cache",
        "batchnorm_forward": "x, gamma, beta, bn_param",
        "batchnorm_backward": "dout, cache",
        "batchnorm_backward_alt": "dout, cache",
        "layernorm_forward": "x, gamma, beta, ln_param",
        "layernorm_backward": "dout, cache",
        "dropout_forward": "x, dropout_param",
        "dropout_backward": "dout, cache",
        "conv_forward_naive": "x, w, b, conv_param",
        "conv_backward_naive": "dout, cache",
        "max_pool_forward_naive": "x, pool_param",
        "max_pool_backward_naive": "dout, cache",
        "spatial_batchnorm_forward": "x, gamma, beta, bn_param",
        "spatial_batchnorm_backward": "dout, cache",
        "spatial_groupnorm_forward": "x, gamma, beta, G, gn_param",
        "spatial_groupnorm_backward": "dout, cache",
        "svm_loss": "x, y",
        "softmax_loss": "x, y",
    },
    "fast_layers": {
        "conv_forward_fast": "x, w, b, conv_param",
        "conv_backward_fast": "dout, cache",
        "conv_forward_strides": "x, w, b, conv_param",
        "conv_backward_strides": "dout, cache",
        "conv_forward_im2col": "x, w, b, conv_param",
        "conv_backward_im2col": "dout, cache",
        "max_pool_forward_fast": "x, pool_param",
        "max_pool_backward_fast": "dout, cache",
        "max_pool_forward_reshape": "x, pool_param",
        "max_pool_backward_reshape": "dout, cache",
        "max_pool_forward_im2col": "x, pool_param",
        "max_pool_backward_im2col": "dout, cache",
    },
    "im2col": {
        "get_im2col_indices": "x_shape, field_height, field_width, padding=1, stride=1",
        "im2col_indices": "x, field_height, field_width, padding=1, stride=1",
        "col2im_indices": "cols, x_shape, field_height=3, field_width=3, padding=1, stride=1",
    },
    "im2col_cython": {
        "im2col_cython": "x, field_height, field_width, padding, stride",
        "col2im_cython": "cols, N, C, H, W, field_height, field_width, padding, stride",
        "col2im_6d_cython": "cols, N, C, H, W, HH, WW, pad, stride",
    },
    "layer_utils": {
        **{f"{name}_forward": arguments for name, arguments in SANDWICHES.items()},
        **{f"{name}_backward": "dout, cache" for name in SANDWICHES},
    },
    "optim": {
        "sgd": "w, dw, config=None",
        "sgd_momentum": "w, dw, config=None",
        "nesterov_momentum": "w, dw, config=None",
        "rmsprop": "w, dw, config=None",
        "adam": "w, dw, config=None",
    },
    "gradient_check": {
        "eval_numerical_gradient": "f, x, verbose=True, h=1e-05",
        "eval_numerical_gradient_array": "f, x, df, h=1e-05",
        "eval_numerical_gradient_blobs": "f, inputs, output, h=1e-05",
        "eval_numerical_gradient_net": "net, inputs, output, h=1e-05",
        "grad_check_sparse": "f, x, analytic_grad, num_checks=10, h=1e-05",
    },
    "data_utils": {
        "load_pickle": "f",
        "load_CIFAR_batch": "filename",
        "load_CIFAR10": "ROOT",
        "get_CIFAR10_data": (
            "num_training=49000, num_validation=1000, num_test=1000, subtract_mean=True"
        ),
        "load_tiny_imagenet": "path, dtype=float32, subtract_mean=True",
        "load_models": "models_dir",
        "load_imagenet_val": "num=None",
    },
    "vis_utils": {
        "visualize_grid": "Xs, ubound=255.0, padding=1",
        "vis_grid": "Xs",
        "vis_nn": "rows",
    },
    "features": {
        "extract_features": "imgs, feature_fns, verbose=False",
        "rgb2gray": "rgb",
        "hog_feature": "im",
        "color_histogram_hsv": "im, nbin=10, xmin=0, xmax=255, normalized=True",
    },
    "classifiers.linear_svm": {
        "svm_loss_naive": "W, X, y, reg",
        "svm_loss_vectorized": "W, X, y, reg",
    },
    "classifiers.softmax": {
        "softmax_loss_naive": "W, X, y, reg",
        "softmax_loss_vectorized": "W, X, y, reg",
    },
}

LINEAR = {
    "__init__": "",
    "train": ("X, y, learning_rate=0.001, reg=1e-05, num_iters=100, batch_size=200, verbose=False"),
    "predict": "X",
    "loss": "X_batch, y_batch, reg",
    "save": "fname",
    "load": "fname",
}
PERSISTENT_NET = {"loss": "X, y=None", "save": "fname", "load": "fname"}

CLASSES = {
    "classifiers": {
        "KNearestNeighbor": {
            "__init__": "",
            "train": "X, y",
            "predict": "X, k=1, num_loops=0",
            "compute_distances_two_loops": "X",
            "compute_distances_one_loop": "X",
            "compute_distances_no_loops": "X",
            "predict_labels": "dists, k=1",
        },
        "LinearClassifier": LINEAR,
        "LinearSVM": LINEAR,
        "Softmax": LINEAR,
    },
    "classifiers.k_nearest_neighbor": {"KNearestNeighbor": {"__init__": ""}},
    "classifiers.linear_classifier": {"LinearClassifier": LINEAR, "LinearSVM": {}, "Softmax": {}},
    "classifiers.neural_net": {
        "TwoLayerNet": {
            "__init__": "input_size, hidden_size, output_size, std=0.0001",
            "loss": "X, y=None, reg=0.0",
            "train": (
                "X, y, X_val, y_val, learning_rate=0.001, learning_rate_decay=0.95, reg=5e-06, "
                "num_iters=100, batch_size=200, verbose=False"
            ),
            "predict": "X",
        }
    },
    "classifiers.fc_net": {
        "TwoLayerNet": {
            "__init__": (
                "input_dim=3072, hidden_dim=100, num_classes=10, weight_scale=0.001, reg=0.0"
            ),
            **PERSISTENT_NET,
        },
        "FullyConnectedNet": {
            "__init__": (
                "hidden_dims, input_dim=3072, num_classes=10, dropout_keep_ratio=1, "
                "normalization=None, reg=0.0, weight_scale=0.01, dtype=float32, seed=None"
            ),
            **PERSISTENT_NET,
        },
    },
    "classifiers.cnn": {
        "ThreeLayerConvNet": {
            "__init__": (
                "input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100, "
                "num_classes=10, weight_scale=0.001, reg=0.0, dtype=float32"
            ),
            **PERSISTENT_NET,
        }
    },
    "solver": {
        "Solver": {
            "__init__": "model, data",
            "train": "",
            "check_accuracy": "X, y, num_samples=None, batch_size=100",
            "_step": "",
            "_reset": "",
            "_save_checkpoint": "",
        }
    },
}

STAR_IMPORTS = {
    "layer_utils": ["conv_relu_pool_forward", "affine_forward", "conv_forward_fast"],
    "classifiers.fc_net": [
        *("affine_forward", "affine_relu_forward", "batchnorm_forward", "batchnorm_backward_alt"),
        *("dropout_forward", "layernorm_forward", "relu_forward", "softmax_loss", "svm_loss"),
        *("FullyConnectedNet", "TwoLayerNet", "np"),
    ],
    "classifiers.cnn": [
        *("affine_forward", "conv_forward_fast", "conv_forward_naive", "conv_relu_pool_forward"),
        *("max_pool_forward_naive", "softmax_loss", "spatial_batchnorm_forward"),
        *("ThreeLayerConvNet", "np"),
    ],
    "classifiers": ["KNearestNeighbor", "LinearClassifier", "LinearSVM", "Softmax"],
    "classifiers.k_nearest_neighbor": ["KNearestNeighbor"],
    "classifiers.linear_classifier": ["LinearSVM", "Softmax"],
    "layers": ["affine_forward", "spatial_groupnorm_backward"],
    "fast_layers": [
        *("conv_forward_fast", "conv_backward_fast", "max_pool_forward_fast"),
        "max_pool_backward_fast",
    ],
    "gradient_check": ["eval_numerical_gradient", "grad_check_sparse"],
}

SOLVER_ARGUMENTS = {
    "update_rule": "sgd",
    "optim_config": {},
    "lr_decay": 1.0,
    "batch_size": 100,
    "num_epochs": 10,
    "num_train_samples": 1000,
    "num_val_samples": None,
    "checkpoint_name": None,
    "print_every": 10,
    "verbose": True,
}


def home(name):
    return importlib.import_module(f"minidl.{name}")


def described(function):
    """Return the parameters of a function as text, without self."""
    parts = []
    for name, parameter in inspect.signature(function).parameters.items():
        if name == "self" or parameter.kind in (parameter.VAR_KEYWORD, parameter.KEYWORD_ONLY):
            continue
        default = parameter.default
        if default is parameter.empty:
            parts.append(name)
        else:
            shown = default.__name__ if isinstance(default, type) else repr(default)
            parts.append(f"{name}={shown}")
    return parts


def parts_of(text):
    """Split "a, b=(1, 2), c" at the commas outside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def require_arguments(function, expected):
    """The course's arguments come first, with its defaults; further ones must have defaults."""
    found, expected = described(function), parts_of(expected)
    assert found[: len(expected)] == expected
    assert all("=" in further for further in found[len(expected) :])


@pytest.mark.parametrize(
    ("module", "name", "arguments"),
    [(module, *row) for module, rows in FUNCTIONS.items() for row in rows.items()],
)
def test_functions(module, name, arguments):
    function = getattr(home(module), name)
    require_arguments(function, arguments)


@pytest.mark.parametrize(
    ("module", "name", "method", "arguments"),
    [
        (module, name, *row)
        for module, classes in CLASSES.items()
        for name, methods in classes.items()
        for row in methods.items()
    ],
)
def test_classes(module, name, method, arguments):
    require_arguments(getattr(getattr(home(module), name), method), arguments)


@pytest.mark.parametrize("module", STAR_IMPORTS)
def test_star_imports(module):
    scope = {}
    exec(f"from minidl.{module} import *", scope)
    assert [name for name in STAR_IMPORTS[module] if name not in scope] == []


def test_solver_takes_the_courses_keywords():
    parameters = inspect.signature(home("solver").Solver.__init__).parameters
    for name, default in SOLVER_ARGUMENTS.items():
        if name == "optim_config":
            assert parameters[name].default in (None, {})
        else:
            assert parameters[name].default == default


RULE_SETTINGS = {
    "sgd": {"learning_rate": 1e-2},
    "sgd_momentum": {"learning_rate": 1e-2, "momentum": 0.9},
    "rmsprop": {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8},
    "adam": {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
}
RULE_STATE = {"sgd_momentum": ["velocity"], "rmsprop": ["cache"], "adam": ["m", "v", "t"]}


@pytest.mark.parametrize("name", RULE_SETTINGS)
def test_update_rules_fill_the_callers_config(name):
    config = {}
    _, returned = getattr(home("optim"), name)(np.ones(3), np.ones(3), config)
    assert returned is config
    assert {key: config[key] for key in RULE_SETTINGS[name]} == RULE_SETTINGS[name]
    assert sorted(config) == sorted([*RULE_SETTINGS[name], *RULE_STATE.get(name, [])])


NETS = {
    ("classifiers.fc_net", "TwoLayerNet"): ({}, "W1 b1 W2 b2", []),
    ("classifiers.fc_net", "FullyConnectedNet"): (
        {"hidden_dims": [4, 5], "normalization": "batchnorm", "dropout_keep_ratio": 0.5},
        "W1 b1 gamma1 beta1 W2 b2 gamma2 beta2 W3 b3",
        ["bn_params", "dropout_param", "use_dropout", "num_layers", "normalization"],
    ),
    ("classifiers.cnn", "ThreeLayerConvNet"): ({}, "W1 b1 W2 b2 W3 b3", []),
}


@pytest.mark.parametrize("net", NETS, ids=lambda net: net[1])
def test_nets_have_the_courses_parameters_and_attributes(net):
    module, name = net
    arguments, params, attributes = NETS[net]
    model = getattr(home(module), name)(**arguments)
    assert sorted(model.params) == sorted(params.split())
    for attribute in ("reg", *attributes):
        assert hasattr(model, attribute)


SOLVER_ATTRIBUTES = [
    *("loss_history", "train_acc_history", "val_acc_history", "best_val_acc", "best_params"),
    *("epoch", "model", "optim_configs", "optim_config", "update_rule", "X_train", "y_val"),
    *("lr_decay", "batch_size", "num_epochs", "print_every", "verbose"),
]


def test_solver_has_the_courses_attributes():
    X, y = np.zeros((4, 3)), np.array([0, 1, 0, 1])
    model = home("classifiers.fc_net").TwoLayerNet(3, 4, 2)
    data = {"X_train": X, "y_train": y, "X_val": X, "y_val": y}
    solver = home("solver").Solver(model, data)
    assert [name for name in SOLVER_ATTRIBUTES if not hasattr(solver, name)] == []
