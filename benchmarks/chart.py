"""Charts of a run for docs/performance.md: how many times faster, and how the cost grows."""

from benchmarks.cells import threads
from benchmarks.tables import ratio
from minidl.extras import optional
from minidl.plots import save
from minidl.plots.style import BLUE as OURS
from minidl.plots.style import FAINT, new_figure
from minidl.plots.style import GREY as LINE
from minidl.plots.style import ORANGE as THEIRS

OP = "benchmarks: a chart"


def require():
    """Return matplotlib, or raise an error that says how to get it."""
    return optional(OP, "plot", "matplotlib")


def draw(record, folder, ending="svg"):
    """Write the charts that the run has numbers for; return their files."""
    parts, written = record["parts"], []
    compared = [row for name in ("training", "convolution") for row in parts.get(name, ())]
    with require().rc_context({"font.size": 9}):
        if compared and all(ratio(row) for row in compared):
            written.append(_save(_ratios(compared), folder / f"performance.{ending}"))
        if "growth" in parts:
            written.append(_save(_growth(parts["growth"]), folder / f"performance_growth.{ending}"))
    return written


def _save(figure, path):
    save(figure.axes[0], path, dpi=110)
    return path


def _ratios(rows):
    """Draw bars of PyTorch's time over minidl's, on one thread."""
    fewest = min(row["threads"] for row in rows)
    bars = []
    for row in rows:
        if (row["threads"], row["dtype"]) == (fewest, "float32"):
            which = f", {row['pass']}" if "pass" in row else ": training step"
            bars.append((row["name"] + which, ratio(row)))
    figure = new_figure(OP, 8, 0.19 * len(bars) + 1.1)
    axes = figure.subplots()
    names, ratios = zip(*reversed(bars), strict=True)
    colors = [OURS if r >= 1 else THEIRS for r in ratios]
    bars = axes.barh(names, [r - 1 for r in ratios], left=1, color=colors)
    axes.bar_label(bars, [f"{r:.1f}" for r in ratios], padding=3, fontsize=8)
    axes.axvline(1, color=LINE, linewidth=1)
    axes.set_xscale("log")
    ticks = [t for t in (0.25, 0.5, 1, 2, 4, 8, 16) if min(ratios) / 2 < t < 2 * max(ratios)]
    axes.set_xticks(ticks, [f"{t:g}" for t in ticks])
    axes.minorticks_off()
    axes.margins(x=0.08, y=0.01)
    figure.suptitle(
        f"PyTorch's time over minidl's, float32, {threads(fewest)}; to the right, minidl is faster"
    )
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _growth(rows):
    """Draw the milliseconds of both passes against batch, image and channels."""
    names = list(dict.fromkeys(row["axis"] for row in rows))
    figure = new_figure(OP, 3.3 * len(names), 3.2)
    axes = figure.subplots(1, len(names), squeeze=False)
    for name, pane in zip(names, axes[0], strict=True):
        own = [row for row in rows if row["axis"] == name]
        for way, color in (("minidl", OURS), ("torch", THEIRS)):
            if way in own[0]["seconds"]:
                _lines(pane, own, way, color)
        pane.set_xscale("log", base=2)
        pane.set_yscale("log")
        sizes = sorted({row["size"] for row in own})[:: 2 if len(own) > 24 else 1]
        pane.set_xticks(sizes, map(str, sizes))
        pane.set_xlabel(name)
        pane.grid(color=FAINT)
        pane.spines[["top", "right"]].set_visible(False)
    axes[0][0].set_ylabel("ms, forward and backward")
    figure.legend(*axes[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return figure


def _lines(pane, rows, way, color):
    for count, style in zip(sorted({row["threads"] for row in rows}), "-:", strict=False):
        totals = {}
        for row in rows:
            if row["threads"] == count:
                totals[row["size"]] = totals.get(row["size"], 0) + row["seconds"][way] * 1e3
        label = f"{'PyTorch' if way == 'torch' else way}, {threads(count)}"
        pane.plot(list(totals), list(totals.values()), style, color=color, label=label)
