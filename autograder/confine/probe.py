"""What the canary runs inside: try everything that must fail, and what must work, and write
down how it went.

Run as `probe.py READ_FD WRITE_FD`; reads a JSON object of what to try it on, and answers with a
JSON object that says for each check what was achieved. An empty text: nothing.
"""

import contextlib
import ctypes
import json
import mmap
import os
import socket
import sys
import threading

CHECKS: dict = {}
REFUSALS = (OSError, RuntimeError, MemoryError, ValueError)


def check(function):
    """Register a check: it returns what it could do (a text), or raises one of REFUSALS."""
    CHECKS[function.__name__] = function
    return function


@check
def secrets(on):
    for path in on["secrets"]:
        with contextlib.suppress(OSError):
            if os.path.isdir(path):
                os.listdir(path)
                return f"can list {path}"
            with open(path, "rb") as file:
                file.read(1)
            return f"can read {path}"
    return ""


@check
def network(on):
    kinds = {
        "internet": socket.AF_INET,
        "internet (v6)": socket.AF_INET6,
        "unix": socket.AF_UNIX,
    }
    kinds["netlink"] = socket.AF_NETLINK
    opened = []
    for name, family in kinds.items():
        kind = socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_STREAM
        with contextlib.suppress(OSError):
            socket.socket(family, kind).close()
            opened.append(name)
    with contextlib.suppress(OSError):
        for end in socket.socketpair():
            end.close()
        opened.append("pair")
    return f"can open sockets: {', '.join(opened)}" if opened else ""


@check
def fork(on):
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return "can start processes"


@check
def threads(on):
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    return "can start threads"


@check
def execute(on):
    try:
        os.execv("/nonexistent/program", ["program"])
    except FileNotFoundError:
        return "can execute programs"


@check
def signals(on):
    sent = []
    for pid in {on["parent"], os.getppid(), 1} - {os.getpid(), 0}:
        with contextlib.suppress(OSError):
            os.kill(pid, 0)
            sent.append(str(pid))
    return f"can send signals to process {', '.join(sent)}" if sent else ""


@check
def parent(on):
    for pid in {on["parent"], os.getppid()}:
        for name in ("environ", "maps", "mem"):
            with (
                contextlib.suppress(OSError),
                open(f"/proc/{pid}/{name}", "rb") as file,
            ):
                if name == "mem" or file.read(1):
                    return f"can read /proc/{pid}/{name} of the grader"
        with contextlib.suppress(OSError):
            os.listdir(f"/proc/{pid}/fd")
            return f"can list the grader's open files, /proc/{pid}/fd"
    return ""


@check
def descriptors(on):
    with contextlib.suppress(OSError):
        os.fstat(5)
        return "has inherited an open file of the grader"
    return ""


@check
def writing(on):
    for folder in on["folders"]:
        path = os.path.join(folder, on["token"])
        if os.path.realpath(folder) == os.getcwd():
            continue
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            os.unlink(path)
            return f"can write into {folder}"
    for file in ("/dev/null", sys.executable, __file__, 0, 1, 2):
        with contextlib.suppress(OSError):
            os.utime(file, ns=(os.stat(file).st_atime_ns, os.stat(file).st_mtime_ns))
            return f"can change the attributes of {file}"
    return ""


@check
def shared_memory(on):
    with contextlib.suppress(OSError):
        mmap.mmap(-1, 4096).close()
        return "can map anonymous shared memory"
    with contextlib.suppress(OSError):
        os.close(os.memfd_create("probe"))
        return "can create files in memory"
    return ""


@check
def privileges(on):
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0 or 0 in os.getgroups():
        return "runs as root"
    if libc.unshare(0x10000000) == 0:  # CLONE_NEWUSER
        return "can make namespaces of its own"
    return ""


@check
def memory(on):
    block = bytearray(on["memory"])
    return f"can take {len(block) >> 20} MB of memory"


@check
def numpy(on):
    """Multiply two matrices; the one check that must work."""
    try:
        import numpy as np

        ones = np.ones((8, 8))
        return "" if (ones @ ones == 8).all() else "a product of matrices is wrong"
    except Exception as error:
        return f"numpy cannot be used: {type(error).__name__}: {error}"


def main():
    source, sink = (int(number) for number in sys.argv[1:3])
    with open(source, "rb", buffering=0) as file:
        on = json.loads(file.readline())
    achieved = {}
    for name, function in CHECKS.items():
        try:
            achieved[name] = function(on) or ""
        except REFUSALS:
            achieved[name] = ""
    os.write(sink, json.dumps(achieved).encode())


if __name__ == "__main__":
    main()
