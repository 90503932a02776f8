"""Curves from every form that a history comes in."""

import re

import numpy as np
import pytest
from small_models import TwoLayers, classes

pytest.importorskip("matplotlib", reason="draws the pictures")
from minidl import plots
from minidl.solver import Solver


@pytest.fixture(scope="module")
def solver():
    solver = Solver(TwoLayers(), classes(), num_epochs=4, batch_size=10, seed=0, verbose=False)
    solver.train()
    return solver


def curves(ax):
    """Return x and y of every named line by the part of its name before the comma."""
    handles, labels = ax.get_legend_handles_labels()
    return {
        label.partition(",")[0]: (line.get_xdata().tolist(), line.get_ydata().tolist())
        for line, label in zip(handles, labels, strict=True)
    }


def test_a_solver_gives_losses_by_iteration_and_accuracies_by_epoch(solver):
    ax = plots.loss(solver)
    x, y = curves(ax)["training"]
    assert x == list(range(1, 17))
    assert y == solver.loss_history
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("iteration", "loss")
    ax = plots.accuracy(solver)
    (x, train), (_, val) = curves(ax).values()
    assert list(curves(ax)) == ["training", "validation"]
    assert x == [0, 1, 2, 3, 4]
    np.testing.assert_allclose(train, 100 * np.array(solver.train_acc_history))
    np.testing.assert_allclose(val, 100 * np.array(solver.val_acc_history))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "accuracy in per cent")


def test_the_legend_has_the_last_numbers():
    ax = plots.accuracy({"train_acc_history": [0.25, 0.5], "val_acc_history": [0.25, 0.125]})
    shown = [text.get_text() for text in ax.get_legend().get_texts()]
    assert shown == ["training, last 50.0 %", "validation, last 12.5 %"]


def test_rows_objects_with_rows_and_files_give_one_picture(solver, tmp_path):
    solver.history.to_csv(tmp_path / "history.csv")
    expected = curves(plots.loss(solver.history))
    assert expected["training"][0] == [0, 1, 2, 3, 4]
    holder = type("Run", (), {"history": solver.history})()
    for form in (list(solver.history), holder, tmp_path / "history.csv"):
        assert curves(plots.loss(form)) == expected
        assert curves(plots.accuracy(form)) == curves(plots.accuracy(solver.history))


def test_the_columns_of_other_writers():
    rows = [
        {"epoch": k, "iteration": 9 * k, "train_loss": 1 / k, "test_accuracy": k / 8, "seconds": 1}
        for k in (1, 2, 3)
    ]
    assert curves(plots.loss(rows)) == {"training": ([1, 2, 3], [1, 1 / 2, 1 / 3])}
    assert curves(plots.accuracy(rows)) == {"test": ([1, 2, 3], [12.5, 25, 37.5])}
    for row in rows:
        row["epoch"] = 1  # several rows in one epoch
    ax = plots.loss(rows)
    assert curves(ax)["training"][0] == [9, 18, 27]
    assert ax.get_xlabel() == "iteration"
    ax = plots.loss([{"train_loss": 1.0}, {"train_loss": None}])
    assert ax.get_xlabel() == "row"


def test_several_runs_in_one_picture():
    runs = {"Adam": [3, 2, 1], "SGD": [3.0, 2.5]}
    assert curves(plots.loss(runs)) == {"Adam": ([1, 2, 3], [3, 2, 1]), "SGD": ([1, 2], [3, 2.5])}
    assert curves(plots.accuracy({"a": [0.5, 1]})) == {"a": ([0, 1], [50, 100])}
    assert len(plots.loss({str(k): [1, 2] for k in range(9)}).get_lines()) == 9


def test_many_losses_are_averaged_around_each(rng):
    losses = rng.random(250)
    ax = plots.loss(losses)
    single, mean = (line.get_ydata() for line in ax.get_lines())
    np.testing.assert_array_equal(single, losses)
    assert mean[100] == pytest.approx(losses[95:106].mean())
    assert mean[0] == pytest.approx(losses[:6].mean())
    losses[97] = np.nan
    mean = plots.loss(losses).get_lines()[1].get_ydata()
    assert mean[100] == pytest.approx(np.nanmean(losses[95:106]))
    assert np.isnan(mean[97])


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_losses_that_are_no_numbers_are_marked():
    ax = plots.loss([2, 1, np.nan, np.inf])
    assert words(ax) == ["nan from 3 on"]
    assert ax.get_legend().get_texts()[0].get_text() == "training, 1 at 2"
    assert ax.get_xlim()[1] >= 4
    assert len(ax.patches) == 1  # from there to the end
    once = plots.loss([2, np.inf, 1])
    assert words(once) == ["infinite at 2"]
    assert not once.patches
    assert words(plots.loss([2, 1, 1e308])) == ["infinite from 3 on"]
    ax = plots.loss([np.nan, np.nan])
    assert words(ax) == ["nan from 1 on"]
    assert ax.get_legend().get_texts()[0].get_text() == "training, no number"
    ax.figure.draw_without_rendering()


def test_words_stand_where_the_line_has_not_been_lately():
    for losses, height in [([3, 2, np.nan, 1], 0.95), ([1, 2, np.nan, 3], 0.05)]:
        (mark,) = plots.loss(losses).texts
        assert mark.xy == (3, height)


def test_losses_below_zero_are_in_the_picture():
    assert plots.loss([1, 2]).get_ylim()[0] == 0
    assert plots.loss([-1, 2]).get_ylim()[0] < -1


def test_logarithms():
    assert plots.loss([1, 0.1], log=True).get_yscale() == "log"
    with pytest.raises(ValueError, match="plots.loss: a loss is -1, which has no logarithm"):
        plots.loss([1, -1], log=True)
    with pytest.raises(TypeError, match="plots.loss: log must be True or False, got 1"):
        plots.loss([1], log=1)


def test_metrics_of_another_kind_are_drawn_as_they_are():
    solver = Solver(TwoLayers(), classes(), num_epochs=1, metric="loss", verbose=False)
    solver.train()
    ax = plots.accuracy(solver)
    assert ax.get_ylabel() == "loss"
    assert curves(ax)["training"][1] == solver.train_acc_history
    ax = plots.accuracy([7.0, 9.0])
    assert ax.get_ylabel() == "metric"
    assert curves(ax)["training"][1] == [7, 9]


def test_a_solver_that_has_not_trained_is_empty():
    with pytest.raises(ValueError, match="plots.accuracy: the history is empty; train first"):
        plots.accuracy(Solver(TwoLayers(), classes(), verbose=False))
    for empty in ([], {}, {"Adam": []}, np.ones(0)):
        with pytest.raises(ValueError, match="plots.loss: the history is empty; train first"):
            plots.loss(empty)


@pytest.mark.parametrize(
    ("history", "kind", "said"),
    [
        (None, TypeError, "history must be a Solver, its history, rows, a list of numbers or a"),
        (3.5, TypeError, "list of numbers or a .csv file, got float"),
        (["a", "b"], TypeError, "training must hold real numbers"),
        ([[1, 2], [3, 4]], ValueError, "training must be a list of numbers, got shape (2, 2)"),
        ([[1, 2], [3]], ValueError, "training is not a rectangular array"),
        ([{"epoch": 1, "los": 2}], ValueError, "no column is one of loss, train_loss, val_loss, "),
        ([{"epoch": 1, "los": 2}], ValueError, "there are epoch, los; did you mean 'loss'?"),
        ([{"epoch": 1, "loss": "?"}], ValueError, "loss of row 0 must be a number, got '?'"),
    ],
    ids=str,
)
def test_what_is_no_history_is_refused(history, kind, said):
    with pytest.raises(kind, match="plots.loss: .*" + re.escape(said)):
        plots.loss(history)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no rows yet"),
        (b"epoch,loss\n", "holds no rows yet"),
        (b"epoch,loss\n1,2\n2\n", "line 3 of .* has 1 values, and the header 2"),
        (b"epoch,los\n1,2\n", "no column in .* is one of loss, .*; did you mean 'loss'"),
        (b"epoch,loss\n1,low\n", "loss of row 0 must be a number, got 'low'"),
        (b"\xff\xfe\x00", "is no table of text"),
    ],
    ids=str,
)
def test_files_that_are_no_history_are_refused(content, said, tmp_path):
    path = tmp_path / "history.csv"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"plots.loss: .*{said}"):
        plots.loss(str(path))


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.csv"):
        plots.loss(tmp_path / "nowhere.csv")
