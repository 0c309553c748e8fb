"""Many submissions, in processes or on a cluster; the commands for it."""
