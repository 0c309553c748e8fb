"""Make cells compile that do not: conflict markers out, what was split joined; in the worker."""

import ast
import collections
import re

# Its id, its text as written, and what Jupyter makes of that (None: the same).
Cell = collections.namedtuple("Cell", "id text python")

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
        cell = repair.rest.pop(0)
        announce(cell.id)
        repair.take(cell)
    whole = [(cell.id, cell.python) for cell in repair.done]
    return whole, repair.repairs, repair.parts


class _Repair:
    """The cells of a notebook on their way: those that are done, and the rest below them."""

    def __init__(self, cells):
        self.rest = [Cell(*cell) for cell in cells]
        self.done = []  # cells whose text is what others are joined to
        self.repairs = []
        self.parts = {}

    def take(self, cell):
        """Put a cell to those that are done, mended or joined as far as it has to be.

        Parameters
        ----------
        cell : Cell
            The next one.
        """
        if cell.python is not None and compiles(cell.python):
            self.done.append(cell._replace(text=without_magics(cell.text)))
            self.repairs.append((cell.id, "magics"))
            return
        if compiles(cell.text):
            self.finish(cell.id, cell.text)
            return
        for mended, kinds in mended_versions(cell.text):
            if compiles(mended):
                self.finish(cell.id, mended)
                self.repairs += [(cell.id, kind) for kind in kinds]
                return
        self.join(cell)

    def finish(self, name, text):
        """Put a text that is Python to those that are done.

        Parameters
        ----------
        name : str
            The id of its cell.
        text : str
            What is run of it, and what others are joined to.
        """
        self.done.append(Cell(name, text, text))

    def join(self, cell):
        """Put a cell that is no whole together with those of which it is a part.

        They are above it or below.

        As written: what Jupyter strips, such as the indentation of a lower part, has to stay here.

        Parameters
        ----------
        cell : Cell
            No Python, neither as written nor as Jupyter takes it.
        """
        bare = without_magics(cell.text)
        above = count_split_above(bare, self.done)
        below = 0 if above else count_split_below(bare, self.rest)
        if above:
            first = self.join_above(above, cell.id, bare)
        elif below:
            first = self.join_below(below, cell.id, bare)
        else:
            self.leave(cell, bare)
            return
        if bare != cell.text:
            self.repairs.append((cell.id, "magics"))
        self.repairs.append((first, "joined"))

    def leave(self, cell, bare):
        """Put a cell to those that are done that nothing makes Python.

        Parameters
        ----------
        cell : Cell
            It is run all the same, for what is wrong with it to be told.
        bare : str
            Its text, without magics.
        """
        best = bare if cell.python is None else cell.python
        self.done.append(cell._replace(python=best))
        if best != cell.text:
            self.repairs.append((cell.id, "magics"))

    def join_above(self, count, name, text):
        """Join a cell with the last ones that are done.

        Parameters
        ----------
        count : int
            How many of them, at least 1.
        name : str
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
        first, *others = pieces
        # The first one may have been joined already: its parts are then known.
        parts = self.parts.setdefault(first.id, [(first.id, count_lines(first.text))])
        parts += [(piece.id, count_lines(piece.text)) for piece in others]
        parts.append((name, count_lines(text)))
        texts = [piece.text for piece in pieces]
        self.finish(first.id, "\n".join([*texts, text]))
        return first.id

    def join_below(self, count, name, text):
        """Join a cell with the next ones of the rest.

        Parameters
        ----------
        count : int
            How many of them, at least 1.
        name : str
            The cell's id.
        text : str
            Its text, without magics.

        Returns
        -------
        first : str
            The cell's id.
        """
        pieces = [Cell(name, text, None), *self.rest[:count]]
        del self.rest[:count]
        self.finish(name, "\n".join(piece.text for piece in pieces))
        self.parts[name] = [(piece.id, count_lines(piece.text)) for piece in pieces]
        return name


def count_lines(text):
    """Count the lines of a text."""
    return text.count("\n") + 1


def count_split_above(text, done):
    """Count the cells above one from which it was split; all but the first are no whole."""
    for count in range(1, min(SPLIT, len(done)) + 1):
        pieces = [cell.text for cell in done[-count:]]
        if compiles("\n".join([*pieces, text])):
            return count
        if compiles(pieces[0]):
            return 0
    return 0


def count_split_below(text, rest):
    """Count the cells below one that were split from it; none if they make no whole together."""
    for count in range(1, min(SPLIT, len(rest) + 1)):
        pieces = [cell.text for cell in rest[:count]]
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
    lines = []
    is_first_side = True
    for line in text.split("\n"):
        is_mark = CONFLICT.match(line)
        if is_mark:
            is_first_side = not line.startswith(("=", "|"))
        is_kept = is_first_side and not is_mark
        lines.append(line if is_kept else "")
    return "\n".join(lines)
