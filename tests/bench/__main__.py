"""`python -m tests.bench`: every measurement, one after the other."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy

from . import checking, crowd, layers, pages, rates

for part in (layers, checking, pages, rates, crowd):
    part.main()
