"""From an exercise's source to the notebook that students get."""
