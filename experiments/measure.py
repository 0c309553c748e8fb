"""What needs no training: time per step, and how far back a gradient reaches."""

from time import process_time

import numpy as np

from .cells import CELLS
from .network import Network

STEPS = 20


def times(sizes, batch, repeats, seed=0):
    """Measure each cell at each size, in microseconds of the processor per step.

    Waiting for a processor that others use does not count. All cells of one size take turns,
    and the fastest of the repeats counts, so that a busy moment of the machine hits none of
    them in particular.

    Yields
    ------
    tuple
        (cell, n_a, forward, backward), the backward pass with the gradients of all weights.
    """
    for n_a in sizes:
        rng = np.random.default_rng([seed, n_a])
        x = rng.standard_normal((STEPS, n_a, batch)).astype(np.float32)
        networks = {cell: Network(cell, n_a, n_a, 1, rng) for cell in CELLS}
        best = {cell: [np.inf, np.inf] for cell in CELLS}
        for _ in range(repeats):
            for cell, network in networks.items():
                start = process_time()
                y, tape = network.forward(x)
                middle = process_time()
                network.backward(np.ones_like(y), tape)
                end = process_time()
                best[cell] = np.minimum(best[cell], [middle - start, end - middle])
        for cell, (forward, backward) in best.items():
            yield cell, n_a, 1e6 * forward / STEPS, 1e6 * backward / STEPS


def reach(network, x):
    """How strongly the last answer hangs on the input of each step: the norm of its gradient,
    by distance.

    Returns
    -------
    ndarray of shape (T,)
        Root mean square over the examples; entry k belongs to the input k steps before the last.
    """
    y, tape = network.forward(x, last_only=True)
    _, du = network.backward(np.ones_like(y), tape)
    dx = network.weights["W"].T @ du
    return np.sqrt(np.mean(np.sum(dx.astype(np.float64) ** 2, axis=1), axis=-1))[::-1]
