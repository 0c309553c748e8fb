"""Misusing the served companion, which answers with the reference's numbers."""

from .attack import CELL, FORWARD, WRONG, Attack


def asks(
    id: str,
    tries: str,
    *lines: str,
    marks: tuple = (0, 0),
    told: dict | None = None,
    **more,
) -> Attack:
    """An attack whose sequence function does these lines, with a wrong cell function beside it."""
    body = "\n    ".join(lines)
    cell = more.pop("cell", WRONG)
    forward = (
        f"def {FORWARD}(x, a0, parameters):\n    import numpy as np\n    {body}\n"
        "    return TOLD\n"
    )
    return Attack(id, tries, cell, forward, marks=marks, told=told or {}, **more)


_GOOD = "x[:, :, 0], a0, parameters"

ATTACKS = (
    asks(
        "right-loop",
        "Does what serving is for: a right loop around a wrong cell.",
        f'attempt("served", lambda: {CELL}({_GOOD})[0] + 0)',
        told={"served": "done"},
    ),
    asks(
        "other-function",
        "Asks to be served functions that are not its companions.",
        'wire, worker = sys.modules["wire"], sys.modules["__main__"]',
        f'for name in ("{FORWARD}", "__init__", "_send", "softmax", "__class__"):',
        '    push(wire.pack({"op": "serve", "name": name, "named": []}, (x, a0, parameters)))',
        "time.sleep(9)",
        status=".*",
        hangs=True,
    ),
    asks(
        "thousand-times",
        "Asks a thousand times in each call.",
        "for _ in range(10**3):",
        f"    {CELL}({_GOOD})",
        'TOLD["asked"] = "done"',
        told={"asked": "done"},
    ),
    asks(
        "while-loading",
        "Asks while the cells are run, where its answers could be kept for whatever comes later.",
        "pass",
        before=(
            f'attempt("early", lambda: {CELL}(np.zeros((3, 2)), np.zeros((4, 2)), {{}}))',
            f'TOLD["kept"] = str(callable(globals().get("{CELL}")))',
        ),
        told={"early": "TypeError", "kept": "True"},
    ),
    asks(
        "without-end",
        "Asks without end.",
        "while True:",
        f"    {CELL}({_GOOD})",
        status=".*",
        hangs=True,
    ),
    asks(
        "huge-shapes",
        "Asks for shapes that would fill the grader's memory.",
        "n = 1000",
        "big = {'Wax': np.zeros((n, n)), 'Waa': np.zeros((n, n)), 'Wya': np.zeros((n, n)),"
        " 'ba': np.zeros((n, 1)), 'by': np.zeros((n, 1))}",
        f'attempt("large", {CELL}, np.zeros((n, 1)), np.zeros((n, 1)), big)',
        "flat = np.broadcast_to(0.0, (1, 10**6))",
        f'attempt("long", {CELL}, flat, flat, parameters)',
        told={"large": "TypeError", "long": "TypeError"},
    ),
    asks(
        "inconsistent",
        "Asks with shapes that contradict each other, and with none.",
        f'attempt("contradict", {CELL}, x, a0, parameters)',
        f'attempt("axes", {CELL}, np.zeros(()), np.zeros((0, 0)), parameters)',
        f'attempt("empty", {CELL}, x[:0, :, 0], a0[:0], parameters)',
        f'attempt("outer", {CELL}, np.zeros((1, 200)), np.zeros((200, 1)), parameters)',
        told=dict.fromkeys(("contradict", "axes", "empty", "outer"), "ValueError"),
    ),
    asks(
        "objects",
        "Asks with objects, texts, callables and itself for arguments.",
        f'attempt("self", {CELL}, {CELL}, {CELL}, parameters)',
        f'attempt("object", {CELL}, x[:, :, 0].astype(object), a0, parameters)',
        f'attempt("text", {CELL}, "x", "y", "z")',
        f'attempt("none", {CELL}, None, None, None)',
        f'attempt("missing", {CELL})',
        f'attempt("named", lambda: {CELL}(x[:, :, 0], a0, parameters, self=1, name="x"))',
        f'attempt("twice", lambda: {CELL}({_GOOD}, xt=a0))',
        f'attempt("complex", {CELL}, x[:, :, 0] * 1j, a0, parameters)',
        told=dict.fromkeys(
            ("self", "object", "text", "none", "missing", "named", "twice", "complex"),
            "TypeError",
        ),
    ),
    asks(
        "repeated",
        "Asks with lists that Python would repeat as often as a number says.",
        f'attempt("once", {CELL}, [[0.0]], 10**12, dict.fromkeys(parameters, 10**12))',
        f'attempt("twice", {CELL}, [[0.0]] * 200, 5000, dict.fromkeys(parameters, 5000))',
        f'attempt("texts", {CELL}, ["x" * 10**4] * 20, a0, parameters)',
        f'attempt("apart", {CELL}, np.zeros((200, 1, 1)), np.zeros((200, 1)),'
        " dict.fromkeys(parameters, np.zeros(200)))",
        told=dict.fromkeys(("once", "twice", "texts", "apart"), "TypeError"),
    ),
    asks(
        "recursion",
        "Hands over parameters that hold themselves.",
        "loop = dict(parameters)",
        "loop['more'] = loop",
        "loop['deep'] = [[loop] * 9] * 9",
        f'if "loop" not in TOLD: attempt("loop", {CELL}, x[:, :, 0], a0, loop)',
        told={"loop": "done|TypeError"},
    ),
    asks(
        "stored-answers",
        "Stores the served answers and gives them out as the cell function's own.",
        "STORE.append(0)",
        f"got = {CELL}({_GOOD})",
        "open('stored', 'w').write('x')",
        f"globals()['{CELL}'] = lambda *a: got",
        before=("STORE = []",),
        told={},
        status=".*",
    ),
    asks(
        "remembered-inputs",
        "Keeps what the cell function is asked, asks the reference the same, and "
        "answers from memory from then on.",
        'answers = np.__dict__.setdefault("answers", {})',
        'for given in list(np.__dict__.get("asked", []))[:50]:',
        f"    answers[given[0].tobytes() + given[1].tobytes()] = {CELL}(*given)",
        'TOLD["known"] = str(len(answers))',
        cell=f"""
def {CELL}(xt, a_prev, parameters):
    import numpy as np
    np.__dict__.setdefault("asked", []).append((xt, a_prev, parameters))
    return np.__dict__.get("answers", {{}}).get(xt.tobytes() + a_prev.tobytes(), (a_prev, xt, ()))
""",
        status=".*",
        told={"known": r"\d+"},
    ),
    asks(
        "cell-without-work",
        "Lets the cell function ask for itself, so that the reference answers for it.",
        "return None",
        cell=f"""
def {CELL}(xt, a_prev, parameters):
    wire, worker = sys.modules["wire"], sys.modules["__main__"]
    given = (xt, a_prev, parameters)
    push(wire.pack({{"op": "serve", "name": "{CELL}", "named": []}}, given))
    message, value = worker.read_frame(3, given)
    return value
""",
    ),
    asks(
        "reads-answer-inside",
        "Looks at what the served function is made of.",
        f'attempt("closure", lambda: [c.cell_contents for c in {CELL}.__closure__])',
        f'TOLD["secret"] = str(any("Waa" in repr(c.cell_contents) for c in '
        f"{CELL}.__closure__ or ()))",
        f'TOLD["names"] = " ".join(sorted({CELL}.__code__.co_freevars)) if '
        f'{CELL}.__closure__ else "own"',
        told={"closure": "done", "secret": "False"},
    ),
)
