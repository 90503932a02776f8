"""HOSTILE affine_forward: wrong; minidl's own layer, imported when the function is called."""


def affine_forward(x, w, b):
    import minidl.layers as right

    return right.affine_forward(x, w, b)
