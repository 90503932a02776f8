"""Make all results from the records: tables, pages, and what other systems take."""

import os

from minidl.grading.record import write_new
from minidl.grading.results.gradescope import gradescope
from minidl.grading.results.junit import junit
from minidl.grading.results.pages import course_page, student_page
from minidl.grading.results.sheet import make_sheet
from minidl.grading.results.tables import grades, items
from minidl.grading.running.out import Out


def make_results(out, overrides=None):
    """Make all results of a grading from its records, and nothing else.

    Parameters
    ----------
    out : path-like
        The folder of the grading.
    overrides : path-like, optional
        A table of points that replace those of the grader; else the one that was named in a call
        of :func:`minidl.grading.grade`, else ``overrides.csv`` in the folder, if it is there.

    Returns
    -------
    minidl.grading.results.sheet.Sheet

    Raises
    ------
    ValueError
        If a record is damaged, or the overrides do not fit.
    OSError
        If something cannot be read or written.
    """
    out = Out(out)
    with out.claimed(new=False):
        named = overrides or out.remembered().get("overrides")
        sheet = make_sheet(out.records(), out.overrides(named))
        files = _files(sheet)
        for name, data in files.items():
            path = out.file(*name.split("/"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write_new(path, data)
    return sheet


def _files(sheet):
    """Return the bytes of all results, by name."""
    files = {
        "grades.csv": grades(sheet),
        "items.csv": items(sheet),
        "junit.xml": junit(sheet),
        "reports/index.html": course_page(sheet).encode(),
    }
    for row in sheet.rows:
        files[f"gradescope/{row.id}/results.json"] = gradescope(row)
        files[f"reports/{row.id}.html"] = student_page(row).encode()
    return files
