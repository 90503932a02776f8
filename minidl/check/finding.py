"""What a check found: one line of the report, and what stands below it if it failed."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in one case.

    Attributes
    ----------
    says : str
        For people, with the numbers.
    index : tuple or None
        The worst number's place.
    got, expected, error : float or None
        That number, what it must be, and their difference.
    """

    says: str
    index: tuple | None = None
    got: float | None = None
    expected: float | None = None
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check over all cases.

    Attributes
    ----------
    which : str
        The pass: "forward", "backward", "gradient" or "loss".
    name : str
        What was checked: "values of dx".
    status : str
        "ok", "failed", "not written" or "not reached".
    cases, wrong : int
        In how many cases it was checked, and in how many of them it was wrong.
    case : str
        The smallest of the wrong cases in words.
    what : Wrong or None
        What is wrong in it.
    where : str
        What tells the wrong cases from the right ones, if something does.
    likely : tuple of str
        What may be the cause, the most likely one first.
    exact : bool
        Whether the cause was told by what was returned, and not by comparing cases alone.
    """

    which: str
    name: str
    status: str
    cases: int
    wrong: int = 0
    case: str = ""
    what: Wrong | None = None
    where: str = ""
    likely: tuple = field(default_factory=tuple)
    exact: bool = False

    def as_dict(self):
        """Return everything as a dict that JSON can hold."""
        facts = {key: getattr(self, key) for key in ("which", "name", "status", "cases", "wrong")}
        if self.what is not None:
            facts |= {"case": self.case, "says": self.what.says, "where": self.where}
            facts |= {"index": self.what.index, "likely": list(self.likely)}
            for key in ("got", "expected", "error"):
                value = getattr(self.what, key)
                facts[key] = value if value is None or np.isfinite(value) else str(value)
        return facts
