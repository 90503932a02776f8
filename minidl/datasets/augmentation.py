"""Images changed by chance, so that a net does not learn them by heart."""

import numpy as np


def mirror(images, chosen):
    """Mirror the chosen images of a batch (N, C, H, W) where they are, left to right."""
    images[chosen] = images[chosen][..., ::-1]


def shifted(images, most, down, right):
    """Cut each image of a batch (N, C, H, W) out of its padded self, at a place of its own.

    Parameters
    ----------
    images : ndarray of shape (N, C, H, W)
    most : int
        Zeros around every image.
    down, right : ndarray of shape (N,)
        Where the cut begins, 0 to ``2 * most``; at ``most``, the image stays where it is.
    """
    n_images, n_channels, height, width = images.shape
    shape = n_images, n_channels, height + 2 * most, width + 2 * most
    padded = np.zeros(shape, images.dtype)
    padded[:, :, most : most + height, most : most + width] = images
    cuts = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(2, 3))
    return cuts[np.arange(n_images), :, down, right]
