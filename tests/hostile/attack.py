"""What an attack is: a notebook whose functions do something else than they should, and the
marks it deserves.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field

CELL, FORWARD = "rnn_cell_forward", "rnn_forward"
# what the kernel says, whichever way confines
REFUSED = "EPERM|EACCES|ENOENT|ENOSYS|EROFS"
WRONG = f"def {CELL}(xt, a_prev, parameters):\n    return None\n"

# Every attack has this cell: it notes for each attempt whether it succeeded or which error
# came, and the functions hand these notes back in place of an answer, so that a test sees that
# the attempt was really made.
PRELUDE = '''
import ctypes, errno, os, sys, time
TOLD = {}
PLACES = @PLACES@
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long

def attempt(label, function, *args):
    """Call, and note how it went."""
    try:
        value = function(*args)
    except BaseException as error:
        TOLD[label] = errno.errorcode.get(getattr(error, "errno", None) or 0, type(error).__name__)
        return None
    TOLD[label] = "done"
    return value

def syscall(number, *args):
    """Straight to the kernel."""
    ctypes.set_errno(0)
    made = LIBC.syscall(ctypes.c_long(number), *[
        a if isinstance(a, ctypes.Array) else ctypes.c_long(a) for a in args])
    if made < 0:
        raise OSError(ctypes.get_errno(), "")
    return made

def look(path):
    """Read a file, and note whether the token is in it."""
    with open(path, "rb") as file:
        found = file.read(1 << 20)
    TOLD["token"] = "found" if PLACES["start"].encode() in found else "absent"
    return found

def frame(message, tree=None, arrays=(), body=b"", magic=b"UNR1"):
    """Bytes of the worker's protocol, made by hand."""
    import json, struct
    head = json.dumps({"message": message, "tree": tree, "arrays": list(arrays)}).encode()
    return struct.pack("<4sIQ", magic, len(head), len(body)) + head + body

def push(data):
    """Write to the grader, past the worker."""
    while data:
        data = data[os.write(4, data):]
'''


@dataclass(frozen=True, eq=False)
class Attack:
    """One attack.

    Attributes
    ----------
    id, tries : str
        Its name, and what it tries, as a sentence.
    cell, forward : str
        The cells of the two functions; a right one unless given.
    before : tuple of str
        Cells above them.
    marks : pair of float
        What the two functions deserve, of ten each.
    told : mapping
        For each attempt what it must have come to, as a regular expression; under `*` for all
        that are not named.
    bare : mapping or None
        The same where nothing confines, as evidence that the attempt would succeed; None: not
        tried there.
    status : str
        What the result says of the attacking function, as a regular expression.
    raises : str
        Which exceptions the cell function may raise, as a regular expression: others would mean
        that the attack is broken and tries nothing.
    hangs : bool
        Whether it makes the grader wait; it is then graded with short limits.
    """

    id: str
    tries: str
    cell: str = ""
    forward: str = ""
    before: tuple[str, ...] = ()
    marks: tuple[float, float] = (0, 10)
    told: Mapping[str, str] = field(default_factory=dict)
    bare: Mapping[str, str] | None = None
    status: str = "failed|partial|crashed|timeout"
    raises: str = ""
    hangs: bool = False

    def sources(
        self, right: Mapping[str, str], places: Mapping[str, object]
    ) -> list[tuple[str, str]]:
        """Id and text of its cells."""
        prelude = PRELUDE.replace("@PLACES@", repr(dict(places)))
        own = [
            (f"own-{i}", textwrap.dedent(text))
            for i, text in enumerate((prelude, *self.before))
        ]
        return [
            *own,
            (CELL, self.cell or right[CELL]),
            (FORWARD, self.forward or right[FORWARD]),
        ]


def report(*lines: str) -> str:
    """A cell function that makes attempts, each a line, and returns how they went."""
    body = textwrap.indent(
        "\n".join(textwrap.dedent(line).strip("\n") for line in lines), "    "
    )
    return f"def {CELL}(xt, a_prev, parameters):\n{body}\n    return TOLD\n"


def refused(
    id: str,
    tries: str,
    *lines: str,
    bare: str | None = "done",
    told: str = REFUSED,
    **more,
) -> Attack:
    """An attack whose every attempt is to be refused."""
    return Attack(
        id,
        tries,
        report(*lines),
        told={"*": told},
        bare=None if bare is None else {"*": bare},
        **more,
    )
