"""Values that lie, that are no numbers, or that are too much; each call returns the next one."""

from .attack import CELL, Attack

_TURNS = f"""
TURN = [-1]
def {CELL}(xt, a_prev, parameters):
    import numpy as np
    TURN[0] += 1
    shape, rows = np.shape(a_prev), (len(parameters["by"]), np.shape(a_prev)[1])
    kinds = values(np, shape, rows, a_prev, xt, parameters)
    one = kinds[TURN[0] % len(kinds)]
    return one() if callable(one) and not isinstance(one, type) else one
"""


def returns(id: str, tries: str, body: str, **more) -> Attack:
    """An attack with a list of values, in the body of `values`."""
    lines = "\n    ".join(body.strip("\n").split("\n"))
    head = "def values(np, shape, rows, a_prev, xt, parameters):\n    "
    return Attack(id, tries, _TURNS, before=(head + lines,), **more)


_LIAR = """
class {name}({base}):
{body}
made = [{make} for s in (shape, rows)]
return [(made[0], made[1], (made[0], a_prev, xt, parameters))]
"""


def lies(id: str, tries: str, base: str, make: str, *body: str) -> Attack:
    """An attack with arrays of a class of its own."""
    text = _LIAR.format(
        name="Liar",
        base=base,
        body="\n".join("    " + line for line in body),
        make=make,
    )
    return returns(
        id, tries, text, marks=(2 if "view" in make else 0, 10)
    )  # zeros of the right shapes are worth 2


_VIEW = "np.zeros(s).view(Liar)"
_ALWAYS = (
    "def __eq__(self, other): return True",
    "__ne__ = __lt__ = __le__ = __gt__ = __ge__ = __eq__",
    "def __bool__(self): return True",
    "def __hash__(self): return 0",
)

ATTACKS = (
    lies(
        "equal-to-everything",
        "Arrays that are equal to everything.",
        "np.ndarray",
        _VIEW,
        *_ALWAYS,
    ),
    lies(
        "close-to-everything",
        "Arrays whose differences are nothing, by every protocol of numpy.",
        "np.ndarray",
        _VIEW,
        "def __array_ufunc__(self, *a, **k): return np.zeros(1)",
        "def __array_function__(self, *a, **k): return True",
        "def __sub__(self, other): return 0",
        "__rsub__ = __sub__",
        "__array_priority__ = 1e9",
    ),
    lies(
        "shape-that-lies",
        "Arrays that claim another shape, dtype and size.",
        "np.ndarray",
        _VIEW,
        "shape = property(lambda self: (10**9, 10**9))",
        "dtype = property(lambda self: np.dtype(object))",
        "size = property(lambda self: 10**18)",
        "def tobytes(self, *a): return b'x' * 7",
    ),
    lies(
        "proxy",
        "Objects that become an array only when they are asked, by returning what "
        "they are asked for.",
        "object",
        "Liar()",
        "def __array__(self, *a, **k): return np.zeros(3)",
        "def __getattr__(self, name): return self",
        "def __call__(self, *a, **k): return self",
        "def __float__(self): return 0.0",
        "def __len__(self): return 3",
        "def __iter__(self): return iter([1, 2, 3])",
    ),
    lies(
        "class-that-lies",
        "Objects whose class pretends to be another.",
        "object",
        "Liar()",
        "__class__ = property(lambda self: np.ndarray)",
        "ndim = 2",
        "shape = (2, 2)",
        "def __reduce__(self): return (os._exit, (0,))",
    ),
    returns(
        "not-numbers",
        "Arrays of objects, texts, bytes, dates, records and nothing.",
        """
kinds = [np.zeros(shape, object), np.full(shape, "0.5"), np.full(shape, b"1"),
         np.zeros(shape, "M8[s]"), np.zeros(shape, [("x", float), ("y", object)]),
         np.zeros(shape, "V8"), np.zeros(shape, "m8[s]")]
return [(k, k, (k, a_prev, xt, parameters)) for k in kinds]
""",
    ),
    returns(
        "odd-numbers",
        "NaN, infinities, complex, masked, long and short numbers, truth values.",
        """
kinds = [np.full(shape, np.nan), np.full(shape, np.inf), np.full(shape, 1j),
         np.ma.masked_all(shape), np.zeros(shape, np.longdouble), np.zeros(shape, np.float16),
         np.ones(shape, bool), np.full(shape, -np.inf)]
return [(k, k, (k, a_prev, xt, parameters)) for k in kinds]
""",
    ),
    returns(
        "odd-shapes",
        "Arrays without entries, without axes, with 60 axes, and of enormous strides.",
        """
kinds = [np.zeros((0, 5)), np.zeros(()), np.zeros((1,) * 60), np.broadcast_to(0.0, (10**5, 10**5)),
         np.zeros((0, 2**39, 2**20)), np.zeros(shape[::-1]),
         np.lib.stride_tricks.as_strided(np.zeros(1), shape, (0, 0))]
return [(k, k, (k, a_prev, xt, parameters)) for k in kinds]
""",
    ),
    returns(
        "mapped-memory",
        "Arrays that lie in a file, and in memory that is gone.",
        """
def gone():
    room = ctypes.create_string_buffer(64)
    return np.ctypeslib.as_array(
        ctypes.cast(ctypes.addressof(room), ctypes.POINTER(ctypes.c_double)), (4,))
def mapped():
    return np.memmap(sys.argv[0], np.uint8, "r")
return [mapped, gone, lambda: (mapped(), gone(), ())]
""",
    ),
    returns(
        "texts",
        "Texts and bytes that look like numbers, and texts of a megabyte.",
        'return ["0.0", ("0", "0", ()), b"0", "x" * 10**6, ("\\ud800", "\\x1b[2J", '
        '"<script>"), ["1.0"] * 3, ""]',
    ),
    returns(
        "huge-numbers",
        "Numbers of Python's that no array can hold.",
        """
return [10**400, (10**30, 10**5000, ()), float("nan"), 1e308, True, [[10**30]],
        (2**63, -2**63, -2**64)]
""",
    ),
    returns(
        "containers-that-lie",
        "Dictionaries, lists and tuples with items, lengths and iterators of their own.",
        """
class L(list):
    def __len__(self): return 3
    def __iter__(self): return iter(int, 1)
    def __getitem__(self, i): return self
class D(dict):
    def __iter__(self): raise KeyboardInterrupt
    def items(self): return [("a", self)]
    keys = __iter__
class T(tuple):
    def __iter__(self): return iter([self] * 3)
    def __len__(self): return -1
class S(str):
    def __eq__(self, other): return True
    def __hash__(self): return hash("a")
return [D(a=1), T((1, 2, 3)), {S("x"): 1, S("y"): 2}, (D(), L(), T()), {1: 2, None: 3},
        {S("a"): L()}]
""",
        raises="KeyboardInterrupt",
    ),
    Attack(
        "endless-iterator",
        "A list whose iterator never ends.",
        f"""
class Endless(list):
    def __iter__(self):
        while True:
            yield self
def {CELL}(xt, a_prev, parameters):
    return Endless()
""",
        raises="MemoryError",
        hangs=True,
    ),
    returns(
        "recursion",
        "Containers that hold themselves, deep ones and generators.",
        """
own = []
own.append(own)
deep = ()
for _ in range(10**5):
    deep = (deep,)
loop = {}
loop["a"] = loop
return [own, deep, loop, (own, deep, loop), (x for x in "abc"), lambda: deep, iter([1])]
""",
    ),
    returns(
        "million-nodes",
        "A million of small values, and one large one a hundred thousand times.",
        """
large = np.zeros(10**5)
return [[0] * 10**6, [large] * 10**5, ({str(n): n for n in range(10**5)}, 0, 0),
        [[]] * 10**6, tuple(range(10**6))]
""",
    ),
    returns(
        "large-arrays",
        "Arrays of a hundred megabytes, and of bytes that grow eightfold as numbers.",
        """
return [np.zeros(12 * 2**20), np.zeros(60 * 2**20, np.uint8), [np.zeros(7 * 2**20, bool)] * 8]
""",
    ),
    returns(
        "exceptions-as-values",
        "Exceptions, classes, modules and functions in place of numbers.",
        'return [AssertionError("passed"), AssertionError, sys, (print, os, int), '
        "NotImplemented, Ellipsis, object()]",
    ),
    returns(
        "arguments-as-answer",
        "Hands its own arguments back, changed in place, in the answer's places.",
        """
a_prev[:] = 0
for name in list(parameters):
    parameters[name] = "gone"
parameters["more"] = parameters
return [(a_prev, xt, (a_prev, a_prev, xt, parameters))]
""",
    ),
)
