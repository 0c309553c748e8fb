"""What is said of a function: comparing, naming a mistake, showing it.

Needs numpy and the standard library only.
"""
