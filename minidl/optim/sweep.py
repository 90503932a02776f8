"""One pass of a compiled update rule over what belongs to a parameter."""

from minidl.threads import SPLIT_ABOVE, over_images

WORK = 8  # multiply-adds that take as long as a step of one number through memory


def sweep(update, rows, settings):
    """Call the kernel ``update`` on rows of numbers, in threads if they are long.

    Parameters
    ----------
    update : function of :mod:`minidl.kernels.updates`
    rows : tuple of ndarray or None
        The weights, their gradient, and what is remembered: contiguous, of one length and dtype.
    settings : tuple of float or bool
        What the kernel takes after the rows.
    """
    w = rows[0]
    kernel = update["float" if w.itemsize == 4 else "double"]  # asked for, it is found sooner
    if w.size * WORK < SPLIT_ABOVE:
        kernel(*rows, *settings)
    else:
        _in_parts(kernel, rows, settings)


def _in_parts(kernel, rows, settings):
    def run(start, stop):
        kernel(*(None if row is None else row[start:stop] for row in rows), *settings)

    over_images(run, len(rows[0]), len(rows[0]) * WORK)
