"""What was handed in; a package, so that it has fixtures of its own."""
