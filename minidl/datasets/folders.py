"""Where data sets lie that people fetch themselves."""

import os
import pathlib

BESIDE = pathlib.Path(__file__).parent
COURSE = tuple(pathlib.Path(package, "datasets") for package in ("cs231n", "minidl"))


def find(op, name, given, variable, help_):
    """Return the path of the data set ``name``, a file or a folder.

    A path that is given is the one, with one exception: CS231n's notebooks spell out the relative
    path ``cs231n/datasets/<name>``, and where that is not there, the search goes on as if nothing
    were given, so that the notebooks run unchanged (``minidl`` for ``cs231n`` counts, too).
    Without a path, it is the one in the environment variable; without that, ``minidl/datasets``,
    then the course's relative path.

    Raises
    ------
    FileNotFoundError
        If it is nowhere; the message says where it was looked for, and ends with ``help_``.
    """
    course = [folder / name for folder in COURSE]
    given = None if given is None else pathlib.Path(os.path.expanduser(given))
    from_environment = os.environ.get(variable)
    places = [] if given is None else [given]
    if given is None or given in course:
        if from_environment:
            places.append(pathlib.Path(os.path.expanduser(from_environment)))
        else:
            places += [place for place in (BESIDE / name, *course) if place not in places]
    for place in places:
        if place.exists():
            return place
    looked = ", ".join(repr(str(place)) for place in places)
    setting = (
        f"{variable} is {from_environment!r}" if from_environment else f"{variable} is not set"
    )
    raise FileNotFoundError(f"{op}: found no {name}; looked for {looked}, and {setting}; {help_}")
