"""Make docs/tools.md tell the truth again: run its blocks, write down what they print, draw.

Run from anywhere: ``python docs/make_tools.py``.  Times stay as they are while the words around
them do; on a machine that does nothing else, ``--measure`` takes them anew, with their chart.
Curves and charts need matplotlib, pictures of pages a Chromium with playwright; what is missing is
named, and its part of the page stays.
"""

import argparse
import pathlib
import shutil
import sys
import tempfile
from dataclasses import dataclass

import transcripts

from minidl.extras import optional

DOCS = pathlib.Path(__file__).resolve().parent
PAGE, PICTURES = DOCS / "tools.md", DOCS / "pictures"
sys.path.insert(0, str(DOCS.parent / "tests"))


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a page that a command wrote: which, at which step, and how it is seen."""

    page: str
    address: str
    width: int
    height: int
    scheme: str = "light"
    scale: int = 1


CHARTS_OF_TIMES = ("sweep.png",)
SHOTS = {
    "trace.png": Shot("step.html", "#filter-gradient-1", 1200, 800),
    "trace_phone.png": Shot("step.html", "#filter-gradient-1", 430, 932, "dark", 2),
}


def main(argv=None):
    """Run the page in a new folder, and put page and pictures back in their places."""
    parser = argparse.ArgumentParser(description="Make docs/tools.md and its pictures again.")
    parser.add_argument("--measure", action="store_true", help="times, too, and their chart")
    measure = parser.parse_args(argv).measure
    with tempfile.TemporaryDirectory() as folder:
        session = transcripts.Session(folder)
        page = PAGE.read_text(encoding="utf-8")
        new = rewritten(page, session, has_matplotlib(), measure)
        PAGE.write_text(new, encoding="utf-8")
        print(f"{PAGE.name}: {'changed' if new != page else 'as it was'}")
        copied(pathlib.Path(folder), new, measure)
        import browsers

        try:
            with browsers.chromium() as browser:
                photographed(browser, pathlib.Path(folder), new)
        except browsers.MissingError as error:
            print(f"pictures of pages are skipped: {error}")


def has_matplotlib():
    """Return whether charts can be drawn."""
    try:
        optional("make_tools", "plot", "matplotlib")
    except ImportError as error:
        print(f"charts are skipped: {error}")
        return False
    return True


def rewritten(page, session, charts, measure=True):
    """Return a page's text with what its blocks print now.

    Parameters
    ----------
    page : str
    session : Session
    charts : bool
        Whether to run what needs matplotlib.
    measure : bool
        Whether to change what differs in its times alone.
    """
    new, done = [], 0

    def replace(start, old, text):
        nonlocal done
        new.extend((page[done:start], text))
        done = start + len(old)

    for block in transcripts.blocks(page):
        if block.language == "console":
            replace(block.start, block.text, console(block.text, session, charts, measure))
        elif block.language not in ("python", "py") or session.keep(block):
            continue
        elif charts or not draws(block.text):
            printed = session.python(block.text)
            if block.printed:
                shown = block.printed.text
                replace(block.printed.start, shown, transcripts.again(shown, printed))
    session.require_success()
    return "".join([*new, page[done:]])


def console(text, session, charts, measure):
    """Return a block of commands with what they print now; the arguments are the page's."""
    kept = []
    for command, before in transcripts.commands(text):
        now = before
        if charts or not draws(command):
            print(f"$ {command}", flush=True)
            now = transcripts.again(before, session.run(command))
            same = [transcripts.comparable(command, shown) for shown in (before, now)]
            if not measure and same[0] == same[1]:
                now = before
        kept.append(f"$ {command}\n{now}")
    return "".join(kept)


def draws(code):
    """Return whether a command or a block of Python needs matplotlib."""
    return "--plot" in code or "plots" in code


def copied(folder, page, measure):
    """Copy the charts that the page shows, from where its blocks wrote them."""
    for path in sorted(folder.rglob("*.png")):
        if f"pictures/{path.name}" in page and (measure or path.name not in CHARTS_OF_TIMES):
            shutil.copy(path, PICTURES)
            print(f"pictures/{path.name}: {path.stat().st_size // 1024} KiB")


def photographed(browser, folder, page):
    """Take pictures of the pages that commands wrote, as a browser shows them."""
    for name, shot in SHOTS.items():
        if f"pictures/{name}" in page:
            _photograph(browser, folder, name, shot)


def _photograph(browser, folder, name, shot):
    view = browser.new_page(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.scheme,
        reduced_motion="reduce",
        device_scale_factor=shot.scale,
    )
    view.goto((folder / shot.page).as_uri() + shot.address)
    view.screenshot(path=PICTURES / name)
    view.close()
    print(f"pictures/{name}: {(PICTURES / name).stat().st_size // 1024} KiB")


if __name__ == "__main__":
    try:
        main()
    except ValueError as error:
        sys.exit(str(error))
