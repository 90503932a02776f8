"""What every layer of a net made of an input."""

import numpy as np

from minidl.nn.watching import require_net, watched


def activations(net, x):
    """Run a net and return the result of every layer in it.

    The net is in evaluation mode meanwhile, whatever its own mode is: nothing is dropped, and
    statistics are the running ones, so that the same input gives the same results each time.
    Afterwards net, mode, caches and random generators are as they were.

    Parameters
    ----------
    net : Module
    x : array_like
        A batch, as the net takes it.

    Returns
    -------
    dict of str to ndarray
        Results in the order in which they were made, under the names of ``net.named_modules()``.
        The last, "", is the net's own.  A module that runs more than once has its later results
        under "relu (2)", "relu (3)" and so on.  The arrays are copies: a module may go on to write
        into what a layer gave it, as ``out += x`` does, and they show what the layer gave.  What
        is no array, such as the tuple that a module of your own may return, is left out.

    Raises
    ------
    TypeError
        If ``net`` is no module.
    ValueError
        What the net raises if ``x`` does not fit it.

    Examples
    --------
    >>> net = Sequential({"fc": Linear(4, 3), "relu": ReLU()})
    >>> [(name, result.shape) for name, result in activations(net, np.ones((1, 4))).items()]
    [('fc', (1, 3)), ('relu', (1, 3)), ('', (1, 3))]
    """
    require_net("activations", net)
    results = {}

    def watch(name, module):
        forward = module.forward

        def watched_forward(x):
            out = forward(x)
            if isinstance(out, (np.ndarray, np.generic)):
                results[_free(name, results)] = np.array(out)
            return out

        return watched_forward

    with watched(net, watch):
        net(x)
    return results


def _free(name, taken):
    """Return ``name``, or where it is taken, the first of "name (2)", "name (3)" that is not."""
    free, k = name, 1
    while free in taken:
        k += 1
        free = f"{name} ({k})".strip()
    return free
