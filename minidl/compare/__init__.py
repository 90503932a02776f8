"""Naive and fast side by side: first whether they agree, then how long each takes."""

from minidl.compare.comparing import compare, count
from minidl.compare.equality import Gap
from minidl.compare.own import opened
from minidl.compare.passes import results
from minidl.compare.record import Comparison
from minidl.compare.setting import heading, machine
from minidl.compare.sides import Side
from minidl.compare.sizes import parse_shape, parse_sweep
from minidl.compare.speedup import Speedup
from minidl.compare.tables import (
    remarks,
    report,
    report_csv,
    report_json,
    report_markdown,
    too_slow,
)
from minidl.compare.timing import Timing

__all__ = [
    "Comparison",
    "Gap",
    "Side",
    "Speedup",
    "Timing",
    "compare",
    "count",
    "heading",
    "machine",
    "opened",
    "parse_shape",
    "parse_sweep",
    "remarks",
    "report",
    "report_csv",
    "report_json",
    "report_markdown",
    "results",
    "too_slow",
]
