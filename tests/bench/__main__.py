"""`python -m tests.bench`: every measurement, one after the other."""

from . import checking, rates

for part in (checking, rates):
    part.main()
