"""Changing the tools that the grader compares with; they are others than the worker's, which is
the point.
"""

from .attack import CELL, Attack

_EQUAL = f"""
def {CELL}(xt, a_prev, parameters):
    import numpy as np
    patch()
    a = np.zeros(np.shape(a_prev))
    return a, a, (a, a_prev, xt, parameters)
"""


def patches(id: str, tries: str, body: str, **more) -> Attack:
    """An attack that patches something in its first call and returns zeros."""
    lines = "\n    ".join(body.strip("\n").split("\n"))
    return Attack(
        id,
        tries,
        _EQUAL,
        before=(f"def patch():\n    import numpy as np\n    {lines}",),
        **more,
    )


ATTACKS = (
    patches(
        "numpy-comparisons",
        "Makes numpy's comparisons and assertions agree with everything.",
        """
always = lambda *a, **k: True
for name in ("allclose", "array_equal", "isclose", "all", "array_equiv"):
    setattr(np, name, always)
for name in dir(np.testing):
    if name.startswith("assert_"):
        setattr(np.testing, name, always)
""",
    ),
    patches(
        "builtins",
        "Replaces what Python itself compares and checks with.",
        """
import builtins
builtins.isinstance = lambda *a: True
builtins.abs = lambda *a: 0
builtins.AssertionError = KeyError
builtins.all = builtins.any = lambda *a: True
""",
    ),
    patches(
        "ndarray-methods",
        "Pokes numpy's own type through the interpreter's memory.",
        """
import gc
table = gc.get_referents(np.ndarray.__dict__)[0]
table["all"] = lambda *a, **k: True
table["tobytes"] = lambda self, *a: bytes(self.size * self.itemsize)
ctypes.pythonapi.PyType_Modified(ctypes.py_object(np.ndarray))
""",
    ),
    patches(
        "constants",
        "Changes the number one and the empty text in the interpreter's memory.",
        """
place = id(257.5)
ctypes.memset(id(10**6) + 24, 0, 4)
ctypes.memset(id(0.5) + 16, 0, 8)
""",
    ),
    patches(
        "json-and-struct",
        "Replaces what the protocol is packed with.",
        """
import json, struct
json.dumps = lambda *a, **k: '{"message": {"op": "returned", "score": 10}, "tree": null, "arrays": []}'
struct.pack = lambda *a: b"UNR1"
""",  # noqa: E501
    ),
    patches(
        "wire-module",
        "Replaces the worker's own protocol with one that says it passed.",
        """
wire, worker = sys.modules["wire"], sys.modules["__main__"]
def pack(message, value=None, given=()):
    return frame({"op": "returned", "outcome": "passed", "score": 10, "points": 10},
                 {"t": [True, {"t": []}]})
wire.pack = pack
worker.describe_error = lambda *a: {
    "kind": "AssertionError", "text": "passed", "cell": "1", "line": 1}
""",
    ),
    patches(
        "system-calls",
        "Replaces os.read and os.write by its own.",
        """
keep = os.write
os.write = lambda fd, data: keep(fd, bytes(len(data)))
os.read = lambda fd, n: b""
""",
    ),
    patches(
        "tracing",
        "Traces and profiles every call, and changes what functions return.",
        """
def trace(now, event, value):
    now.f_locals["score"] = 10
    return trace
sys.settrace(trace)
sys.setprofile(lambda *a: None)
""",
    ),
    patches(
        "hooks",
        "Hangs on to imports, audits, exits and unraisable errors.",
        """
import atexit
sys.addaudithook(lambda name, args: None)
atexit.register(lambda: push(frame({"op": "returned"}, True)))
class Finder:
    def find_spec(self, name, path=None, target=None):
        return None
sys.meta_path.insert(0, Finder())
sys.excepthook = sys.unraisablehook = lambda *a: os._exit(0)
sys.path_hooks.clear()
sys.modules["pytest"] = sys.modules["autograder.grade.judge"] = sys
""",
    ),
    patches(
        "audit-refusal",
        "Refuses every operation by an audit hook, so that the worker cannot go on.",
        """
def refuse(name, args):
    raise RuntimeError("no")
sys.addaudithook(refuse)
""",
        status="failed|crashed|partial",
    ),
    patches(
        "frames",
        "Reaches up its frames and changes the worker's variables.",
        """
here = sys._getframe()
while here:
    worker = here.f_locals.get("self")
    if worker is not None and hasattr(worker, "space"):
        worker.space["rnn_cell_forward"] = lambda *a: None
        worker.dropped.clear()
    here = here.f_back
for one in sys._current_frames().values():
    one.f_trace_opcodes = True
""",
    ),
    patches(
        "arithmetic-mode",
        "Changes rounding and error modes of the processor and of numpy.",
        """
np.seterr(all="raise")
ctypes.CDLL("libm.so.6").fesetround(0x400)
np.set_printoptions(threshold=0)
np.random.seed(0)
""",
    ),
    patches(
        "other-function",
        "Replaces the other function of the notebook, which is right.",
        """
rnn = globals()
rnn["sigmoid"] = rnn["softmax"] = lambda z: z * 0
""",
    ),
    Attack(
        "equal-name",
        "Is a callable that is equal to everything and calls nothing.",
        before=(
            "class Callable:\n    def __call__(self, *a): return self\n"
            "    def __eq__(self, o): return True\n    def __hash__(self): return 0\n"
            "    def __iter__(self): return iter([self] * 3)",
        ),
        cell=f"{CELL} = Callable()",
    ),
    Attack(
        "destructors",
        "Does its work when it is thrown away.",
        before=(
            "class Late:\n    def __del__(self):\n"
            "        push(frame({'op': 'returned'}, {'t': [None, None]}))",
        ),
        cell=f"def {CELL}(*given):\n    return Late(), Late(), Late()\n",
        status="failed|partial|crashed",
    ),
)
