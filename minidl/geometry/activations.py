"""The checks of activation functions that take more than their input."""


def known_approximation(op, approximate):
    """Return ``approximate``, which says how GELU is computed: "none" or "tanh"."""
    if not isinstance(approximate, str) or approximate not in ("none", "tanh"):
        raise ValueError(f"{op}: approximate must be 'none' or 'tanh', got {approximate!r}")
    return approximate
