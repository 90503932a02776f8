"""Arrays on a command line: matrices as text, or the names of ``.npy`` files."""

import re

SEPARATOR = re.compile(r"\s*,\s*|\s+")
NEXT_ROW = re.compile(r"\s*[;\n]\s*")


def array(option, text):
    """Return the array that a word of the command line stands for.

    Parameters
    ----------
    option : str
        What it is, to name in an error: "x".
    text : str
        The name of a ``.npy`` file, or a matrix: rows end with ``;`` or a line, numbers with spaces
        or a comma.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If it is neither; the message says where the fault is.
    OSError
        If there is no such file.
    """
    return _read(option, text) if text.lower().endswith(".npy") else _parse(option, text)


def integers(option, text, counts):
    """Return the whole numbers of a word such as "2", "2,1" or "0 1 0 1", as a list.

    Parameters
    ----------
    option, text : str
    counts : tuple of int
        How many there may be.
    """
    words = SEPARATOR.split(text.strip())
    if len(words) not in counts:
        allowed = " or ".join(map(str, counts))
        raise ValueError(f"trace: --{option} takes {allowed} whole numbers, got {text!r}")
    for word in words:
        if not re.fullmatch(r"-?\d{1,18}", word):
            raise ValueError(f"trace: --{option}: {word!r} is no whole number")
    return [int(word) for word in words]


def _parse(option, text):
    import numpy as np

    rows = []
    for i, line in enumerate(NEXT_ROW.split(text.strip().removesuffix(";").strip()), start=1):
        if not line:
            raise ValueError(f"trace: {option}, row {i} has no numbers; write rows as '1 2; 3 4'")
        rows.append([_number(option, i, k, w) for k, w in enumerate(SEPARATOR.split(line), 1)])
        if len(rows[-1]) != len(rows[0]):
            raise ValueError(
                f"trace: {option}, row {i} has {len(rows[-1])} numbers, and row 1 has "
                f"{len(rows[0])}; all rows must be equally long"
            )
    return np.array(rows, dtype=np.float64)


def _number(option, row, k, word):
    try:
        return float(word)
    except ValueError:
        pass
    where = f"trace: {option}, row {row}, number {k}"
    if not word:
        raise ValueError(f"{where}: nothing stands beside a comma") from None
    hint = ""
    if row == k == 1 and re.search(r"[/\\.]\w+$", word):
        hint = "; files must be .npy, as numpy.save writes them"
    elif re.search(r"[][()]", word):
        hint = "; write rows without brackets: '1 2; 3 4'"
    raise ValueError(f"{where}: {word!r} is no number{hint}") from None


def _read(option, path):
    import numpy as np

    try:  # mapped, so that a file too large for memory is refused by its shape
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except (EOFError, ValueError) as error:
        raise ValueError(
            f"trace: {option}: {path} is no .npy file of numbers ({error}); "
            "write one with numpy.save"
        ) from None
    if not isinstance(found, np.ndarray):
        raise ValueError(f"trace: {option}: {path} holds several arrays; save one with numpy.save")
    return found
