"""Whole submissions, changed at random or driven to their limits, for the tests that none of
them costs its mark.
"""

import copy
import json
import random

import notebooks as nb

LARGE = 128 * 2**20  # bytes that a file may have
CODE = 4 * 2**20  # bytes of code that are read

VALUES = (
    "None", "True", "0", "-1", "10 ** 4000", "1e308", "float('nan')", "float('-inf')", "1j", "''",
    "'x' * 10 ** 6", "'\\ud800'", "b'raw'", "[]", "()", "{}", "{None: 1}", "{1: 2, 'a': {3: 4}}",
    "[[]] * 1000", "[1, [2, [3, 'x']]]", "(1, 2)", "(None, None, None)", "(1, 2, 3, 4, 5)",
    "({}, [], ())", "set()", "range(3)", "iter([])", "object()", "Ellipsis", "NotImplemented",
    "type", "type('<b>', (), {})()", "print", "lambda: 0", "(i for i in 'ab')", "np.nan",
    "np.zeros(0)", "np.zeros((0, 2 ** 40))", "np.zeros((1,) * 20)", "np.array(None)",
    "np.array(['a', 'b'])", "np.array([{}, []], dtype=object)", "np.zeros(3, 'M8[s]')",
    "np.zeros(2, [('a', int), ('b', float)])", "np.ma.masked_all((5, 3))", "np.matrix([[1, 2]])",
    "np.float16(1)", "np.longdouble(1)", "np.clongdouble(1j)", "np.str_('x')", "np.void(b'ab')",
    "np.full((4, 10), np.inf)", "np.full((5, 3), 1e308)", "np.ones((5, 3)) * 1j",
    "np.ones((5, 3), bool)", "np.ones((5, 3), 'u1')", "np.ones((5, 3)).view(np.recarray)",
    "[np.ones(3)] * 50000", "np.broadcast_to(1.0, (10 ** 4, 10 ** 4))", "np.ones(10 ** 7)",
    "globals()", "locals()", "__builtins__", "[1.5] * 300000", "'é' * 100",
    "('a_next', 'yt_pred', 'cache')", "np.array([[1, 2], [3, 4]]).tolist() * 9",
)  # fmt: skip
HOLDING_ITSELF = "x = []\n    x += [x, {'x': x}]\n    return x"
ENDINGS = (
    *(f"return {value}" for value in VALUES),
    *(f"return {value}, {value}, {value}" for value in VALUES),
    *(f"return {value}, {value}" for value in VALUES[::3]), HOLDING_ITSELF, "raise",
    "raise Exception", "raise Exception('\\ud800' * 5)", "raise KeyError(10 ** 4000)",
    "raise KeyboardInterrupt", "raise SystemExit(3)", "raise GeneratorExit", "raise StopIteration",
    "raise MemoryError", "raise RecursionError", "raise type('E' * 1000, (BaseException,), {})",
    "raise Warning(object())", "1 / 0", "raise ExceptionGroup('g', [ValueError(1)])",
    "raise SyntaxError('x', ('f', -5, 2 ** 70, 'y'))", "assert False",
    "raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})",
    "raise UnicodeDecodeError('x', b'', 0, 1, 'y')", "__import__('os')._exit(0)",
    "__import__('os')._exit(77)", "__import__('os').abort()", "return eval('(' * 300)",
    "__import__('os').kill(__import__('os').getpid(), 9)", "__import__('os').closerange(0, 64)",
    "f = lambda: f()\n    f()", "__import__('ctypes').string_at(0)", "return bytearray(2 ** 33)",
    "__import__('os').write(4, b'x' * 100)", "yield 1",
    "__import__('sys').setrecursionlimit(2 ** 30)\n    f = lambda: f()\n    f()", "del np",
    "global np\n    np = None", "np.seterr(all='raise')", "__import__('sys').modules.clear()",
    "__import__('gc').disable()", "import nothing_here",
    "__builtins__.clear() if isinstance(__builtins__, dict) else vars(__builtins__).clear()",
    "pass", "...", "import wire\n    wire.pack = wire.flatten = None",
    "import wire\n    wire.HEAD = None\n    return 1",
)  # fmt: skip
CELLS = (
    "(" * 90_000, "[" * 90_000 + "]" * 90_000, "-" * 200_000 + "1", "x = 1" + "0" * 1_000_000,
    "@f\n" * 50_000 + "def g(): 0", "\0" * 1000, "\f" * 1000 + "x = 1", "\ufeffx = 1",
    "x = 1\n\ufeffy = 2", "x = '\ud800'", "\ud800\udfff", "\u2028x = 1", "x\u200b = 1",
    "if 1:\n" + "".join(" " * i + "if 1:\n" for i in range(1, 110)), "x" * 100_000 + " = 1", "'''",
    "\\", "# -*- coding: utf-7 -*-\nx = 1", "# coding: nothing\nx = 1", "%%", "%", "!", "?",
    "%%\n%%", "%%time", "await x", "return 1", "yield", "break", "from __future__ import braces",
    "from __future__ import annotations", "import *", "print", "\t \tx",
    "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b", "=======", "f'{'", "f'" + "{" * 5000,
    "x: int", "del check", "del np", "lambda: (yield)", "global x", "nonlocal x",
    "class A(metaclass=1): 0", "match x:\n case 1: 0", "type X = int",
    "x = " + "x + " * 20_000 + "1", "x = " + "not " * 20_000 + "1", "x = '" + "{" * 300_000 + "'",
    "raise SystemExit", "import os; os._exit(1)", "import sys; sys.exit('x')", "exit()",
    "np = None", "import numpy as np; np.tanh = None", "import builtins; builtins.len = None",
    "import builtins; builtins.compile = None", "import sys; sys.stdout = None",
    "import json; json.dumps = json.loads = None", "import struct; struct.Struct.pack = None",
    "import wire; wire.pack = None", "import os; os.write = os.read = None",
    "import os; os.close(4)", "import os; os.close(3)", "import os; os.write(4, b'x')",
    "import gc; gc.set_threshold(1)", "raise BaseException", "raise MemoryError",
    "raise type('A' * 9999, (Exception,), {})", "import __main__; __main__.Worker = None",
    "import __main__; vars(__main__).clear()", "for i in range(3):\n    1 / 0", "__name__ = 7",
    "__builtins__ = {}", "globals().clear()", "rnn_forward = rnn_cell_forward = 7",
    "import threading", "import random; random.seed = None",
    "import signal; signal.raise_signal(11)", "x = bytearray(2 ** 33)", "\r\r\r", "\v",
    "def rnn_cell_forward(*, a): return a", "class rnn_cell_forward: pass",
    "async def rnn_forward(*a): return 1", "data = [" + "[1,2]," * 3000 + "]",
    "x = [" * 150 + "]" * 150, "Σ = π = ﬁ = 1", "def f():\n" + "    x = 1\n" * 20_000,
)  # fmt: skip
JSON = (
    None, True, False, 0, -1, 1.5, 10**400, 1e308, float("nan"), float("inf"), "", "x", "\ud800",
    "\0", "é" * 300, "code", "markdown", [], {}, [[]], [None, 1, "x"], {"": {}},
    {"a": [{"b": None}]}, ["a\n", 7, ["b"]], "rnn_forward", ["code"],
)  # fmt: skip


def places(value, path=()):
    """Paths of everything in a notebook."""
    yield path
    for key in (
        value
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    ):
        yield from places(value[key], (*path, key))


def mutated(seed: int) -> bytes:
    """A right notebook with a few random changes, in its file, its structure and its cells."""
    chance = random.Random(seed)
    data = nb.answered()
    for _ in range(chance.randint(1, 4)):
        chance.choice((_structure, _structure, _own_cell, _ending, _edit, _edit))(
            data, chance
        )
    text = json.dumps(
        data, indent=chance.choice((None, 1)), ensure_ascii=chance.random() < 0.5
    )
    return _file(text, chance).encode(
        "utf-8", "surrogatepass" if chance.random() < 0.2 else "replace"
    )


def _structure(data, chance):
    path = chance.choice(list(places(data))[1:])
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    how = chance.random()
    if how < 0.6:
        holder[path[-1]] = copy.deepcopy(chance.choice(JSON))
    elif how < 0.8 and isinstance(holder, list):
        holder.insert(path[-1], copy.deepcopy(holder[path[-1]]))
    else:
        del holder[path[-1]]


def _own_cell(data, chance):
    cells = data.get("cells")
    if isinstance(cells, list):
        kind = {"cell_type": chance.choice(("code", "code", "code", "raw", None))}
        cells.insert(chance.randint(0, len(cells)), nb.own(chance.choice(CELLS)) | kind)


def _ending(data, chance):
    name = chance.choice((nb.CELL, nb.SEQUENCE))
    head = nb.RIGHT[name].split('"""')[0]
    _put(data, name, f"{head}\n    {chance.choice(ENDINGS)}\n")


def _edit(data, chance):
    """Random edits of a function's text: characters out, in, twice or elsewhere, and lines
    likewise.
    """
    name = chance.choice((nb.CELL, nb.SEQUENCE))
    parts = (
        nb.RIGHT[name].split("\n") if chance.random() < 0.5 else list(nb.RIGHT[name])
    )
    for _ in range(chance.randint(1, 5)):
        at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
        if chance.random() < 0.4:
            del parts[at : at + chance.randint(1, 4)]
        else:
            parts.insert(
                at,
                chance.choice(
                    (
                        parts[other],
                        "\t",
                        "0",
                        "(",
                        "\0",
                        "\r",
                        "#",
                        "'''",
                        "\\",
                        "é",
                        ":",
                        " None",
                    )
                ),
            )
        parts = parts or [""]
    _put(data, name, ("\n" if len(max(parts, key=len)) > 1 else "").join(parts))


def _put(data, name, text):
    cells = data.get("cells")
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and cell.get("id") == name:
            cell["source"] = text


def _file(text, chance):
    """What a file has been through as a whole."""
    how = chance.random()
    if how < 0.05:
        return "\ufeff" + text
    if how < 0.1:
        return text.replace("\n", chance.choice(("\r\n", "\r")))
    if how < 0.15:
        at = chance.randrange(len(text))
        return (
            text[:at]
            + chance.choice(("", "\0", '"', "}", ",", "<<<<<<< HEAD\n", "\\"))
            + text[at + chance.randint(0, 9) :]
        )
    if how < 0.2:
        return (
            text[:-1]
            + ', "cells": '
            + chance.choice(("[]", "null", json.dumps(nb.untouched()["cells"])))
            + "}"
        )
    return text


def with_cell(text: str) -> bytes:
    """A right notebook with one more cell."""
    return nb.as_bytes(nb.with_cell(text))


def padded(start: str, unit: str, end: str = "", size: int = LARGE) -> bytes:
    """A right notebook with a member before its cells that fills the file up to its largest
    size.
    """
    rest = nb.as_bytes(nb.answered()).lstrip()[1:]
    head, unit_, tail = (
        (f'{{"metadata0": {start}').encode(),
        unit.encode(),
        f"{end}, ".encode(),
    )
    count = (size - len(head) - len(tail) - len(rest)) // len(unit_)
    return head + unit_ * count + tail + rest


def _of_code(size: int) -> bytes:
    return with_cell("@@HERE").replace(b"@@HERE", b"x" * size)


# What is as large as can be: name, whether in `make test` too, and how it is made.
EXTREMES = {
    "a table of numbers": (
        True,
        lambda: with_cell("data = [" + "[1,2],[3,4]," * 290_000 + "]"),
    ),
    "a text of braces": (True, lambda: with_cell("x = '" + "{[,:" * 870_000 + "'")),
    "a text of quotes": (False, lambda: with_cell("x = '" + '"\\"' * 900_000 + "'")),
    "one line of 4 MB": (True, lambda: with_cell("x = 1 #" + "y" * (CODE - 20_000))),
    "control characters": (True, lambda: with_cell("#" + "\x01" * (CODE - 20_000))),
    "a million lines": (False, lambda: with_cell("x\n" * 1_000_000)),
    "a million magics": (False, lambda: with_cell("%x\n" * 1_000_000)),
    "a million open lines": (False, lambda: with_cell("(\n" * 1_000_000)),
    "a million zeros": (True, lambda: with_cell("x = " + "0" * 3_000_000)),
    "five thousand cells": (False, lambda: _many("x = 1", 4900)),
    "five thousand cells that fail": (False, lambda: _many("'{[{[{[' + 1", 4900)),
    "five thousand cells that are none": (False, lambda: _many("(", 4900)),
    "thousands of cells with errors of braces": (
        True,
        lambda: _many("raise ValueError('[{' * 250)", 4900),
    ),
    "more cells than are read": (False, lambda: _many("x = 1", 60_000)),
    "names": (
        False,
        lambda: with_cell("\n".join(f"x{i}=y{i}" for i in range(250_000))),
    ),
    "nested texts": (False, lambda: with_cell("f'" * 500_000)),
    "nested lists": (False, lambda: with_cell("[" * 2_000_000)),
    "astral characters": (False, lambda: with_cell("x = '" + "😀" * 1_000_000 + "'")),
    "a file of numbers": (False, lambda: padded("[0", ",0", "]")),
    "a file of lists": (False, lambda: padded("[0", ",[]", "]")),
    "a file of objects": (False, lambda: padded("[0", ",{}", "]")),
    "a file of open lists": (False, lambda: padded("", "[", "0")),
    "a file of text": (False, lambda: padded('"', "x", '"')),
    "a file of wide text": (False, lambda: padded('"😀', "x", '"')),
    "a file of escapes": (False, lambda: padded('"', "\\\\", '"')),
    "a file of quotes": (False, lambda: padded('"', '\\"', '"')),
    "a file of braces in text": (False, lambda: padded('"', "[{,", '"')),
    "a file of conflict marks": (False, lambda: padded("x", "\n<<<<<<<\n=======")),
    "a file of lines and a conflict": (
        False,
        lambda: padded("x\n<<<<<<<\n>>>>>>>\n", "a\n"),
    ),
    "a file of digits": (True, lambda: padded("", "7", "", 20 * 2**20)),
    "a file of keys": (False, lambda: padded('{"a": 0', ',"b":0', "}")),
    "a file of code": (False, lambda: _of_code(LARGE - 2**20)),
    "just too large": (True, lambda: padded('"', "x", '"', LARGE + 4096)),
}


def _many(text: str, count: int) -> bytes:
    notebook = nb.answered()
    place = nb.place(notebook, nb.CELL)
    notebook["cells"][place:place] = [nb.own(text) for _ in range(count)]
    return json.dumps(notebook).encode()
