"""Train a net with one hidden layer to untangle a spiral."""

import numpy as np

from minidl import datasets, nn, optim

rng = np.random.default_rng(0)
X, y = datasets.spiral(n_per_class=100, n_classes=3)
net = nn.Sequential(nn.Linear(2, 64, rng=rng), nn.ReLU(), nn.Linear(64, 3, rng=rng))
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)

for epoch in range(1, 201):
    for X_batch, y_batch in datasets.minibatches(X, y, 50, rng):
        optimizer.zero_grad()
        loss = criterion(net(X_batch), y_batch)
        net.backward(criterion.backward())
        optimizer.step()
    if epoch % 40 == 0:
        accuracy = np.mean(net(X).argmax(axis=1) == y)
        print(f"epoch {epoch}: loss {loss:.3f}, accuracy {accuracy:.1%}")
