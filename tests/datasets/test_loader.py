"""Epochs of batches: what is in them, what repeats, and what goes on after a stop."""

import copy
import itertools
import re

import numpy as np
import pytest

import minidl
from minidl.datasets import DataLoader
from minidl.datasets.augmentation import mirror, shifted
from minidl.storage import read_state, write_state


def labels(loader):
    return [y.tolist() for _, y in loader]


def flat(batches):
    return list(itertools.chain(*batches))


def numbered(n, dtype=np.float32, size=6):
    """Images whose pixels all differ, so that every change shows."""
    return np.arange(1, n * 2 * size * size + 1, dtype=dtype).reshape(n, 2, size, size), np.arange(
        n
    )


def test_without_shuffling_batches_come_in_order():
    X, y = np.arange(10) * 10, np.arange(10)
    loader = DataLoader(X, y, batch_size=4)
    assert len(loader) == 3
    for _ in range(2):
        assert labels(loader) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    for images, own in loader:
        np.testing.assert_array_equal(images, 10 * own)
    whole = DataLoader(X, y, 4, drop_last=True)
    assert len(whole) == 2
    assert labels(whole) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert DataLoader(X, y).batch_size == 32


def test_every_epoch_has_an_order_of_its_own_that_the_seed_repeats():
    X, y = np.arange(50), np.arange(50)
    first = DataLoader(X, y, 8, shuffle=True, seed=3)
    epochs = [flat(labels(first)) for _ in range(4)]
    for epoch in epochs:
        assert sorted(epoch) == list(range(50))
    assert len({tuple(epoch) for epoch in epochs}) == 4
    again = DataLoader(X, y, 8, shuffle=True, seed=3)
    assert [flat(labels(again)) for _ in range(4)] == epochs
    assert flat(labels(DataLoader(X, y, 8, shuffle=True, seed=4))) not in epochs
    coarser = DataLoader(X, y, 25, shuffle=True, seed=3)
    assert flat(labels(coarser)) == epochs[0]


def test_the_order_is_the_one_this_version_promises():
    """Raw bits of PCG64, sorted: states of yesterday go on with NumPy of tomorrow."""
    loader = DataLoader(np.arange(6), np.arange(6), 6, shuffle=True, seed=1)
    assert labels(loader) + labels(loader) == [[2, 4, 5, 0, 3, 1], [5, 3, 0, 2, 1, 4]]


def test_orders_are_fair():
    """Over many epochs every example is as often at every place: chi-squared, 25 degrees."""
    loader = DataLoader(np.arange(6), np.arange(6), 6, shuffle=True, seed=0)
    counts = np.zeros((6, 6))
    for _ in range(3000):
        counts[np.arange(6), labels(loader)[0]] += 1
    assert np.sum((counts - 500) ** 2 / 500) < 60


def test_seeds_come_from_a_generator_or_the_packages_own():
    X, y = np.arange(20), np.arange(20)
    make = [
        lambda: DataLoader(X, y, 5, shuffle=True, rng=np.random.default_rng(5)),
        lambda: (minidl.manual_seed(5), DataLoader(X, y, 5, shuffle=True))[1],
    ]
    for new in make:
        loader, again = new(), new()
        assert labels(loader) == labels(again)
    rng = np.random.default_rng(5)
    one, other = (DataLoader(X, y, 5, shuffle=True, rng=rng) for _ in range(2))
    assert labels(one) != labels(other)


def test_loops_may_end_early_and_run_at_once():
    X, y = np.arange(12), np.arange(12)
    make = lambda: DataLoader(X, y, 4, shuffle=True, seed=9)  # noqa: E731
    loader = make()
    epochs = [labels(loader) for _ in range(3)]
    loader = make()
    for _, first in loader:
        assert first.tolist() == epochs[0][0]
        break
    assert loader.epoch == 0
    assert labels(loader) == epochs[1]
    assert loader.epoch == 1
    loader = make()
    pairs = [(a.tolist(), b.tolist()) for (_, a), (_, b) in zip(loader, loader, strict=True)]
    assert pairs == list(zip(epochs[0], epochs[1], strict=True))
    loader = make()
    older, newer = iter(loader), iter(loader)
    next(newer)
    state = loader.state_dict()
    assert len(list(older)) == 3
    assert loader.state_dict() == state
    assert (state["epoch"], state["batch"]) == (1, 1)


OPTIONS = {"shuffle": True, "flip": True, "crop": 2, "seed": 7}


@pytest.mark.parametrize("stop", range(9))
@pytest.mark.parametrize("options", [{}, {"drop_last": True}, OPTIONS], ids=str)
def test_a_stopped_loop_goes_on_bit_for_bit(stop, options, tmp_path):
    X, y = numbered(10)
    options = {"batch_size": 4, **options}

    def endless(loader):
        while True:
            yield from loader

    full = [
        (a.copy(), b.copy()) for a, b in itertools.islice(endless(DataLoader(X, y, **options)), 12)
    ]
    loader = DataLoader(X, y, **options)
    for _ in itertools.islice(endless(loader), stop):
        pass
    write_state(tmp_path / "state", "test", loader.state_dict())
    resumed = DataLoader(X, y, **(options | ({"seed": 99} if "seed" in options else {})))
    list(resumed)
    resumed.load_state_dict(read_state(tmp_path / "state", "test"))
    assert resumed.epoch == stop // len(loader)
    assert resumed.state_dict() == loader.state_dict()
    rest = itertools.islice(endless(resumed), 12 - stop)
    for (images, own), (expected, theirs) in zip(rest, full[stop:], strict=True):
        np.testing.assert_array_equal(images, expected, strict=True)
        np.testing.assert_array_equal(own, theirs, strict=True)


def test_a_state_goes_on_in_the_same_loader():
    loader = DataLoader(np.arange(6), np.arange(6), 2)
    for _ in loader:
        state = loader.state_dict()
        break
    loader.load_state_dict(state)
    assert labels(loader) == [[2, 3], [4, 5]]
    assert labels(loader) == [[0, 1], [2, 3], [4, 5]]
    assert loader.epoch == 1
    assert labels(copy.deepcopy(loader)) == labels(loader)


def test_states_of_other_loaders_are_refused():
    loader = DataLoader(np.arange(6), np.arange(6), 2, shuffle=True, seed=1)
    good = loader.state_dict()
    for change, message in [
        ({"batch_size": 3}, "with batch_size 3, and this one has 2; make it with the same arg"),
        ({"n_examples": 7}, "the state is of a loader with n_examples 7, and this one has 6"),
        ({"shuffle": False}, "with shuffle False, and this one has True"),
        ({"batch": 3}, "batch is 3, and an epoch has 3 batches"),
        ({"batch": -1}, "batch must be at least 0, got -1"),
        ({"epoch": 1.5}, "epoch must be an integer, got 1.5"),
        ({"seed": None}, "seed must be an integer, got None"),
        ({"sead": 1}, "state has an unknown key 'sead'; did you mean 'seed'?"),
    ]:
        with pytest.raises((ValueError, TypeError), match=re.escape(message)):
            loader.load_state_dict(good | change)
        assert loader.state_dict() == good
    with pytest.raises(ValueError, match="state lacks the key 'seed'"):
        loader.load_state_dict({})
    with pytest.raises(TypeError, match="state must be a dict, got list"):
        loader.load_state_dict([])


@pytest.mark.parametrize("dtype", ["uint8", "float32", ">f8", "int64"])
def test_flips_and_crops(dtype):
    """Every image is its own padded self, mirrored or not, seen through a window."""
    X, y = numbered(40, size=5)
    X = (X % 251 + 1).astype(dtype)
    X.flags.writeable = False
    loader = DataLoader(X, y, 16, flip=True, crop=2, seed=0)
    seen = set()
    for images, own in loader:
        assert (images.dtype, images.shape[1:]) == (X.dtype, (2, 5, 5))
        for image, n in zip(images, own, strict=True):
            found = [
                (mirrored, down, right)
                for mirrored in (False, True)
                for down in range(5)
                for right in range(5)
                if np.array_equal(image, window(X[n], mirrored, down, right))
            ]
            assert len(found) == 1
            seen |= {*found}
    assert len({mirrored for mirrored, _, _ in seen}) == 2
    assert {down for _, down, _ in seen} == {right for _, _, right in seen} == set(range(5))


def window(image, mirrored, down, right):
    padded = np.pad(image[..., ::-1] if mirrored else image, ((0, 0), (2, 2), (2, 2)))
    return padded[:, down : down + 5, right : right + 5]


def test_augmentation_by_hand():
    images = np.array([[[[1, 2], [3, 4]]], [[[5, 6], [7, 8]]]])
    mirror(images, np.array([True, False]))
    assert images.tolist() == [[[[2, 1], [4, 3]]], [[[5, 6], [7, 8]]]]
    moved = shifted(images, 1, np.array([0, 2]), np.array([1, 2]))
    assert moved.tolist() == [[[[0, 0], [2, 1]]], [[[8, 0], [0, 0]]]]
    middle = shifted(images, 1, np.array([1, 1]), np.array([1, 1]))
    assert middle.tolist() == images.tolist()


def test_batches_are_the_callers_to_change():
    for options in ({}, {"flip": True}, {"crop": 1}):
        X, y = numbered(6)
        before = X.copy(), y.copy()
        for images, own in DataLoader(X, y, 3, **options):
            images[...] = -1
            own[...] = -1
        np.testing.assert_array_equal(X, before[0])
        np.testing.assert_array_equal(y, before[1])


def test_any_examples():
    assert labels(DataLoader([], [], 4)) == labels(DataLoader([], [], 4, shuffle=True)) == []
    assert labels(DataLoader([], [], 4, drop_last=True)) == []
    ((words, own),) = DataLoader(list("abc"), (1, 2, 3))
    assert words.tolist() == ["a", "b", "c"]
    assert own.tolist() == [1, 2, 3]
    assert list(DataLoader(np.zeros((0, 1, 4, 4)), [], 4, flip=True, crop=1)) == []


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"y": np.arange(3)}, ValueError, "X and y must hold the same number of examples, got"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ({"batch_size": 2.0}, TypeError, "batch_size must be an integer, got 2.0"),
        ({"shuffle": 1}, TypeError, "shuffle must be True or False, got 1"),
        ({"drop_last": None}, TypeError, "drop_last must be True or False, got None"),
        ({"flip": 0.5}, TypeError, "flip must be True or False, got 0.5"),
        ({"crop": -1}, ValueError, "crop must be at least 0, got -1"),
        (
            {"crop": 6},
            ValueError,
            "crop must be less than the height and width of the images, 6 x 6",
        ),
        ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ({"seed": 1, "rng": np.random.default_rng()}, ValueError, "rng and seed are both given"),
        ({"rng": 5}, TypeError, "rng must be a numpy.random.Generator, got int"),
        (
            {"X": np.ones((4, 3)), "flip": True},
            ValueError,
            "X must be (N, C, H, W), got shape (4, 3)",
        ),
        ({"X": np.ones((4, 3)), "crop": 1}, ValueError, "X must be (N, C, H, W), got shape (4, 3)"),
        (
            {"drop_last": True, "batch_size": 5},
            ValueError,
            "leaves nothing of 4 examples in batches",
        ),
    ],
)
def test_wrong_arguments(arguments, error, message):
    X, y = numbered(4)
    with pytest.raises(error, match=re.escape(message)):
        DataLoader(**({"X": X, "y": y} | arguments))


def test_repr():
    assert repr(DataLoader(np.zeros(5), np.zeros(5), batch_size=2, shuffle=True, seed=3)) == (
        "DataLoader(n_examples=5, batch_size=2, shuffle=True, drop_last=False, flip=False, crop=0, "
        "seed=3)"
    )
