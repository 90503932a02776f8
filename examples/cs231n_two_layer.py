"""A fully connected net on the bundled digits, by the course's path: check first, then train.

Run: python examples/cs231n_two_layer.py [--epochs 8] [--seed 0] [--picture weights.png]
"""

import argparse
import importlib.util

import numpy as np

from minidl import datasets
from minidl.classifiers.fc_net import FullyConnectedNet, TwoLayerNet
from minidl.gradient_check import eval_numerical_gradient, rel_error
from minidl.solver import Solver
from minidl.terminal import draw, side_by_side
from minidl.vis_utils import visualize_grid

parser = argparse.ArgumentParser(description="Train a fully connected net on digits.")
parser.add_argument("--epochs", type=int, default=8)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--picture", help="file for a picture of the first layer (needs matplotlib)")
arguments = parser.parse_args()
if arguments.picture and importlib.util.find_spec("matplotlib") is None:
    parser.error("--picture needs matplotlib: pip install matplotlib")  # before any work
np.random.seed(arguments.seed)  # noqa: NPY002 - the course draws weights and batches from here

digits = datasets.load_mnist()
mean_image = digits["X_train"].mean(axis=0)
images, labels = digits["X_train"] - mean_image, digits["y_train"]
data = {  # 500 training images are kept apart, to choose the best epoch by
    "X_train": images[:-500],
    "y_train": labels[:-500],
    "X_val": images[-500:],
    "y_val": labels[-500:],
}

print("1. Is the gradient right? Numerical against analytic, on a net small enough for that")
tiny = TwoLayerNet(input_dim=784, hidden_dim=5, weight_scale=1e-2, reg=0.1)
X, y = images[:3], labels[:3]
_, gradients = tiny.loss(X, y)
for name in ("W2", "b1", "b2"):
    numeric = eval_numerical_gradient(lambda _: tiny.loss(X, y)[0], tiny.params[name], False)
    print(f"   {name}: relative error {rel_error(numeric, gradients[name]):.1e}")

model = FullyConnectedNet([100, 100], input_dim=784, weight_scale=2e-2)
solver = Solver(
    model,
    data,
    update_rule="adam",
    optim_config={"learning_rate": 2e-3},
    lr_decay=0.8,
    num_epochs=arguments.epochs,
    batch_size=32,
    print_every=100,
)
print("\n2. Does an untrained net know nothing?")
print("  ", solver.check_initial_loss())
print("\n3. Can it learn a few images by heart?")
print("  ", solver.overfit_small_batch())
print("\n4. Then it may train")
solver.train()

scores = model.loss(digits["X_test"] - mean_image)
accuracy = np.mean(scores.argmax(axis=1) == digits["y_test"])
print(f"\ntest accuracy {accuracy:.1%}")

print("\nWhat the first three hidden units look for (bright: for it, dark: against):\n")
filters = model.params["W1"].T.reshape(-1, 28, 28)
rescaled = [(f - f.min()) / (f.max() - f.min()) for f in filters[:3]]
print(side_by_side([draw(f) for f in rescaled]))
if arguments.picture:
    from matplotlib.image import imsave

    grid = visualize_grid(filters[..., None], padding=2)
    imsave(arguments.picture, grid[..., 0] / 255, cmap="gray")
    print(f"\nall {len(filters)} of them are in {arguments.picture}")
