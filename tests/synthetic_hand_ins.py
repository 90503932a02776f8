"""A class of hand-ins that nobody wrote: right, wrong, half done, untouched and hostile ones.

Run: python tests/synthetic_hand_ins.py 300 FOLDER --handout build/handout [--seed 1]

The same number and seed give the same bytes.  ``FOLDER/key.json`` says what each one is, and
``FOLDER/hand_ins`` holds them as a course system exports them: zips, folders, and files by
themselves.
"""

import argparse
import functools
import io
import json
import pathlib
import random
import zipfile

import exhibits
import exhibits_made
import hand_ins

SHARES = {"right": 28, "wrong": 42, "half done": 16, "untouched": 7, "odd": 3, "hostile": 4}
HOSTILE = (  # each costs seconds at most, and leaves nothing behind
    "loop",
    "sleep",
    "hog",
    "flood",
    "exit_after_praise",
    "segmentation_fault",
    "equals_everything",
    "forged_answers",
    "patched_numpy",
    "imports_minidl",
    "quits_at_import",
)
ODD = (
    "bom_and_crlf",
    "utf16",
    "syntax_error",
    "missing_net",
    "empty_file",
    "further_files",
    "zip_slip",
    "zip_cut",
    "zip_twice",
)
FIRST = ("ada", "alan", "barbara", "claude", "donald", "edsger", "frances", "grace", "ivan")
LAST = ("allen", "backus", "church", "hopper", "kay", "knuth", "liskov", "perlman", "shannon")
TIMES = (2026, 9, 1, 12, 0, 0)


def write_class(folder, count, untouched, seed=1):
    """Write ``count`` hand-ins of the layers template into a folder.

    Parameters
    ----------
    folder : path-like
        Made, and must be empty.
    count, seed : int
    untouched : dict of str to str
        The editable files as they are handed out.

    Returns
    -------
    key : dict of str to dict
        By name of file or folder: its kind, and the names of its mistakes.
    """
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    random_ = random.Random(seed)
    shown = {**exhibits.on_files("layers"), **exhibits_made.made(untouched)}
    kinds = random_.choices(list(SHARES), SHARES.values(), k=count)
    return dict(
        _hand_in(folder, k, kind, untouched, shown, random_) for k, kind in enumerate(kinds)
    )


def _hand_in(folder, number, kind, untouched, shown, random_):
    """Write one hand-in, and return the name of what was written with what it is."""
    student = f"{random_.choice(LAST)}{random_.choice(FIRST)}"
    late = "_LATE" if random_.random() < 0.1 else ""
    canvas = f"{student}{late}_{1000 + number}_{90_000 + 7 * number}"
    if kind in ("odd", "hostile"):
        name = random_.choice(HOSTILE if kind == "hostile" else ODD)
        path = folder / f"{canvas}_{name}"
        shown[name].write(path)
        where = path.name if path.is_dir() else f"{path.name}.zip"
        return where, {"kind": kind, "mistakes": [name]}
    files, mistakes = _written(kind, untouched, random_)
    if random_.random() < 0.9:  # the others were copied from a neighbour, byte by byte
        files["layers.py"] += f"# {student}, {number}\n"
    return _exported(folder, canvas, files, random_), {"kind": kind, "mistakes": mistakes}


def _written(kind, untouched, random_):
    if kind == "untouched":
        return dict(untouched), []
    if kind == "right":
        return hand_ins.right("layers"), []
    if kind == "half done":
        return _half_done(untouched, random_), []
    wrong = _mistakes()
    tasks = random_.sample(sorted(wrong), random_.choice([1, 1, 1, 2, 2, 3]))
    mistakes = [random_.choice(wrong[task]) for task in tasks]
    files = [f"{name}.py" for name in mistakes]
    return hand_ins.with_mistakes(hand_ins.right("layers"), "layers", files), mistakes


@functools.cache
def _mistakes():
    """Return the names of all mistakes, by task."""
    found = {}
    for one in hand_ins.wrong("layers").values():
        found.setdefault(one.task, []).append(one.name)
    return found


def _half_done(untouched, random_):
    """Return the hand-out with the first functions written."""
    right = hand_ins.right("layers")
    done = random_.randrange(1, 7)
    written = [block for name, block in hand_ins.blocks(right["layers.py"]) if name][:done]
    return {**untouched, "layers.py": hand_ins.merged(untouched["layers.py"], "".join(written))}


def _exported(folder, canvas, files, random_):
    """Write files as course systems do, and return a name."""
    form = random_.choice(["zip", "zip", "zip with a folder", "folder", "files"])
    if form == "folder":
        name = f"{canvas}_hw1"
        exhibits.write_files(folder / name, files)
        return name
    if form == "files":
        for name, text in files.items():
            (folder / f"{canvas}_{name}").write_bytes(text.encode())
        return f"{canvas}_{next(iter(files))}"
    top = "hw1/" if form == "zip with a folder" else ""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(top + name, TIMES), text, zipfile.ZIP_DEFLATED)
    (folder / f"{canvas}_hw1.zip").write_bytes(data.getvalue())
    return f"{canvas}_hw1.zip"


def main():
    """Write a class."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--handout", type=pathlib.Path, required=True, help="folder of the stubs")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    names = set(exhibits.TASKS["layers"].values())
    untouched = {name: (options.handout / name).read_text() for name in sorted(names)}
    key = write_class(options.folder / "hand_ins", options.count, untouched, options.seed)
    (options.folder / "key.json").write_text(json.dumps(key, indent=1) + "\n")


if __name__ == "__main__":
    main()
