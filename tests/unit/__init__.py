"""The course and one exercise; a package, since other rooms have files of the same names."""
