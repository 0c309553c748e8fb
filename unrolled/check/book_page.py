"""Where a section of the book is, as a notebook can lead to it.

That is on the web, if the numbers name the book's address; else in the built book that lies
beside the exercises; else nowhere, and the section is only named.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

WEB = re.compile(r"https?://[^\s\"'<>]+")
BESIDE = ("docs", "_build/html")  # of a published repository, and of the course itself
ABOVE = 2  # folders above the exercise's own in which a book is looked for


@dataclass(frozen=True)
class BookPlace:
    """Where the book's pages are.

    Attributes
    ----------
    address : str
        As a person copies it into a browser, without a slash at its end.
    link : str
        As a notebook's page leads there: the same, or a path from the notebook.
    """

    address: str
    link: str


def find_book(address: str, folder: Path) -> BookPlace | None:
    """Give the place of the book; None where there is none.

    Parameters
    ----------
    address : str
        On the web; empty if unknown.
    folder : Path
        The exercise's, beside which a built book may lie.
    """
    if WEB.fullmatch(address):
        bare = address.rstrip("/")
        return BookPlace(bare, bare)
    here = Path(folder).resolve()
    for above in here.parents[:ABOVE]:
        for name in BESIDE:
            book = above / name
            if (book / "index.html").is_file():
                return BookPlace(book.as_uri(), _relative(book))
    return None


def _relative(book: Path) -> str:
    """Give the way from the working folder, which is the notebook's, to the book."""
    try:
        return quote(Path(os.path.relpath(book)).as_posix())
    except ValueError:  # on another drive of Windows
        return book.as_uri()
