"""What was handed in: whose each file is, and which one counts."""
