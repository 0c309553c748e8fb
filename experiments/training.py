"""One run of training: fresh examples at every update, Adam, clipping by norm."""

from dataclasses import dataclass

import numpy as np

from .network import Network
from .tasks import TASKS


@dataclass(frozen=True)
class Settings:
    """The budget, the same for every cell."""

    n_a: int = 64
    batch: int = 32
    updates: int = 2000
    learning_rate: float = 0.01
    clip: float = 1.0
    keep_bias: float = 1.0
    test_examples: int = 256
    evaluations: int = 40


class Adam:
    """Adam (Kingma and Ba, 2015) with its usual constants; its arrays are made once."""

    def __init__(self, weights, learning_rate):
        self.rate, self.step = learning_rate, 0
        self.mean = {k: np.zeros_like(w) for k, w in weights.items()}
        self.square = {k: np.zeros_like(w) for k, w in weights.items()}
        self.room = {k: np.zeros_like(w) for k, w in weights.items()}

    def update(self, weights, grads):
        """Change the weights in place."""
        self.step += 1
        rate = np.float32(
            self.rate * np.sqrt(1 - 0.999**self.step) / (1 - 0.9**self.step)
        )
        for k, g in grads.items():
            mean, square, room = self.mean[k], self.square[k], self.room[k]
            np.subtract(g, mean, out=room)
            room *= np.float32(0.1)
            mean += room
            np.multiply(g, g, out=room)
            room -= square
            room *= np.float32(0.001)
            square += room
            np.sqrt(square, out=room)
            room += np.float32(1e-8)
            np.divide(mean, room, out=room)
            room *= rate
            weights[k] -= room


def clip(grads, bound):
    """Scale all gradients together so that their joint norm is at most `bound`; return the norm
    before.
    """
    norm = float(np.sqrt(sum(np.vdot(g, g) for g in grads.values())))
    if norm > bound:
        for g in grads.values():
            g *= np.float32(bound / norm)
    return norm


def initial(task_name, cell, seed, settings):
    """The network as it is before any training."""
    task, rng = TASKS[task_name], np.random.default_rng([seed, 0])
    return Network(cell, task.n_x, settings.n_a, task.n_y, rng, settings.keep_bias)


def train(task_name, cell, seed, settings, progress=lambda update, loss: None):
    """Train one network.

    The seed fixes the weights, the test examples and the order of the training examples; the
    examples are the same for all cells.

    Returns
    -------
    network : Network
        As it is after the last update.
    curve : list of tuple
        (updates done, test loss, test accuracy), the first before any update.
    """
    task = TASKS[task_name]
    tests, examples = (np.random.default_rng([seed, k]) for k in (1, 2))
    network = initial(task_name, cell, seed, settings)
    adam = Adam(network.weights, settings.learning_rate)
    x_test, wanted = task.batch(settings.test_examples, tests)
    every = max(1, settings.updates // settings.evaluations)
    curve = [(0, *evaluate(network, task, x_test, wanted))]
    for update in range(1, settings.updates + 1):
        x, target = task.batch(settings.batch, examples)
        y, tape = network.forward(x, task.last_only)
        _, dy = task.loss(y, target)
        grads, _ = network.backward(dy, tape)
        clip(grads, settings.clip)
        adam.update(network.weights, grads)
        if update % every == 0:
            curve.append((update, *evaluate(network, task, x_test, wanted)))
            progress(update, curve[-1][1])
    return network, curve


def evaluate(network, task, x, target):
    """Loss and accuracy on the test examples."""
    y, _ = network.forward(x, task.last_only)
    return task.loss(y, target)[0], task.accuracy(y, target)
