"""Pages that show what a terminal showed: their blocks run again, in the order of the page.

A block in ``console`` holds commands of ``minidl``, each after ``$``, and under it what it printed,
on a terminal of 100 columns; ``$ echo $?`` shows the exit status, which is 0 where nobody asks.  A
line ``...`` stands for lines that are left out.  Blocks in ``python`` and ``py`` share one scope;
those in ``py`` need files or packages that the page's other blocks make or ask for.  A block
without a language right after one is what it printed, folded to the same width.  A block in
``python`` that begins with a comment such as ``# my_layers.py`` is a file.
"""

import contextlib
import io
import os
import pathlib
import re
import shlex
import textwrap
from dataclasses import dataclass

from minidl import cli

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"# (\S+\.py)\n")
NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?")
MEASURED = ("compare", "demo", "info", "train")  # their numbers are the machine's
COLUMNS = 120  # of the terminal
FOLDED = 100  # what Python prints
CUT = "..."


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code on a page.

    Attributes
    ----------
    language, text : str
    start : int
        Where its text begins on the page.
    printed : str or None
        Of Python, what the block after it says that it prints.
    """

    language: str
    text: str
    start: int
    printed: "Block | None" = None


class Terminal(io.StringIO):
    """What a command takes for a terminal."""

    def isatty(self):
        """Return that it is one."""
        return True


class Errors(io.TextIOBase):
    """Standard error of a command that is no terminal, so that no bar is drawn."""

    def __init__(self, screen):
        self.write = screen.write


class Session:
    """The blocks of a page, run in a folder.

    Parameters
    ----------
    folder : path-like
        Where files are read and written.
    more : dict of str to list of str
        Words to add to a command: ``{"train": ["--train-size", "200"]}``.
    """

    def __init__(self, folder, more=None):
        self.folder, self.more = pathlib.Path(folder), more or {}
        self.scope, self.status = {}, 0

    def run(self, command):
        """Run one command of a console; return what it printed, and keep its status."""
        words = shlex.split(command)
        if words == ["echo", "$?"]:
            shown, self.status = f"{self.status}\n", 0
            return shown
        self.require_success()
        if words[0] != "minidl":
            raise ValueError(f"{command}: a page runs minidl and echo $?, nothing else")
        more = self.more.get(words[1], [])
        with self._screen() as screen:
            try:
                self.status = cli.main([*words[1:], *more])
            except SystemExit as stop:  # of argparse
                self.status = stop.code
        return screen.getvalue()

    def require_success(self):
        """Refuse a status that the page should have asked for, by ``echo $?``."""
        if self.status:
            raise ValueError(f"transcripts: exit status {self.status}, and no echo $? to show it")

    def python(self, code, name="page"):
        """Run a block of Python; return what it printed."""
        with self._screen() as screen:
            exec(compile(code, name, "exec"), self.scope)
        lines = screen.getvalue().splitlines()
        return "".join(f"{part}\n" for line in lines for part in _folded(line))

    def keep(self, block):
        """Write the file that a block is, and return whether it is one."""
        name = FILE.match(block.text) if block.language == "python" else None
        if name:
            (self.folder / name[1]).write_text(block.text, encoding="utf-8")
        return bool(name)

    @contextlib.contextmanager
    def _screen(self):
        before = dict(os.environ)
        os.environ.update(COLUMNS=str(COLUMNS), NO_COLOR="1")
        screen = Terminal()
        try:
            with (
                contextlib.chdir(self.folder),
                contextlib.redirect_stdout(screen),
                contextlib.redirect_stderr(Errors(screen)),
            ):
                yield screen
        finally:
            os.environ.clear()
            os.environ.update(before)


def _folded(line):
    """Return a line as the lines of a terminal, broken between words; spaces of tables stay."""
    return [line] if len(line) <= FOLDED else textwrap.wrap(line, FOLDED)


def blocks(page):
    """Return the blocks of a page's text, in order; what Python prints is in the block above it."""
    found = []
    end = 0
    for match in BLOCK.finditer(page):
        block = Block(match[1], match[2], match.start(2))
        above = found[-1] if found else None
        if not block.language and above and not page[end : match.start()].strip():
            if above.language in ("python", "py"):
                found[-1] = Block(above.language, above.text, above.start, block)
        else:
            found.append(block)
        end = match.end()
    return found


def commands(console):
    """Return the commands of a console block, each with the text under it."""
    parts = re.split(r"^\$ (.*)\n", console, flags=re.M)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def again(shown, real):
    """Return what was printed now, cut as the page shows it.

    Every run of lines between two cuts is found by its first line and is as long as before.

    Raises
    ------
    ValueError
        If nothing like that line was printed: the cuts are then made again by hand.
    """
    if CUT not in shown.splitlines():
        return real
    lines, kept, at = real.splitlines(), [], 0
    for k, piece in enumerate(re.split(rf"^{re.escape(CUT)}\n", shown, flags=re.M)):
        kept += [CUT] * (k > 0)
        core = piece.strip("\n").split("\n")
        if core == [""]:
            continue
        at = _find(lines, at, core)
        before, after = len(piece) - len(piece.lstrip("\n")), len(piece) - len(piece.rstrip("\n"))
        kept += [""] * before + lines[at : at + len(core)] + [""] * (after - 1)
        at += len(core)
    return "\n".join(kept) + "\n"


def _find(lines, at, core):
    """Return the place of the lines most like ``core``."""
    for length in (len(core), 1):
        for look in (str, shape):
            wanted = [look(line) for line in core[:length]]
            for k in range(at, len(lines) - len(core) + 1):
                if [look(line) for line in lines[k : k + length]] == wanted:
                    return k
    raise ValueError(f"transcripts: nothing was printed like {core[0]!r}; cut it by hand again")


def shape(text):
    """Return text without its numbers, and without what depends on how long they are.

    Spreads and intervals depend on how many rounds there was time for.
    """
    text = NUMBER.sub("#", text).replace("\\", "/").replace("no clear difference", "# x")
    text = re.sub(r" \+#%| \(# to #\)\*?", "", text)
    return re.sub(r" +", " ", re.sub(r"-{2,}", "--", text))


def comparable(command, text):
    """Return what must be the same on every machine of what a command printed."""
    name = command.split()[1]
    if name == "info":
        return [line.split("  ")[0] for line in text.splitlines()]
    return shape(text) if name in MEASURED else text
