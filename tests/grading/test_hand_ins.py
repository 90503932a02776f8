"""The wrong hand-ins are whole, differ from the right one, and say where."""

import ast

import hand_ins
import pytest

TASKS = {
    "layers": {
        "affine_forward",
        "affine_backward",
        "relu_forward",
        "relu_backward",
        "softmax_loss",
        "mse_loss",
        "sgd",
        "two_layer_loss",
    },
    "convolution": {
        "conv_forward",
        "conv_backward",
        "max_pool_forward",
        "max_pool_backward",
        "conv_forward_fast",
    },
}


@pytest.mark.parametrize("template", TASKS)
def test_every_task_has_its_mistakes(template):
    wrong = hand_ins.wrong(template)
    assert len(wrong) >= 20
    assert {one.task for one in wrong.values()} == TASKS[template]


@pytest.mark.parametrize("template", TASKS)
def test_a_wrong_hand_in_is_whole_and_differs_in_one_file(template):
    right = hand_ins.right(template)
    for one in hand_ins.wrong(template).values():
        assert one.files.keys() == right.keys()
        changed = [name for name in right if one.files[name] != right[name]]
        assert len(changed) == 1, one.name
        assert f"def {one.task}(" in one.files[changed[0]], one.name
        if changed[0].endswith(".py"):
            names = [n.name for n in ast.parse(one.files[changed[0]]).body if hasattr(n, "name")]
            assert len(names) == len(set(names)), one.name
