"""The history of a run: rows, text and files."""

import csv
import json

import numpy as np
import pytest
from small_models import TwoLayers, classes

from minidl.solver import History, Solver


@pytest.fixture
def solver():
    solver = Solver(TwoLayers(), classes(), batch_size=10, num_epochs=2, verbose=False)
    solver.train()
    return solver


def test_rows(solver):
    losses = solver.loss_history
    assert [row["epoch"] for row in solver.history] == [0, 1, 2]
    assert [row["iteration"] for row in solver.history] == [1, 4, 8]
    expected = [losses[0], np.mean(losses[:4]), np.mean(losses[4:])]
    assert [row["loss"] for row in solver.history] == expected
    assert [row["train"] for row in solver.history] == solver.train_acc_history
    assert [row["val"] for row in solver.history] == solver.val_acc_history
    seconds = [row["seconds"] for row in solver.history]
    assert 0 < seconds[0] < seconds[1] < seconds[2]
    assert len(solver.history) == 3
    assert solver.history[-1]["learning_rate"] == 1e-2


def test_files(solver, tmp_path):
    solver.history.to_csv(tmp_path / "run.csv")
    with open(tmp_path / "run.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["loss"]) for row in rows] == [row["loss"] for row in solver.history]
    assert list(rows[0]) == list(solver.history[0])
    solver.history.to_json(tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_text()) == solver.history.rows


def test_json_that_every_reader_knows(solver, tmp_path):
    solver.history[0]["val"], solver.history[1]["train"] = float("nan"), float("-inf")
    solver.history.to_json(tmp_path / "run.json")
    rows = json.loads((tmp_path / "run.json").read_text(), parse_constant=pytest.fail)
    assert rows[0]["val"] is None
    assert rows[1]["train"] is None


def test_text(solver):
    lines = repr(solver.history).splitlines()
    assert lines[0].split() == list(solver.history[0])
    assert len(lines) == 5
    assert lines[2].split()[:2] == ["0", "1"]
    assert repr(History()) == "History(nothing yet; train() adds a row for each epoch)"


def test_a_rule_without_a_rate():
    solver = Solver(
        TwoLayers(),
        classes(),
        update_rule=lambda w, dw, config: (w - 0.1 * dw, config),
        num_epochs=1,
        verbose=False,
    )
    solver.train()
    assert solver.history[0]["learning_rate"] is None
    assert repr(solver.history).splitlines()[2].split()[5] == "-"
