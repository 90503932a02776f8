"""PyTorch as an oracle for optimizers and schedulers.  Skipped where it is missing."""

import numpy as np
import pytest
from optimizer_cases import CASES, STEPS, gradient, ids, parameters, run, start

from minidl import optim

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is no dependency")


def their_weights(name, settings, dtype, foreach):
    params = [torch.nn.Parameter(torch.tensor(start(k, dtype))) for k in range(2)]
    optimizer = getattr(torch.optim, name)(params, foreach=foreach, **settings)
    for step in range(STEPS):
        for k, parameter in enumerate(params):
            values = gradient(step, k)
            parameter.grad = None if values is None else torch.tensor(values.astype(dtype))
        optimizer.step()
    return [parameter.detach().numpy() for parameter in params]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("foreach", [False, True])
@pytest.mark.parametrize(("name", "settings", "first", "second"), CASES, ids=ids)
def test_50_steps(name, settings, first, second, foreach, dtype):
    """To 8 roundings of the largest weight; PyTorch's own two ways differ by as much."""
    params = parameters(dtype)
    run(getattr(optim, name)(params, **settings), params, range(STEPS))
    expected = their_weights(name, settings, dtype, foreach)
    for parameter, weights in zip(params, expected, strict=True):
        near = 8 * np.finfo(dtype).eps * np.max(np.abs(weights))
        np.testing.assert_allclose(parameter.data, weights, rtol=0, atol=near, strict=True)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("Adam", {"betas": (0.0, 0.0)}),
        ("AdamW", {"betas": (0.0, 0.0)}),
        ("RMSprop", {"alpha": 0.2, "centered": True, "eps": 1.0}),
    ],
)
def test_short_memories_of_gradients_far_apart(name, settings, dtype, rng):
    """An average that keeps less than half starts from the gradient, or its digits are lost."""
    parameter, twin = parameters(dtype)[0], torch.nn.Parameter(torch.tensor(start(0, dtype)))
    optimizer = getattr(optim, name)([parameter], **settings)
    expected = getattr(torch.optim, name)([twin], foreach=False, **settings)
    for power in range(-4, 4):
        values = rng.standard_normal(parameter.shape) * 10.0 ** (power * (-1) ** power)
        parameter.grad = values.astype(dtype)
        twin.grad = torch.tensor(parameter.grad)
        optimizer.step()
        expected.step()
    near = 8 * np.finfo(dtype).eps * np.max(np.abs(parameter.data))
    np.testing.assert_allclose(parameter.data, twin.detach().numpy(), rtol=0, atol=near)


def theirs(kind, lr, **settings):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    scheduler = getattr(torch.optim.lr_scheduler, kind)(optimizer, **settings)
    return optimizer, scheduler


@pytest.mark.parametrize(
    ("ours", "settings", "kind", "their_settings"),
    [
        ("StepLR", {"step_size": 3, "gamma": 0.5}, "StepLR", {}),
        ("StepLR", {"step_size": 1}, "StepLR", {}),
        ("ExponentialLR", {"gamma": 0.97}, "ExponentialLR", {}),
        ("CosineAnnealingLR", {"T_max": 7, "eta_min": 0.01}, "CosineAnnealingLR", {}),
        ("CosineAnnealingLR", {"T_max": 1}, "CosineAnnealingLR", {}),
        ("CosineAnnealingLR", {"T_max": 50}, "CosineAnnealingLR", {}),
        ("LinearWarmup", {"warmup_steps": 5}, "LinearLR", {"total_iters": 5}),
        (
            *("LinearWarmup", {"warmup_steps": 30, "start_factor": 0.01}),
            *("LinearLR", {"total_iters": 30, "start_factor": 0.01}),
        ),
    ],
)
def test_schedulers(ours, settings, kind, their_settings):
    """Bit for bit, and also after somebody has changed the learning rate."""
    box = optim.SGD(parameters(), lr=0.3)
    scheduler = getattr(optim.lr_scheduler, ours)(box, **settings)
    optimizer, expected = theirs(kind, 0.3, **(their_settings or settings))
    for epoch in range(40):
        assert box.lr == optimizer.param_groups[0]["lr"]
        assert scheduler.get_last_lr() == expected.get_last_lr()
        assert scheduler.last_epoch == expected.last_epoch == epoch
        if epoch == 20:
            box.lr *= 2
            optimizer.param_groups[0]["lr"] *= 2
        optimizer.step()
        scheduler.step()
        expected.step()


def test_two_schedulers_of_one_optimizer():
    box = optim.SGD(parameters(), lr=0.3)
    ours = [
        optim.lr_scheduler.LinearWarmup(box, 4, 0.25),
        optim.lr_scheduler.CosineAnnealingLR(box, 9),
    ]
    optimizer, first = theirs("LinearLR", 0.3, total_iters=4, start_factor=0.25)
    second = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 9)
    for _ in range(20):
        optimizer.step()
        for scheduler in (*ours, first, second):
            scheduler.step()
        assert box.lr == optimizer.param_groups[0]["lr"]
