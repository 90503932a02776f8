"""Stop a net at the first layer that makes NaN or infinity, and say whose fault it is."""

import threading

import numpy as np

from minidl.geometry import all_finite, not_finite
from minidl.nn.module import Parameter
from minidl.nn.watching import first_names, place, require_net


def nan_guard(net):
    """Make a net raise at the first layer whose result or gradients hold NaN or infinity.

    It is on from the call until ``remove()``, or as a context manager until the end of the block::

        with minidl.nan_guard(net):
            criterion(net(x), y)
            net.backward(criterion.backward())

    While it is on, every array between layers is looked at once more, which makes passes slower;
    a net without it pays nothing.  Modules that are added to the net later are not looked at.  A
    copy or a pickle of the net that is taken meanwhile is guarded, too, and stays so.

    Parameters
    ----------
    net : Module

    Returns
    -------
    NanGuard
        With ``remove()``.

    Raises
    ------
    FloatingPointError
        By the net's passes: with the layer's name and type, which pass it was, the index and value
        of the first bad number and how many there are; and with who is to blame: the input, the
        gradient that backward was given, the layer's weights, or the layer.
    TypeError
        If ``net`` is no module.
    RuntimeError
        If a guard is on already.
    """
    require_net("nan_guard", net)
    return NanGuard(net)


class NanGuard:
    """A guard that is on; :func:`nan_guard` makes it."""

    def __init__(self, net):
        modules = first_names(net)
        if any(isinstance(vars(module).get("forward"), _Pass) for _, module in modules):
            raise RuntimeError("nan_guard: the net has a guard already; remove() that one first")
        self._passes = []
        for name, module in modules:
            for kind in (_Forward, _Backward):
                guarded = kind(name, module)
                self._passes.append(guarded)
                setattr(module, kind.way, guarded)

    def remove(self):
        """Leave the net as it was without the guard; doing so twice is no error."""
        for guarded in self._passes:
            guarded.leave()
        self._passes = []

    def __enter__(self):
        if not self._passes:
            raise RuntimeError("nan_guard: this guard was removed; make another for the next block")
        return self

    def __exit__(self, *error):
        self.remove()


class _Thread(threading.local):
    """Passes of guarded modules that have begun in this thread and not ended, outermost first."""

    def __init__(self):
        self.under_way = []


_thread = _Thread()


class _Pass:
    """One module's pass with a look at what goes in and what comes out, in place of the pass.

    It keeps no bound method of the module: so a deep copy of a guarded net is guarded, too.
    """

    way = None  # the name of the pass, and of the attribute that this object becomes

    def __init__(self, name, module):
        self.name, self.module = name, module
        self.before = vars(module).get(self.way)

    def leave(self):
        """Put back what was there before; a module that has got another pass since keeps it."""
        if vars(self.module).get(self.way) is not self:
            return
        if self.before is None:
            delattr(self.module, self.way)
        else:
            setattr(self.module, self.way, self.before)

    def run(self, *args, **kwargs):
        """Run the module's own pass."""
        if self.before is not None:
            return self.before(*args, **kwargs)
        return getattr(type(self.module), self.way)(self.module, *args, **kwargs)

    def __call__(self, given, *args, **kwargs):
        self.look_at_given(given)
        _thread.under_way.append(self)
        try:
            result = self.run(given, *args, **kwargs)
        finally:
            _thread.under_way.pop()
        for name, array in self.made(result):
            if _is_bad(array):
                raise FloatingPointError(
                    f"nan_guard: {self.way} pass of {place(self.name, self.module)}: "
                    f"{not_finite(name, _numbers(array))}; {self.whose(given)}"
                )
        return result

    def look_at_given(self, given):
        """Refuse an array that was bad before the module did anything."""
        if not _is_bad(given):
            return
        words = not_finite(self.argument, _numbers(given))
        if not _thread.under_way:
            raise FloatingPointError(f"nan_guard: {self.from_outside.format(words)}")
        caller = _thread.under_way[-1]
        raise FloatingPointError(
            f"nan_guard: {self.way} pass of {place(caller.name, caller.module)}: it hands on to "
            f"{place(self.name, self.module)}, numbers that no layer made: {words}; "
            "look at its own code"
        )

    def made(self, result):
        """Return name and array of everything that the pass made."""
        return [(self.result, result)]

    def whose(self, given):
        """Say whether the numbers that the module worked with were bad before, and which."""
        state = dict(_state(self.module))
        for name, array in state.items():
            if _is_bad(array):
                return (
                    f"not the layer is to blame but its {name}, which was so before: "
                    f"{not_finite(name, array)}; take a smaller learning rate or clip the "
                    "gradients, or look at what was loaded"
                )
        sizes = {self.argument: given, **state}
        largest = ", ".join(f"{name} {_largest(array):.3g}" for name, array in sizes.items())
        inside = " and its layers' results" if next(self.module.children(), None) else ""
        return (
            f"what it worked with{inside} is finite, so the layer itself made it (largest "
            f"magnitudes: {largest}); look for an overflow, or a division, root or logarithm of 0"
        )


class _Forward(_Pass):
    way, argument, result = "forward", "x", "out"
    from_outside = "the input was so before any layer saw it: {}; clean the data"


class _Backward(_Pass):
    way, argument, result = "backward", "dout", "dx"
    from_outside = (
        "the gradient that backward was given was so before any layer saw it: {}; "
        "look at the loss and its targets"
    )

    def look_at_given(self, given):
        super().look_at_given(given)
        for name, gradient in _gradients(self.module):
            if _is_bad(gradient):
                raise FloatingPointError(
                    f"nan_guard: backward pass of {place(self.name, self.module)}: its gradients "
                    f"were bad before this pass: {not_finite(name, gradient)}; zero_grad() "
                    "forgets them"
                )

    def made(self, result):
        return [*super().made(result), *_gradients(self.module)]


def _is_bad(given):
    array = _numbers(given)
    return array.dtype.kind in "fc" and not all_finite(array)


def _numbers(given):
    """Return what a pass takes or makes, an array or lists, as an array; what is none, as empty."""
    try:
        array = np.asarray(given)
    except ValueError:  # lists of different lengths
        return np.empty(0)
    return array if array.dtype.kind in "biufc" else np.empty(0)


def _state(module):
    """Yield name and array of the parameters and buffers that are a module's own."""
    for name, value in vars(module).items():
        if isinstance(value, Parameter):
            yield name, value.data
        elif name in module._buffers and value is not None:
            yield name, value


def _gradients(module):
    for name, value in vars(module).items():
        if isinstance(value, Parameter) and value.grad is not None:
            yield f"{name}.grad", value.grad


def _largest(array):
    return np.max(np.abs(_numbers(array)), initial=0)
