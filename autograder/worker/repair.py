"""Make cells compile that do not: conflict markers out, what was split joined; in the worker.

A cell is a tuple of its id, its text as written, and what Jupyter makes of that (None: the same).
"""

import ast
import re

MAGIC = re.compile(  # of a line that is no Python
    r"\s*[%!?]|[\s\w,.]*=\s*[%!]|.*\?\s*$"
)
CONFLICT = re.compile(r"^(<{7}( .*)?|={7}|>{7}( .*)?|\|{7}( .*)?)$")
SPLIT = 8  # cells that one may have been split into
AWAITING = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def repair_cells(cells, announce=lambda cell: None):
    """Make cells compile as far as they can be made to.

    Parameters
    ----------
    cells : list of (id, text, Python or None)
        A notebook's, in order.
    announce : callable, optional
        Told each cell before it is compiled, which may end the process.

    Returns
    -------
    cells : list of (id, text)
    repairs : list of (id, what)
    parts : dict
        For each joined cell the (id, number of lines) of its parts.
    """
    repair = _Repair(cells)
    while repair.rest:
        cell, text, python = repair.rest.pop(0)
        announce(cell)
        repair.take(cell, text, python)
    whole = [(cell, python) for cell, _, python in repair.done]
    return whole, repair.repairs, repair.parts


class _Repair:
    """The cells of a notebook on their way: those that are done, and the rest below them."""

    def __init__(self, cells):
        self.rest = list(cells)
        self.done = []  # (id, text to be joined with others, Python)
        self.repairs = []
        self.parts = {}

    def take(self, cell, text, python):
        """Put a cell to those that are done, mended or joined as far as it has to be.

        Parameters
        ----------
        cell : str
            Its id.
        text : str
            As it is written.
        python : str or None
            What Jupyter makes of it; None: the same.
        """
        if python is not None and compiles(python):
            self.done.append((cell, without_magics(text), python))
            self.repairs.append((cell, "magics"))
            return
        if compiles(text):
            self.done.append((cell, text, text))
            return
        for mended, kinds in mended_versions(text):
            if compiles(mended):
                self.done.append((cell, mended, mended))
                self.repairs += [(cell, what) for what in kinds]
                return
        self.join(cell, text, python)

    def join(self, cell, text, python):
        """Put a cell that is no whole together with those of which it is a part.

        They are above it or below. Parameters as for `take`.

        As written: what Jupyter strips, such as the indentation of a lower part, has to stay here.
        """
        bare = without_magics(text)
        above = count_split_above(bare, self.done)
        below = 0 if above else count_split_below(bare, self.rest)
        if above:
            first = self.join_above(above, cell, bare)
        elif below:
            first = self.join_below(below, cell, bare)
        else:
            best = bare if python is None else python
            self.done.append((cell, text, best))
            self.repairs += [(cell, "magics")] * (best != text)
            return
        self.repairs += [(cell, "magics")] * (bare != text)
        self.repairs.append((first, "joined"))

    def join_above(self, count, cell, text):
        """Join a cell with the last ones that are done.

        Parameters
        ----------
        count : int
            How many of them, at least 1.
        cell : str
            The cell's id.
        text : str
            Its text, without magics.

        Returns
        -------
        first : str
            The id of the first of them.
        """
        pieces = self.done[-count:]
        del self.done[-count:]
        first, begin, _ = pieces[0]
        # The first one may have been joined already: its parts are then known.
        parts = self.parts.setdefault(first, [(first, count_lines(begin))])
        parts += [(one, count_lines(piece)) for one, piece, _ in pieces[1:]]
        parts.append((cell, count_lines(text)))
        whole = "\n".join([*(piece for _, piece, _ in pieces), text])
        self.done.append((first, whole, whole))
        return first

    def join_below(self, count, cell, text):
        """Join a cell with the next ones of the rest.

        Parameters
        ----------
        count : int
            How many of them, at least 1.
        cell : str
            The cell's id.
        text : str
            Its text, without magics.

        Returns
        -------
        first : str
            The cell's id.
        """
        pieces = [(cell, text)]
        pieces += [(one, piece) for one, piece, _ in self.rest[:count]]
        del self.rest[:count]
        whole = "\n".join(piece for _, piece in pieces)
        self.done.append((cell, whole, whole))
        self.parts[cell] = [(one, count_lines(piece)) for one, piece in pieces]
        return cell


def count_lines(text):
    """Count the lines of a text."""
    return text.count("\n") + 1


def count_split_above(text, done):
    """Count the cells above one from which it was split; all but the first are no whole."""
    for count in range(1, min(SPLIT, len(done)) + 1):
        pieces = [written for _, written, _ in done[-count:]]
        if compiles("\n".join([*pieces, text])):
            return count
        if compiles(pieces[0]):
            return 0
    return 0


def count_split_below(text, rest):
    """Count the cells below one that were split from it; none if they make no whole together."""
    for count in range(1, min(SPLIT, len(rest) + 1)):
        pieces = [written for _, written, _ in rest[:count]]
        if compiles("\n".join([text, *pieces])):
            # What is a whole by itself was not split off.
            return 0 if compiles(pieces[0]) else count
    return 0


def mended_versions(text):
    """Give a cell without magics, without conflict markers, without both.

    Each comes with the names of what is left out.
    """
    resolved = without_conflict(text)
    yield without_magics(text), ("magics",)
    yield resolved, ("conflict",)
    yield without_magics(resolved), ("conflict", "magics")


def compiles(text):
    """Say whether a text is Python."""
    return wrong_line(text) is None


def wrong_line(text):
    """Give the number of the line, from 1, at which a text stops being Python.

    It is 0 if that is not known, and None for what is Python.
    """
    try:
        compile(text, "cell", "exec", AWAITING, dont_inherit=True)
    except SyntaxError as error:
        return error.lineno or 0
    except (ValueError, MemoryError, RecursionError, OverflowError):
        return 0
    return None


def without_magics(text):
    """Give a cell without magics and commands, where Jupyter was not asked.

    Lines keep their numbers.
    """
    lines = text.split("\n")
    for _ in lines:
        number = wrong_line("\n".join(lines))
        if not number or number > len(lines):
            break
        line = lines[number - 1]
        if not MAGIC.match(line):
            break
        lines[number - 1] = re.sub(r"\S.*", "pass", line)
    return "\n".join(lines)


def without_conflict(text):
    """Give a cell with the first side of each merge conflict; lines keep their numbers."""
    lines, keep = [], True
    for line in text.split("\n"):
        mark = CONFLICT.match(line)
        if mark:
            keep = not line.startswith(("=", "|"))
        lines.append(line if keep and not mark else "")
    return "\n".join(lines)
