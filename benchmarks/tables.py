"""The numbers of a run as Markdown tables, by the names that docs/performance.md gives them."""

from benchmarks.cells import mb, ms, percent, threads, times, us
from benchmarks.pages import markdown
from benchmarks.timing import geometric_mean

LIMITS = "what multiplied and added"
COMPARED = ("training", "convolution", "layers")  # parts in which PyTorch does the same


def written(record):
    """Return the tables of whatever a run has measured, by name."""
    tables = {"machine": _machine(record), "limits": _limits(record)}
    for part, rows in record["parts"].items():
        if part == "convolution":
            for dtype, count in dict.fromkeys((row["dtype"], row["threads"]) for row in rows):
                own = [r for r in rows if (r["dtype"], r["threads"]) == (dtype, count)]
                tables[f"convolution, {dtype}, {threads(count)}"] = _convolution(own)
            tables["means"] = _means(rows)
        elif part == "growth":
            for axis in dict.fromkeys(row["axis"] for row in rows):
                tables[f"growth, {axis}"] = _growth([r for r in rows if r["axis"] == axis], axis)
        else:
            tables[part] = _SIMPLE[part](rows)
    compared = [row for name in COMPARED for row in record["parts"].get(name, ()) if ratio(row)]
    if compared:
        tables["behind"] = _behind(compared)
    return tables


def ratio(row, rival="torch"):
    """Return a rival's time over minidl's, or None where the rival was not measured."""
    seconds = row["seconds"]
    return seconds[rival] / seconds["minidl"] if rival in seconds else None


def _machine(record):
    facts = record["machine"] | {f"setting: {k}": v for k, v in record["settings"].items()}
    return markdown(
        ("", "measured on"), [(name, str(fact)) for name, fact in facts.items() if fact is not None]
    )


def _limits(record):
    columns = [
        (f"{dtype}, {threads(count)}", found)
        for count, dtypes in record["limits"].items()
        for dtype, found in dtypes.items()
    ]
    names = dict.fromkeys(name for _, found in columns for name in found)
    rows = [
        (name, *(f"{found[name]:.0f}" if name in found else "" for _, found in columns))
        for name in names
    ]
    return markdown((f"GFLOP/s, by {LIMITS}", *(column for column, _ in columns)), rows)


def _convolution(rows):
    passes = {(row["name"], row["pass"]): row for row in rows}
    lines = []
    for name in dict.fromkeys(row["name"] for row in rows):
        cells = [name]
        for which in ("forward", "backward"):
            row = passes[name, which]
            cells += [ms(row["seconds"]["minidl"]), percent(row["share"].get("minidl"))]
            cells += [times(ratio(row)), times(ratio(row, "course"))]
        lines.append(cells)
    header = [
        f"{which}{column}"
        for which in ("forward", "backward")
        for column in (" ms", ": share of peak", ": PyTorch / minidl", ": course / minidl")
    ]
    return markdown(("convolution", *header), lines)


def _means(rows):
    keys = dict.fromkeys((r["group"], r["dtype"], r["threads"]) for r in rows)
    lines = []
    for key in keys:
        own = [r for r in rows if (r["group"], r["dtype"], r["threads"]) == key]
        cells = [*map(str, key)]
        for which in ("forward", "backward"):
            ratios = [ratio(r) for r in own if r["pass"] == which and ratio(r)]
            cells += [times(geometric_mean(ratios)), times(min(ratios))] if ratios else ["", ""]
        lines.append(cells)
    header = ("forward, mean", "forward, least", "backward, mean", "backward, least")
    return markdown(("convolutions", "precision", "threads", *header), lines)


def _behind(rows):
    """List whatever PyTorch does in less time."""
    lines = [
        (
            *(row["name"], row.get("pass", "training step"), row["dtype"], str(row["threads"])),
            times(ratio(row)),
        )
        for row in rows
        if ratio(row) < 1
    ]
    if not lines:
        return "Nothing: no row above is below 1."
    return markdown(("what", "pass", "precision", "threads", "PyTorch / minidl"), lines)


def _training(rows):
    lines = [
        (
            *(row["name"], row["dtype"], str(row["threads"])),
            *(ms(row["seconds"].get(name)) for name in ("minidl", "torch")),
            *(
                times(ratio(row)),
                percent(row["share"].get("minidl")),
                percent(row["share"].get("torch")),
            ),
        )
        for row in rows
    ]
    columns = ("minidl ms", "PyTorch ms", "PyTorch / minidl")
    shares = ("minidl's share of peak", "PyTorch's")
    return markdown(("training step", "precision", "threads", *columns, *shares), lines)


def _layers(rows):
    counts = sorted({row["threads"] for row in rows})
    found = {(r["name"], r["shape"], r["pass"], r["threads"]): r for r in rows}
    lines = []
    for key in dict.fromkeys(key[:3] for key in found):
        cells = list(key)
        for count in counts:
            row = found[*key, count]
            cells += [us(row["seconds"].get(name)) for name in ("minidl", "torch")]
            cells.append(times(ratio(row)))
        lines.append(cells)
    header = [
        f"{column}, {threads(count)}"
        for count in counts
        for column in ("minidl µs", "PyTorch µs", "PyTorch / minidl")
    ]
    return markdown(("layer", "size", "pass", *header), lines)


def _overhead(rows):
    fewest = min(row["threads"] for row in rows)
    seconds = {row["name"]: row["seconds"] for row in rows if row["threads"] == fewest}
    lines = [
        (name, us(own), us(seconds.get(f"PyTorch: {name}")))
        for name, own in seconds.items()
        if not name.startswith("PyTorch")
    ]
    return markdown(("one call on a tiny array", "minidl µs", "PyTorch µs"), lines)


def _growth(rows, axis):
    """Sum both passes up."""
    counts = sorted({row["threads"] for row in rows})
    lines = []
    for size in dict.fromkeys(row["size"] for row in rows):
        cells, ours = [str(size)], []
        for count in counts:
            own = [r["seconds"] for r in rows if (r["size"], r["threads"]) == (size, count)]
            ours.append(sum(seconds["minidl"] for seconds in own))
            theirs = sum(s["torch"] for s in own) if "torch" in own[0] else None
            cells += [ms(ours[-1]), ms(theirs)]
        cells.append(times(ours[0] / ours[-1] if len(ours) > 1 else None))
        lines.append(cells)
    header = [f"{who} ms, {threads(count)}" for count in counts for who in ("minidl", "PyTorch")]
    gain = f"minidl, {threads(counts[0])} / {threads(counts[-1])}"
    return markdown((axis, *header, gain), lines)


def _naive(rows):
    lines = [
        (
            *(row["pass"], str(row["threads"]), f"{row['seconds']['naive']:.2f}"),
            *(ms(row["seconds"]["minidl"]), f"{ratio(row, 'naive'):,.0f}"),
        )
        for row in rows
    ]
    return markdown(("pass", "threads", "naive s", "fast ms", "naive / fast"), lines)


def _startup(rows):
    seconds = {row["name"]: row["seconds"] for row in rows}
    unit = seconds["import numpy"]
    lines = [(name, ms(own), times(own / unit)) for name, own in seconds.items()]
    return markdown(("in a fresh process", "ms", "of import numpy"), lines)


def _memory(rows):
    found = {(row["threads"], row["batch"], row["name"]): row for row in rows}
    lines = []
    for count, batch in dict.fromkeys(key[:2] for key in found):
        ours = found[count, batch, "minidl"]
        cells = [str(count), str(batch), mb(ours["results"])]
        for name in ("minidl", "course", "torch"):
            row = found.get((count, batch, name), {})
            cells += [mb(row.get("numpy")), mb(row.get("resident"))]
        lines.append(cells)
    header = [
        f"{who}: {column}"
        for who in ("minidl", "course", "PyTorch")
        for column in ("NumPy's arrays", "resident")
    ]
    return markdown(("threads", "batch", "results MB", *header), lines)


_SIMPLE = {
    "training": _training,
    "layers": _layers,
    "overhead": _overhead,
    "naive": _naive,
    "startup": _startup,
    "memory": _memory,
}
