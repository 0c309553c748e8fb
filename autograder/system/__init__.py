"""Processes, signals and temporary files; knows no secret."""
