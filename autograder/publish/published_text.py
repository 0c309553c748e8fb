"""Read what is published, whatever its wrapping: files, archives in archives, JSON strings,
highlighted HTML.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import io
import re
import tarfile
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, chain
from pathlib import Path

from .file_listing import files_below
from .pyodide_files import FILES

# Of the files in an archive: names and contents.
Members = list[tuple[str, bytes]]
_OTHERS = frozenset(FILES.values())  # by their hashes
_PICTURE = re.compile(r"\.(png|jpe?g|gif|ico|woff2?|ttf|eot|pdf)$", re.IGNORECASE)
_TOKEN = re.compile(r"\w+|[^\w\s]")
_TAG = re.compile(r"<[^<>]*>")
_STRING_BREAK = re.compile(
    r'(?:\\n)?"\s*,\s*"'
)  # between the lines of a notebook's cell
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPED = {"n": " ", "t": " ", "r": " ", '"': '"', "'": "'", "\\": "\\", "/": "/"}


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of a file, of every file in a folder, and of every member of an archive.

    A member of an archive is named `archive!member`. Pictures, fonts and the very files that
    others have published come with an empty text, since their names count too.
    """
    files = files_below(path) if path.is_dir() else [path]
    for file in files:
        data = file.read_bytes()
        if hashlib.sha256(data).hexdigest() in _OTHERS:
            yield str(file), ""
        else:
            yield from _texts(str(file), data)


def _texts(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    members = _members(data)
    if members is None:
        is_picture = _PICTURE.search(name)
        yield name, "" if is_picture else _decode(data)
        return
    yield name, ""
    for member, content in members:
        yield from _texts(f"{name}!{member}", content)


def _decode(data: bytes) -> str:
    """Decode UTF-8, and the text in `.npy` files: there each character brings three NULs, and
    each text ends in more.
    """
    text = data.decode("utf-8", errors="replace")
    return re.sub("\0{4,}", " ", text).replace("\0", "")


def _members(data: bytes) -> Members | None:
    """Give the files in an archive; None if the data is no archive."""
    if data.startswith(b"PK\x03\x04"):
        return _of_zip(data)
    if data.startswith(b"\x1f\x8b"):
        return [("", gzip.decompress(data))]
    if data.startswith(b"ustar", 257):
        return _of_tar(data)
    return None


def _of_zip(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = [entry for entry in archive.infolist() if not entry.is_dir()]
        return [(file.filename, archive.read(file)) for file in files]


def _of_tar(data: bytes) -> Members:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        opened = [(file.name, archive.extractfile(file)) for file in files]
        return [(name, content.read()) for name, content in opened if content]


def views(text: str) -> list[str]:
    """Give a text as it is, without JSON's escapes, and without HTML's tags and entities; line by
    line the same.
    """
    plain = _without_escapes(text)
    as_json = [text, plain, _without_escapes(plain)]
    as_html = [_without_tags(view) for view in as_json]
    return list(dict.fromkeys(as_json + as_html))


def _without_escapes(text: str) -> str:
    text = _STRING_BREAK.sub(_lines_only, text)

    def plain(match: re.Match) -> str:
        code = match[1]
        if len(code) == 5:  # u and four digits
            character = chr(int(code[1:], 16))
            return character.replace("\n", " ")
        return _ESCAPED.get(code, match[0])  # an unknown one is LaTeX's

    return _ESCAPE.sub(plain, text)


def _without_tags(text: str) -> str:
    lines = _TAG.sub(_lines_only, text).split("\n")
    shown = [html.unescape(line).replace("\n", " ") for line in lines]
    return "\n".join(shown)


def _lines_only(match: re.Match) -> str:
    return " " + "\n" * match[0].count("\n")


def tokens(text: str) -> list[str]:
    """Give the words and signs of a text without its spacing; single and double quotes are the
    same sign.
    """
    return _TOKEN.findall(text.replace("'", '"'))


class Stream:
    """A text as one row of tokens, in which lines of code are found whatever their spacing and
    line breaks.
    """

    def __init__(self, text: str):
        rows = [tokens(line) for line in text.split("\n")]
        self._numbers = [number for number, row in enumerate(rows, 1) if row]
        self._rows = [row for row in rows if row]

    @cached_property
    def words(self) -> frozenset[str]:
        """All tokens that occur."""
        return frozenset(chain.from_iterable(self._rows))

    @cached_property
    def _text(self) -> tuple[str, list[int]]:
        """All tokens with a space around each, and where in that each line begins."""
        parts = [" ".join(row) for row in self._rows]
        lengths = [len(part) + 1 for part in parts]
        starts = [0, *accumulate(lengths)]
        return f" {' '.join(parts)} ", starts[: len(parts)]

    def lines_of(self, wanted: tuple[str, ...]) -> list[int]:
        """Give the numbers of the lines where this row of tokens begins."""
        if not self.words.issuperset(wanted):
            return []
        text, starts = self._text
        row = f" {' '.join(wanted)} "
        numbers = []
        position = text.find(row)
        while position >= 0:
            line = bisect_right(starts, position) - 1
            numbers.append(self._numbers[line])
            position = text.find(row, position + 1)
        return numbers
