"""A cell with its weights and a linear layer on top, forward and backward."""

import numpy as np

from .cells import CELLS, sum_of_products


class Network:
    """One recurrent layer and a linear readout of its states.

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru"}
        Which cell.
    n_x, n_a, n_y : int
        Sizes of input, state and output.
    rng : numpy.random.Generator
        Draws the weights, block by block: Glorot uniform from the input and to the output,
        orthogonal from state to state.
    keep_bias : float
        Bias of the gate that keeps the old state: the LSTM's forget gate, the GRU's update
        gate. All others are 0.
    dtype : type
        Of all arrays.
    """

    def __init__(self, cell, n_x, n_a, n_y, rng, keep_bias=1.0, dtype=np.float32):
        self.cell = CELLS[cell]
        blocks = self.cell.blocks
        self.weights = {
            "W": np.vstack([glorot(n_a, n_x, rng) for _ in blocks]).astype(
                dtype
            ),  # (k n_a, n_x)
            "U": np.vstack([orthogonal(n_a, rng) for _ in blocks]).astype(
                dtype
            ),  # (k n_a, n_a)
            "b": np.repeat(
                [[keep_bias * (block == self.cell.keeps)] for block in blocks],
                n_a,
                axis=0,
            ).astype(dtype),
            "V": glorot(n_y, n_a, rng).astype(dtype),
            "d": np.zeros((n_y, 1), dtype),
        }

    def forward(self, x, last_only=False, start=None):
        """Run over `x (T, n_x, m)`; return outputs `(T, n_y, m)`, or the last step's `(1, n_y,
        m)`, and a tape.

        The cell starts from the states `start`, as `last` gives them, or from zero.
        """
        w = self.weights
        u = w["W"] @ x
        u += w["b"]
        states, memo = self.cell.forward(u, w["U"], *([start] if start else []))
        read = states[-1:] if last_only else states
        return w["V"] @ read + w["d"], (x, states, read, memo)

    def last(self, tape):
        """The cell's states after the last step, to start from where this pass has ended."""
        return self.cell.last(tape[-1])

    def backward(self, dy, tape):
        """Return the gradients of the weights, and that of `u`, from that of the outputs."""
        x, states, read, memo = tape
        w = self.weights
        da = np.zeros_like(states)
        np.matmul(w["V"].T, dy, out=da[-len(read) :])
        du, dU = self.cell.backward(da, w["U"], memo)
        grads = {
            "W": sum_of_products(du, x),
            "U": dU,
            "b": du.sum(axis=(0, 2))[:, None],
            "V": sum_of_products(dy, read),
            "d": dy.sum(axis=(0, 2))[:, None],
        }
        return grads, du


def glorot(fan_out, fan_in, rng):
    """Draw a matrix `(fan_out, fan_in)`, uniform with bound `sqrt(6 / (fan_in + fan_out))`."""
    bound = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, (fan_out, fan_in))


def orthogonal(n, rng):
    """Draw an orthogonal matrix `(n, n)`, each as likely as any other."""
    q, r = np.linalg.qr(rng.standard_normal((n, n)))
    return q * np.sign(np.diag(r))
