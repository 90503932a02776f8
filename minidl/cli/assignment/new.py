"""``minidl assignment new``: an assignment to start from."""

from minidl.cli.options import add_command, natural


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "new",
        _run,
        "start an assignment from one that minidl brings, or from any layers",
        "minidl assignment new my-course --template convolution",
    )
    command.add_argument("folder", metavar="FOLDER", help="where to; new or empty")
    command.add_argument(
        "--template",
        metavar="NAME",
        help="layers: affine, ReLU, losses, SGD and a two-layer net; convolution: naive "
        "convolution and pooling, and a fast one in Cython (layers)",
    )
    command.add_argument(
        "--layer",
        action="append",
        default=[],
        metavar="NAME",
        help="instead, one made of this layer; may be given several times: conv, max_pool, ...",
    )
    command.add_argument(
        "--seed", type=natural, metavar="N", help="of the cases; one that nobody can guess (drawn)"
    )


def _run(arguments):
    from minidl.assignment import new

    names = new(arguments.folder, arguments.template, arguments.layer, arguments.seed)
    print(f"{arguments.folder} is written:")
    for name in names:
        print(f"  {name}")
    print(f"next: minidl assignment build {arguments.folder}")
    return 0
