"""``minidl compare``: naive and fast layers side by side."""

import os
import shutil
import sys

from minidl.cli.options import (
    above_zero,
    add_command,
    natural,
    not_negative,
    output_file,
    positive,
)

PLOTS = (".png", ".svg", ".pdf")


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "compare",
        _run,
        "check that naive and fast layers agree, then time both",
        "minidl compare --layer conv --sweep H=8..128 --plot chart.png",
    )
    _add_what(command)
    _add_how(command)
    _add_where(command)


def _add_what(command):
    group = command.add_argument_group("what is compared")
    group.add_argument(
        "--layer",
        action="append",
        metavar="NAME",
        help="only this layer; may be repeated; `list` names all that there are",
    )
    group.add_argument(
        "--fast",
        metavar="FILE.py:FUNCTION",
        help="a function of yours, too, such as my_layers.py:conv_forward; with its backward pass "
        "if the file has one of the matching name",
    )
    group.add_argument(
        "--three-ways",
        action="store_true",
        help="im2col and BLAS, too; only layers that have this third way (conv)",
    )
    group.add_argument("--torch", action="store_true", help="PyTorch, too, where it is installed")
    group.add_argument("--forward", action="store_true", help="the forward pass (both)")
    group.add_argument("--backward", action="store_true", help="the backward pass (both)")
    group.add_argument(
        "--shape",
        metavar='"N=8 C=3 ..."',
        help="sizes of what is timed, by the letters of the layer's documentation",
    )
    group.add_argument(
        "--sweep",
        metavar="H=8..128",
        help="one size after another: 8..128 doubles, 8..128:8 goes in steps of 8, or 8,16,24",
    )


def _add_how(command):
    group = command.add_argument_group("how")
    group.add_argument(
        "--dtype", choices=["float32", "float64"], default="float32", help="precision (float32)"
    )
    group.add_argument("--threads", type=positive, metavar="N", help="of the fast layers")
    group.add_argument("--seed", type=natural, default=231, help="of all numbers (231)")
    group.add_argument(
        "--budget", type=not_negative, metavar="SECONDS", help="to time each pass of a layer (0.3)"
    )
    group.add_argument(
        "--naive-limit",
        type=not_negative,
        default=10.0,
        metavar="SECONDS",
        help="skip a naive pass that would take longer (10)",
    )
    group.add_argument(
        "--time-limit",
        type=above_zero,
        default=10.0,
        metavar="SECONDS",
        help="for one call of a function given by --fast (10)",
    )
    group.add_argument(
        "--min-speedup",
        type=not_negative,
        metavar="RATIO",
        help="exit with 1 if a layer (or, with --fast, your function) is not so many times faster",
    )


def _add_where(command):
    group = command.add_argument_group("where the results go")
    for name in ("json", "csv", "markdown"):
        group.add_argument(
            f"--{name}",
            nargs="?",
            const="-",
            type=output_file(),
            metavar="FILE",
            help=f"as {name.upper() if name != 'markdown' else 'Markdown'}; without FILE, print it",
        )
    group.add_argument(
        "--plot", type=output_file(*PLOTS), metavar="FILE", help="draw a chart: .png, .svg or .pdf"
    )


def _run(arguments):
    from minidl import compare
    from minidl.twins import TWINS

    if arguments.layer == ["list"]:
        print("\n".join(TWINS))
        return 0
    with compare.opened(arguments.fast, arguments.time_limit) as own:
        return _compare(arguments, compare, own)


def _compare(arguments, compare, own):
    from minidl.terminal import progress

    printed = [name for name in ("json", "csv", "markdown") if getattr(arguments, name) == "-"]
    if len(printed) > 1:
        raise ValueError(f"compare: only one of {', '.join(printed)} can be printed; give a FILE")
    wanted = _wanted(arguments, compare, own)
    draw = _drawing(arguments.plot, wanted)
    total = compare.count(**wanted)
    comparisons = list(progress(compare.compare(**wanted), total, "comparing"))
    facts = compare.machine(arguments.dtype, arguments.threads)
    texts = {
        "json": lambda: compare.report_json(comparisons, facts),
        "csv": lambda: compare.report_csv(comparisons),
        "markdown": lambda: f"{compare.heading(facts)}\n\n{compare.report_markdown(comparisons)}",
    }
    for name, text in texts.items():
        path = getattr(arguments, name)
        if path and path != "-":
            _write(path, text())
    if draw:
        draw(comparisons)
    print(texts[printed[0]]() if printed else _for_people(compare, comparisons, facts))
    wrong = _problems(comparisons, arguments, printed)
    for line in wrong:
        print(f"minidl: compare: {line}", file=sys.stderr)
    return 1 if wrong or not all(c.equal for c in comparisons) else 0


def _wanted(arguments, compare, own):
    """Return the arguments of :func:`minidl.compare.compare`."""
    which = None
    if arguments.forward != arguments.backward:
        which = "forward" if arguments.forward else "backward"
    return {
        "layers": arguments.layer,
        "dtype": arguments.dtype,
        "three_ways": arguments.three_ways,
        "which": which,
        "sizes": compare.parse_shape(arguments.shape) if arguments.shape is not None else None,
        "sweep": compare.parse_sweep(arguments.sweep) if arguments.sweep is not None else None,
        "torch": arguments.torch,
        "n_threads": arguments.threads,
        "seed": arguments.seed,
        "budget": arguments.budget,
        "naive_limit": arguments.naive_limit,
        "own": own,
        "time_limit": arguments.time_limit,
    }


def _for_people(compare, comparisons, facts):
    """Return the wide table, or where a terminal is too narrow for it the short one."""
    wide = compare.report(comparisons, wide=True)
    columns = shutil.get_terminal_size((0, 0)).columns if sys.stdout.isatty() else 0
    table = wide.split("\n\n")[0]  # below it are sentences, which may be longer
    if columns and max(map(len, table.splitlines())) > columns:
        hint = "(spreads, intervals, GFLOP/s and memory: in a wider window, or by --markdown)"
        return f"{compare.heading(facts)}\n\n{compare.report(comparisons)}\n\n{hint}"
    return f"{compare.heading(facts)}\n\n{wide}"


def _problems(comparisons, arguments, printed):
    """Return what makes the command fail, one line each."""
    from minidl.compare import remarks, too_slow

    wrong = []
    if printed and printed != ["markdown"]:  # these two have no place for it
        wrong += remarks(c for c in comparisons if not c.equal)
    if arguments.min_speedup is not None:
        side = "yours" if arguments.fast else "fast"
        wrong += too_slow(comparisons, side, arguments.min_speedup)
    return wrong


def _write(path, text):
    from minidl.storage import replacing

    device = os.path.exists(path) and not os.path.isfile(path)  # such as /dev/stdout
    with open(path, "wb") if device else replacing(path) as file:
        file.write(f"{text}\n".encode())


def _drawing(path, wanted):
    """Return a function that draws comparisons into a file, or None; matplotlib is loaded now."""
    if path is None:
        return None
    several = len(set(wanted["layers"] or ())) != 1 and not (wanted["own"] or wanted["three_ways"])
    if wanted["sweep"] and several:
        raise ValueError("compare: --plot draws the --sweep of one layer; name it by --layer")
    from minidl import plots
    from minidl.extras import optional

    optional("compare: --plot", "plot", "matplotlib")

    def draw(comparisons):
        chart = plots.sweep if comparisons[0].swept else plots.speed
        plots.save(chart(comparisons), path)

    return draw
