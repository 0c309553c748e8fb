"""Chapter 7's model of the whole novel: LSTM layers on top of each other, which read letters and
carry their states.
"""

import numpy as np

from .cells import side_by_side
from .fast import FastLSTM
from .network import glorot, orthogonal


class Stack:
    """Layers of `FastLSTM`, a linear readout, and a learned vector that every layer's states
    start from.

    Parameters
    ----------
    n_tokens, n_a, n_layers : int
        Sizes of the vocabulary and of each layer, and how many layers.
    dropout : float
        Share of the entries that are dropped between layers and before the readout, while training.
    seed : int
        Draws the weights (Glorot uniform from below, orthogonal from state to state; the forget
        gate's bias is 1) and, anew for each batch, what is dropped.
    """

    def __init__(self, n_tokens, n_a, n_layers, dropout, seed):
        rng = np.random.default_rng([seed, 0])
        self.layers, self.dropout, self.seed, self.batches = [], dropout, seed, 0
        self.one_hot = np.eye(n_tokens, dtype=np.float32)
        for n_x in [n_tokens] + [n_a] * (n_layers - 1):
            blocks = [
                np.hstack([orthogonal(n_a, rng), glorot(n_a, n_x, rng)])
                for _ in range(4)
            ]
            both = np.vstack(blocks).astype(np.float32)
            bias = np.repeat(np.float32([[1], [0], [0], [0]]), n_a, axis=0)
            self.layers.append(
                FastLSTM({"Wh": both[:, :n_a], "Wx": both[:, n_a:], "b": bias})
            )
        self.own = {
            "V": glorot(n_tokens, n_a, rng).astype(np.float32),
            "d": np.zeros((n_tokens, 1), np.float32),
        }
        self.own["start"] = np.zeros((n_layers, 2, n_a, 1), np.float32)

    def weights(self):
        """All weights; the arrays themselves."""
        return {f"W{k}": layer.W for k, layer in enumerate(self.layers)} | self.own

    def set_weights(self, weights):
        """Go on from these weights."""
        for name, w in self.weights().items():
            w[:] = weights[name]

    def train(self, X, Y, state):
        """Loss of a batch, the gradients of all weights, and the state after it; X, Y `(T, m)` by
        number.
        """
        self.batches += 1
        rng = np.random.default_rng([self.seed, 1, self.batches])
        masks = [
            self._mask(rng, (len(X), layer.n_a, X.shape[1])) for layer in self.layers
        ]
        logits, top, after = self._forward(X, state, masks)
        loss, dlogits = cross_entropy(logits, Y.reshape(-1))
        grads = {"V": dlogits @ top.T, "d": dlogits.sum(axis=1, keepdims=True)}
        da = np.ascontiguousarray(
            (self.own["V"].T @ dlogits).reshape(-1, *X.shape).swapaxes(0, 1)
        )
        for k in reversed(range(len(self.layers))):
            if masks[k] is not None:
                da *= masks[k]
            da = self.layers[k].backward(da, wanted=k > 0)
        grads |= {f"W{k}": layer.dW for k, layer in enumerate(self.layers)}
        grads["start"] = np.zeros_like(self.own["start"])
        if (
            state is None
        ):  # else the start was no weight but what the batch before has left
            grads["start"][:] = [
                [d.sum(axis=1, keepdims=True) for d in layer.dstart]
                for layer in self.layers
            ]
        return loss, grads, after

    def read(self, X, state=None):
        """Logits `(T, n_tokens, m)`, and the state after."""
        logits, _, state = self._forward(X, state, [None] * len(self.layers))
        return logits.reshape(-1, *X.shape).swapaxes(0, 1), state

    def _forward(self, X, state, masks):
        a = self.one_hot[X].swapaxes(1, 2)
        starts = self.own["start"] if state is None else state
        after = []
        for layer, start, mask in zip(self.layers, starts, masks, strict=True):
            a = layer.forward(a, start)
            after.append(layer.last())
            if mask is not None:
                a = a * mask  # a copy: the layer's own states stay as they are
        top = side_by_side(a)
        return self.own["V"] @ top + self.own["d"], top, after

    def _mask(self, rng, shape):
        if not self.dropout:
            return None
        return (rng.random(shape, np.float32) >= self.dropout) * np.float32(
            1 / (1 - self.dropout)
        )


def cross_entropy(logits, targets):
    """Mean loss of columns of logits `(n_tokens, columns)`, and its gradient."""
    p = np.exp(logits - logits.max(axis=0))
    p /= p.sum(axis=0)
    columns = np.arange(p.shape[1])
    loss = -float(np.log(p[targets, columns]).mean())
    p[targets, columns] -= 1
    p /= len(columns)
    return loss, p
