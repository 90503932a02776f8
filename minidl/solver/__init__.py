"""The training loop, with CS231n's names, and what people miss in it."""

from minidl.solver.history import History
from minidl.solver.sanity import InitialLoss, Overfit
from minidl.solver.solver import Solver

__all__ = ["History", "InitialLoss", "Overfit", "Solver"]
