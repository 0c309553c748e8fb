"""Character models that learn by gradient descent: a cell from scratch, or a framework's, with
a linear readout.

Both take batches time first, tokens by number: `X (T, m)` and the tokens that follow, `Y (T,
m)`. A state is a tuple of arrays that the next call starts from; no gradient goes back through
it. Weights are numpy arrays by name.
"""

import numpy as np

from .network import Network
from .tasks import cross_entropy
from .training import clip


class Scratch:
    """A cell of `cells.py`, started with small normal weights.

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru"}
        Which cell.
    n_tokens, n_a : int
        Sizes of the vocabulary and of the state.
    seed : int
        Draws the weights: normal with standard deviation 0.01; biases are zero.
    """

    def __init__(self, cell, n_tokens, n_a, seed):
        rng = np.random.default_rng([seed, 0])
        self.network = Network(cell, n_tokens, n_a, n_tokens, rng, keep_bias=0)
        for name in "WUV":
            w = self.network.weights[name]
            w[:] = 0.01 * rng.standard_normal(w.shape)
        self.one_hot = np.eye(n_tokens, dtype=np.float32)

    def weights(self):
        """All weights."""
        return self.network.weights

    def set_weights(self, weights):
        """Go on from these weights."""
        self.network.weights = {
            name: np.array(weights[name]) for name in self.network.weights
        }

    def train(self, X, Y, state, rate, most):
        """One step of gradient descent, the gradients clipped; return the loss before it, and the
        state after.
        """
        logits, tape = self._forward(X, state)
        loss, dlogits = cross_entropy(logits, Y[:, None])
        grads, _ = self.network.backward(dlogits, tape)
        clip(grads, most)
        for name, gradient in grads.items():
            self.network.weights[name] -= np.float32(rate) * gradient
        return loss, self.network.last(tape)

    def read(self, X, state=None):
        """Logits `(T, n_tokens, m)`, and the state after."""
        logits, tape = self._forward(X, state)
        return logits, self.network.last(tape)

    def _forward(self, X, state):
        return self.network.forward(
            np.ascontiguousarray(self.one_hot[X].swapaxes(1, 2)), start=state
        )


class Framework:
    """The same with PyTorch's layer, gradients and optimiser, started as PyTorch does."""

    def __init__(self, cell, n_tokens, n_a, seed):
        import torch

        torch.set_num_threads(1)
        torch.manual_seed(seed)
        layer = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
        self.torch, self.n_tokens = torch, n_tokens
        self.model = torch.nn.ModuleDict(
            {"cell": layer(n_tokens, n_a), "readout": torch.nn.Linear(n_a, n_tokens)}
        )
        self.loss = torch.nn.CrossEntropyLoss()

    def weights(self):
        """All weights."""
        return {name: value.numpy() for name, value in self.model.state_dict().items()}

    def set_weights(self, weights):
        """Go on from these weights."""
        named = {
            name: self.torch.from_numpy(np.array(weights[name]))
            for name in self.model.state_dict()
        }
        self.model.load_state_dict(named)

    def train(self, X, Y, state, rate, most):
        """One step of gradient descent, the gradients clipped; return the loss before it, and the
        state after.
        """
        optimiser = self.torch.optim.SGD(self.model.parameters(), lr=rate)
        optimiser.zero_grad()
        logits, state = self._forward(X, state)
        loss = self.loss(logits.flatten(0, 1), self.torch.from_numpy(Y).flatten())
        loss.backward()
        self.torch.nn.utils.clip_grad_norm_(self.model.parameters(), most)
        optimiser.step()
        return loss.item(), state

    def read(self, X, state=None):
        """Logits `(T, n_tokens, m)`, and the state after."""
        with self.torch.no_grad():
            logits, state = self._forward(X, state)
        return logits.numpy().swapaxes(1, 2), state

    def _forward(self, X, state):
        one_hot = self.torch.nn.functional.one_hot(
            self.torch.from_numpy(X), self.n_tokens
        ).float()
        given = None if state is None else tuple(map(self.torch.from_numpy, state))
        given = given[0] if given and len(given) == 1 else given
        states, last = self.model["cell"](one_hot, given)
        kept = last if isinstance(last, tuple) else (last,)
        return self.model["readout"](states), tuple(
            one.detach().numpy() for one in kept
        )


MAKERS = {"scratch": Scratch, "torch": Framework}


def batches(tokens, m, steps, offset):
    """Cut a text into `m` streams and these into batches: `X`, `Y` of shape `(batches, steps, m)`.

    Batch `k + 1` goes on in each stream where batch `k` has ended; what does not fill a batch
    is left out.
    """
    length = (len(tokens) - offset - 1) // m // steps * steps
    X, Y = (tokens[start : start + m * ((len(tokens) - offset - 1) // m)].reshape(m, -1)[:, :length]
            for start in (offset, offset + 1))  # fmt: skip
    return tuple(
        np.ascontiguousarray(np.moveaxis(one.reshape(m, -1, steps), 0, 2))
        for one in (X, Y)
    )


def perplexity(model, tokens, m, steps):
    """The exponential of the mean loss over a text, read in `m` streams from a state of zero."""
    losses, state = [], None
    for X, Y in zip(*batches(tokens, m, steps, 0), strict=True):
        logits, state = model.read(X, state)
        losses.append(cross_entropy(logits, Y[:, None])[0])
    return float(np.exp(np.mean(losses)))


def continued(model, prefix, length, temperature, seed=0):
    """Read the tokens of a prefix, then draw `length` more; temperature 0 takes the most probable
    one.
    """
    rng = np.random.default_rng(seed)
    logits, state = model.read(np.array(prefix)[:, None])
    drawn = []
    for _ in range(length):
        z = logits[-1, :, 0].astype(np.float64)
        if temperature == 0:
            drawn.append(int(z.argmax()))
        else:
            p = np.exp((z - z.max()) / temperature)
            drawn.append(
                min(
                    int(np.searchsorted(np.cumsum(p / p.sum()), rng.random(), "right")),
                    len(p) - 1,
                )
            )
        logits, state = model.read(np.array([[drawn[-1]]]), state)
    return drawn
