"""From an exercise's source to its notebook; a package, since other rooms have files of the
same names.
"""
