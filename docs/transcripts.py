"""Pages that show what a terminal showed: their blocks run again, in the order of the page.

A block in ``console`` holds commands, each after ``$``, and under it what it printed, on a terminal
of 120 columns; ``$ echo $?`` shows the exit status, which is 0 where nobody asks.  A line ``...``
stands for lines that are left out.  Blocks in ``python`` and ``py`` share one scope; those in
``py`` need files or packages that the page's other blocks make or ask for.  A block without a
language right after one is what it printed, folded to 100 columns.  A block that begins with a
comment such as ``# my_layers.py`` is a file.  :mod:`sessions` runs all of them.
"""

import re
from dataclasses import dataclass

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?(e[-+]?\d+)?")
MEASURED = ("compare", "demo", "train")  # their numbers are the machine's
WHAT = 31  # columns of a doctor's line that say what was looked at
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
    text = text.replace("\\", "/")
    words = command.split()
    name = " ".join(words[1:3]) if words[1:2] == ["assignment"] else words[1]
    if name == "info":
        return [line.split("  ")[0] for line in text.splitlines()]
    if name == "assignment doctor":
        return [line[:WHAT].rstrip() for line in text.splitlines()]
    return shape(text) if name in MEASURED else text
