"""What all optimizers share: parameters, checked settings, what each step remembers, its copies."""

import operator
from functools import partial
from types import SimpleNamespace

import numpy as np

from minidl.geometry import (
    flag,
    float_arrays,
    integer,
    known_keys,
    not_negative,
    real_array,
    require_floats,
    require_shape,
)
from minidl.nn.utils import parameter_list
from minidl.optim.sweep import Move


class Optimizer:
    """A list of parameters, and a rule that moves each of them along its gradient.

    An optimizer of your own lists the checks of its settings, says in :meth:`_starts` which arrays
    it remembers for a parameter, and computes in :meth:`_move`.  Its settings are attributes;
    change them between steps as you like, ``optimizer.lr *= 0.5``: the next step checks them.

    A step works in place.  The rules of this package go through memory once; they are kernels, and
    say which in :meth:`_rule`.

    Parameters
    ----------
    params : iterable of Parameter
        ``net.parameters()``.
    **settings
        The learning rate ``lr``, and whatever else the rule needs.

    Attributes
    ----------
    params : tuple of Parameter
        What is remembered belongs to these; for others make a new optimizer.
    lr : float
        The current learning rate, which schedulers change.
    checks : dict
        From the name of each setting to the function ``(op, name, value)`` that checks it.
    remembers : tuple of str
        The names of all arrays that may be kept for a parameter.

    Raises
    ------
    TypeError, ValueError
        If there are no parameters, or a setting is out of its range.
    """

    checks = {"lr": not_negative, "weight_decay": not_negative, "maximize": flag}  # noqa: RUF012
    remembers = ()

    def __init__(self, params, **settings):
        op = type(self).__name__
        self.params = tuple(parameter_list(op, params))
        if not self.params:
            raise ValueError(f"{op}: there are no parameters to train")
        self._names = tuple(settings)
        vars(self).update(self._checked(settings))
        self._state = [{} for _ in self.params]
        self._forget()

    def zero_grad(self):
        """Forget all gradients: the next backward pass starts from nothing."""
        for parameter in self.params:
            parameter.grad = None

    def step(self):
        """Move every parameter that has a gradient; the others stay, and so does their state.

        Raises
        ------
        TypeError, ValueError
            If a setting or a gradient does not fit; then nothing has moved.
        """
        found, ready = self._current(), []
        for k, parameter in enumerate(self.params):
            gradient, move = parameter.grad, self._moves[k]
            if gradient is None:
                continue
            if move is None or not move.goes_on(found, parameter.data, gradient):
                gradient = self._gradient(k)
                move = partial(self._first_move, k, found)
            ready.append((move, gradient))
        for move, gradient in ready:
            move(gradient)

    def _first_move(self, k, found, gradient):
        """Move parameter ``k`` by its checked gradient, and remember how."""
        (s, starts), state, data = found, self._state[k], self.params[k].data
        w = np.require(data, gradient.dtype, ["C", "ALIGNED"])
        for name, start in starts:
            if name not in state:
                state[name] = np.full(w.shape, start, w.dtype)
        state.setdefault("step", 0)
        if type(self)._move is Optimizer._move and w is data:
            self._moves[k] = Move(found, w, state, self._rule(w, state, s))
            self._moves[k](gradient)
            return
        state["step"] += 1
        self._move(w, gradient, state, s)
        if w is not data:
            data[...] = w

    def _starts(self, s):
        """Return a dict: which arrays are remembered with these settings, and their first value."""
        return {}

    def _rule(self, w, state, s):
        """Return the kernel of a step, the arrays that it remembers, and a function of ``step``.

        That gives the settings as the kernel takes them.
        """
        raise NotImplementedError(f"{type(self).__name__}._move")

    def _move(self, w, gradient, state, s):
        """Write the next weights into ``w``; all arrays are C-contiguous, of its shape and dtype.

        ``s`` has the settings as attributes.  ``gradient`` is not to be written to, and is as the
        backward pass left it: ``weight_decay`` and ``maximize`` are left to the rule.
        """
        state["step"] -= 1  # which the kernel's move counts
        Move(None, w, state, self._rule(w, state, s))(gradient)

    def __getstate__(self):
        return {**vars(self), "_moves": [None] * len(self.params)}  # a copy has arrays of its own

    def state_dict(self):
        """Return copies of all settings, and of what is remembered of past steps.

        Returns
        -------
        state_dict : dict
            ``optimizer``, the name of the class; ``settings``; ``shapes``, those of the
            parameters; ``state``, a dict for each parameter, whose keys are PyTorch's: ``step``
            and, for example, ``exp_avg``.  It is empty for one that never had a gradient.
        """
        state = [
            {key: value.copy() if key != "step" else value for key, value in entry.items()}
            for entry in self._state
        ]
        shapes = [parameter.data.shape for parameter in self.params]
        name = type(self).__name__
        return {"optimizer": name, "settings": self._settings(), "shapes": shapes, "state": state}

    def load_state_dict(self, state_dict):
        """Take over what :meth:`state_dict` returned, all of it, or nothing if anything is amiss.

        Training then goes on bit for bit as it would have done.  Settings are part of it, the
        learning rate too.

        Raises
        ------
        TypeError, ValueError
            If it is from another class of optimizer, or from other parameters.
        """
        op = f"{type(self).__name__}.load_state_dict"
        known_keys(op, "state_dict", state_dict, ("optimizer", "settings", "shapes", "state"), ())
        if state_dict["optimizer"] != type(self).__name__:
            raise ValueError(f"{op}: the state is that of {state_dict['optimizer']!r}")
        known_keys(op, "settings", state_dict["settings"], self._names, ())
        settings = self._checked(state_dict["settings"])
        shapes, entries = (self._one_each(op, key, state_dict[key]) for key in ("shapes", "state"))
        for k, (parameter, shape) in enumerate(zip(self.params, shapes, strict=True)):
            if not isinstance(shape, (tuple, list)) or tuple(shape) != parameter.data.shape:
                raise ValueError(
                    f"{op}: parameter {k} has shape {parameter.data.shape}, "
                    f"and the state is that of one of shape {shape!r}"
                )
        required = tuple(self._starts(SimpleNamespace(**settings)))
        state = [self._entry(op, k, entry, required) for k, entry in enumerate(entries)]
        vars(self).update(settings)
        self._state = state
        self._forget()

    def _one_each(self, op, key, entries):
        """Return ``entries``, which must be a list of one entry for each parameter."""
        if not isinstance(entries, (tuple, list)):
            raise TypeError(f"{op}: {key} must be a list, got {type(entries).__name__}")
        if len(entries) != len(self.params):
            raise ValueError(
                f"{op}: the state is that of {len(entries)} parameters, "
                f"and there are {len(self.params)}"
            )
        return entries

    def _entry(self, op, k, entry, required):
        """Return a checked copy of what is remembered of parameter ``k``."""
        name = f"state of parameter {k}"
        if isinstance(entry, dict) and not entry:
            return {}
        optional = [key for key in self.remembers if key not in required]
        known_keys(op, name, entry, ("step", *required), optional)
        data, checked = self.params[k].data, {}
        for key, value in entry.items():
            if key == "step":
                checked[key] = integer(op, f"step of parameter {k}", value, 1)
                continue
            array = real_array(op, f"{key} of parameter {k}", value)
            require_shape(op, f"{key} of parameter {k}", array, data.shape, "that of the parameter")
            dtype = np.result_type(np.float32, data.dtype)
            checked[key] = array.astype(dtype, order="C")
        return checked

    def _settings(self):
        """Return the current settings, checked; numbers as Python's, whatever they were set to."""
        return self._checked({name: getattr(self, name) for name in self._names})

    def _checked(self, settings):
        op = type(self).__name__
        return {name: self.checks[name](op, name, value) for name, value in settings.items()}

    def _current(self):
        """Return the checked settings as a namespace, and what is remembered with them.

        What the checks left as it was, being a number of Python's, cannot have become wrong since:
        as long as all settings are the same objects, they are not checked again.
        """
        asked = [getattr(self, name) for name in self._names]
        if self._last is not None and all(map(operator.is_, asked, self._last[0])):
            return self._last[1]
        settings = self._settings()
        s = SimpleNamespace(**settings)
        found = s, tuple(self._starts(s).items())
        unchanged = all(map(operator.is_, asked, settings.values()))
        self._last = (asked, found) if unchanged else None
        return found

    def _forget(self):
        """Have the next step check everything."""
        self._last = None
        self._moves = [None] * len(self.params)

    def _gradient(self, k):
        """Return the gradient of parameter ``k`` in the dtype of its steps; check both."""
        op, parameter, why = type(self).__name__, self.params[k], f"that of parameter {k}"
        data = parameter.data
        require_floats(op, f"parameter {k}", data)
        dtype, _ = float_arrays(op, **{f"parameter {k}": data})
        gradient = real_array(op, "grad", parameter.grad)
        require_shape(op, "grad", gradient, data.shape, why)
        if not data.flags.writeable:
            raise ValueError(f"{op}: parameter {k} is read-only; make it anew from a copy")
        for key, value in self._state[k].items():
            if key != "step" and (value.shape, value.dtype) != (data.shape, dtype):
                raise ValueError(
                    f"{op}: parameter {k} is now {data.dtype} of shape {data.shape}, and was "
                    f"{value.dtype} of shape {value.shape}; make a new optimizer"
                )
        return gradient.astype(dtype, copy=False)

    def __repr__(self):
        shown = "".join(f", {name}={getattr(self, name)!r}" for name in self._names)
        return f"{type(self).__name__}({len(self.params)} parameters{shown})"
