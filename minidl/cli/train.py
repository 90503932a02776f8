"""``minidl train``: train a net on bundled or given data."""

import json
import sys

from minidl.cli.options import add_command, add_json, natural, number, positive

SETTINGS = (
    ("--model", str, "NAME", "lenet5, pyramid, mlp or softmax (lenet5)"),
    ("--data", str, "NAME|FOLDER", "mnist, cifar10, spiral, moons, xor, or a folder (mnist)"),
    ("--epochs", positive, "N", "passes over the training examples (5)"),
    ("--batch-size", positive, "N", "examples in a step (32)"),
    ("--optimizer", str, "NAME", "sgd or adam (sgd)"),
    ("--lr", number, "RATE", "first learning rate (sgd 0.05, adam 0.001)"),
    ("--momentum", number, "SHARE", "of sgd (0.9)"),
    ("--lr-decay", number, "FACTOR", "of the learning rate after each epoch (0.8)"),
    ("--seed", natural, "N", "of weights and order (0)"),
    ("--dtype", str, "NAME", "float32 or float64 (float32)"),
    ("--threads", positive, "N", "of the fast layers (all cores)"),
    ("--train-size", positive, "N", "train on so many examples only, for a quick try"),
    ("--test-size", positive, "N", "test on so many examples only"),
)


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "train",
        _run,
        "train a net, and keep its weights and its history",
        "minidl train --model lenet5 --data mnist --epochs 5 --out run/first",
    )
    for name, kind, metavar, purpose in SETTINGS:  # those not given are None: resuming needs that
        command.add_argument(name, type=kind, metavar=metavar, help=purpose)
    command.add_argument(
        "--out", metavar="FOLDER", help="where to write (run/MODEL-DATA-1, or the next free number)"
    )
    command.add_argument("--resume", action="store_true", help="go on with the run in --out")
    command.add_argument(
        "--plot", action="store_true", help="draw curves, filters, confusion and misread examples"
    )
    command.add_argument("--quiet", action="store_true", help="print no lines while training")
    add_json(command)


def _run(arguments):
    from minidl.train import Settings, resume, train
    from minidl.train.folder import NextFolder
    from minidl.train.report import summary

    names = [name.removeprefix("--").replace("-", "_") for name, *_ in SETTINGS]
    asked = {name: getattr(arguments, name) for name in names}
    given = {name: value for name, value in asked.items() if value is not None}
    say = None if arguments.quiet else _errors if arguments.json else _lines
    if arguments.resume and arguments.out is None:
        raise ValueError("train: --resume needs --out, the folder of the run to go on with")
    try:
        if arguments.resume:
            run = resume(arguments.out, plot=arguments.plot, say=say, **given)
        else:
            settings = Settings(**given)
            out = arguments.out
            if out is None:
                out = NextFolder(settings.model, settings.data)
            run = train(settings, out, plot=arguments.plot, say=say)
    except FloatingPointError as error:
        if arguments.debug:
            raise
        print(f"minidl: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stop:
        print(stop.args[0] if stop.args else "interrupted", file=sys.stderr)
        return 130
    if arguments.json:
        print(json.dumps(summary(run), indent=1))
    return 0


def _lines(text):
    print(text, flush=True)


def _errors(text):
    print(text, file=sys.stderr, flush=True)
