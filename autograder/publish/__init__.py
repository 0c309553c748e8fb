"""What goes out, and the proof that no secret goes with it."""
