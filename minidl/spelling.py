"""What somebody who wrote an unknown word probably meant."""


def near_miss(word, known):
    """Return the end of an error message: the known word that was probably meant, if any.

    Parameters
    ----------
    word : str
    known : iterable of str

    Returns
    -------
    hint : str
        "; did you mean 'stride'?", or nothing.
    """
    import difflib  # for the message alone

    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
