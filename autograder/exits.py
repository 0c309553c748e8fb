"""What the command line exits with: a contract with scripts and CI."""

OK, NOT_GRADED, USAGE, BELOW, STOPPED, TERMINATED = 0, 1, 2, 3, 130, 143
