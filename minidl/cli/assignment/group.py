"""``minidl assignment``: hand-outs for students, their checks, and hand-ins."""

import argparse

from minidl.cli.assignment import build, cases, check, doctor, grade, new, pack

COMMANDS = (new, cases, build, check, pack, doctor, grade)
EXAMPLES = """\
example: minidl assignment new my-course --template layers

for instructors
  minidl assignment new my-course --template convolution
  minidl assignment cases my-course       what assignment.toml may ask for
  minidl assignment build my-course       makes my-course/build/handout and its zip
  minidl assignment grade hand-ins -o results --bundle my-course/build/grader

for students, in the folder of the hand-out
  minidl assignment doctor                is all there that it needs?
  minidl assignment check                 all tasks
  minidl assignment check softmax_loss    one of them
  minidl assignment pack --name ada       makes the zip to hand in
"""


def add(commands):
    """Add the command, and those below it."""
    purpose = "make assignments, check your own work and pack it, grade hand-ins"
    group = commands.add_parser(
        "assignment",
        help=purpose,
        description=purpose[0].upper() + purpose[1:] + ".",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    below = group.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(below)
