"""Make the pages that show what commands print tell the truth again: run them, write down, draw.

Run from anywhere: ``python docs/make_pages.py``, or with the name of a story for its pages alone.
Times stay as they are while the words around them do; on a machine that does nothing else,
``--measure`` takes them anew, with their chart.  Curves and charts need matplotlib, pictures of
pages a Chromium with playwright; what is missing is named, and its part of the page stays.
"""

import argparse
import pathlib
import shutil
import sys
import tempfile
from dataclasses import dataclass

import sessions
import transcripts

from minidl.extras import optional

DOCS = pathlib.Path(__file__).resolve().parent
PICTURES = DOCS / "pictures"
STORIES = {  # pages that run one after the other in one folder
    "tools": ("tools.md",),
    "assignments": ("assignments.md", "doing_assignments.md", "assignment_recipes.md"),
}
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
    "report_class.png": Shot("results/reports/index.html", "", 1200, 1000),
    "report_student.png": Shot("results/reports/layers-ada.html", "#relu_backward", 1200, 800),
}


def main(argv=None):
    """Run the pages in new folders, and put pages and pictures back in their places."""
    parser = argparse.ArgumentParser(description="Make pages and their pictures again.")
    parser.add_argument(
        "stories", nargs="*", metavar="STORY", help=f"{' and '.join(STORIES)} (all)"
    )
    parser.add_argument("--measure", action="store_true", help="times, too, and their chart")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.stories) - set(STORIES)
    if unknown:
        parser.error(f"there is no story {min(unknown)!r}; there are {', '.join(STORIES)}")
    for name in arguments.stories or STORIES:
        with tempfile.TemporaryDirectory() as folder:
            made(STORIES[name], pathlib.Path(folder), arguments.measure)


def made(names, folder, measure):
    """Make the pages of a story and their pictures."""
    session, charts, whole = sessions.Session(folder), has_matplotlib(), ""
    for name in names:
        page = (DOCS / name).read_text(encoding="utf-8")
        new = rewritten(page, session, charts, measure)
        (DOCS / name).write_text(new, encoding="utf-8", newline="\n")
        print(f"{name}: {'changed' if new != page else 'as it was'}")
        whole += new
    copied(folder, whole, measure)
    import browsers

    try:
        with browsers.chromium() as browser:
            photographed(browser, folder, whole)
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
    """Return a page's text with what its blocks print now; every page begins at the top folder.

    Parameters
    ----------
    page : str
    session : sessions.Session
    charts : bool
        Whether to run what needs matplotlib.
    measure : bool
        Whether to change what differs in its times alone.
    """
    new, done = [], 0
    session.place = session.folder

    def replace(start, old, text):
        nonlocal done
        new.extend((page[done:start], text))
        done = start + len(old)

    for block in transcripts.blocks(page):
        if block.language == "console":
            replace(block.start, block.text, console(block.text, session, charts, measure))
        elif session.keep(block) or block.language not in ("python", "py"):
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
