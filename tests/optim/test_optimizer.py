"""All optimizers: PyTorch's numbers, what they skip, save, load and refuse."""

import copy
import re

import numpy as np
import pytest
from optimizer_cases import CASES, STEPS, gradient, ids, parameters, run, start

from minidl import nn, optim
from minidl.nn import Parameter
from minidl.storage import read_state, write_state

every_case = pytest.mark.parametrize(("name", "settings", "first", "second"), CASES, ids=ids)
every_class = pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"])


def made(name, params=None, **settings):
    return getattr(optim, name)(params or [Parameter(np.ones(2))], **settings)


@every_case
def test_50_steps_end_where_pytorch_ended(name, settings, first, second):
    params = parameters()
    run(made(name, params, **settings), params, range(STEPS))
    np.testing.assert_allclose(params[0].data.ravel(), first, rtol=1e-12)
    np.testing.assert_allclose(params[1].data.ravel(), second, rtol=1e-12)


@every_case
def test_float32_stays_float32_and_near(name, settings, first, second):
    params = parameters("float32")
    optimizer = made(name, params, **settings)
    run(optimizer, params, range(STEPS))
    for parameter, expected in zip(params, (first, second), strict=True):
        assert parameter.data.dtype == np.float32
        np.testing.assert_allclose(parameter.data.ravel(), expected, rtol=1e-4)
    for entry in optimizer.state_dict()["state"]:
        assert {a.dtype for key, a in entry.items() if key != "step"} <= {np.dtype("float32")}


@every_case
def test_a_saved_state_goes_on_bit_for_bit(name, settings, first, second):
    whole, parted = parameters(), parameters()
    run(made(name, whole, **settings), whole, range(20))
    before = made(name, parted, **settings)
    run(before, parted, range(10))
    saved = before.state_dict()
    kept = copy.deepcopy(saved)
    resumed = [Parameter(parameter.data) for parameter in parted]
    after = made(name, resumed, lr=0.5)
    after.load_state_dict(saved)
    assert repr(after) == repr(before)
    run(before, parted, range(10, 12))
    run(after, resumed, range(10, 20))
    np.testing.assert_equal(saved, kept)  # what was saved is a copy, and so is what was loaded
    for expected, parameter in zip(whole, resumed, strict=True):
        np.testing.assert_array_equal(parameter.data, expected.data)


@every_case
def test_a_state_goes_through_a_file(name, settings, first, second, tmp_path):
    params = parameters("float32")
    optimizer = made(name, params, **settings)
    run(optimizer, params, range(3))
    write_state(tmp_path / "state.npz", "optimizer", optimizer.state_dict())
    after = made(name, params, lr=0.5)
    after.load_state_dict(read_state(tmp_path / "state.npz", "optimizer"))
    np.testing.assert_equal(after.state_dict(), optimizer.state_dict())


@every_class
def test_gradients_are_not_written_to_and_may_have_any_layout(name):
    settings = {"weight_decay": 0.1, "maximize": True}
    expected = Parameter(np.ones((2, 3), np.float32))
    expected.grad = np.arange(6, dtype=np.float32).reshape(2, 3)
    made(name, [expected], **settings).step()
    for layout in (np.asfortranarray, lambda a: np.repeat(a, 2, axis=1)[:, ::2], np.float64):
        parameter = Parameter(np.ones((2, 3), np.float32))
        parameter.grad = layout(expected.grad)
        parameter.grad.flags.writeable = False
        made(name, [parameter], **settings).step()
        np.testing.assert_array_equal(parameter.data, expected.data, strict=True)
    turned = Parameter(np.asfortranarray(np.ones((2, 3), np.float32)))
    turned.grad = expected.grad
    made(name, [turned], **settings).step()
    np.testing.assert_array_equal(turned.data, expected.data, strict=True)


@every_class
def test_parameters_without_gradient_stay(name):
    moved, still = Parameter(np.ones(1)), Parameter(np.ones(1))
    optimizer = made(name, (p for p in (moved, still)), lr=0.1, weight_decay=0.1)
    moved.accumulate(np.ones(1))
    optimizer.step()
    assert moved.data[0] != 1
    assert still.data[0] == 1
    assert optimizer.state_dict()["state"][1] == {}
    optimizer.zero_grad()
    assert moved.grad is None
    before = moved.data.copy()
    optimizer.step()
    np.testing.assert_array_equal(moved.data, before)


@every_class
def test_the_learning_rate_may_change_and_be_a_numpy_number(name):
    constant, changed = parameters("float32"), parameters("float32")
    run(made(name, constant, lr=0.25), constant, range(3))
    optimizer = made(name, changed, lr=8)
    optimizer.lr = np.float64(0.25)
    run(optimizer, changed, range(3))
    for a, b in zip(constant, changed, strict=True):
        np.testing.assert_array_equal(a.data, b.data, strict=True)
    assert type(optimizer.state_dict()["settings"]["lr"]) is float


@every_class
def test_no_parameter_has_moved_when_one_cannot(name):
    params = parameters()
    optimizer = made(name, params)
    run(optimizer, params, range(2))
    before = copy.deepcopy((optimizer.state_dict(), [p.data.copy() for p in params]))

    def refused(message, error=ValueError):
        with pytest.raises(error, match=re.escape(f"{name}: {message}")):
            optimizer.step()
        now = (optimizer.state_dict(), [p.data for p in params])
        np.testing.assert_equal(now, before)

    params[0].grad, params[1].grad = gradient(0, 0), np.ones((1, 3))
    refused("grad must have shape (3,) (that of parameter 1), got (1, 3)")
    params[1].grad = 1j * np.ones(3)
    refused("grad must hold real numbers, got dtype complex128", TypeError)
    params[1].grad = np.ones(3)
    params[1].data.flags.writeable = False
    refused("parameter 1 is read-only; make it anew from a copy")
    params[1].data.flags.writeable = True
    lr, optimizer.lr = optimizer.lr, -1
    with pytest.raises(ValueError, match=f"{name}: lr must be at least 0 and finite, got -1"):
        optimizer.step()
    optimizer.lr = lr
    optimizer.step()


@pytest.mark.parametrize("name", ["Adam", "AdamW", "RMSprop", "Adagrad"])
def test_weights_of_another_shape_need_a_new_optimizer(name):
    parameter = Parameter(np.ones(2))
    optimizer = made(name, [parameter])
    for data in (np.ones(2), np.ones(3), np.ones(2, np.float32)):
        parameter.data, parameter.grad = data, np.ones_like(data)
        if data.shape == (2,) and data.dtype == np.float64:
            optimizer.step()
            continue
        with pytest.raises(ValueError, match=f"{name}: parameter 0 is now {data.dtype} of shape"):
            optimizer.step()
        np.testing.assert_array_equal(data, np.ones_like(data))


def test_scratch_memory_grows_with_the_weights():
    parameter = Parameter(np.ones(2))
    optimizer = optim.SGD([parameter], lr=0.5)
    for size in (2, 9, 3):
        parameter.data, parameter.grad = np.ones(size), np.ones(size)
        optimizer.step()
        np.testing.assert_array_equal(parameter.data, np.full(size, 0.5))


@every_class
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"optimizer": "LBFGS"}, ValueError, "the state is that of 'LBFGS'"),
        ({"settings": {}}, ValueError, "settings lacks the key 'lr'"),
        ({"shapes": [(2, 2)]}, ValueError, "the state is that of 1 parameters, and there are 2"),
        ({"shapes": None}, TypeError, "shapes must be a list, got NoneType"),
        ({"state": 2}, TypeError, "state must be a list, got int"),
        ({"shapes": [4, 3]}, ValueError, "parameter 0 has shape"),
        ({"state": [np.ones(2), {}]}, TypeError, "state of parameter 0 must be a dict"),
        ({"shapes": [(2, 2), (4,)]}, ValueError, "parameter 1 has shape (3,), and the state is"),
        ({"state": [{}, 3]}, TypeError, "state of parameter 1 must be a dict, got int"),
        (
            {"state": [{}, {"stop": 1}]},
            ValueError,
            "has an unknown key 'stop'; did you mean 'step'",
        ),
        ({"state": [{}, {"exp": np.ones(3)}]}, ValueError, "has an unknown key 'exp'"),
    ],
)
def test_states_that_do_not_fit(name, change, error, message):
    params = parameters()
    optimizer = made(name, params, lr=0.3)
    run(optimizer, params, range(2))
    state = optimizer.state_dict()
    with pytest.raises(error, match=re.escape(f"{name}.load_state_dict: ")) as caught:
        optimizer.load_state_dict(state | {"settings": state["settings"] | {"lr": 0.1}} | change)
    assert message in str(caught.value)
    np.testing.assert_equal(optimizer.state_dict(), state)


def test_an_average_that_is_missing_or_of_another_shape_is_refused():
    params = parameters()
    optimizer = optim.Adam(params)
    run(optimizer, params, range(2))
    state = optimizer.state_dict()
    second = state["state"][1]
    state["state"][1] = second | {"exp_avg": np.ones(4)}
    with pytest.raises(ValueError, match=re.escape("exp_avg of parameter 1 must have shape (3,)")):
        optimizer.load_state_dict(state)
    state["state"][1] = {key: value for key, value in second.items() if key != "exp_avg_sq"}
    with pytest.raises(ValueError, match="state of parameter 1 lacks the key 'exp_avg_sq'"):
        optimizer.load_state_dict(state)
    state["state"][1] = second | {"step": 0}
    with pytest.raises(ValueError, match="step of parameter 1 must be at least 1, got 0"):
        optimizer.load_state_dict(state)
    state["state"][1] = second
    with pytest.raises(ValueError, match="the state is that of 2 parameters, and there are 1"):
        optim.Adam(params[:1]).load_state_dict(state)
    with pytest.raises(TypeError, match="Adam.load_state_dict: state_dict must be a dict"):
        optimizer.load_state_dict(3)


@every_class
def test_what_all_refuse(name):
    def refused(error, message, params=None, **settings):
        with pytest.raises(error, match=re.escape(f"{name}: {message}")):
            made(name, params, **settings)

    refused(TypeError, "params must be an iterable of Parameters; pass [p", Parameter(np.ones(1)))
    refused(TypeError, "params must hold Parameters, got ndarray; pass net.par", [np.ones(1)])
    refused(TypeError, "params must hold Parameters, got dict; make an optimizer for", [{"lr": 1}])
    refused(TypeError, "params must be an iterable of Parameters, got int; pass net.param", 3)
    refused(TypeError, "params must hold Parameters, got ReLU", nn.Sequential(nn.ReLU()))
    parameter = Parameter(np.ones(1))
    refused(ValueError, "params holds the same Parameter twice", [parameter, parameter])
    refused(ValueError, "lr must be at least 0 and finite, got -0.1", lr=-0.1)
    refused(ValueError, "lr must be at least 0 and finite, got nan", lr=float("nan"))
    refused(ValueError, "weight_decay must be at least 0 and finite, got inf", weight_decay=np.inf)
    refused(TypeError, "lr must be a number, got '1e-3'", lr="1e-3")
    refused(TypeError, "lr must be a number, got True", lr=True)
    refused(TypeError, "maximize must be True or False, got 1", maximize=1)


@every_class
def test_no_parameters(name):
    used_up = (p for p in [Parameter(np.ones(1))])
    made(name, used_up)
    for nothing in ([], used_up, nn.ReLU().parameters()):
        with pytest.raises(ValueError, match=f"{name}: there are no parameters to train"):
            getattr(optim, name)(nothing)


def test_the_parameters_are_fixed():
    """What is remembered has their order: one taken away would hand its past to the next."""
    params = parameters()
    optimizer = optim.Adam(params)
    assert optimizer.params == tuple(params)
    with pytest.raises(AttributeError):
        optimizer.params.pop(0)


def test_a_class_of_ones_own_says_what_is_missing():
    class Sign(optim.Optimizer):
        pass

    parameter = Parameter(np.ones(1))
    parameter.grad = np.ones(1)
    with pytest.raises(NotImplementedError, match="Sign._move"):
        Sign([parameter], lr=0.1, weight_decay=0, maximize=False).step()


def test_start_and_gradients_are_what_the_records_were_made_with():
    assert start(0).tolist() == [[-1.0, -0.25], [0.5, -0.5]]
    assert gradient(1, 1).tolist() == [1.0, -1.0, -0.25]
    assert gradient(2, 1) is None
