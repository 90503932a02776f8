"""A convolutional net on the bundled digits, by the course's path: check first, then train.

Run: python examples/cs231n_convnet.py [--epochs 8] [--seed 0] [--picture filters.png]
"""

import argparse
import importlib.util

import numpy as np

from minidl import datasets
from minidl.classifiers.cnn import ThreeLayerConvNet
from minidl.gradient_check import check_gradient
from minidl.solver import Solver
from minidl.terminal import draw, side_by_side
from minidl.vis_utils import visualize_grid

parser = argparse.ArgumentParser(description="Train a convolutional net on digits.")
parser.add_argument("--epochs", type=int, default=8)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--picture", help="file for a picture of the filters (needs matplotlib)")
arguments = parser.parse_args()
if arguments.picture and importlib.util.find_spec("matplotlib") is None:
    parser.error("--picture needs matplotlib: pip install matplotlib")  # before any work
np.random.seed(arguments.seed)  # noqa: NPY002 - the course draws weights and batches from here

digits = datasets.load_mnist()
data = {  # 500 training images are kept apart, to choose the best epoch by
    "X_train": digits["X_train"][:-500],
    "y_train": digits["y_train"][:-500],
    "X_val": digits["X_train"][-500:],
    "y_val": digits["y_train"][-500:],
}

print("1. Is the gradient right? Along random directions, in float64")
small = ThreeLayerConvNet(
    input_dim=(1, 12, 12),
    num_filters=3,
    filter_size=3,
    hidden_dim=7,
    weight_scale=0.1,
    reg=0.1,
    dtype=np.float64,
)
small.params["b1"] += 0.1  # where an image is black, a bias of 0 is the kink of ReLU
X, y = data["X_train"][:4, :, 8:20, 8:20], data["y_train"][:4]
_, gradients = small.loss(X, y)
for name, gradient in gradients.items():
    report = check_gradient(lambda _: small.loss(X, y)[0], small.params[name], gradient)
    print(f"   {name}: {report}")

model = ThreeLayerConvNet(input_dim=(1, 28, 28), weight_scale=5e-2)
solver = Solver(
    model,
    data,
    update_rule="adam",
    optim_config={"learning_rate": 2e-3},
    lr_decay=0.8,
    num_epochs=arguments.epochs,
    batch_size=50,
    print_every=50,
)
print("\n2. Does an untrained net know nothing?")
print("  ", solver.check_initial_loss())
print("\n3. Can it learn a few images by heart?")
print("  ", solver.overfit_small_batch())
print("\n4. Then it may train")
solver.train()

scores = model.loss(digits["X_test"])
accuracy = np.mean(scores.argmax(axis=1) == digits["y_test"])
print(f"\ntest accuracy {accuracy:.1%}")

print("\nThree of the filters that it has learned, 7 x 7 each, four times as large:\n")
filters = np.kron(model.params["W1"][:, 0], np.ones((1, 4, 4)))
rescaled = [(f - f.min()) / (f.max() - f.min()) for f in filters[:3]]
print(side_by_side([draw(f) for f in rescaled]))
if arguments.picture:
    from matplotlib.image import imsave

    grid = visualize_grid(filters[..., None], padding=4)
    imsave(arguments.picture, grid[..., 0] / 255, cmap="gray")
    print(f"\nall {len(filters)} of them are in {arguments.picture}")
