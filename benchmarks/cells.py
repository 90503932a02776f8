"""Numbers as a table shows them: three digits, as more would be luck; nothing for None."""


def ms(seconds):
    """Return milliseconds."""
    return "" if seconds is None else digits(seconds * 1e3)


def us(seconds):
    """Return microseconds."""
    return "" if seconds is None else digits(seconds * 1e6)


def mb(size):
    """Return megabytes; what is resident may be less afterwards, which counts as nothing."""
    return "" if size is None else digits(max(size, 0) / 1e6)


def times(ratio):
    """Return how many times longer something takes."""
    return "" if ratio is None else f"{ratio:.2f}"


def threads(count):
    """Return how many threads in words."""
    return f"{count} thread" + "s" * (int(count) != 1)


def percent(share):
    """Return a share in hundredths."""
    return "" if share is None else f"{share:.0%}"


def digits(number):
    """Return three digits of a number."""
    places = 0 if number >= 100 else 1 if number >= 10 else 2 if number >= 1 else 3
    return f"{number:,.{places}f}"
