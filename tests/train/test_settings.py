"""Settings are filled in and checked when they are made."""

import pathlib

import pytest

import minidl
from minidl.train import Settings


def test_defaults():
    settings = Settings()
    assert (settings.lr, settings.momentum) == (0.05, 0.9)
    assert settings.threads == minidl.get_num_threads()
    assert (settings.train_size, settings.test_size) == (None, None)
    adam = Settings(optimizer="adam", data=pathlib.Path("digits"))
    assert (adam.lr, adam.momentum, adam.data) == (0.001, None, "digits")


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"model": "lenet"}, ValueError, "train: no model 'lenet'; did you mean 'lenet5'?"),
        ({"model": "vgg"}, ValueError, "no model 'vgg'; there are lenet5, pyramid, mlp, softmax"),
        ({"optimizer": "sdg"}, ValueError, "train: no optimizer 'sdg'; did you mean 'sgd'?"),
        ({"optimizer": "lion"}, ValueError, "no optimizer 'lion'; there are sgd, adam"),
        ({"optimizer": ["sgd"]}, ValueError, "train: no optimizer ['sgd']"),
        ({"data": 3}, TypeError, "train: data must be a name or a folder, got int"),
        ({"epochs": 0}, ValueError, "train: epochs must be at least 1, got 0"),
        ({"epochs": 2.5}, TypeError, "train: epochs must be an integer, got 2.5"),
        ({"epochs": None}, TypeError, "train: epochs must be an integer, got None"),
        ({"batch_size": -1}, ValueError, "train: batch_size must be at least 1, got -1"),
        ({"lr": 0}, ValueError, "train: lr must be above 0 and finite, got 0"),
        ({"lr": float("nan")}, ValueError, "train: lr must be above 0 and finite, got nan"),
        ({"momentum": 1}, ValueError, "train: momentum must be at least 0 and below 1, got 1"),
        ({"optimizer": "adam", "momentum": 0.9}, ValueError, "adam has none to set"),
        ({"lr_decay": -0.5}, ValueError, "train: lr_decay must be above 0 and finite, got -0.5"),
        ({"seed": -1}, ValueError, "train: seed must be at least 0, got -1"),
        ({"dtype": "float16"}, ValueError, "train: dtype must be float32 or float64"),
        ({"threads": 0}, ValueError, "train: threads must be at least 1, got 0"),
        ({"train_size": 0}, ValueError, "train: train_size must be at least 1, got 0"),
        ({"test_size": 10**10}, ValueError, "train: test_size must be at most"),
    ],
)
def test_wrong_settings(wrong, error, message):
    with pytest.raises(error) as caught:
        Settings(**wrong)
    assert message in str(caught.value)
