"""How fast layers are beside their definitions: over layers, and over a size that grows."""

from minidl.plots import style

COLOURS = {
    "naive": style.ORANGE,
    "im2col": "#b08a2e",
    "fast": style.BLUE,
    "torch": style.GREY,
    "yours": "#2e8b6f",
}
NAMES = {"im2col": "im2col + BLAS", "torch": "PyTorch"}
DASHES = {"forward": "-", "backward": (0, (4, 2)), "loss": "-", "gradient": "-"}
HOW = "medians; bars from quartile to quartile"
WORD = 0.045  # of a chart's height, that of a word at the end of a line


def speed(records, ax=None):
    """Draw how long each side takes for each layer and pass, and how many times faster it is.

    Parameters
    ----------
    records : iterable of Comparison
        As :func:`minidl.compare.compare` yields them.  Those whose results differ have no times,
        and say so.
    ax : matplotlib Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        If matplotlib is missing.
    ValueError
        If there are no records.
    """
    op = "plots.speed"
    records = _some(op, records)
    ax = style.axes(op, ax, 7.5, 1.3 + 0.24 * len(records))
    sides = _sides(records)
    for y, record in enumerate(records):
        _row(ax, y, record)
    style.dress(ax, "milliseconds", "")
    ax.set_xscale("log")
    ax.set_yticks(range(len(records)), [record.label for record in records])
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False, axis="y")
    ax.set_ylim(len(records) - 0.4, -0.6)
    ax.margins(x=0.12)
    _plain_ticks(ax.xaxis)
    for side in sides:
        ax.scatter([], [], s=30, color=COLOURS[side], label=NAMES.get(side, side))
    below = {"loc": "lower right", "bbox_to_anchor": (1, 1), "ncols": len(sides)}
    style.legend(ax, **below, borderaxespad=1.5, handletextpad=0.1, columnspacing=1.2)
    style.head(ax, f"Time of a pass, {records[0].dtype}", f"{HOW}; right: times faster than naive")
    return ax


def sweep(records, ax=None):
    """Draw how the time of one layer grows with a size, and how many times faster each side is.

    Parameters
    ----------
    records : iterable of Comparison
        Of one layer, swept over one letter.
    ax : matplotlib Axes, optional
        Where to draw; by default in a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ImportError
        If matplotlib is missing.
    ValueError
        If there are no records, they are of several layers, or nothing was swept over.
    """
    op = "plots.sweep"
    records = _some(op, records)
    layers = list(dict.fromkeys(record.layer for record in records))
    if len(layers) > 1:
        raise ValueError(f"{op}: records must be of one layer, got {', '.join(layers)}")
    letter = records[0].swept
    if letter is None:
        raise ValueError(f"{op}: nothing was swept over in {records[0].label}; use plots.speed")
    ax = style.axes(op, ax, 7.5, 4.8)
    sizes = sorted({record.sizes[letter] for record in records})
    ends = []
    for side in _sides(records):
        for which in dict.fromkeys(record.which for record in records):
            own = [r for r in records if r.which == which and side in r.timings]
            if own:
                ends.append(_line(ax, own, letter, side, which))
    style.dress(ax, "", "milliseconds")
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    _plain_ticks(ax.yaxis)
    ax.margins(x=0.05, y=0.08)
    _name_lines(ax, ends)
    _speedups(ax, records, letter, sizes)
    style.head(ax, f"{layers[0]}, {records[0].dtype}: time over {letter}", _sizes(records, letter))
    return ax


def _some(op, records):
    records = list(records)
    if not records:
        raise ValueError(f"{op}: there are no records; compare something first")
    return records


def _sides(records):
    timed = {side for record in records for side in record.timings}
    return [side for side in COLOURS if side in timed]


def _row(ax, y, record):
    """Draw the times of one pass on one line, and at its right end how many times faster."""
    times = {side: timing.median * 1e3 for side, timing in record.timings.items()}
    if not times:
        what = "results differ" if not record.equal else "not timed"
        place = {"xycoords": ("axes fraction", "data"), "va": "center", "color": style.ORANGE}
        ax.annotate(what, (0.02, y), fontsize=style.SMALL, **place)
        return
    ax.plot([min(times.values()), max(times.values())], [y, y], color=style.FAINT, linewidth=3)
    for side, timing in record.timings.items():
        lower, upper = (1e3 * seconds for seconds in timing.quartiles)
        ax.plot([lower, upper], [y, y], color=COLOURS[side], linewidth=2)
        ax.scatter([times[side]], [y], s=26, color=COLOURS[side], zorder=3)
    side = "yours" if "yours" in record.timings else "fast"
    known = record.speedup_of(side)
    if known is not None:
        word = f"{known.ratio:,.0f} x" if record.clear(side) else "no clear difference"
        last = 1e3 * max(timing.quartiles[1] for timing in record.timings.values())
        place = {"textcoords": "offset points", "va": "center", "fontsize": style.SMALL}
        ax.annotate(word, (last, y), (8, 0), color=style.INK, **place)


def _line(ax, records, letter, side, which):
    """Draw one side of one pass over the sizes; return where its line ends, and its name."""
    x = [record.sizes[letter] for record in records]
    y = [1e3 * record.timings[side].median for record in records]
    quartiles = [record.timings[side].quartiles for record in records]
    lower, upper = ([1e3 * seconds for seconds in side] for side in zip(*quartiles, strict=True))
    colour = COLOURS[side]
    ax.fill_between(x, lower, upper, color=colour, alpha=0.2, linewidth=0)
    ax.plot(x, y, color=colour, linestyle=DASHES[which], marker="o", markersize=4)
    return x[-1], y[-1], f"{NAMES.get(side, side)} {which}", colour


def _name_lines(ax, ends):
    """Write the name of every line at its end, as far apart as words are high."""
    low, high = ax.get_ylim()
    apart, height = (high / low) ** WORD, 0.0
    place = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
    for x, y, name, colour in sorted(ends, key=lambda end: end[1]):
        height = max(y, height * apart)
        ax.annotate(name, (x, height), (8, 0), color=colour, fontsize=style.TEXT, **place)


def _speedups(ax, records, letter, sizes):
    """Write under every size how many times faster than naive, a line for each side and pass."""
    names, lines = [letter], [[str(size) for size in sizes]]
    for side in [side for side in ("yours", "fast") if side in _sides(records)]:
        for which in dict.fromkeys(record.which for record in records):
            own = {r.sizes[letter]: r.speedup_of(side) for r in records if r.which == which}
            if any(own.values()):
                names.append(f"{side} {which}")
                lines.append([f"{own[x].ratio:,.0f} x" if own.get(x) else "" for x in sizes])
    ax.set_xticks(sizes, ["\n".join(words) for words in zip(*lines, strict=True)])
    ax.xaxis.minorticks_off()
    place = {"xycoords": "axes fraction", "textcoords": "offset points", "ha": "right", "va": "top"}
    ax.annotate("\n".join(names), (0, 0), (-6, -7), fontsize=style.SMALL, color=style.INK, **place)


def _sizes(records, letter):
    """Return the sizes that stayed, and what bands and skipped sides mean."""
    parts = []
    for key, value in records[0].sizes.items():
        if all(record.sizes[key] == record.sizes[letter] for record in records):
            parts += [f"{key}={letter}"] * (key != letter)
        else:
            parts.append(f"{key}={value}")
    skipped = "; naive skipped where it takes too long" if any(r.note for r in records) else ""
    below = "; below: times faster than naive"
    return f"{' '.join(parts)}\nmedians; bands from quartile to quartile{skipped}{below}"


def _plain_ticks(axis):
    """Write 0.01, 1 and 1,000 instead of powers of ten."""
    axis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    axis.set_minor_formatter(lambda *_: "")
