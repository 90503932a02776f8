"""Guesses from where the wrong numbers stand: which images, which channels, the border."""

import numpy as np

ENOUGH = 2  # wrong cases; in one alone, few numbers stand somewhere or other by chance
AXES = {  # by number of axes and result: what the first axes count
    "out": ("image", "channel of the output"),
    "dx": ("image", "channel"),
    "dw": ("filter", "channel"),
    "db": ("filter",),
}


def from_places(wrong):
    """Return what all wrong results have in common in where they are wrong.

    Parameters
    ----------
    wrong : list of Evidence

    Returns
    -------
    list of str
        Likely causes.
    """
    masks = [evidence.mask() for evidence in wrong]
    if len(masks) < ENOUGH or any(
        mask is None or not mask.any() or mask.ndim == 0 for mask in masks
    ):
        return []
    found = []
    axes = AXES.get(wrong[0].name, ())
    for axis, what in enumerate(axes):
        if all(_right_at(mask, axis, 0) for mask in masks):
            found.append(f"right for the first {what} only: is there a loop over all of them?")
        elif all(_right_at(mask, axis, -1) for mask in masks):
            found.append(
                f"right for the last {what} only: is something assigned (=) that must be added "
                "(+=), or set to zero inside a loop?"
            )
    for axis, what in ((2, "row"), (3, "column")):
        if all(_wrong_at_last(mask, axis) for mask in masks):
            found.append(f"wrong in the last {what} only: does a loop end one too early?")
            return found
    if all(mask.ndim == 4 and _at_border(mask) for mask in masks):
        found.append("right inside and wrong at the border only: look at the padding")
    return found


def _right_at(mask, axis, k):
    """Whether all is right at place ``k`` of an axis, and something is wrong at each other one."""
    if axis >= mask.ndim or mask.shape[axis] < 2:
        return False
    others = tuple(a for a in range(mask.ndim) if a != axis)
    wrong = mask.any(axis=others)
    return not wrong[k] and wrong.sum() == len(wrong) - 1


def _wrong_at_last(mask, axis):
    """Whether everything wrong is in the last row, or column, of images."""
    if mask.ndim != 4 or mask.shape[axis] < 1:
        return False
    return not np.delete(mask, -1, axis=axis).any()


def _at_border(mask):
    """Whether the inner half of every image is right."""
    height, width = mask.shape[2:]
    rows, columns = slice(height // 4, height - height // 4), slice(width // 4, width - width // 4)
    inside = mask[:, :, max(1, rows.start) : min(height - 1, rows.stop)]
    inside = inside[..., max(1, columns.start) : min(width - 1, columns.stop)]
    return inside.size > 0 and not np.any(inside)
