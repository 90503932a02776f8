"""What a terminal and Python would show: commands and blocks of pages, run in a folder."""

import contextlib
import io
import os
import pathlib
import re
import shlex
import subprocess
import sys
import textwrap

from minidl import cli

FILE = re.compile(r"(?:#!.*\n)?# ([\w./-]*\w[./]\w[\w./-]*|run_autograder)\n")
FILES = ("python", "py", "toml", "sh", "yaml", "csv")  # languages in which a block may be a file
COLUMNS = 120  # of the terminal
FOLDED = 100  # what Python prints
HOME = "/home/me"  # stands for the folder in which a page runs


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
    """The blocks of pages, run in a folder.

    Parameters
    ----------
    folder : path-like
        Where files are read and written.
    more : dict of str to list of str
        Words to add to a command: ``{"train": ["--train-size", "200"]}``.
    """

    def __init__(self, folder, more=None):
        self.folder, self.more = pathlib.Path(folder), more or {}
        self.place = self.folder
        self.scope, self.status, self.printed = {}, 0, ""
        self._programs = {
            "minidl": self._minidl,
            "python": self._python,
            "cat": self._cat,
            "cd": self._cd,
        }

    def run(self, command):
        """Run one command of a console; return what it printed, and keep its status."""
        words = shlex.split(command)
        if words == ["echo", "$?"]:
            shown, self.status = f"{self.status}\n", 0
            return shown
        self.require_success()
        if words[0] not in self._programs:
            raise ValueError(
                f"{command}: a page runs {', '.join(self._programs)} and echo $?, nothing else"
            )
        with self._screen() as screen:
            self.status = self._programs[words[0]](*words[1:])
        self.printed = self._without_folder(screen.getvalue())
        return self.printed

    def require_success(self):
        """Refuse a status that the page should have asked for, by ``echo $?``."""
        if self.status:
            raise ValueError(
                f"sessions: exit status {self.status}, and no echo $? to show it:\n{self.printed}"
            )

    def python(self, code, name="page"):
        """Run a block of Python; return what it printed."""
        with self._screen() as screen:
            exec(compile(code, name, "exec"), self.scope)
        lines = self._without_folder(screen.getvalue()).splitlines()
        return "".join(f"{part}\n" for line in lines for part in _folded(line))

    def keep(self, block):
        """Write the file that a block is, and return whether it is one."""
        name = FILE.match(block.text) if block.language in FILES else None
        if name:
            path = self.place / name[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8", newline="\n")
        return bool(name)

    def _minidl(self, *words):
        try:
            return cli.main([*words, *self.more.get(words[0], [])])
        except SystemExit as stop:  # of argparse
            return stop.code

    def _python(self, *words):
        done = subprocess.run(
            [sys.executable, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        print(done.stdout, end="")
        return done.returncode

    def _cat(self, name):
        print(pathlib.Path(name).read_text(encoding="utf-8"), end="")
        return 0

    def _cd(self, name):
        place = (self.place / name).resolve()
        if not place.is_relative_to(self.folder.resolve()):
            raise ValueError(f"cd {name}: a page stays in the folder in which it runs")
        self.place = place
        return 0

    @contextlib.contextmanager
    def _screen(self):
        before = dict(os.environ)
        os.environ.update(COLUMNS=str(COLUMNS), NO_COLOR="1")
        screen = Terminal()
        try:
            with (
                contextlib.chdir(self.place),
                contextlib.redirect_stdout(screen),
                contextlib.redirect_stderr(Errors(screen)),
            ):
                yield screen
        finally:
            os.environ.clear()
            os.environ.update(before)

    def _without_folder(self, text):
        """Return a text in which a folder with a better name stands for the one of the session."""
        for folder in (os.path.realpath(self.folder), os.fspath(self.folder)):
            text = text.replace(folder, HOME)
        return text


def _folded(line):
    """Return a line as the lines of a terminal, broken between words; spaces of tables stay."""
    return [line] if len(line) <= FOLDED else textwrap.wrap(line, FOLDED)
