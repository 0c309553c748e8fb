"""How many cases the fuzz tests try: hundreds in `make test`, the same each time; thousands in
`make fuzz`.
"""

import os

from hypothesis import settings

THOROUGH = "UNROLLED_FUZZ" in os.environ


def cases(count: int) -> settings:
    """Settings for a test of so many cases; thirty times as many, and new ones each time, in
    `make fuzz`.
    """
    if THOROUGH:
        return settings(
            max_examples=30 * count, deadline=None, database=None, print_blob=True
        )
    return settings(max_examples=count, deadline=None, database=None, derandomize=True)
