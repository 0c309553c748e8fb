"""Checks and grades the exercises of Unrolled (see `python -m autograder --help`)."""
