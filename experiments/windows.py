"""What can be had without a network: count which token follows each window of the text."""

from collections import Counter, defaultdict

import numpy as np

LENGTHS = range(7)


class Counted:
    """A model that has counted what follows each window of `length` tokens.

    A window's counts get one token more, shared out equally among the vocabulary, so that
    nothing is impossible.
    """

    def __init__(self, length, tokens, n_tokens):
        self.length, self.n_tokens = length, n_tokens
        self.counts = defaultdict(Counter)
        for window, token in self._pairs(tokens):
            self.counts[window][token] += 1

    def _pairs(self, tokens):
        for k in range(self.length, len(tokens)):
            yield tuple(tokens[k - self.length : k]), tokens[k]

    def probability(self, window, token):
        """How probable a token is after a window."""
        found = self.counts.get(window, {})
        return (found.get(token, 0) + 1 / self.n_tokens) / (sum(found.values()) + 1)

    def perplexity(self, tokens):
        """The exponential of the mean of -log p over a text."""
        return float(
            np.exp(
                -np.mean(
                    [np.log(self.probability(*pair)) for pair in self._pairs(tokens)]
                )
            )
        )

    def continued(self, prefix, length, seed):
        """Draw tokens after a prefix."""
        rng, tokens = np.random.default_rng(seed), list(prefix)
        for _ in range(length):
            window = tuple(tokens[len(tokens) - self.length :])
            tokens.append(
                rng.choice(
                    self.n_tokens,
                    p=[self.probability(window, k) for k in range(self.n_tokens)],
                )
            )
        return tokens[len(prefix) :]


def rows(tokens, held_out, n_tokens, prefix, length, seed):
    """Rows of the data file: window, perplexity while counting and on held-out text, and what it
    writes.
    """
    for window in LENGTHS:
        model = Counted(window, tokens.tolist(), n_tokens)
        written = model.continued(prefix.tolist(), length, seed)
        yield (
            window,
            model.perplexity(tokens.tolist()),
            model.perplexity(held_out.tolist()),
            written,
        )
