"""Many small images as one picture, with room for words below each."""

import math

import numpy as np

from minidl.extras import optional
from minidl.plots import style
from minidl.vis_utils import lay_out

INCHES, LETTER = 0.85, 0.056  # of a tile, without the gaps; and of a letter of its caption


class Tiles:
    """Images of one size side by side, drawn as one image.

    Parameters
    ----------
    images : ndarray of shape (N, H, W) or (N, H, W, 3)
    captions : sequence of str
        Words to stand below each, or none.
    """

    def __init__(self, images, captions=()):
        self.images, self.captions = images, captions
        count, self.height, self.width = images.shape[:3]
        room = (LETTER * max(map(len, captions), default=0) + 0.12) / INCHES
        self.right = max(1, round(max(0.1, room - 1) * self.width))
        self.below = max(1, round((0.34 if captions else 0.1) * self.height))
        shape = (self.height + self.below) / (self.width + self.right)
        self.rows = math.ceil(count / min(count, math.ceil(math.sqrt(1.6 * count * shape))))
        self.columns = math.ceil(count / self.rows)

    @property
    def inches(self):
        """Width and height of a figure in which a tile is ``INCHES`` wide, with a scale beside."""
        scale = INCHES / self.width
        across = scale * self.columns * (self.width + self.right)
        beside = 0.2 if self.captions else 0.9
        return max(across + beside, 3.6), scale * self.rows * (self.height + self.below) + 0.5

    def draw(self, ax, **options):
        """Draw all of them with their captions, and return matplotlib's image."""
        blank = 1 if self.images.ndim == 4 else np.nan
        grid = lay_out(self.images, self.rows, self.columns, (self.below, self.right), blank)
        if not self.captions:
            grid = grid[: -self.below]
        image = ax.imshow(grid[:, : -self.right], interpolation="nearest", **options)
        ax.set_anchor("NW")
        for n, text in enumerate(self.captions):
            left, top = self._corner(n)
            x, y = left + self.width / 2, top + 1.06 * self.height
            words = {"fontsize": style.SMALL, "color": style.ORANGE, **style.LITERAL}
            ax.text(x, y, text, ha="center", va="top", **words)
        return image

    def frame(self, op, ax):
        """Draw a thin line around every image, where paper and the images' own white meet."""
        rectangle = optional(op, "plot", "matplotlib.patches").Rectangle
        line = {"fill": False, "edgecolor": style.GREY, "linewidth": 0.4, "clip_on": False}
        for n in range(len(self.images)):
            ax.add_patch(rectangle(self._corner(n), self.width, self.height, **line))

    def _corner(self, n):
        """Return left and top edge of an image; its first pixel is around (0, 0)."""
        row, column = divmod(n, self.columns)
        return column * (self.width + self.right) - 0.5, row * (self.height + self.below) - 0.5
