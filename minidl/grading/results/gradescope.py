"""Results as Gradescope's autograder harness takes them: ``results.json``.

Hidden checks are shown to students when the grades are published, and then without words about
their cases.

References
----------
.. [1] https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

import json

from minidl.grading.results.views import for_student


def gradescope(row):
    """Return the results of one hand-in as the bytes of a ``results.json``."""
    record = row.record
    about = [record["says"], *row.overrides, *record["notes"]]
    facts = {
        "score": row.points,
        "output": "\n".join(filter(None, about)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "stdout_visibility": "hidden",
        "extra_data": {key: record[key] for key in ("id", "status", "bundle", "minidl")},
        "tests": [
            _test(f"{k}.{j}", task, check)
            for k, task in enumerate(map(for_student, row.lines), start=1)
            for j, check in enumerate(task.checks, start=1)
        ],
    }
    return (json.dumps(facts, indent=1) + "\n").encode()


def _test(number, task, check):
    hidden = check.part == "hidden"
    return {
        "number": number,
        "name": f"{task.id}: {check.name}",
        "score": check.points,
        "max_score": check.out_of,
        "status": "passed" if check.status == "passed" else "failed",
        "output": "" if hidden else "\n".join(_output(task, check)),
        "visibility": "after_published" if hidden else "visible",
        "tags": [task.id, check.status],
    }


def _output(task, check):
    """Return what is said of a check that everybody may see."""
    if check.status == "passed":
        return check.told
    causes = [f"likely: {cause}" for cause in task.likely]
    return [check.status, *(check.told or filter(None, [task.says])), *causes]
