"""`python -m tests.bench`: every measurement, one after the other."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy

from . import checking, crowd, layers, rates

for part in (layers, checking, rates, crowd):
    part.main()
