"""Arrays that are compared, and what is told of their differences."""

import numpy as np

from unrolled.check.compare import find_differences

ONES = np.ones((2, 3))
SEQUENCE = np.arange(24.0).reshape(2, 3, 4) + 1


def texts(spec, got, want):
    """What is told of each difference."""
    return [str(difference) for difference in find_differences(spec, got, want)]


def wrong_at(*places):
    """The sequence, off by one at these places."""
    got = SEQUENCE.copy()
    for place in places:
        got[place] += 1
    return got
