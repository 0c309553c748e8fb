"""Speaking to the grader past the worker: forged, broken, slow, endless and early frames."""

from .attack import CELL, FORWARD, Attack

_NUMBERS = """
def zeros(xt, a_prev, parameters):
    import numpy as np
    shape = np.shape(a_prev)
    a, y = np.zeros(shape), np.zeros((len(parameters["by"]), shape[1]))
    return a, y, (a, a_prev, xt, parameters)
"""


def pushes(id: str, tries: str, *lines: str, status: str = "crashed", **more) -> Attack:
    """An attack whose cell function runs these lines when it is called, and returns nothing of
    use.
    """
    body = "\n    ".join(lines)
    return Attack(
        id,
        tries,
        f"def {CELL}(xt, a_prev, parameters):\n    {body}\n    return None\n",
        status=status,
        **more,
    )


ATTACKS = (
    pushes(
        "garbage",
        "Writes bytes that are no frame.",
        'push(b"\\x00\\xff garbage" * 100)',
    ),
    pushes(
        "wrong-magic",
        "Writes a frame of another kind.",
        'push(frame({"op": "returned"}, magic=b"EVIL"))',
    ),
    pushes(
        "partial",
        "Writes half a frame and ends.",
        'push(frame({"op": "returned"})[:-3])',
        "os._exit(0)",
    ),
    pushes(
        "announces-too-much",
        "Announces a frame of many exabytes.",
        "import struct",
        'push(struct.pack("<4sIQ", b"UNR1", 2**32 - 1, 2**64 - 1))',
    ),
    pushes(
        "body-too-short",
        "Announces a body that never comes, and waits.",
        "import struct",
        'push(struct.pack("<4sIQ", b"UNR1", 10, 1000) + b"x" * 20)',
        "time.sleep(60)",
        status="timeout",
        hangs=True,
    ),
    pushes(
        "one-byte-at-a-time",
        "Sends one byte now and then, to keep the grader waiting.",
        'for byte in frame({"op": "returned"}) * 10**6:',
        "    push(bytes([byte]))",
        "    time.sleep(0.2)",
        status="timeout",
        hangs=True,
    ),
    pushes(
        "endless",
        "Writes valid frames without end that answer nothing.",
        "while True:",
        '    push(frame({"op": "running", "cell": "1"}))',
    ),
    pushes(
        "json-bomb",
        "Sends a header that is nested a million deep, and one that is a number of "
        "a million digits.",
        "import struct",
        'head = b"[" * 10**6 if len(xt) % 2 else b"1" * 10**6',
        'push(struct.pack("<4sIQ", b"UNR1", len(head), 0) + head)',
    ),
    pushes(
        "impossible-arrays",
        "Announces arrays of negative, huge and absurd shapes, and of object dtype.",
        "global TURN",
        'TURN = globals().get("TURN", -1) + 1',
        'bad = [["<f8", [-1]], ["<f8", [2**70]], ["|O", [1]], ["<f8", "x"], '
        '["<f8", [0, 2**39, 2**39]],'
        ' ["<f8", [2**20] * 16], ["<U9", [1]], ["<f8", [True]], "x", ["<f8"], '
        '["<f8", [1.5]], ["V8", [1]]]',
        'push(frame({"op": "returned"}, {"t": [{"a": 0}, {"t": []}]}, [bad[TURN % '
        "len(bad)]], bytes(8)))",
    ),
    pushes(
        "wrong-tree",
        "Refers to arrays that are not there, to the grader's own objects, to unknown kinds.",
        'push(frame({"op": "returned"}, {"t": [{"g": 0}, {"a": -1}]}))',
    ),
    pushes(
        "bytes-left-over",
        "Sends more bytes than its arrays have.",
        'push(frame({"op": "returned"}, {"t": [None, None]}, [], bytes(1000)))',
    ),
    pushes(
        "op-of-another-kind",
        "Sends messages whose parts are lists where names should be.",
        'push(frame({"op": ["returned"], "name": {}, "cell": []}, {"t": [1, 2]}))',
    ),
    pushes(
        "pretends-machinery",
        "Pretends that the machinery failed, so that there is no mark.",
        'push(frame({"op": "error", "machinery": True, "text": "the worker did not start"}))',
    ),
    pushes(
        "pretends-ready",
        "Says that it is ready, or loaded, in place of a result.",
        'push(frame({"op": "ready"}))',
        'push(frame({"op": "loaded", "errors": [], "repairs": []}))',
    ),
    pushes(
        "asks-for-reference",
        "Asks to be served by the reference where nothing is served.",
        f'push(frame({{"op": "serve", "name": "{CELL}", "named": []}},'
        ' {"t": [{"l": []}, {"l": []}, {"d": []}]}))',
    ),
    Attack(
        "answers-itself",
        "Takes over the protocol: reads the requests itself and answers each with "
        "the numbers it likes.",
        before=(_NUMBERS,),
        cell=f'''
def {CELL}(xt, a_prev, parameters):
    wire, worker = sys.modules["wire"], sys.modules["__main__"]
    while True:
        push(wire.pack({{"op": "returned"}},
                       (zeros(xt, a_prev, parameters), (xt, a_prev, parameters))))
        message, value = worker.read_frame(3)
        if message["op"] != "call" or message["name"] != "{CELL}":
            os._exit(0)
        xt, a_prev, parameters = value
''',
        marks=(2, 10),
    ),
    Attack(
        "answers-ahead",
        "Sends the answers to the calls that follow before they are made, also "
        "those of the next function.",
        before=(_NUMBERS,),
        cell=f"""
def {CELL}(xt, a_prev, parameters):
    wire = sys.modules["wire"]
    for _ in range(50):
        push(wire.pack({{"op": "returned"}},
                       (zeros(xt, a_prev, parameters), (xt, a_prev, parameters))))
    time.sleep(60)
""",
        marks=(2, 10),
        status="failed|partial|crashed|timeout",
        hangs=True,
    ),
    Attack(
        "answers-while-loading",
        "Sends answers while the notebook is being loaded.",
        before=(
            'push(frame({"op": "loaded", "errors": [], "repairs": []}))\nfor _ in range(20):\n'
            '    push(frame({"op": "returned"}, {"t": [None, {"t": []}]}))',
        ),
        cell=f"def {CELL}(*given):\n    return None\n",
        marks=(0, 0),
        status="failed|partial|crashed|timeout|missing",
    ),
    Attack(
        "forged-loading",
        "Ends the loading with errors and repairs that are nobody's, in HTML.",
        before=(
            'push(frame({"op": "loaded", '
            '"errors": [{"cell": "1", "kind": "<script>", "text": [], "line": -1}], '
            '"repairs": [["1", "<script>"], ["../..", "joined"], 5, [[], {}]]}))\n'
            "os._exit(0)",
        ),
        cell=f"def {CELL}(*given):\n    return None\n",
        marks=(0, 0),
    ),
    Attack(
        "forged-names",
        "Answers the question for names with HTML, hidden numbers and a thousand of them.",
        before=(
            """
import stray_names
def forged(*given):
    many = [f"v{n}" for n in range(1000)]
    return ["<script>", "x" * 10**5, "\\u001b[2J", *many], [1, None, "secret_" + "1234" * 3]
stray_names.find_stray_names = forged
""",
        ),
        cell=f"def {CELL}(*given):\n    return None\n",
    ),
    pushes(
        "closes-its-ends",
        "Closes its ends of the protocol, and lives on.",
        "os.close(3)",
        "os.close(4)",
        "time.sleep(60)",
        status="crashed|timeout",
        hangs=True,
    ),
    pushes(
        "swaps-its-ends",
        "Turns its ends of the protocol round, and onto the null device.",
        "os.dup2(3, 4)",
        "os.dup2(0, 3)",
    ),
    pushes(
        "blocks-the-pipe",
        "Sets flags on the pipes and makes them as large as they can be.",
        "import fcntl",
        "fcntl.fcntl(4, fcntl.F_SETFL, os.O_NONBLOCK)",
        "fcntl.fcntl(4, 1031, 1 << 20)",
        "fcntl.fcntl(3, fcntl.F_SETFL, os.O_NONBLOCK)",
        status="failed|crashed",
    ),
    Attack(
        "never-reads",
        "Does not read its requests while the grader writes.",
        forward=f"def {FORWARD}(*given):\n    time.sleep(60)\n",
        marks=(10, 0),
        status="passed",
        hangs=True,
    ),
)
