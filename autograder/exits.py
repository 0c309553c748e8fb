"""What the command line exits with: a contract with scripts and CI."""

OK = 0
# for a reason that is not a submission's own; or a check found something
NOT_GRADED = 1
USAGE = 2
BELOW = 3  # `--min-score`
STOPPED = 130  # by Ctrl-C, as a shell says it: 128 + SIGINT
TERMINATED = 143  # 128 + SIGTERM
