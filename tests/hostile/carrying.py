"""Carrying hidden numbers out: in whatever of a student's code reaches the feedback."""

from .attack import CELL, FORWARD, Attack

_DIGITS = "digits = str(abs(int(xt.flat[0] * 1e12)))"


def carries(id: str, tries: str, *lines: str, **more) -> Attack:
    """An attack that has the digits of a hidden input in `digits` and does these lines."""
    body = "\n    ".join((_DIGITS, *lines))
    return Attack(
        id,
        tries,
        f"def {CELL}(xt, a_prev, parameters):\n    import numpy as np\n    {body}\n",
        raises=more.pop("raises", ".+"),
        **more,
    )


ATTACKS = (
    carries(
        "exception-text", "In the text of an exception.", "raise ValueError(digits)"
    ),
    carries(
        "exception-of-known-form",
        "In a text that looks like one of Python's own.",
        """raise NameError(f"name 'v{digits}' is not defined")""",
    ),
    carries(
        "shape-message",
        "In a text that looks like one of numpy's own.",
        'raise ValueError(f"operands could not be broadcast together with shapes '
        '({digits},3) ({digits},4) ")',
    ),
    carries(
        "punctuation",
        "In the punctuation of a known text.",
        """raise SyntaxError("invalid syntax" + "".join("!?.,;:-+*/"[int(d)] for d in digits))""",
    ),
    carries(
        "exception-class",
        "In the name of an exception's class.",
        'raise type("E" + digits, (Exception,), {})("x")',
    ),
    carries(
        "exception-group",
        "In the notes and causes of an exception, and in a group of them.",
        "error = ExceptionGroup(digits, [ValueError(digits)])",
        "error.add_note(digits)",
        "raise error from KeyError(digits)",
    ),
    carries(
        "text-that-fails",
        "In an exception whose text is computed late, and never.",
        'raise type("Late", (Exception,), {"__str__": lambda self: digits, "__class__": int})()',
    ),
    carries(
        "class-of-value",
        "In the name of a returned object's class.",
        'made = type("v" + digits, (), {})()',
        "return made, made, (made, a_prev, xt, parameters)",
    ),
    carries(
        "class-of-entry",
        "In the name of a class inside the cache, and of a dictionary's keys.",
        'made = type("v" + digits, (), {})()',
        "return a_prev, a_prev, (made, {digits: made}, {digits: 1}, made)",
    ),
    carries(
        "shape",
        "In the shape of a returned array.",
        "a, b = int(digits[:6]), int(digits[:7])",
        "return np.zeros((a, 0)), np.zeros((0, b, a, 7)), (np.zeros((b, 0)), "
        "a_prev, xt, parameters)",
    ),
    carries(
        "lengths",
        "In the lengths of lists and dictionaries.",
        "return dict.fromkeys(map(str, range(int(digits[:6]) % 10**5 + 10**5 % 7)))",
    ),
    carries(
        "number-of-values",
        "In the number of values returned.",
        "return (0,) * (10**5 + int(digits[:4]))",
    ),
    carries(
        "function-name",
        "In the name of the function, and in what its signature says.",
        f"global {CELL}",
        f"{CELL}.__name__ = {CELL}.__qualname__ = digits",
        "raise TypeError(f'f{digits}() takes 1' ' positional argument but 2 were given')",
    ),
    carries(
        "line-number",
        "In the number of the line that fails, in a cell that does not exist.",
        'exec(compile("\\n" * (int(digits[:7]) + 10**6) + "1/0", f"cell {digits}", "exec"))',
    ),
    carries(
        "source-of-line",
        "In a line of code that is made for it.",
        "import linecache",
        'text = f"raise ValueError({digits})"',
        'linecache.cache["cell 3"] = (1, None, [text], "cell 3")',
        'exec(compile(text, "cell 3", "exec"))',
    ),
    carries(
        "variable-names",
        "In the names of variables that its code seems to read.",
        "scope = dict(globals())",
        'exec(f"def rnn_cell_forward(*a): return v{digits}, w{digits}", globals())',
        "return None",
    ),
    carries(
        "terminal-escapes",
        "With control characters, for the instructor's terminal.",
        "raise NameError(\"name '\\x1b[2J\\x1b]0;owned\\x07' is not defined\")",
    ),
    carries(
        "half-characters",
        "With half a character, which no file can hold.",
        "raise KeyError('\\ud800' + digits)",
    ),
    Attack(
        "markup",
        "Puts HTML and terminal markup into the code line that feedback repeats.",
        f"""def {CELL}(xt, a_prev, parameters):
    raise ValueError("<script>alert(1)</script>")  # <img src=x onerror=alert(1)> [red]x[/red] [/] `<b>` \x1b[31m \x07
""",  # noqa: E501
        raises="ValueError",
    ),
    Attack(
        "long-line",
        "Has a failing line of a megabyte, to swell every report.",
        f'def {CELL}(xt, a_prev, parameters):\n    raise ValueError("{"x" * 10**6}")\n',
        raises="ValueError",
    ),
    Attack(
        "long-name",
        "Fails with a name of a hundred thousand letters.",
        f"def {CELL}(xt, a_prev, parameters):\n    return {'x' * 10**5}\n",
        raises="NameError",
    ),
    Attack(
        "bidirectional",
        "Turns the direction of the feedback's text round.",
        f"def {CELL}(xt, a_prev, parameters):\n"
        '    raise ValueError("x")  # \u202e\u2066 passed 01/01 \u2069\n',
        raises="ValueError",
    ),
    Attack(
        "ends-the-run",
        "Raises what ends a test run: an assertion, pytest's own outcomes, an interrupt.",
        f"""
TURN = [0]
def {CELL}(*given):
    TURN[0] += 1
    class Skipped(BaseException):
        pass
    raise (AssertionError("passed"), KeyboardInterrupt(), SystemExit(0), GeneratorExit(),
           Skipped("skip"), StopIteration(), MemoryError())[TURN[0] % 7]
""",
        raises=".+",
    ),
    Attack(
        "quits",
        "Leaves by sys.exit while the notebook is loaded, below a right function.",
        forward=f"def {FORWARD}(*given):\n    return None\nsys.exit(0)\n",
        marks=(10, 0),
        status="passed",
    ),
)
