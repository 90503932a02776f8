"""A module that remembers its last call does what one without a memory does, whatever changes."""

import copy
import gc
import pickle
import threading
import weakref

import numpy as np
import pytest

from minidl import nn, optim, threads
from minidl.fast_layers import prepared
from minidl.nn.watching import watched

SHAPE = 2, 9, 8


def small_net(**arithmetic):
    arithmetic.setdefault("rng", np.random.default_rng(0))
    return nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1, **arithmetic),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(3, 4, (2, 3), stride=(2, 1), **arithmetic),
        nn.ReLU(),
        nn.AvgPool2d(2, padding=1),
        nn.Flatten(),
        nn.Linear(16, 5, **arithmetic),
    )


def images(rng, n=3, shape=SHAPE, dtype="float32"):
    return rng.standard_normal((n, *shape)).astype(dtype)


def both_passes(net, x):
    """Return the output, the gradient of the input, and those of all parameters."""
    net.zero_grad()
    out = net(x)
    dx = net.backward(np.cos(out), input_gradient=True)
    return out, dx, *[p.grad for p in net.parameters()]


def without_memory(net, x):
    """Return the same of a copy, for which everything is checked and planned anew."""
    prepared.forget()
    return both_passes(copy.deepcopy(net), x)


def assert_equal(actual, expected):
    for a, e in zip(actual, expected, strict=True):
        np.testing.assert_array_equal(a, e, strict=True)


def assert_as_without_memory(net, x):
    assert_equal(both_passes(net, x), without_memory(net, x))


@pytest.fixture
def net(rng):
    """Return a net that has calls to remember."""
    net = small_net()
    for _ in range(3):
        both_passes(net, images(rng))
    return net


def test_equal_calls_give_equal_bits_in_memory_of_their_own(net, rng):
    x = images(rng)
    kept = x.copy()
    first, second = both_passes(net, x), both_passes(net, x)
    assert_equal(first, second)
    assert_equal(first, without_memory(net, x))
    np.testing.assert_array_equal(x, kept)
    held = [x, *[p.data for p in net.parameters()]]
    for k, one in enumerate([*first, *second]):
        assert one.flags.c_contiguous
        assert one.flags.writeable
        for other in [*first, *second][:k] + held:
            assert not np.shares_memory(one, other)


def test_batches_of_other_sizes_come_in_turn(net, rng):
    for n in (5, 3, 5, 1, 0, 3, 1):
        assert_as_without_memory(net, images(rng, n))


FORMS = {
    "double": lambda x: x.astype("float64"),
    "integers": lambda x: (4 * x).astype(int),
    "other order of bytes": lambda x: x.astype(x.dtype.newbyteorder()),
    "columns": np.asfortranarray,
    "every other": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
    "reversed": lambda x: x[..., ::-1],
    "broadcast": lambda x: np.broadcast_to(x[:1], x.shape),
    "list": lambda x: x.tolist(),
    "subclass": lambda x: x.view(np.recarray),
    "at an odd place": lambda x: np.frombuffer(b"." + x.tobytes(), x.dtype, offset=1).reshape(
        x.shape
    ),
    "read-only": lambda x: np.frombuffer(x.tobytes(), x.dtype).reshape(x.shape),
}


@pytest.mark.parametrize("form", FORMS)
def test_inputs_in_other_forms_come_in_turn(net, form, rng):
    x = images(rng)
    assert_as_without_memory(net, FORMS[form](x))
    assert_as_without_memory(net, x)
    for layer in (nn.ReLU(), nn.MaxPool2d(2), nn.AvgPool2d(2), net[0], net[-1]):
        x = images(rng) if layer is not net[-1] else images(rng, 3, (16,))
        for given in (x, FORMS[form](x), x):
            out = layer(given)
            assert_equal([out], [copy.deepcopy(layer)(given)])
            dout = np.cos(out)
            right = layer.backward(dout)
            assert_equal(
                [layer.backward(FORMS[form](dout))],
                [copied_backward(layer, given, FORMS[form](dout))],
            )
            assert_equal([layer.backward(dout)], [right])


def copied_backward(layer, x, dout):
    layer = copy.deepcopy(layer)
    layer(x)
    return layer.backward(dout)


WRONG = {
    "one axis": lambda x: x[0],
    "other channels": lambda x: x[:, :1],
    "too small": lambda x: x[:, :, :1, :1],
    "complex": lambda x: x.astype(complex),
    "text": lambda x: x.astype(str),
    "masked": np.ma.masked_array,
    "long double": lambda x: x.astype(np.longdouble),
    "nothing": lambda x: None,
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_inputs_are_refused_in_the_same_words(net, wrong, rng):
    if wrong == "long double" and np.dtype(np.longdouble).itemsize == 8:
        pytest.skip("here it is a double")
    x = images(rng)
    for layer in (net, net[0], net[1], net[2], net[5]):
        right = layer(x)
        words = []
        for asked in (layer, copy.deepcopy(layer)):
            try:
                asked(WRONG[wrong](x))
            except (TypeError, ValueError) as error:
                words.append((type(error), str(error)))
            else:
                words.append(None)
        assert words[0] == words[1]
        assert_equal([layer(x)], [right])
    with pytest.raises((TypeError, ValueError)):
        net(WRONG[wrong](x))


def test_wrong_upstream_gradients_are_refused_in_the_same_words(net, rng):
    x = images(rng)
    for layer in [*net][:3]:
        out = layer(x)
        for dout in (out[:1], out[..., :1], out.astype(complex), None, np.ma.masked_array(out)):
            with pytest.raises((TypeError, ValueError)) as refusal:
                layer.backward(dout)
            with pytest.raises((TypeError, ValueError)) as expected:
                copied_backward(layer, x, dout)
            assert str(refusal.value) == str(expected.value)
        layer.backward(out)
        x = out


def test_weights_change_in_every_way(net, rng):
    x = images(rng)
    for change in (
        lambda p: p.data.__imul__(2),
        lambda p: setattr(p, "data", p.data + 1),
        lambda p: setattr(p, "data", np.asfortranarray(p.data)),
        lambda p: setattr(p, "data", p.data.astype("float64")),
        lambda p: setattr(
            p, "data", np.frombuffer(p.data.tobytes(), p.data.dtype).reshape(p.shape)
        ),
    ):
        for parameter in net.parameters():
            change(parameter)
        assert_as_without_memory(net, x)
    other = small_net(rng=np.random.default_rng(7))
    net = small_net()
    both_passes(net, x)
    net.load_state_dict(other.state_dict())
    assert_equal(both_passes(net, x), both_passes(other, x))
    net[0].bias = net[-1].bias = None
    assert_as_without_memory(net, x)


def test_weights_of_another_shape_are_taken_or_refused_as_ever(rng):
    layer, x = nn.Conv2d(2, 3, 3), images(rng)
    layer(x)
    layer.weight.data = images(rng, 3, (2, 1, 1))
    assert layer(x).shape == (3, 3, 9, 8)
    layer.weight.data = images(rng, 3, (1, 1, 1))
    with pytest.raises(ValueError, match="conv_forward: x has 2 channels, and w takes 1"):
        layer(x)
    layer.weight.data, layer.bias.data = images(rng, 3, (2, 1, 1)), np.zeros(4, "f")
    with pytest.raises(ValueError, match=r"conv_forward: b must have shape \(3,\)"):
        layer(x)


def test_two_modules_share_parameters(rng):
    first, second = nn.Linear(6, 6, rng=rng), nn.Linear(6, 6, rng=rng)
    second.weight, second.bias = first.weight, first.bias
    net, x = nn.Sequential(first, nn.ReLU(), second), images(rng, 4, (6,))
    for _ in range(3):
        assert_as_without_memory(net, x)
        first.weight.data -= 0.1 * first.weight.grad


def test_layer_parameters_change(rng):
    conv, pool, x = nn.Conv2d(2, 4, 3, padding=1), nn.MaxPool2d(2), images(rng)
    for _ in range(2):
        assert conv(x).shape == (3, 4, 9, 8)
        assert pool(x).shape == (3, 2, 4, 4)
    conv.conv_param["stride"] = 2, 1
    pool.pool_param["stride"] = 1, 1
    assert conv(x).shape == (3, 4, 5, 8)
    assert pool(x).shape == (3, 2, 8, 7)
    conv.conv_param = {**conv.conv_param, "pad": [0, 0]}
    assert conv(x).shape == (3, 4, 4, 6)
    conv.conv_param["pad"][0] = 2
    assert conv(x).shape == (3, 4, 6, 6)
    conv.conv_param["pad"] = 0
    for _ in range(2):
        assert conv(x).shape == (3, 4, 4, 6)
    conv.conv_param["groups"] = True  # equal to 1, and no number of groups
    with pytest.raises(TypeError, match="groups must be an integer, got True"):
        conv(x)
    conv.conv_param["group"] = conv.conv_param.pop("groups")
    with pytest.raises(ValueError, match="unknown key 'group'"):
        conv(x)
    pool.pool_param["dilatation"] = pool.pool_param.pop("dilation")
    with pytest.raises(ValueError, match="unknown key 'dilatation'"):
        pool(x)


def test_backward_runs_again_and_with_caches_of_before(net, rng):
    one, two = images(rng), images(rng)
    for layer in [*net][:6]:
        out = layer(one)
        cache, dout = layer._cache, np.cos(out)
        dx = layer.backward(dout)
        assert_equal([layer.backward(dout)], [dx])
        following = layer(two)
        layer._cache = cache
        assert_equal([layer.backward(dout)], [dx])
        layer(two[:1])
        layer._cache = cache
        assert_equal([layer.backward(dout)], [dx])
        one, two = out, following


def test_sick_numbers_come_and_go(net, rng):
    x = images(rng)
    for parameter in net.parameters():
        for sick in (np.nan, np.inf):
            place = (0,) * parameter.data.ndim
            well, parameter.data[place] = parameter.data[place], sick
            with np.errstate(invalid="ignore"):
                assert_as_without_memory(net, x)
            parameter.data[place] = well
    for sick in (np.nan, np.inf):
        ill = x.copy()
        ill[0, 1, 2, 3] = sick
        with np.errstate(invalid="ignore"):
            assert_as_without_memory(net, ill)
    assert_as_without_memory(net, x)


def test_threads_may_be_many_and_change(net, rng, monkeypatch, threads):
    x = images(rng, 7)
    expected = both_passes(net, x)
    monkeypatch.setattr("minidl.threads.SPLIT_ABOVE", 1)
    prepared.forget()
    split = copy.deepcopy(net)
    for n_threads in (1, 3, 2, 1):
        threads(n_threads)
        for a, e in zip(both_passes(split, x), expected, strict=True):
            np.testing.assert_allclose(a, e, rtol=1e-5, atol=1e-6)


def test_one_net_is_called_from_two_threads(net, rng):
    batches = [images(rng, 1 + k % 3) for k in range(6)]
    expected = [copy.deepcopy(net)(x) for x in batches]
    wrong = []

    def call(k):
        for _ in range(200):
            if not np.array_equal(net(batches[k]), expected[k]):
                wrong.append(k)

    crew = [threading.Thread(target=call, args=(k,)) for k in range(len(batches))]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert not wrong


def test_a_watched_net_shows_everything_and_forgets_it(net, rng):
    x, other = images(rng), images(rng)
    out = net(x)
    seen = {}

    def watch(name, module):
        forward = module.forward

        def watched_forward(x):
            seen[name] = forward(x)
            return seen[name]

        return watched_forward

    with watched(net, watch):
        np.testing.assert_array_equal(net(other), seen[""])
    assert len(seen) == 9
    kept = {name: array.copy() for name, array in seen.items()}
    dx = net.backward(np.cos(out), input_gradient=True)
    assert_equal([out, dx], without_memory(net, x)[:2])
    for name, array in seen.items():
        np.testing.assert_array_equal(array, kept[name])


def test_passes_that_a_subclass_overrides_are_called(rng):
    class Doubled(nn.Conv2d):
        def forward(self, x):
            return 2 * super().forward(x)

        def backward(self, dout, input_gradient=True):
            return super().backward(2 * dout, input_gradient)

    class Nested(nn.ReLU):
        def __init__(self):
            super().__init__()
            self.inner = nn.Sequential(nn.Linear(4, 4, rng=np.random.default_rng(1)))

        def forward(self, x):
            return super().forward(self.inner(x))

        def backward(self, dout):
            return self.inner.backward(super().backward(dout))

    plain, doubled = (kind(2, 3, 3, rng=np.random.default_rng(0)) for kind in (nn.Conv2d, Doubled))
    x = images(rng)
    for _ in range(3):
        out = plain(x)
        np.testing.assert_array_equal(doubled(x), 2 * out)
        np.testing.assert_array_equal(doubled.backward(out), plain.backward(2 * out))
    nested, x = Nested(), images(rng, 3, (4,))
    for _ in range(3):
        assert nested.backward(nested(x)).shape == x.shape


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_computes_with_its_own_weights(net, copied, rng):
    x = images(rng)
    out = net(x)
    twin = copied(net)
    np.testing.assert_array_equal(twin(x), out)
    for parameter in twin.parameters():
        parameter.data += 1
    assert_as_without_memory(twin, x)
    np.testing.assert_array_equal(net(x), out)
    assert not np.array_equal(twin(x), out)


def test_a_copied_optimizer_moves_its_own_weights(net, rng):
    x = images(rng)
    optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    for _ in range(3):
        both_passes(net, x)
        optimizer.step()
    before = [p.data.copy() for p in net.parameters()]
    twin, moving = copy.deepcopy((net, optimizer))
    both_passes(twin, x)
    moving.step()
    assert_equal([p.data for p in net.parameters()], before)
    both_passes(net, x)
    optimizer.step()
    assert_equal([p.data for p in twin.parameters()], [p.data for p in net.parameters()])


def test_training_and_evaluation_take_turns(rng):
    net = nn.Sequential(
        nn.Conv2d(2, 4, 3, rng=rng), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5, rng=rng)
    )
    x = images(rng)
    for _ in range(2):
        assert (net.train()(x) == 0).mean() > 0.6
        first, second = net.eval()(x), net(x)
        np.testing.assert_array_equal(first, second)
        assert (first == 0).mean() < 0.6


def test_no_input_is_kept_longer_than_for_its_backward_pass(net, rng):
    x = images(rng)
    gone = weakref.ref(x)
    net(x)
    del x
    net(images(rng, 2))
    gc.collect()
    assert gone() is None


def test_what_was_planned_without_threads_is_not_split_later():
    """The work of a plan says whether there are parts; how many threads there are, each call."""
    assert threads.in_parts(len, threads.SPLIT_ABOVE - 1) is len
    assert threads.in_parts(len, threads.SPLIT_ABOVE) is not len


LAYERS = {
    "a sequence": (lambda: nn.Conv1d(2, 3, 3, padding=1), (2, 9)),
    "transposed": (lambda: nn.ConvTranspose2d(2, 3, 3, stride=2), (2, 4, 5)),
    "reflected": (lambda: nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect"), (2, 4, 5)),
    "groups": (lambda: nn.Conv2d(4, 6, 3, groups=2), (4, 6, 5)),
    "many filters": (lambda: nn.Conv2d(16, 20, 3, padding=1), (16, 6, 5)),
    "one product": (lambda: nn.Conv2d(2, 3, (4, 5)), (2, 4, 5)),
    "without bias": (lambda: nn.Conv2d(2, 3, 3, bias=False), (2, 4, 5)),
    "global": (lambda: nn.AdaptiveMaxPool2d(1), (2, 4, 5)),
    "overlapping": (lambda: nn.MaxPool2d(3, 1), (2, 4, 5)),
    "linear without bias": (lambda: nn.Linear(40, 3, bias=False), (2, 4, 5)),
    "one output": (lambda: nn.Linear(40, 1), (2, 4, 5)),
    "naive": (lambda: nn.Linear(40, 3, backend="naive"), (2, 4, 5)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_of_every_kind_remember_rightly(name, rng):
    make, shape = LAYERS[name]
    net = nn.Sequential(make())
    for n in (3, 3, 1, 3, 3):
        assert_as_without_memory(net, images(rng, n, shape))


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")
def test_a_shape_that_changes_after_the_forward_pass_is_read_as_it_was(rng):
    layer = nn.Conv2d(64, 1, 1)
    for _ in range(2):
        x = images(rng, 1, (64, 32, 32))
        out = layer(x)
        expected = layer.backward(out)
    x = x.copy()
    np.testing.assert_array_equal(layer(x), out)
    x.shape = 1, 1, 64, 1024
    layer.weight.grad = None
    np.testing.assert_array_equal(layer.backward(out), expected)
    assert np.isfinite(layer.weight.grad).all()
