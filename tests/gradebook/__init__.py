"""nbgrader's front; a package, so that it has fixtures of its own."""
