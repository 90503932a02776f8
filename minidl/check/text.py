"""The report of a check for people."""

from minidl.terminal import labelled

WORDS = {
    "ok": "ok",
    "failed": "FAILED",
    "not written": "TO DO",
    "to do": "to do",
    "not reached": "skipped",
}


def report_text(report):
    """Return a :class:`~minidl.check.checking.Report` as lines of text."""
    lines = [f"{report.layer}: {', '.join(report.functions.values())} of {report.shown}"]
    told = set()
    for finding in report.findings:
        lines += _lines(finding, told)
    lines.append(summary(report))
    return "\n".join(lines)


def summary(report):
    """Return the last line: how many checks passed."""
    counted = report.counted
    passed = sum(finding.status == "ok" for finding in counted)
    return f"{passed} of {len(counted)} checks passed"


def _lines(finding, told):
    """Return the lines of one finding; a cause that was told before is not told again."""
    name = f"{finding.which}: {finding.name}"
    head = f"  {WORDS[finding.status]:8}{name}"
    if finding.status in ("not written", "to do"):
        return [f"  {WORDS[finding.status]:8}{finding.which}: not written yet"]
    if finding.status == "not reached":
        return [f"{head:64}  there was nothing to look at"]
    if finding.status == "ok":
        return [f"{head:64}  {finding.cases} case{'s' * (finding.cases != 1)}"]
    lines = [f"{head:64}  wrong in {finding.wrong} of {finding.cases} cases"]
    lines += labelled("case", finding.case)
    lines += labelled("", finding.what.says)
    if finding.where:
        lines += labelled("where", f"wrong only where {finding.where}")
    for cause in finding.likely:
        if cause not in told:
            lines += labelled("likely", cause)
            told.add(cause)
    return lines
