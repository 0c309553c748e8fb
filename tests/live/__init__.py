"""Notebooks that attack their grader: to get marks without work, to read what is secret, to
harm others.

Every payload is harmless where it succeeds: it reads a planted token, asks whether it may,
writes its own name.
"""
