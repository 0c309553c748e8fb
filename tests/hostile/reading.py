"""Reading what is secret: files, other processes, the environment, the worker's own memory."""

from .attack import REFUSED, Attack, refused, report

HIDDEN = f"{REFUSED}|FileNotFoundError|PermissionError"


def reads(id: str, tries: str, path: str, token: str = "found") -> Attack:
    """An attack that reads one file."""
    found = {"read": "done", "token": token}
    return Attack(
        id,
        tries,
        report(f'attempt("read", look, {path})'),
        told={"read": HIDDEN},
        bare=found,
    )


ATTACKS = (
    reads(
        "file-beside-solutions", "Opens a secret file by its path.", 'PLACES["token"]'
    ),
    reads(
        "file-through-own-root",
        "Opens it through /proc/self/root.",
        '"/proc/self/root" + PLACES["token"]',
    ),
    reads(
        "file-through-grader",
        "Opens it through the root folder that the grader sees.",
        "f\"/proc/{PLACES['parent']}/root{PLACES['token']}\"",
    ),
    reads(
        "file-through-descriptor",
        "Opens it relative to the grader's working directory.",
        'f"/proc/{PLACES[\'parent\']}/cwd/" + os.path.relpath(PLACES["token"], PLACES["cwd"])',
    ),
    reads(
        "environment-of-grader",
        "Reads the grader's environment.",
        "f\"/proc/{PLACES['parent']}/environ\"",
        "found|absent",
    ),
    reads(
        "environment-of-first-parent",
        "Reads its own parent's environment.",
        'f"/proc/{os.getppid()}/environ"',
        "found|absent",
    ),
    reads(
        "other-submission", "Reads what another student handed in.", 'PLACES["other"]'
    ),
    reads("other-result", "Reads another student's result.", 'PLACES["result"]'),
    reads("gradebook", "Reads the gradebook.", 'PLACES["gradebook"]'),
    reads(
        "history",
        "Reads the solutions in the repository's history.",
        'PLACES["history"]',
    ),
    refused(
        "reference-file",
        "Reads the exercise's source.",
        'attempt("open", open, PLACES["source"])',
        'attempt("list", os.listdir, PLACES["solutions"])',
        'attempt("enter", os.chdir, PLACES["solutions"])',
        told=HIDDEN,
    ),
    refused(
        "memory-of-grader",
        "Looks into the grader's memory for the token.",
        """
        def copied():
            import re
            for line in open(f"/proc/{PLACES['parent']}/maps"):
                if "[heap]" in line:
                    start, end = (int(n, 16) for n in re.match("(\\\\w+)-(\\\\w+)", line).groups())
            class Piece(ctypes.Structure):
                _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))
            there, room = Piece(start, 64), ctypes.create_string_buffer(64)
            here = Piece(ctypes.addressof(room), 64)
            if LIBC.process_vm_readv(
                    PLACES["parent"], ctypes.byref(here), 1, ctypes.byref(there), 1, 0) < 0:
                raise OSError(ctypes.get_errno(), "")
        attempt("memory", lambda: open(f"/proc/{PLACES['parent']}/mem", "rb").close())
        attempt("maps", lambda: open(f"/proc/{PLACES['parent']}/maps").read())
        attempt("copy", copied)
        attempt("files", os.listdir, f"/proc/{PLACES['parent']}/fd")
        """,
        told=HIDDEN,
    ),
    refused(
        "debug-grader",
        "Attaches to the grader as a debugger would, and asks for its descriptors.",
        """
            def raw(number, *args):
                return syscall(number, *args)
            attempt("seize", raw, 101, 0x4206, PLACES["parent"], 0, 0)
            attempt("pidfd", raw, 434, PLACES["parent"], 0)
            attempt("take", raw, 438, 3, 0, 0)
            attempt("compare", raw, 312, PLACES["parent"], os.getpid(), 0, 0, 0)
            """,
        bare=None,
    ),
    Attack(
        "own-environment",
        "Looks for the token in the worker's own environment and arguments.",
        report(
            'TOLD["environment"] = "found" if PLACES["start"] in repr(os.environ) else "absent"',
            'TOLD["arguments"] = "found" if PLACES["start"] in repr(sys.argv + '
            'sys.orig_argv) else "absent"',
            'TOLD["some"] = str("HOME" in os.environ)',
        ),
        told={"environment": "absent", "arguments": "absent", "some": "True"},
    ),
    Attack(
        "descriptors",
        "Uses descriptors that it may have inherited.",
        report(
            """
            for number in range(64):
                attempt(str(number), os.fstat, number)
            TOLD["open"] = " ".join(n for n, how in TOLD.items() if how == "done")
            """
        ),
        told={"open": "0 1 2 3 4"},
    ),
    Attack(
        "frames-and-objects",
        "Walks all frames and all objects of its process for expected values, "
        "solutions and the token.",
        report(
            """
            import gc
            planted = [PLACES["start"] + "decoy"]
            frame, texts = sys._getframe(), []
            while frame:
                texts.append(repr(frame.f_locals.keys()) + repr(frame.f_globals.keys()))
                texts += [v for v in frame.f_locals.values() if isinstance(v, str)]
                frame = frame.f_back
            for one in gc.get_objects():
                if type(one) in (list, tuple) and one is not texts:
                    texts += [v for v in one if type(v) is str]
                elif type(one) is dict:
                    texts += [v for v in list(one.values()) if type(v) is str]
            whole = "\\n".join(texts).replace(PLACES["start"] + "decoy", "DECOY")
            TOLD["decoy"] = "found" if "DECOY" in whole else "absent"
            whole = whole.replace(repr(PLACES), "").replace(PLACES["start"] + "'", "")
            TOLD["token"] = str(any(PLACES["start"] + c in whole for c in "0123456789abcdef"))
            """
        ),
        told={"decoy": "found", "token": "False"},
    ),
    Attack(
        "course-as-modules",
        "Imports the grader, the solutions and the hidden tests.",
        report(
            """
            import importlib
            sys.path[:0] = [PLACES["root"], PLACES["solutions"]]
            for name in ("autograder.unit", "ex1_rnn_cell", "test_ex1_rnn_cell"):
                attempt(name, importlib.import_module, name)
            """
        ),
        told=dict.fromkeys(
            ("autograder.unit", "ex1_rnn_cell", "test_ex1_rnn_cell"),
            "(ModuleNotFound|Import)Error",
        ),
        bare={
            "ex1_rnn_cell": "done|TypeError"
        },  # found and run: it lacks what the notebook binds
    ),
)
