"""Points that an instructor gives in the place of the grader's: ``overrides.csv``."""

import csv
import math
import os
from dataclasses import dataclass

from minidl.spelling import near_miss
from minidl.students.telling import one_line

COLUMNS = ("id", "task", "points", "reason")


@dataclass(frozen=True, slots=True)
class Override:
    """Points in the place of others.

    Attributes
    ----------
    points : float
    reason : str
    """

    points: float
    reason: str


def read_overrides(path, out_of):
    """Read a table of points that replace those of the grader.

    Its columns are ``id``, ``task`` (empty for the total), ``points`` and ``reason``, separated by
    commas or, as some spreadsheets write them, by semicolons.

    Parameters
    ----------
    path : path-like
    out_of : dict of str to dict
        By id of hand-in what can be reached: by id of task, and under "" in all.

    Returns
    -------
    dict of (str, str) to Override
        By id of hand-in and id of task, or "".

    Raises
    ------
    ValueError
        If anything in it is not as it must be; it names the line.
    OSError
        If it cannot be read.
    """
    shown = os.path.basename(path)
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        raise ValueError(f"{shown}: it is not UTF-8 ({error.reason}); save it as UTF-8") from None
    first = text.split("\n", 1)[0]
    reader = csv.reader(text.splitlines(), delimiter=";" if ";" in first else ",")
    found, lines, header = {}, {}, None
    for line in reader:
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        where = f"{shown}:{reader.line_num}"
        if header is None:
            header = _header(where, cells)
            continue
        key, override = _row(where, dict(zip(header, cells, strict=False)), cells, out_of)
        if key in found:
            what = f"{key[0]}, {key[1] or 'the total'}"
            raise ValueError(f"{where}: {what} stands in line {lines[key]} already; keep one")
        found[key], lines[key] = override, reader.line_num
    return found


def _header(where, cells):
    names = [cell.lower() for cell in cells]
    for name in names:
        if name not in COLUMNS:
            raise ValueError(
                f"{where}: there is no column {name!r}{near_miss(name, COLUMNS)}; the first line "
                f"is {','.join(COLUMNS)}"
            )
    missing = [name for name in COLUMNS if names.count(name) != 1]
    if missing:
        raise ValueError(
            f"{where}: the column {missing[0]!r} must be there once; the first line is "
            f"{','.join(COLUMNS)}"
        )
    return names


def _row(where, row, cells, out_of):
    if len(cells) != len(COLUMNS):
        raise ValueError(
            f"{where}: {len(cells)} values in {len(COLUMNS)} columns; a reason with a comma goes "
            'into "quotes"'
        )
    name, task, reason = row["id"], row["task"], row["reason"]
    if name not in out_of:
        raise ValueError(f"{where}: there is no hand-in {name!r}{near_miss(name, list(out_of))}")
    if task not in out_of[name]:
        tasks = [known for known in out_of[name] if known]
        hint = near_miss(task, tasks) or f"; there are {', '.join(tasks)}"
        raise ValueError(f"{where}: there is no task {task!r}{hint}")
    if not reason:
        raise ValueError(f"{where}: no reason is given; it is shown to {name}")
    return (name, task), Override(
        _points(where, row["points"], out_of[name][task]), one_line(reason)
    )


def _points(where, text, most):
    try:
        points = float(text)
    except ValueError:
        comma = "; write a point, 7.5" if "," in text else ""
        raise ValueError(f"{where}: points must be a number, got {text!r}{comma}") from None
    if not math.isfinite(points) or not 0 <= points <= most:
        raise ValueError(f"{where}: points must lie from 0 to {most:g}, got {text}")
    return int(points) if points.is_integer() else points
