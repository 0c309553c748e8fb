"""Make cells compile that do not: conflict markers out, what was split joined; in the worker.

A cell is a tuple of its id, its text as written, and what Jupyter makes of that (None: the same).
"""

import ast
import re

MAGIC = re.compile(
    r"\s*[%!?]|[\s\w,.]*=\s*[%!]|.*\?\s*$"
)  # of a line that is no Python
CONFLICT = re.compile(r"^(<{7}( .*)?|={7}|>{7}( .*)?|\|{7}( .*)?)$")
SPLIT = 8  # cells that one may have been split into
AWAITING = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def repaired(cells, announce=lambda cell: None):
    """Make cells compile as far as they can be made to.

    Returns
    -------
    cells : list of (id, text)
    repairs : list of (id, what)
    parts : dict
        For each joined cell the (id, number of lines) of its parts.
    """
    done, repairs, parts, rest = [], [], {}, list(cells)
    while rest:
        cell, text, python = rest.pop(0)
        announce(cell)
        if python is not None and compiles(python):
            done.append((cell, without_magics(text), python))
            repairs.append((cell, "magics"))
        elif compiles(text):
            done.append((cell, text, text))
        elif mended := next(
            ((t, kinds) for t, kinds in mends(text) if compiles(t)), None
        ):
            done.append((cell, mended[0], mended[0]))
            repairs += [(cell, what) for what in mended[1]]
        else:
            join(cell, text, python, done, repairs, parts, rest)
    return [(cell, python) for cell, _, python in done], repairs, parts


def join(cell, text, python, done, repairs, parts, rest):
    """Put a cell that is no whole together with those above it or below, from which it was split.

    As written: what Jupyter strips, such as the indentation of a lower part, has to stay here.
    """
    bare = without_magics(text)
    count = split_above(bare, done)
    if count:
        pieces = done[-count:]
        del done[-count:]
        first = pieces[0][0]
        own = parts.setdefault(first, [(first, pieces[0][1].count("\n") + 1)])
        own += [(c, t.count("\n") + 1) for c, t, _ in pieces[1:]]
        own.append((cell, text.count("\n") + 1))
        whole = "\n".join([*(t for _, t, _ in pieces), bare])
        done.append((first, whole, whole))
        repairs += [(cell, "magics")] * (bare != text) + [(first, "joined")]
        return
    count = split_in(bare, rest)
    if not count:
        best = bare if python is None else python
        repairs += [(cell, "magics")] * (best != text)
        done.append((cell, text, best))
        return
    pieces = [(cell, bare), *((c, t) for c, t, _ in rest[:count])]
    del rest[:count]
    whole = "\n".join(t for _, t in pieces)
    done.append((cell, whole, whole))
    parts[cell] = [(c, t.count("\n") + 1) for c, t in pieces]
    repairs += [(cell, "magics")] * (bare != text) + [(cell, "joined")]


def split_above(text, done):
    """How many of the cells above one it was split from; all but the first are no whole."""
    for count in range(1, min(SPLIT, len(done)) + 1):
        pieces = [written for _, written, _ in done[-count:]]
        if compiles("\n".join([*pieces, text])):
            return count
        if compiles(pieces[0]):
            return 0
    return 0


def mends(text):
    """A cell without magics, without conflict markers, without both; with the names of what is left out."""
    resolved = without_conflict(text)
    yield without_magics(text), ("magics",)
    yield resolved, ("conflict",)
    yield without_magics(resolved), ("conflict", "magics")


def split_in(text, rest):
    """How many of the cells below a cell were split from it; none if they make no whole together."""
    for count in range(1, min(SPLIT, len(rest) + 1)):
        if compiles("\n".join([text, *(t for _, t, _ in rest[:count])])):
            return 0 if compiles(rest[0][1]) else count
    return 0


def compiles(text):
    """Whether a text is Python."""
    return wrong_line(text) is None


def wrong_line(text):
    """Number of the line, from 1, at which a text stops being Python (0: unknown); None if it is."""
    try:
        compile(text, "cell", "exec", AWAITING, dont_inherit=True)
    except SyntaxError as error:
        return error.lineno or 0
    except (ValueError, MemoryError, RecursionError, OverflowError):
        return 0
    return None


def without_magics(text):
    """A cell without magics and commands, where Jupyter was not asked; lines keep their numbers."""
    lines = text.split("\n")
    for _ in lines:
        number = wrong_line("\n".join(lines))
        if not number or number > len(lines) or not MAGIC.match(lines[number - 1]):
            break
        lines[number - 1] = re.sub(r"\S.*", "pass", lines[number - 1])
    return "\n".join(lines)


def without_conflict(text):
    """A cell with the first side of each merge conflict; the line numbers stay."""
    lines, keep = [], True
    for line in text.split("\n"):
        if CONFLICT.match(line):
            keep = not line.startswith(("=", "|"))
            line = ""
        lines.append(line if keep else "")
    return "\n".join(lines)
