"""How long a gradient is on its way back through random networks: an LSTM beside a plain RNN.

The passes come from the page, which has them from the course; here they are only run.
"""

from dataclasses import dataclass
from itertools import accumulate
from types import ModuleType

import numpy as np

N_A, N_X, BATCH, STEPS = 32, 8, 16, 100
BOUND = N_A**-0.5
FORGET_GATE = 4  # its place in a cell's cache


def norms(arrays):
    """Length of each array."""
    return np.array([np.linalg.norm(array) for array in arrays])


def uniform_weights(rng, sizes, bound, bias):
    """LSTM weights in (-bound, bound), with this forget bias and no prediction.

    Parameters
    ----------
    rng : Generator
    sizes : tuple of int
        Hidden units and inputs, `(n_a, n_x)`.
    bound, bias : float
    """
    n_a, n_x = sizes
    weights = {
        f"W{gate}": rng.uniform(-bound, bound, (n_a, n_a + n_x)) for gate in "fico"
    }
    weights |= {f"b{gate}": np.full((n_a, 1), bias * (gate == "f")) for gate in "fico"}
    return weights | {"Wy": np.zeros((2, n_a)), "by": np.zeros((2, 1))}


def start(seed):
    """A generator, the inputs, and the gradient at the last hidden state."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((N_X, BATCH, STEPS))
    return rng, x, rng.standard_normal((N_A, BATCH))


@dataclass(frozen=True)
class Lengths:
    """Runs both networks with the passes of the course.

    Attributes
    ----------
    rnn, rnn_back, lstm, lstm_back : module
        The finished exercises 1 to 4.
    """

    rnn: ModuleType
    rnn_back: ModuleType
    lstm: ModuleType
    lstm_back: ModuleType

    def backwards(self, cells, da, along_c=1):
        """Carry a gradient back through cell caches; `along_c=0` closes the path of the cell
        state.
        """

        def one(carried, cache):
            gradients = self.lstm_back.lstm_cell_backward(
                carried[0], along_c * carried[1], cache
            )
            return gradients["da_prev"], gradients["dc_prev"]

        return list(accumulate(reversed(cells), one, initial=(da, np.zeros_like(da))))

    def gated(self, seed, bias, scale=1.0, along_c=1, recurrent=1.0):
        """Measure an LSTM.

        Parameters
        ----------
        seed : int
        bias : float
            Of the forget gate.
        scale, recurrent : float
            Factors of the inputs, and of the weights from state to state.
        along_c : int
            0 closes the path of the cell state.

        Returns
        -------
        tuple
            Lengths along a and along c over all steps back, relative to the start; and the mean
            of the forget gate.
        """
        rng, x, da = start(seed)
        weights = uniform_weights(rng, (N_A, N_X), BOUND, bias)
        for gate in "fico":
            weights[f"W{gate}"][:, :N_A] *= recurrent
        first = np.zeros((N_A, BATCH))
        *_, (cells, _) = self.lstm.lstm_forward(scale * x, first, weights)
        along_a, along = zip(*self.backwards(cells, da, along_c), strict=True)
        whole = norms([da])
        gate_mean = np.mean([cache[FORGET_GATE].mean() for cache in cells])
        return norms(along_a) / whole, norms(along) / whole, gate_mean

    def plain(self, seed, radius, scale=1.0):
        """Lengths along the state of a plain RNN with this spectral radius."""
        rng, x, da = start(seed)
        Waa = rng.uniform(-BOUND, BOUND, (N_A, N_A))
        Waa *= radius / np.abs(np.linalg.eigvals(Waa)).max()
        weights = {
            "Waa": Waa,
            "Wax": rng.uniform(-BOUND, BOUND, (N_A, N_X)),
            "ba": np.zeros((N_A, 1)),
            "Wya": np.zeros((2, N_A)),
            "by": np.zeros((2, 1)),
        }
        first = np.zeros((N_A, BATCH))
        *_, (cells, _) = self.rnn.rnn_forward(scale * x, first, weights)

        def one(carried, cache):
            return self.rnn_back.rnn_cell_backward(carried, cache)["da_prev"]

        lengths = norms(accumulate(reversed(cells), one, initial=da))
        return lengths / lengths[0]
