"""Bad numbers planted everywhere: the guard names the place, the pass and the culprit."""

import copy
import pickle
import re
import threading

import numpy as np
import pytest

import minidl
from minidl import nn
from minidl.solver import Solver


@pytest.fixture(autouse=True)
def quiet():
    """NumPy's own warnings about the numbers that these tests make."""
    with np.errstate(all="ignore"):
        yield


def chain(rng, **options):
    return nn.Sequential(
        {
            "conv": nn.Conv2d(1, 2, 3, rng=rng, **options),
            "inner": nn.Sequential(nn.ReLU(), nn.Flatten(), nn.Linear(8, 4, rng=rng, **options)),
            "last": nn.Linear(4, 2, rng=rng, **options),
        }
    )


@pytest.fixture
def net(rng):
    return chain(rng)


@pytest.fixture
def x(rng):
    return rng.standard_normal((3, 1, 4, 4))


def refused(words):
    return pytest.raises(FloatingPointError, match="^nan_guard: " + re.escape(words))


def test_finite_numbers_pass_and_are_those_of_an_unguarded_net(net, x):
    other = copy.deepcopy(net)
    with minidl.nan_guard(net):
        np.testing.assert_array_equal(net(x), other(x))
        dx = net.backward(np.ones((3, 2)), input_gradient=True)
    np.testing.assert_array_equal(dx, other.backward(np.ones((3, 2)), input_gradient=True))
    for (name, a), (_, b) in zip(net.named_parameters(), other.named_parameters(), strict=True):
        np.testing.assert_array_equal(a.grad, b.grad, err_msg=name)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_bad_data_is_named_as_the_input(net, x, value):
    x[1, 0, 2, 3] = x[2, 0, 0, 0] = value
    with (
        minidl.nan_guard(net),
        refused(
            f"the input was so before any layer saw it: x[1, 0, 2, 3] is {value} (2 of 48 numbers "
            "are nan or infinite); clean the data"
        ),
    ):
        net(x)


def test_lists_are_looked_at_as_arrays_are():
    net = nn.Linear(2, 1)
    with minidl.nan_guard(net):
        with refused("the input was so before any layer saw it: x[1, 0] is nan (1 of 4 numbers"):
            net([[1, 2], [np.nan, 3]])
        net.weight.data[...] = 3e38
        with refused("forward pass of the net itself, Linear(2, 1): out[0, 0] is inf (1 of 1"):
            net([[10, 10]])


def test_bad_weights_are_blamed_and_not_their_layer(net, x):
    net.inner[2].weight.data[3, 5] = np.nan
    with (
        minidl.nan_guard(net),
        refused(
            "forward pass of layer 'inner.2', Linear(8, 4): out[0, 3] is nan (3 of 12 numbers are "
            "nan or infinite); not the layer is to blame but its weight, which was so before: "
            "weight[3, 5] is nan (1 of 32 numbers"
        ),
    ):
        net(x)


def test_bad_running_statistics_are_blamed():
    net = nn.Sequential(nn.BatchNorm1d(2)).eval()
    net[0].running_mean[1] = np.inf
    with minidl.nan_guard(net), pytest.raises(FloatingPointError, match="but its running_mean"):
        net(np.ones((3, 2)))


def test_a_layer_that_overflows_is_to_blame_itself(net, x):
    net.last.weight.data[...] = 3e38
    net.inner[2].weight.data[...] = 1
    net.inner[2].bias.data[...] = 9
    with minidl.nan_guard(net), pytest.raises(FloatingPointError) as stopped:
        net(x)
    said = str(stopped.value)
    assert said.startswith(
        "nan_guard: forward pass of layer 'last', Linear(4, 2): out[0, 0] is inf"
    )
    assert "so the layer itself made it (largest magnitudes: x " in said
    assert "weight 3e+38" in said


def test_a_bad_gradient_from_the_loss_is_no_layers_fault(net, x):
    with minidl.nan_guard(net):
        net(x)
        with refused("the gradient that backward was given was so before any layer saw it: dout[2"):
            net.backward(np.array([[0, 0], [0, 0], [np.nan, 0]]))
    assert net.last.weight.grad is None


def test_the_first_bad_gradient_of_a_backward_pass_is_named(net, x):
    net.last.weight.data[...] = 1e30
    with minidl.nan_guard(net):
        net(x * 0)
        with refused("backward pass of layer 'last', Linear(4, 2): dx[0, 0] is inf (12 of 12"):
            net.backward(np.full((3, 2), 1e10))


def test_gradients_of_parameters_are_looked_at(x):
    net = nn.Sequential(nn.Flatten(), nn.Linear(16, 2))
    with minidl.nan_guard(net):
        net(np.full_like(x, 1e20))
        with refused("backward pass of layer '1', Linear(16, 2): weight.grad[0, 0] is inf (32 of"):
            net.backward(np.full((3, 2), 1e25))  # whose dx nobody asked for


def test_gradients_that_were_bad_before_are_told_apart(net, x):
    net(x)
    net.backward(np.ones((3, 2)))
    net.last.bias.grad[1] = np.inf
    with (
        minidl.nan_guard(net),
        refused(
            "backward pass of layer 'last', Linear(4, 2): its gradients were bad before this pass: "
            "bias.grad[1] is inf (1 of 2 numbers are nan or infinite); zero_grad()"
        ),
    ):
        net.backward(np.ones((3, 2)))


class Own(nn.Module):
    """Two layers with arithmetic between them and after them."""

    def __init__(self, between=1.0, after=1.0):
        self.a, self.b = nn.Linear(2, 2), nn.Linear(2, 2)
        self.between, self.after = between, after

    def forward(self, x):
        return self.b(self.a(x) * self.between) * self.after

    def backward(self, dout):
        return self.a.backward(self.b.backward(dout) / self.between) / self.after


def test_code_between_the_layers_of_a_module_is_named():
    net = nn.Sequential(nn.ReLU(), Own(between=np.nan))
    with (
        minidl.nan_guard(net),
        refused(
            "forward pass of layer '1', Own: it hands on to layer '1.b', Linear(2, 2), numbers "
            "that no layer made: x[0, 0] is nan (6 of 6"
        ),
    ):
        net(np.ones((3, 2)))
    net = nn.Sequential(nn.ReLU(), Own(between=0.0))
    with minidl.nan_guard(net):
        net(np.ones((3, 2)))
        with refused("backward pass of layer '1', Own: it hands on to layer '1.a', Linear(2, 2), "):
            net.backward(np.ones((3, 2)))


def test_code_after_the_layers_of_a_module_is_named():
    net = Own(after=np.inf)
    with minidl.nan_guard(net), refused("forward pass of the net itself, Own: out[0, 0] is "):
        net(np.ones((3, 2)))
    net.after = 0.0
    with minidl.nan_guard(net):
        net(np.ones((3, 2)))
        with pytest.raises(
            FloatingPointError, match="the net itself, Own: dx.*its layers' results"
        ):
            net.backward(np.ones((3, 2)))


def test_results_that_are_no_float_arrays_are_passed_over():
    class Labels(nn.Module):
        def forward(self, x):
            return [["a"], x.astype(int), [[1], [2, 3]], {"nan": np.nan}, None][len(x)]

    net = Labels()
    with minidl.nan_guard(net):
        assert net(np.ones(0)) == ["a"]
        assert net(np.ones(1)).dtype.kind == "i"
        assert net(np.ones(2)) == [[1], [2, 3]]
        assert net(np.ones(3)) == {"nan": np.nan}
        assert net(np.ones(4)) is None


def test_a_result_that_is_bad_may_come_of_anything():
    class Named(nn.Module):
        def forward(self, words):
            return np.full(len(words), np.inf)

    net = Named()
    with minidl.nan_guard(net), refused("forward pass of the net itself, Named(): out[0] is inf"):
        net(["a", "b"])


def traces(net):
    return [{"forward", "backward"} & vars(module).keys() for module in net.modules()]


def test_a_guard_is_on_until_it_is_removed(net, x):
    net(x)
    attributes = [list(vars(module)) for module in net.modules()]
    guard = minidl.nan_guard(net)
    assert all(len(found) == 2 for found in traces(net))
    with pytest.raises(RuntimeError, match=r"nan_guard: the net has a guard already; remove\(\)"):
        minidl.nan_guard(net.inner)
    with pytest.raises(FloatingPointError, match="the input"):
        net(x * np.nan)
    guard.remove()
    guard.remove()
    assert not any(traces(net))
    assert [list(vars(module)) for module in net.modules()] == attributes
    assert np.isnan(net(x * np.nan)).any()


def test_a_guard_that_was_removed_guards_no_second_block(net):
    guard = minidl.nan_guard(net)
    with guard:
        pass
    with pytest.raises(RuntimeError, match="this guard was removed; make another"), guard:
        pytest.fail("nobody would look at this block")
    assert not any(traces(net))


def test_a_pass_in_another_thread_is_nobodys_caller(x):
    class Slow(nn.Module):
        def forward(self, x):
            begun.set()
            assert may_end.wait(timeout=60)
            return x

    begun, may_end = threading.Event(), threading.Event()
    net = nn.Sequential(nn.ReLU(), Slow())
    with minidl.nan_guard(net):
        other = threading.Thread(target=net, args=(x,))
        other.start()
        assert begun.wait(timeout=60)
        try:
            with refused("the input was so before any layer saw it"):
                net(x * np.nan)
        finally:
            may_end.set()
            other.join()


def test_a_guarded_net_goes_through_a_pickle(net, x):
    with minidl.nan_guard(net):
        twin = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(twin(x), net(x))
    with refused("the input was so"):
        twin(x * np.nan)


def test_a_block_that_fails_takes_its_guard_off(net):
    with pytest.raises(ZeroDivisionError), minidl.nan_guard(net):
        1 / 0  # noqa: B018
    assert not any(traces(net))


def test_passes_set_on_one_object_are_kept():
    net = nn.ReLU()
    net.forward = own = lambda x: x * np.inf
    with minidl.nan_guard(net), refused("forward pass of the net itself, ReLU(): out[0] is inf"):
        net(np.ones(2))
    assert net.forward is own


def test_a_pass_set_while_the_guard_was_on_stays():
    net = nn.ReLU()
    with minidl.nan_guard(net):
        net.forward = own = lambda x: x
    assert net.forward is own


def test_a_deep_copy_of_a_guarded_net_is_guarded_and_computes_with_its_own_weights(net, x):
    with minidl.nan_guard(net):
        twin = copy.deepcopy(net)
        twin.last.bias.data[...] = np.nan
        net(x)
        with pytest.raises(FloatingPointError, match="layer 'last'.*its bias"):
            twin(x)


def test_looking_into_a_guarded_net_leaves_the_guard_on(net, x, capsys):
    with minidl.nan_guard(net):
        nn.summary(net, (1, 4, 4))
        nn.activations(net, x)
        assert all(len(found) == 2 for found in traces(net))
        with pytest.raises(FloatingPointError, match="the input"):
            nn.activations(net, x * np.inf)


def test_a_solver_stops_inside_the_guarded_net(rng):
    net = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.ReLU(), nn.Linear(4, 2, rng=rng))
    X, y = 1e12 * rng.standard_normal((20, 3)), rng.integers(0, 2, 20)
    data = {"X_train": X, "y_train": y, "X_val": X, "y_val": y}
    config = {"learning_rate": 1e25}
    solver = Solver(
        nn.Model(net, nn.CrossEntropyLoss()), data, optim_config=config, seed=0, verbose=False
    )
    with minidl.nan_guard(net), refused("forward pass of layer '"):
        solver.train()


@pytest.mark.parametrize(
    ("net", "words"),
    [
        (None, "got NoneType"),
        (nn.ReLU, "got type"),
        (nn.Model(nn.Sequential(nn.Linear(1, 1)), nn.MSELoss()), "got Model; pass its .net"),
    ],
    ids=["none", "class", "model"],
)
def test_only_nets_are_guarded(net, words):
    with pytest.raises(TypeError, match="nan_guard: net must be a Module, " + words):
        minidl.nan_guard(net)
