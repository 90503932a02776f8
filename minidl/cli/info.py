"""``minidl info``: versions, CPU level, threads."""

import json

from minidl.cli.options import add_command, add_json


def add(commands):
    """Add the command."""
    command = add_command(
        commands, "info", _run, "print versions, CPU level, threads", "minidl info"
    )
    add_json(command)


def _run(arguments):
    from minidl.info import info

    facts = info()
    if arguments.json:
        print(json.dumps(facts, indent=1))
    else:
        width = max(map(len, facts))
        for name, fact in facts.items():
            print(f"{name:{width}}  {fact}")
    return 0
