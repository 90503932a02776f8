"""The summary table: numbers counted by hand, and the net left as it was."""

import numpy as np
import pytest

from minidl import models, nn
from minidl.interop.tensorflow import Conv2D
from minidl.randomness import default_rng


def test_numbers(capsys):
    net = nn.Sequential(nn.Conv2d(2, 3, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(60, 4))
    result = nn.summary(net, (2, 4, 5))
    conv, relu, flatten, linear = result.rows
    assert conv.out_shape == (3, 4, 5)
    assert conv.parameters == 3 * 2 * 9 + 3
    assert conv.multiply_adds == 3 * 4 * 5 * 2 * 9
    assert conv.n_bytes == 4 * (60 + 57)
    assert (relu.out_shape, relu.parameters, relu.multiply_adds) == ((3, 4, 5), 0, 0)
    assert flatten.out_shape == (60,)
    assert (linear.parameters, linear.multiply_adds) == (60 * 4 + 4, 240)
    assert result.parameters == 57 + 244
    assert repr(result) == "Summary(4 layers, 301 parameters)"
    printed = capsys.readouterr().out
    assert printed.strip() == str(result)
    assert printed.splitlines()[0].split() == [
        "layer",
        "output",
        "parameters",
        "multiply-adds",
        "bytes",
    ]
    assert printed.splitlines()[-1].split()[:2] == ["total", "301"]


def test_nets_inside_nets(capsys):
    net = nn.Sequential(nn.Sequential(nn.Conv2d(1, 1, 2), nn.Sum()))
    assert [row.name for row in nn.summary(net, (1, 3, 3)).rows] == ["0.0", "0.1"]


def test_a_single_number_goes_through_layers(capsys):
    class Total(nn.Module):
        def forward(self, x):
            return np.sum(x)

    rows = nn.summary(nn.Sequential(Total(), nn.ReLU()), (3,)).rows
    assert [row.out_shape for row in rows] == [(), ()]


def test_refusals_are_about_one_image():
    with pytest.raises(ValueError, match=r"affine_forward: x has 3 values .* \(x \(1, 3\), w"):
        nn.summary(nn.Linear(2, 4), (3,))


def test_a_layer_that_does_not_fit_leaves_the_net_as_it_was():
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 3 * 3, 4))
    with pytest.raises(ValueError, match="affine_forward: x has 32 values"):
        nn.summary(net, (1, 6, 6))
    for module in net.modules():
        assert "forward" not in vars(module)


def test_a_backward_pass_is_not_disturbed(capsys):
    net = nn.Sequential(nn.Linear(2, 1), nn.Flatten())
    net(np.array([[3.0, 4.0]]))
    nn.summary(net, (2,))
    net.backward(np.ones((1, 1)))
    np.testing.assert_array_equal(net[0].weight.grad, [[3, 4]])


def test_every_parameter_is_counted_once(capsys):
    class Scaled(nn.Module):
        def __init__(self):
            self.scale = nn.Parameter(np.ones(5))
            self.a = nn.Linear(2, 2)
            self.b = nn.Linear(2, 2)
            self.b.weight = self.a.weight

        def forward(self, x):
            return self.b(self.a(x))

    result = nn.summary(Scaled(), (2,))
    assert result.parameters == 5 + 4 + 2 + 2
    assert {row.layer: row.parameters for row in result.rows}["Scaled"] == 5


def test_input_shape_is_checked():
    with pytest.raises(TypeError, match="summary: input_shape must be a tuple of integers"):
        nn.summary(nn.ReLU(), 4)

    with pytest.raises(ValueError, match="summary: input_shape must be at least 1, got 0"):
        nn.summary(nn.ReLU(), (0, 3))


def notes(error):
    return "\n".join(error.__notes__)


def test_the_layer_that_does_not_fit_is_named_under_the_rows_so_far():
    net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Sequential(nn.Flatten(), nn.Linear(99, 10)))
    with pytest.raises(ValueError, match="affine_forward: x has 24 values") as refusal:
        nn.summary(net, (1, 6, 6))
    assert str(refusal.value).startswith(
        "summary: layer '1.1', Linear(99, 10), received (24,) for one image, which does not fit: "
    )
    rows = notes(refusal.value).splitlines()[1:]
    assert [row.split()[:2] for row in rows[2:5]] == [
        ["0", "Conv2d(1,"],
        ["1.0", "Flatten()"],
        ["1.1", "Linear"],
    ]
    assert rows[4].endswith("does not fit")
    assert rows[-1] == "summary: the shape of one image, without a batch, was (1, 6, 6)"


def test_a_net_that_refuses_by_itself_is_named_too():
    with pytest.raises(ValueError, match="the net itself, PyramidNet, received .1, 30, 30. for"):
        nn.summary(models.PyramidNet(), (1, 30, 30))
    with pytest.raises(ValueError, match="layer '0', Conv2d.*received .8, 1, 9, 9. for one image"):
        nn.summary(nn.Sequential(nn.Conv2d(1, 2, 3)), (8, 1, 9, 9))


class Own(nn.Module):
    """A module of one's own, around a function."""

    def __init__(self, function):
        self.function = function

    def forward(self, x):
        return self.function(x)


def test_modules_of_ones_own_get_one_image_to_write_to(capsys):
    def halve(x):
        assert x.shape == (1, 2, 6)
        x += 1
        return np.log(x - 1)[:, :, ::2]  # log of 0 is no matter here

    net = nn.Sequential(nn.Conv1d(2, 2, 3), Own(halve), nn.Flatten(), nn.Linear(6, 2))
    assert [row.out_shape for row in nn.summary(net, (2, 8)).rows] == [(2, 6), (2, 3), (6,), (2,)]


@pytest.mark.parametrize(
    ("function", "kind", "words"),
    [
        (lambda x: None, TypeError, "forward must return an array, got NoneType"),
        (lambda x: x.colour, AttributeError, "no attribute 'colour'"),
        (lambda x: x[:, 5], IndexError, "out of bounds"),
    ],
)
def test_mistakes_in_modules_of_ones_own_are_placed(function, kind, words):
    net = nn.Sequential(nn.ReLU(), Own(function))
    with pytest.raises(kind, match=words) as refusal:
        nn.summary(net, (2, 3))
    said = str(refusal.value) + notes(refusal.value)
    assert "summary: layer '1', Own(), received (2, 3) for one image" in said
    assert "0 ReLU()" in said


def test_what_nobody_has_written_yet_says_so():
    with pytest.raises(NotImplementedError, match="Module.forward") as refusal:
        nn.summary(nn.Module(), (2, 3))
    assert "the net itself, Module(), received (2, 3)" in notes(refusal.value)


@pytest.mark.parametrize("backend", ["fast", "naive"])
def test_nothing_is_computed_and_huge_images_are_none_too_large(backend, capsys):
    net = nn.Sequential(
        nn.Conv2d(1, 2, 3, padding=1, padding_mode="reflect", backend=backend),
        nn.BatchNorm2d(2, track_running_stats=False, backend=backend),
        nn.MaxPool2d(2, backend=backend),
        nn.ReLU(backend=backend),
        nn.Dropout(backend=backend),
    )
    rows = nn.summary(net, (1, 8000, 8000)).rows  # a naive loop would take hours
    assert rows[-1].out_shape == (2, 4000, 4000)
    assert rows[0].n_bytes == 4 * (2 * 8000 * 8000 + 20)


def test_what_no_machine_holds_is_refused():
    for side in (2**24, 2**31 - 1):
        with pytest.raises(ValueError, match=r"summary: the input would have shape .* bytes for"):
            nn.summary(nn.ReLU(), (side, side))
    with pytest.raises(ValueError, match="layer '0', Conv2d.*its output would have shape"):
        nn.summary(nn.Sequential(nn.Conv2d(1, 50000, 1)), (1, 2**15, 2**15))


def state_of(net):
    arrays = [
        (name, key, value.copy())
        for name, module in net.named_modules()
        for key, value in vars(module).items()
        if isinstance(value, np.ndarray)
    ]
    caches = [module._cache for module in net.modules()]
    attributes = [dict(vars(module)) for module in net.modules()]
    generators = np.random.get_state()[1].copy(), default_rng().bit_generator.state  # noqa: NPY002
    return arrays, caches, attributes, generators


class Restless(nn.Module):
    """Counts, draws numbers and keeps an average even in evaluation mode."""

    def __init__(self):
        self.register_buffer("average", np.zeros(3))
        self.calls = 0
        self.rng = np.random.default_rng(0)

    def forward(self, x):
        self.calls += 1
        self.average += 1
        noise = np.random.rand() + default_rng().random() + self.rng.random()  # noqa: NPY002
        return x + noise


@pytest.mark.parametrize(
    "look", [nn.summary, lambda net, shape: nn.activations(net, np.ones((2, *shape)))]
)
@pytest.mark.parametrize("training", [True, False])
def test_looking_leaves_no_trace(look, training, capsys):
    net = nn.Sequential(Restless(), nn.BatchNorm1d(3), nn.Dropout(rng=np.random.default_rng(1)))
    net.train(training)[1].eval()  # one layer is in another mode than the rest
    net(np.ones((4, 3)))
    own = net[0].rng.bit_generator.state, net[2].rng.bit_generator.state
    before = state_of(net)
    look(net, (3,))
    after = state_of(net)
    for (*place, was), (*there, now) in zip(before[0], after[0], strict=True):
        assert place == there
        np.testing.assert_array_equal(was, now)
    assert all(a is b for a, b in zip(before[1], after[1], strict=True))
    assert [list(a) for a in before[2]] == [list(b) for b in after[2]]
    assert [m.training for m in net.modules()] == [training, training, False, training]
    assert net[0].calls == 1
    np.testing.assert_array_equal(before[3][0], after[3][0])
    assert before[3][1] == after[3][1]
    assert own == (net[0].rng.bit_generator.state, net[2].rng.bit_generator.state)


def test_layers_that_draw_their_weights_late_draw_what_they_would_have_drawn(capsys):
    def drawn(look):
        net = nn.Sequential(Conv2D(4, 3, rng=np.random.default_rng(7)))
        if look:
            nn.summary(net, (5, 5, 1))
        net(np.ones((1, 5, 5, 1)))
        return net[0].kernel.data

    np.testing.assert_array_equal(drawn(True), drawn(False))


def test_a_module_under_two_names_has_a_row_for_each_run(capsys):
    class Twice(nn.Module):
        def __init__(self):
            self.first = nn.Linear(3, 3)
            self.second = self.first

        def forward(self, x):
            return self.second(self.first(x))

    result = nn.summary(Twice(), (3,))
    assert [(row.name, row.parameters) for row in result.rows] == [("first", 12), ("first", 0)]
    assert result.multiply_adds == 18


def test_only_nets_are_looked_at():
    net = nn.Model(nn.Sequential(nn.Linear(2, 2)), nn.MSELoss())
    with pytest.raises(TypeError, match="summary: net must be a Module, got Model; pass its .net"):
        nn.summary(net, (2,))
    with pytest.raises(TypeError, match="activations: net must be a Module, got type"):
        nn.activations(nn.ReLU, np.ones(2))
    for shape in ("abc", (1, 28.0), None, (True, 3)):
        with pytest.raises(TypeError, match="summary: input_shape must be a tuple of integers"):
            nn.summary(nn.ReLU(), shape)
