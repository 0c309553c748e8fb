"""A unit of the course as the grader knows it: secret."""
