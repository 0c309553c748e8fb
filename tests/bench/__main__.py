"""`python -m tests.bench`: every measurement, one after the other, each in a process of its
own; or those named.

What one of them loads would count as the memory of the programs that the next one starts.
"""

import os
import subprocess
import sys
from pathlib import Path

PARTS = (
    "layers",
    "checking",
    "promises",
    "pairs",
    "lines",
    "pages",
    "live",
    "rates",
    "crowd",
    "same",
)

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy
for part in sys.argv[1:] or PARTS:
    subprocess.run(
        [sys.executable, "-c", f"from tests.bench import {part}; {part}.main()"],
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )
