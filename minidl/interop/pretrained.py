"""Weights that were trained on RGB images, made to fit images of other channels."""

import numpy as np

from minidl.geometry import integer, real_array, require_axes, require_room


def adapt_input_conv(in_chans, conv_weight):
    """Return the filters of a net's first convolution, made to take ``in_chans`` channels.

    The weight changes, never the image: a grey image need not be copied into three channels.

    * 1 channel: the sum of a filter's channels.  If there are more than three, and a multiple of
      three, they are the RGB triples of a space-to-depth stem, and each triple is summed up.
    * 3 channels: the weight as it is.
    * Any other number: the three channels repeated in turn, times ``3 / in_chans``.

    The rule is made to keep the response to an image whose channels are all equal, which depends
    on the sum of a filter's channels alone.  It keeps that sum for 1 channel and for multiples of
    3; for other numbers, where some of the three channels are repeated once more than others, only
    if they are equal: 1, 2, 3, whose sum is 6, become 1.5, 3 for two channels.

    Parameters
    ----------
    in_chans : int
        Channels that the images have.
    conv_weight : array_like of shape (O, I, HH, WW)
        Filters in PyTorch's order.  TensorFlow's go through
        :func:`minidl.interop.tensorflow.hwio_to_oihw` first.

    Returns
    -------
    weight : ndarray of shape (O, in_chans, HH, WW), or (O, I / 3, HH, WW) for RGB triples
        A new array.  It is computed in float32 or better and has the dtype of ``conv_weight``;
        integers become floats, as everywhere in minidl, for two thirds of 1 is no integer.

    Raises
    ------
    ValueError
        If ``conv_weight`` has not four axes, if ``in_chans`` is below 1, or if it is neither 1
        nor 3 and the filters do not have 3 channels.
    TypeError
        If ``in_chans`` is not an integer, or ``conv_weight`` does not hold real numbers.

    Examples
    --------
    >>> adapt_input_conv(2, np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1, 1)).ravel()
    array([1.5, 3. ])
    """
    op = "adapt_input_conv"
    in_chans = integer(op, "in_chans", in_chans, 1)
    given = real_array(op, "conv_weight", conv_weight)
    require_axes(op, "conv_weight", given, "(O, I, HH, WW)")
    weight = given.astype(np.result_type(np.float32, given.dtype))
    n_filters, n_channels, height, width = weight.shape
    if in_chans == 1 and n_channels > 3 and n_channels % 3 == 0:
        weight = weight.reshape(n_filters, n_channels // 3, 3, height, width).sum(axis=2)
    elif in_chans == 1:
        weight = weight.sum(axis=1, keepdims=True)
    elif in_chans != 3:
        if n_channels != 3:
            raise ValueError(
                f"{op}: in_chans {in_chans} needs filters of 3 channels, got {n_channels} "
                f"(conv_weight {given.shape}); only in_chans 1 takes other filters"
            )
        require_room(op, "weight", (n_filters, in_chans, height, width))
        weight = weight[:, np.arange(in_chans) % 3] * (3 / in_chans)
    return weight.astype(given.dtype if given.dtype.kind == "f" else weight.dtype, order="C")
