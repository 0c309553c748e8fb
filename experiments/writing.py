"""Draw a text from a stack: by temperature, from the k most probable tokens, or from a nucleus of
them.
"""

import numpy as np


def narrowed(p, k=None, mass=None):
    """Probabilities with the improbable ones set to zero: all but the `k` largest, or all beyond
    `mass` of the sum.
    """
    order = np.argsort(-p, kind="stable")
    keep = len(p) if k is None else k
    if mass is not None:
        keep = (
            int(np.searchsorted(np.cumsum(p[order]), mass)) + 1
        )  # the fewest that reach the mass
    kept = np.zeros_like(p)
    kept[order[:keep]] = p[order[:keep]]
    return kept / kept.sum()


def drawn(model, prefix, length, seed, temperature=1.0, k=None, mass=None):
    """Read the tokens of a prefix, then draw `length` more; temperature 0 takes the most probable
    one.
    """
    rng = np.random.default_rng(seed)
    logits, state = model.read(np.array(prefix)[:, None])
    found = []
    for _ in range(length):
        z = logits[-1, :, 0].astype(np.float64)
        if temperature == 0:
            found.append(int(z.argmax()))
        else:
            p = np.exp((z - z.max()) / temperature)
            p = narrowed(p / p.sum(), k, mass)
            found.append(
                min(
                    int(np.searchsorted(np.cumsum(p), rng.random(), "right")),
                    len(p) - 1,
                )
            )
        logits, state = model.read(np.array([[found[-1]]]), state)
    return found


def longest_copy(said, known):
    """Length of the longest piece of a text that also stands in another one."""
    best = 0
    for first in range(len(said)):
        while first + best < len(said) and said[first : first + best + 1] in known:
            best += 1
    return best
