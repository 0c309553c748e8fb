"""Cells of a CSV file that a spreadsheet cannot take for a formula.

A spreadsheet runs a cell that begins with = + - @, a tab or a line end, quoted or not; a single
quote before it makes it text (OWASP, "CSV Injection"). Commas, quotes and line ends inside are
the csv module's to quote (RFC 4180).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from .controls import REPLACEMENT, control_characters

_FORMULA = tuple(
    "=+-@\t\r\n"
    "\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
_CONTROL = control_characters(keep="\t\n\r")
_HARMLESS = re.compile(
    r"[+-]?[0-9]+([.,][0-9]+)*%?|-+"
)  # a number; the dash that stands for no mark


def safe(value: object) -> str:
    """Give a value as the text of a cell that is no formula."""
    text = _CONTROL.sub(REPLACEMENT, str(value).replace("\0", ""))
    if not text.startswith(_FORMULA) or _HARMLESS.fullmatch(text):
        return text
    return f"'{text}"


def number(value: float, decimal: str = ".") -> str:
    """Give points as a cell: two digits at most, none that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", decimal)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read the lines of a CSV file by the heads of its columns.

    Raises
    ------
    OSError, UnicodeDecodeError, csv.Error
        If it cannot be read.
    """
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def lines(
    rows: Iterable[Sequence[object]], delimiter: str = ",", end: str = "\r\n"
) -> str:
    """Give rows as the text of a CSV file.

    Each value is made `safe`.

    Parameters
    ----------
    rows : iterable of sequence
        The values of each line.
    delimiter : str
        What stands between two cells.
    end : str
        What stands at the end of a line.

    Returns
    -------
    str
        The whole file.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
    writer.writerows([[safe(cell) for cell in row] for row in rows])
    return file.getvalue()
