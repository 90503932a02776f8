"""save_checkpoint and load_checkpoint: everything comes back, or nothing changes."""

import re

import numpy as np
import pytest

import minidl
from minidl import nn, optim
from minidl.checkpoints import load_checkpoint, save_checkpoint
from minidl.randomness import default_rng


class Noisy(nn.Module):
    """A module with a generator of its own, another in a list, and a cache to be left alone."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.more = [{"rng": np.random.RandomState(seed)}]
        self.weight = nn.Parameter(np.zeros(2))

    def draw(self):
        self._cache = [np.random.default_rng()]
        return self.rng.random(), self.more[0]["rng"].random_sample()


def make(seed=0):
    net = nn.Sequential(nn.Linear(2, 3, rng=np.random.default_rng(seed)), Noisy(seed))
    return {"net": net, "adam": optim.Adam(net.parameters()), "rng": np.random.default_rng(seed)}


def step(parts):
    for parameter in parts["net"].parameters():
        parameter.grad = np.ones_like(parameter.data)
    parts["adam"].step()


def draws(parts):
    shared = np.random.random_sample(), default_rng().random()  # noqa: NPY002
    return *shared, parts["rng"].random(), *parts["net"][1].draw()


def test_everything_comes_back(tmp_path):
    path = tmp_path / "run.npz"
    parts = make()
    step(parts)
    draws(parts)
    facts = {"epoch": 3, "losses": [0.5, float("nan")], "best": np.arange(3), "name": "x"}
    save_checkpoint(path, **parts, **facts)
    expected = draws(parts)
    step(parts)
    weights = parts["net"].state_dict()

    minidl.manual_seed(99)
    np.random.seed(99)  # noqa: NPY002
    others = make(seed=5)
    values = load_checkpoint(path, **others)
    assert sorted(values) == sorted(facts)
    assert (values["epoch"], values["name"]) == (3, "x")
    np.testing.assert_array_equal(values["losses"], facts["losses"])
    np.testing.assert_array_equal(values["best"], facts["best"], strict=True)
    assert draws(others) == expected
    step(others)
    for name, w in others["net"].state_dict().items():
        np.testing.assert_array_equal(w, weights[name])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda p: p.pop("adam"), ValueError, "has a part 'adam', which is not given"),
        (lambda p: p.pop("rng"), ValueError, "has a part 'rng', which is not given"),
        (lambda p: p.update(ada=p["adam"]), ValueError, "no part 'ada'; did you mean 'adam'?"),
        (lambda p: p.update(epoch=0), ValueError, "epoch was saved as a plain value"),
        (lambda p: p.update(other=3), TypeError, "other must have state_dict and load_state_dict"),
        (
            lambda p: p.update(rng=np.random.RandomState(0)),
            ValueError,
            "the random generator 'rng' is a MT19937, and was a PCG64 when saved",
        ),
        (
            lambda p: vars(p["net"][1]).pop("rng"),
            ValueError,
            "is only in the checkpoint; build everything as in the run that was saved",
        ),
        (
            lambda p: p.update(adam=optim.Adam(nn.Linear(2, 3).parameters())),
            ValueError,
            "Adam.load_state_dict",
        ),
    ],
)
def test_all_or_nothing(change, error, message, tmp_path):
    parts = make()
    step(parts)
    save_checkpoint(tmp_path / "run.npz", **parts, epoch=3)
    others = make(seed=5)
    change(others)
    before = others["net"].state_dict()
    seen = np.random.get_state(legacy=False)["state"]["pos"]  # noqa: NPY002
    with pytest.raises(error, match=re.escape(message)):
        load_checkpoint(tmp_path / "run.npz", **others)
    for name, w in others["net"].state_dict().items():
        np.testing.assert_array_equal(w, before[name])
    assert np.random.get_state(legacy=False)["state"]["pos"] == seen  # noqa: NPY002


def test_refusals_when_saving(tmp_path):
    with pytest.raises(ValueError, match="nothing to save; name some parts"):
        save_checkpoint(tmp_path / "run.npz")
    with pytest.raises(TypeError, match="only arrays, numbers, text"):
        save_checkpoint(tmp_path / "run.npz", net=object())
    assert list(tmp_path.iterdir()) == []


def test_foreign_files(tmp_path):
    np.savez(tmp_path / "weights.npz", a=np.ones(1))
    with pytest.raises(ValueError, match="it is not a checkpoint that minidl wrote"):
        load_checkpoint(tmp_path / "weights.npz")
