"""The course's fast layer: an LSTM whose step is one matrix product, with everything in it."""

import numpy as np

from .cells import LSTM


class FastLSTM:
    """An LSTM layer with one matrix on `[a_prev; x; 1]`.

    Five things make it fast. The gates are one matrix, and the bias is one more column of it,
    met by a row of ones. Time comes first, so that a step is one block of memory. The gradient
    of the weights is one product after the loop, over all steps side by side. The arrays are
    made once: a new one of megabytes costs more than filling it, so what a call returns is
    overwritten by the next. And sigmoid and tanh are made of `exp`.

    Parameters
    ----------
    weights : dict
        Wx (4 n_a, n_x), Wh (4 n_a, n_a), b (4 n_a, 1); blocks f, i, o, c, as in unit 6.

    Attributes
    ----------
    W : ndarray of shape (4 n_a, n_a + n_x + 1)
        All weights: the state's columns, the input's, the bias.
    dW : ndarray of the same shape
        Their gradient, after `backward`.
    dstart : tuple of ndarray
        The gradient of both initial states, after `backward`.
    """

    def __init__(self, weights):
        self.n_a = weights["Wh"].shape[1]
        self.W = np.hstack([weights["Wh"], weights["Wx"], weights["b"]])
        self.made_for = None

    def make_room(self, T, m):
        """Make the arrays for sequences of this length and batches of this size."""
        (blocks, rows), n = self.W.shape, self.n_a
        shapes = {
            "v": (T + 1, rows, m), "dv": (T, rows, m), "c": (T + 1, n, m), "bent": (T, n, m),
            "gates": (T, blocks, m), "dz": (T, blocks, m),
            "room": (blocks, m), "back": (rows, blocks),
            "all_v": (rows, T, m), "all_dz": (blocks, T, m), "dW": (blocks, rows),
        }  # fmt: skip
        for name, shape in shapes.items():
            setattr(self, name, np.zeros(shape, self.W.dtype))
        self.v[:, -1] = 1
        self.made_for = T, m

    @np.errstate(over="ignore")  # of exp: 1 / (1 + inf) is the right 0
    def forward(self, x, start=(0, 0)):
        """Run over all steps of `x (T, n_x, m)` from two states; return the states `(T,
        n_a, m)`.
        """
        n, (T, _, m) = self.n_a, x.shape
        if self.made_for != (T, m):
            self.make_room(T, m)
        v, c = self.v, self.c
        v[:T, n:-1] = x
        v[0, :n], c[0] = start
        for t in range(T):
            np.matmul(self.W, v[t], out=self.gates[t])
            LSTM.step(
                self.gates[t], c[t], c[t + 1], self.bent[t], v[t + 1, :n], self.room[:n]
            )
        return v[1:, :n]

    def last(self):
        """Both states after the last step, to start from where this call has ended."""
        return self.v[-1, : self.n_a].copy(), self.c[-1].copy()

    def backward(self, da, wanted=True):
        """Go back over all steps, `da (T, n_a, m)`; return `dx (T, n_x, m)` if it is wanted."""
        n, dc, carry = self.n_a, np.zeros_like(self.c[0]), np.zeros_like(self.c[0])
        self.back[:] = self.W.T
        back, dv = (self.back, self.dv) if wanted else (self.back[:n], self.dv[:, :n])
        for t in reversed(range(len(da))):
            carry += da[t]
            LSTM.step_back(
                carry, dc, self.gates[t], self.c[t], self.bent[t], self.dz[t], self.room
            )
            np.matmul(back, self.dz[t], out=dv[t])
            carry = dv[t, :n]
        self.all_v[:] = self.v[:-1].transpose(1, 0, 2)
        self.all_dz[:] = self.dz.transpose(1, 0, 2)
        np.matmul(
            self.all_dz.reshape(4 * n, -1),
            self.all_v.reshape(len(self.all_v), -1).T,
            out=self.dW,
        )
        self.dstart = carry.copy(), dc
        return self.dv[:, n:-1] if wanted else None

    @property
    def gradients(self):
        """The gradients of the weights, by their names in unit 6."""
        n, dW = self.n_a, self.dW
        return {"dWh": dW[:, :n], "dWx": dW[:, n:-1], "db": dW[:, -1:]}
