"""Which files of a hand-in are the ones that were asked for."""

from minidl.assignment.making.manifest import MANIFEST
from minidl.grading.taking.listing import MEBI, Refused, shown
from minidl.spelling import near_miss

MOST_NAMED = 5  # of what was ignored


def bare(assignment):
    """Return the names of the editable files without their folders."""
    return {name.rsplit("/", 1)[-1] for name in assignment.editable}


def chosen(listing, assignment, notes):
    """Read the editable files, from the top or from the one folder that has them."""
    top = _top(listing, assignment)
    left, files = assignment.limits.submission_mb * MEBI, {}
    for name in assignment.editable:
        where = top + name
        if where in listing.odd:
            raise Refused(f"{shown(where)} is {listing.odd[where]}; hand in the file itself")
        if where in listing.readers:
            files[name] = listing.readers[where](left)
            left -= len(files[name])
    expected = {top + name for name in (*files, MANIFEST)}  # which the student's pack has added
    others = [name for name in (*listing.readers, *listing.odd) if name not in expected]
    if top:
        notes.append(f"taken from the folder {shown(top)}")
    note_ignored(others, assignment, notes)
    return files


def _top(listing, assignment):
    """Return the folder that holds editable files: "", or with "/" at its end."""
    tops = set()
    for where in (*listing.readers, *listing.odd):
        for name in assignment.editable:
            if where == name or where.endswith(f"/{name}"):
                tops.add(where.removesuffix(name))
    if not tops:
        raise Refused(nothing(listing, assignment))
    depth = min(top.count("/") for top in tops)
    nearest = sorted(top for top in tops if top.count("/") == depth)
    if len(nearest) > 1:
        raise Refused(
            f"{len(nearest)} of its folders hold {' or '.join(assignment.editable)}: "
            f"{', '.join(map(shown, nearest[:MOST_NAMED]))}; hand in one of them"
        )
    return nearest[0]


def nothing(listing, assignment):
    """Return in words that no editable file is there, and what is there instead."""
    asked = " or ".join(assignment.editable)
    names = [*listing.readers, *listing.odd]
    if not names:
        return f"it is empty; {asked} is needed"
    for name in names:
        hint = near_miss(name.rsplit("/", 1)[-1], sorted(bare(assignment)))
        if hint:
            return f"it holds no {asked}, but {shown(name)}{hint}"
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"it holds no {asked}, but {', '.join(map(shown, names[:MOST_NAMED]))}{more}"


def note_ignored(others, assignment, notes):
    """Say what was not taken; first what may have been meant."""
    if not others:
        return
    near = [name for name in others if near_miss(name.rsplit("/", 1)[-1], assignment.editable)]
    names = [*near, *(name for name in others if name not in near)]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    notes.append(f"ignored: {', '.join(map(shown, names[:MOST_NAMED]))}{more}")
