"""A counter that backs off: what it has not seen after a long window, it asks of a shorter one
(Witten and Bell).
"""

from collections import defaultdict

import numpy as np


class Counter:
    """Counts what follows each window of up to `longest` tokens.

    After a window seen `n` times, with `k` different followers, the counts get `n / (n + doubt
    k)` of the probability and the window without its first token the rest; the empty window's
    rest is shared equally. Witten and Bell's doubt is 1.
    """

    def __init__(self, longest, tokens, n_tokens):
        self.longest, self.n_tokens = longest, n_tokens
        self.after = defaultdict(lambda: defaultdict(int))
        for at, token in enumerate(tokens):
            for length in range(min(longest, at) + 1):
                self.after[tuple(tokens[at - length : at])][token] += 1
        self.sums = {
            window: (sum(seen.values()), len(seen))
            for window, seen in self.after.items()
        }

    def probabilities(self, window, token, doubt=1):
        """How probable a token is after the last 0, 1, 2, ... tokens of a window."""
        p, found = 1 / self.n_tokens, []
        for length in range(self.longest + 1):
            known = tuple(window[len(window) - length :])
            if (
                length <= len(window) and known in self.sums
            ):  # else a shorter window has said all there is
                n, k = self.sums[known]
                p = (self.after[known].get(token, 0) + doubt * k * p) / (n + doubt * k)
            found.append(p)
        return found

    def losses(self, tokens, doubt=1):
        """-log p of every token but the first, `(longest + 1, tokens - 1)`: a row for each
        longest window.
        """
        found = [self.probabilities(tokens[max(0, at - self.longest) : at], tokens[at], doubt)
                 for at in range(1, len(tokens))]  # fmt: skip
        return -np.log(np.array(found).T)
