"""What Cython and the C compiler say, in one line: whose fault it is, and where."""

import re
import signal

from minidl.students.failures import CannotBuild

WHO = {"to_c.py": "Cython", "to_module.py": "the C compiler"}
THEIRS = {"to_c.py": 3, "to_module.py": 4}  # exit codes that blame the file
NO_MEMORY, NESTED = 6, 7  # and those that tell more
OF_MEMORY = {  # what they write where they have none left; lines of source begin otherwise
    "to_c.py": re.compile(r"^MemoryError.*\s*\Z", re.MULTILINE),
    "to_module.py": re.compile(
        r"^([\w./+-]+: )?(fatal error: |LLVM ERROR: )?"
        r"(virtual memory exhausted|out of memory|\S*bad_alloc)"
        r"|error C1060|error C1002",
        re.MULTILINE,
    ),
}


def failure(name, script, ran, limit, memory_mb):
    """Return the exception that tells why a build of the file ``name`` ended.

    Parameters
    ----------
    name : str
        The file.
    script : str
        The one that failed, a key of ``WHO``.
    ran : Ran
    limit : float
    memory_mb : int

    Returns
    -------
    CannotBuild or OSError
        OSError if it is not certain that the file is to blame.
    """
    who = WHO[script]
    if ran.code is None:
        return CannotBuild(
            f"{name}: compiling it did not end within {limit:g} s ({who})", passing=True
        )
    killed = ran.code == -getattr(signal, "SIGKILL", 9)
    if killed or ran.code == NO_MEMORY or OF_MEMORY[script].search(ran.said):
        return CannotBuild(
            f"{name}: compiling it needs more than {memory_mb} MiB ({who}); is there a huge "
            "constant?",
            passing=killed,
        )
    if ran.code < 0 or ran.code == NESTED or _last(ran.said).startswith("RecursionError"):
        return CannotBuild(f"{name}: {who} gave up on it; is something nested very deeply?")
    line, says = first_error(ran.said, name)
    if ran.code == THEIRS[script] and line is not None:
        return CannotBuild(f"{name}, line {line}: {says}", line)
    return OSError(f"compiling {name}: {who} failed: {_last(ran.said)}")


def first_error(said, name):
    """Return line and words of the first error about a file, or (None, "").

    Cython writes ``name.pyx:12:4: words``, gcc and clang ``name.pyx:12:4: error: words``, and
    Microsoft's compiler ``name.pyx(12): error C2065: words``.
    """
    pattern = rf"^(?:.*[/\\])?{re.escape(name)}(?::(\d+):\d+: |\((\d+)\)\s*: )(.+)$"
    for found in re.finditer(pattern, said, re.MULTILINE):
        by_colon, by_bracket, says = found.groups()
        kind = re.match(r"(fatal error|error|warning|note)( C\d+)?\s*: ", says)
        if kind is None or "error" in kind[1]:
            return int(by_colon or by_bracket), _plain(says[kind.end() if kind else 0 :])
    return None, ""


def _last(said):
    """Return the last line that says anything."""
    lines = [line for line in said.splitlines() if line.strip()]
    return _plain(lines[-1]) if lines else "it said nothing"


def _plain(text):
    text = re.sub(r"__pyx_[a-z]+_", "", text)  # what names of C begin with
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()[:200]
