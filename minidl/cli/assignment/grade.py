"""``minidl assignment grade``: hand-ins, many of them, and reports about them."""

import json
import os
import sys

from minidl.cli.options import add_command, add_json, positive

BUNDLE = os.path.join("build", "grader")


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "grade",
        _run,
        "grade hand-ins: zips, folders, or folders of them",
        "minidl assignment grade hand-ins -o results --jobs 4",
    )
    command.add_argument(
        "submissions",
        nargs="*",
        metavar="SUBMISSIONS",
        help="zips, folders, files; or folders of them, as course systems export them",
    )
    command.add_argument(
        "-o", "--out", required=True, metavar="OUT", help="folder for records and reports"
    )
    command.add_argument(
        "--bundle", metavar="PATH", help=f"made by minidl assignment build ({BUNDLE})"
    )
    command.add_argument(
        "--jobs", type=positive, default=1, metavar="N", help="hand-ins at a time (1)"
    )
    command.add_argument(
        "--executor", metavar="URL", help="dask://host:port, a cluster to grade on instead"
    )
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="ID",
        help="only this hand-in, also if it is unchanged; may be given more than once",
    )
    command.add_argument(
        "--resume", action="store_true", help="go on with the hand-ins and bundle of the last run"
    )
    command.add_argument(
        "--report", action="store_true", help="grade nothing, make the reports in OUT again"
    )
    command.add_argument(
        "--overrides",
        metavar="FILE",
        help="CSV with id,task,points,reason, applied last (OUT/overrides.csv)",
    )
    command.add_argument(
        "--require-confinement",
        action="store_true",
        help="grade nothing where the system cannot keep hand-ins from files and network",
    )
    add_json(command)


def _run(arguments):
    from minidl.grading import make_results
    from minidl.grading.record import FINISHED

    _require_fitting(arguments)
    run = None
    if not arguments.report:
        try:
            run = _grade(arguments)
        except KeyboardInterrupt:
            if arguments.debug:
                raise
            _say(
                "interrupted; what is graded is kept, go on with: minidl assignment grade "
                f"--resume -o {arguments.out}"
            )
            return 130
    sheet = make_results(arguments.out, arguments.overrides)
    _tell(arguments, sheet, run)
    return 0 if all(row.record["status"] in FINISHED for row in sheet.rows) else 1


def _require_fitting(arguments):
    """Refuse options that do not go together."""
    names = {
        "submissions": "hand-ins do",
        "bundle": "--bundle does",
        "executor": "--executor does",
        "only": "--only does",
        "resume": "--resume does",
    }
    for name, does in names.items():
        if arguments.report and getattr(arguments, name):
            raise ValueError(f"grade: --report grades nothing, so {does} not go with it")
    if arguments.resume and arguments.submissions:
        raise ValueError("grade: --resume goes on with the hand-ins of the last run; name none")
    if not (arguments.report or arguments.resume or arguments.submissions):
        raise ValueError("grade: name hand-ins, or use --resume, or --report")


def _grade(arguments):
    from minidl.grading import grade
    from minidl.terminal import progress

    bundle = arguments.bundle or (None if arguments.resume else BUNDLE)
    if bundle == BUNDLE and not os.path.exists(BUNDLE):
        raise ValueError(
            f"grade: there is no {BUNDLE} here; name the bundle that minidl assignment build has "
            "made by --bundle"
        )
    run = grade(
        arguments.submissions,
        bundle,
        arguments.out,
        jobs=arguments.jobs,
        executor=arguments.executor,
        only=arguments.only,
        resume=arguments.resume,
        overrides=arguments.overrides,
        require_confinement=arguments.require_confinement,
        watch=lambda items, total: progress(items, total, "grading"),
        say=_say,
    )
    for note in run.notes:
        _say(note)
    if run.unchanged:
        _say(f"graded before and unchanged: {len(run.unchanged)}")
    if run.gone:
        _say(f"no longer there, and kept as they were graded: {', '.join(run.gone)}")
    return run


def _say(line):
    print(line, file=sys.stderr, flush=True)


def _tell(arguments, sheet, run):
    from minidl.grading.results.text import report

    if arguments.json:
        print(json.dumps(sheet.as_dicts(), indent=1))
        return
    print(report(sheet))
    print()
    print(f"for every student    {os.path.join(arguments.out, 'reports')}")
    print(f"for the whole class  {os.path.join(arguments.out, 'reports', 'index.html')}")
    print(f"for a spreadsheet    {os.path.join(arguments.out, 'grades.csv')}, items.csv")
    if run is not None and run.errors:
        print(f"the grader failed    {os.path.join(arguments.out, 'log')}; --resume tries again")
