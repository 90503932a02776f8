"""Confine a command, start it, and end all that it has started when it is over.

Three processes stand in a row where there are namespaces: this one, the first process of a process
namespace, which nothing in it can harm and with which everything in it ends, and the command.
Elsewhere this one watches by itself.  The *lifeline* is a socket whose other end our caller holds:
on it stand, line by line, what is in force and how the command ended; once it is closed, all end.
"""

import contextlib
import json
import os
import signal
import socket
import sys

import limits
import users
import watching


def main():
    """Do what the order, JSON in the only argument, says."""
    order = json.loads(sys.argv[1])
    watching.come_first()
    lifeline = socket.socket(fileno=order["lifeline"])
    first, measures, user = True, {}, None
    if order["confine"]:
        import namespaces

        above = os.open(os.path.dirname(order["working"]), os.O_RDONLY)  # as it is outside
        try:
            namespaces.enter()
        except OSError as error:
            _say(lifeline, {"refused": f"{error.strerror or error}"})
            return
        init = os.fork()
        if init:
            _let_go(lifeline)
            os.waitpid(init, 0)  # until the last process of the namespace is gone
            if order["working_bytes"]:
                namespaces.remove_working(order["working"], above)
            return
        os.close(above)
        first, measures = False, namespaces.arrange(order)
    else:
        user = users.somebody(order)
    measures |= limits.before_start(order, user)
    worker = os.fork()
    if not worker:
        _become(order, user)
    measures |= watching.adopt() if first else {}
    counted = "processes" in measures  # those of others are not to be seen, then
    if counted:
        measures["process count"] = "the number of its processes and threads is limited"
        measures["memory of all"] = "the memory of all of its processes together is limited"
    _say(lifeline, {"in force": measures, "pid": worker})
    _let_go()
    how = watching.watch(worker, lifeline, order["most"] if counted else None)
    if first:
        watching.end(worker)
    if user:
        users.end(user)
    _say(lifeline, {"ended": how})
    if first and order["working_bytes"]:
        import shutil

        shutil.rmtree(order["working"], ignore_errors=True)
    os._exit(0)  # which is the end of a namespace


def _become(order, user):
    """Turn this process into the command; whatever goes wrong is its exit code."""
    try:
        watching.wait_in_line()
        os.setsid()  # then its signals to a whole group do not reach us
        os.chdir(order["working"])
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        os.closerange(3, 4096)
        limits.give_up_rights()
        limits.set_limits(order["limits"])
        if user:
            users.become(user)
        os.execve(order["command"][0], order["command"], order["variables"])
    except BaseException as error:
        os.write(2, f"{order['command'][0]}: {error}".encode(errors="replace"))
    finally:
        os._exit(126)


def _say(lifeline, message):
    with contextlib.suppress(OSError):  # our caller is gone, and with it the reason to speak
        lifeline.sendall(json.dumps(message).encode() + b"\n")


def _let_go(lifeline=None):
    """Close the pipes of the command, which are open here only to be handed on."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    if lifeline is not None:
        lifeline.close()


if __name__ == "__main__":
    main()
