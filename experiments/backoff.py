"""A counter that backs off: what it has not seen after a long window, it asks of a shorter one (Witten and Bell)."""

from collections import defaultdict
from math import log


class Counter:
    """Counts what follows each window of up to `longest` tokens.

    After a window seen `n` times, with `k` different followers, the counts get `n / (n + k)` of the probability and
    the window without its first token the rest; the empty window's rest is shared equally.
    """

    def __init__(self, longest, tokens, n_tokens):
        self.longest, self.n_tokens = longest, n_tokens
        self.after = defaultdict(lambda: defaultdict(int))
        for at, token in enumerate(tokens):
            for length in range(min(longest, at) + 1):
                self.after[tuple(tokens[at - length : at])][token] += 1

    def probability(self, window, token):
        """How probable a token is after a window."""
        p = 1 / self.n_tokens
        for length in range(len(window) + 1):
            seen = self.after.get(tuple(window[len(window) - length :]))
            if not seen:
                break  # a longer window was not seen either
            n, k = sum(seen.values()), len(seen)
            p = (seen.get(token, 0) + k * p) / (n + k)
        return p

    def losses(self, tokens, longest=None):
        """-log p of every token but the first, with windows of up to `longest` tokens."""
        most = self.longest if longest is None else longest
        places = range(1, len(tokens))
        return [-log(self.probability(tokens[max(0, at - most) : at], tokens[at])) for at in places]
