"""The machine that runs the harmless instructions of a pickle."""

SMALLEST, LARGEST = -(2**63), 2**64 - 1  # integers that fit an array
LITERALS = {
    *("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"),
    *("BINSTRING", "SHORT_BINSTRING", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
}
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
CONTAINERS = {"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_TUPLE": tuple}
TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


class Name:
    """A global that the pickle named; only to be called, never part of the result."""

    def __init__(self, name, maker):
        self.name, self.maker = name, maker


class Arguments(tuple):
    """Arguments with a global among them; only to be passed, never part of the result."""

    __slots__ = ()


class Unfinished:
    """What was called but waits for its state; whoever remembers it gets the finished thing."""

    def __init__(self, build):
        self.build, self.finished, self.value = build, False, None


class Machine:
    """A stack, a memory, and one method for each kind of instruction.

    Parameters
    ----------
    refuse : callable
        Raises the error that ends with the words it is given.
    makers : dict
        By name, what a pickle may call: functions of a tuple that return a value, or a function
        of the state that makes it.  None is for a name that is an argument only.
    """

    def __init__(self, refuse, makers):
        self.refuse, self.makers = refuse, makers
        self.stack, self.marks, self.memo = [], [], {}

    def step(self, opcode, argument):
        """Run one instruction."""
        if opcode in LITERALS:
            if type(argument) is int and not SMALLEST <= argument <= LARGEST:
                self.refuse("holds an integer of more than 64 bits")
            self.stack.append(argument)
        elif opcode in CONSTANTS:
            self.stack.append(CONSTANTS[opcode])
        elif opcode in CONTAINERS:
            self.stack.append(CONTAINERS[opcode]())
        elif opcode in TUPLES:
            self._tuple(self._pop(TUPLES[opcode]))
        elif opcode not in ("PROTO", "FRAME", "STOP"):
            action = ACTIONS.get(opcode)
            if action is None:
                self.refuse(f"uses the instruction {opcode}, which a data file has no use for")
            action(self, argument)

    def result(self):
        """Return what the pickle left on the stack."""
        if len(self.stack) != 1 or self.marks:
            self.refuse(f"is damaged: it leaves {len(self.stack)} things on its stack, not one")
        return self._value(self.stack[0])

    def _pop(self, count):
        floor = self.marks[-1] if self.marks else 0
        if len(self.stack) - count < floor:
            self.refuse("is damaged: it takes more from its stack than there is")
        items = self.stack[len(self.stack) - count :]
        del self.stack[len(self.stack) - count :]
        return items

    def _pop_to_mark(self):
        if not self.marks:
            self.refuse("is damaged: it goes back to a mark that was never set")
        items = self._pop(len(self.stack) - self.marks[-1])
        self.marks.pop()
        return items

    def _value(self, item):
        """Return ``item``, or the thing that it became; nothing else may enter the result."""
        if isinstance(item, Unfinished) and item.finished:
            return item.value
        if isinstance(item, (Arguments, Name, Unfinished)):
            self.refuse("is damaged: it keeps something that is no value")
        return item

    def _top(self, kind):
        if not self.stack or type(self.stack[-1]) is not kind:
            self.refuse(f"is damaged: it fills a {kind.__name__} where there is none")
        return self.stack[-1]

    def _mark(self, _):
        self.marks.append(len(self.stack))

    def _tuple(self, items):
        if any(isinstance(item, Name) for item in items):
            items = (item.name if isinstance(item, Name) else self._value(item) for item in items)
            self.stack.append(Arguments(items))
        else:
            self.stack.append(tuple(map(self._value, items)))

    def _append(self, items):
        self._top(list).extend(map(self._value, items))

    def _set(self, items):
        if len(items) % 2:
            self.refuse("is damaged: it sets a key without a value")
        target = self._top(dict)
        for key, value in zip(items[::2], items[1::2], strict=True):
            if type(key) not in (str, bytes, int):
                self.refuse("holds a dict with keys other than text and integers")
            target[key] = self._value(value)

    def _remember(self, place):
        if not self.stack:
            self.refuse("is damaged: it remembers the top of an empty stack")
        self.memo[len(self.memo) if place is None else place] = self.stack[-1]

    def _recall(self, place):
        if place not in self.memo:
            self.refuse(f"is damaged: it recalls {place}, which was never stored")
        self.stack.append(self.memo[place])

    def _global(self, name):
        if name is None:  # both parts stand on the stack
            parts = self._pop(2)
            if not all(type(part) is str for part in parts):
                self.refuse("is damaged: it names a global by something else than text")
            name = ".".join(parts)
        name = name.replace(" ", ".", 1)
        if name not in self.makers:
            self.refuse(
                f"asks for {name[:80]!r}; a data file has no use for it, "
                "and running it could do anything, so the file is not read"
            )
        self.stack.append(Name(name, self.makers[name]))

    def _call(self, _):
        called, args = self._pop(2)
        maker = called.maker if isinstance(called, Name) else None
        if maker is None or not isinstance(args, tuple):
            self.refuse("is damaged: it calls something that is no function")
        made = maker(args)
        self.stack.append(Unfinished(made) if callable(made) else made)

    def _build(self, _):
        target, state = self._pop(2)
        if not isinstance(target, Unfinished) or target.finished:
            self.refuse("gives a state to something that has none")
        target.value, target.finished = target.build(self._value(state)), True
        self.stack.append(target)


ACTIONS = {
    "MARK": Machine._mark,
    "TUPLE": lambda machine, _: machine._tuple(machine._pop_to_mark()),
    "APPEND": lambda machine, _: machine._append(machine._pop(1)),
    "APPENDS": lambda machine, _: machine._append(machine._pop_to_mark()),
    "SETITEM": lambda machine, _: machine._set(machine._pop(2)),
    "SETITEMS": lambda machine, _: machine._set(machine._pop_to_mark()),
    **dict.fromkeys(("BINPUT", "LONG_BINPUT", "MEMOIZE"), Machine._remember),
    **dict.fromkeys(("BINGET", "LONG_BINGET"), Machine._recall),
    **dict.fromkeys(("GLOBAL", "STACK_GLOBAL"), Machine._global),
    "REDUCE": Machine._call,
    "BUILD": Machine._build,
}
