"""Zips as learning platforms make them, for tests."""

import io
import zipfile


def data(files):
    """A zip's bytes; `files` gives each file's, and a name that ends in a slash is a folder."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file.getvalue()


def numbered(*names):
    """Notebooks, and other files, of which no two hold the same."""
    texts = {
        name: b'{"cells": [], "n": %d}' % number for number, name in enumerate(names)
    }
    return {
        name: text if ".ipynb" in name else b"" if name.endswith("/") else b"text"
        for name, text in texts.items()
    }
