"""The adding problem and the copy task: batches from a generator, loss and accuracy of
an answer.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Adding:
    """Add the two marked numbers of a long row.

    Each step shows a number drawn from [0, 1) and a mark. Two steps are marked, one in each
    half; the answer, asked for after the last step, is the sum of their numbers.
    """

    steps: int
    n_x = 2
    n_y = 1
    last_only = True

    @property
    def name(self):
        """Name in the data files."""
        return f"adding-{self.steps}"

    @property
    def length(self):
        """Steps of one example."""
        return self.steps

    @property
    def baseline(self):
        """Loss of answering 1 to everything: the variance of the sum of two uniform numbers."""
        return 1 / 6

    def batch(self, m, rng):
        """Draw `m` examples: `x (steps, 2, m)` and the sums `(1, 1, m)`."""
        numbers = rng.random((self.steps, m))
        marks = np.zeros_like(numbers)
        half = self.steps // 2
        marks[rng.integers(0, half, m), np.arange(m)] = 1
        marks[rng.integers(half, self.steps, m), np.arange(m)] = 1
        x = np.stack([numbers, marks], axis=1).astype(np.float32)
        return x, (numbers * marks).sum(axis=0)[None, None].astype(np.float32)

    def loss(self, y, target):
        """Mean squared error, and its gradient."""
        off = y - target
        return float(np.mean(off**2)), 2 * off / off.size

    def accuracy(self, y, target):
        """Share of answers that are off by less than 0.04 (the bound of Hochreiter and
        Schmidhuber, 1997).
        """
        return float(np.mean(np.abs(y - target) < 0.04))


@dataclass(frozen=True)
class Copy:
    """Repeat some symbols after a pause.

    First come the symbols, then blanks; the last blank but `symbols` is replaced by a sign to
    begin, after which the symbols are to be given back in their order. Before that the answer
    is "blank".
    """

    delay: int
    symbols: int = 5
    alphabet: int = 8
    last_only = False

    @property
    def name(self):
        """Name in the data files."""
        return f"copy-{self.delay}"

    @property
    def length(self):
        """Steps of one example."""
        return self.delay + 2 * self.symbols

    @property
    def n_x(self):
        """Symbols, blank and sign."""
        return self.alphabet + 2

    @property
    def n_y(self):
        """Symbols and blank."""
        return self.alphabet + 1

    @property
    def baseline(self):
        """Loss of a model that knows when to speak and guesses what: `symbols log(alphabet) /
        length`.
        """
        return self.symbols * np.log(self.alphabet) / self.length

    def batch(self, m, rng):
        """Draw `m` examples: `x (length, n_x, m)` one-hot, and the right answers `(length, 1, m)`
        by number.
        """
        said = rng.integers(0, self.alphabet, (self.symbols, m))
        shown = np.full((self.length, m), self.alphabet)
        target = shown.copy()
        shown[: self.symbols] = said
        shown[-self.symbols - 1] = self.alphabet + 1
        target[-self.symbols :] = said
        return np.ascontiguousarray(
            np.eye(self.n_x, dtype=np.float32)[shown].swapaxes(1, 2)
        ), target[:, None]

    def loss(self, y, target):
        """Mean cross-entropy over all steps, and its gradient."""
        return cross_entropy(y, target)

    def accuracy(self, y, target):
        """Share of symbols given back rightly; guessing gets `1 / alphabet`."""
        asked = slice(-self.symbols, None)
        return float(np.mean(y[asked].argmax(axis=1) == target[asked, 0]))


def cross_entropy(y, target):
    """Mean cross-entropy in nats, and its gradient: `y (T, n_y, m)` before softmax, answers `(T,
    1, m)` by number.
    """
    p = np.exp(y - y.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    right = np.take_along_axis(p, target, axis=1)
    value = -np.mean(np.log(np.maximum(right, 1e-30)))
    np.put_along_axis(p, target, right - 1, axis=1)
    return float(value), p / np.float32(target.size)


TASKS = {task.name: task for task in (Adding(50), Adding(100), Copy(20), Copy(50))}
