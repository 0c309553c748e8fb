"""Workers that are forked one after the other from the same prepared process: what one leaves, what
the next finds, and what reaches the process itself.

`test_confine` has each of its attacks by forked workers, too.
"""

import errno
import json
import os
import select
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tables import each_row
from test_confine import HEAD, offered

from autograder.confine import (
    Limits,
    NotConfined,
    NotPreparedWarning,
    choose,
    fork_server,
    prepared,
)
from autograder.confine.bubblewrap import Bubblewrap
from autograder.confine.prepared import Prepared, close_prepared
from autograder.grade.worker_files import FILES

LIMITS = Limits()
TOKEN, MASK = "b1f7a62e", 0x5A
DISGUISED = bytes(one ^ MASK for one in TOKEN.encode())
SCRIPT = f"""{HEAD}
import contextlib, fcntl, mmap, resource, signal, time
if sys.argv[0].endswith("attack.py"):  # what it does comes by the pipe, as a notebook does
    exec(os.read(3, 1 << 16).decode(), globals())
"""

# Everything that a worker can see and another one could have changed.
PROBE = f"""
import ctypes, gc, builtins
import numpy as np
def open_ends():
    for number in range(5, 200):
        with contextlib.suppress(OSError):
            os.fstat(number)
            yield number
def lock(path):
    file = open(path, "rb")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(file, fcntl.LOCK_UN)
def home():
    found = os.stat(".")
    return [found.st_mode, found.st_nlink, found.st_uid, found.st_size]
def token_in_memory():  # looked for in disguise, so that this worker never has it itself
    blocks = [np.empty(1 << size, np.uint8) for size in range(4, 20) for _ in range(8)]
    return sum({DISGUISED!r} in (block ^ {MASK}).tobytes() for block in blocks)
def handlers():
    return [str(attempt(signal.getsignal, n)) for n in range(1, 65)]
answer({{
    "files": os.listdir("."), "home": home(), "folder": os.getcwd(),
    "room": os.statvfs(".").f_bavail, "entries": os.statvfs(".").f_ffree,
    "flags": [fcntl.fcntl(n, fcntl.F_GETFL) for n in range(5)],
    "ends": list(open_ends()), "lock": attempt(lock, os.__file__), "own": attempt(lock, __file__),
    "timer": signal.getitimer(signal.ITIMER_REAL), "pending": str(signal.sigpending()),
    "mask": str(signal.pthread_sigmask(signal.SIG_BLOCK, [])), "handlers": handlers(),
    "environment": dict(os.environ), "zone": time.tzname, "umask": os.umask(0o077),
    "limits": [resource.getrlimit(kind) for kind in range(16)],
    "priority": os.getpriority(os.PRIO_PROCESS, 0), "processors": len(os.sched_getaffinity(0)),
    "of_children": resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime,
    "modules": len(sys.modules), "sum": int(np.add(1, 1)), "path": sys.path,
    "builtins": len(vars(builtins)), "numpy": len(vars(np)),
    "time_used": time.process_time() < 1, "memory": token_in_memory(),
    "links": attempt(os.readlink, "/worker/home"), "null": os.stat("/dev/null").st_mode,
}})
"""

# What a worker does, and by which ways others may follow it in the same confinement.
ALL, CLOSED = ("bubblewrap", "user"), ("user",)  # in the latter, no file can be made
LEFT = (
    ("nothing", "", ALL),
    ("a file", "open(T, 'w').write(T)", CLOSED),
    ("a file that is gone again", "open(T, 'w').close(); os.unlink(T)", CLOSED),
    ("an empty folder", "os.mkdir(T)", CLOSED),
    ("folders in folders", "for _ in range(200): os.mkdir(T); os.chdir(T)", CLOSED),
    ("a link", "os.symlink('/worker/files', T)", CLOSED),
    ("a file without a name", "f = open(T, 'w'); os.unlink(T); f.write(T)", CLOSED),
    ("a mapped file",
     "f = open(T, 'wb+'); f.truncate(4096); m = mmap.mmap(f.fileno(), "
     "4096)", CLOSED),
    ("a full disk", "f = open(T, 'wb')\nwhile f.write(bytes(1 << 20)): f.flush()", CLOSED),
    ("flags of a descriptor",
     "[fcntl.fcntl(n, fcntl.F_SETFL, os.O_NONBLOCK | os.O_APPEND) for n in "
     "(0, 1, 2)]", ALL),
    ("a lock on a file of Python's", "F = open(os.__file__); fcntl.flock(F, fcntl.LOCK_EX)", ALL),
    ("a lock on the worker's file", "F = open(__file__); fcntl.flock(F, fcntl.LOCK_EX)", ALL),
    ("a lock of another kind", "F = open(__file__, 'rb'); fcntl.lockf(F, fcntl.LOCK_SH)", ALL),
    ("a timer", "signal.setitimer(signal.ITIMER_REAL, 60)", ALL),
    ("deaf to signals", "[attempt(signal.signal, n, signal.SIG_IGN) for n in range(1, 65)]", ALL),
    ("blocked signals", "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))", ALL),
    ("an environment",
     "os.environ['LD_PRELOAD'] = T; os.environ['TZ'] = 'Asia/Tokyo'; "
     "time.tzset()", ALL),
    ("another folder", "os.chdir('/')", ALL),
    ("another umask", "os.umask(0)", ALL),
    ("lower limits", "resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))", ALL),
    ("changed modules",
     "import numpy as np; np.add = max; setattr(np, T, T); "
     "sys.path.clear(); os.getcwd = None", ALL),
    ("other builtins",
     "import builtins; builtins.len = builtins.open = None; "
     "setattr(builtins, T, T)", ALL),
    ("memory that was written",
     "import numpy as np; B = [np.frombuffer(bytearray(T.encode() * "
     "100000), np.uint8) for _ in range(50)]", ALL),
    ("freed memory",
     "import ctypes; c = ctypes.CDLL(None); p = [c.malloc(4096) for _ in "
     "range(100)]; del p", ALL),
    ("processor time", "t = time.process_time()\nwhile time.process_time() < t + 1.2: pass", ALL),
    ("an exit code", "os._exit(77)", ALL),
    ("closed descriptors", "os.closerange(0, 3)", ALL),
    ("a crash", "import ctypes; ctypes.string_at(0)", ()),
    ("a hang", "answer('ready')\nwhile True: time.sleep(1)", ()),
    ("as much memory as there is",
     "B = []\ntry:\n    while True: B.append(bytearray(1 << 24))\nexcept "
     "MemoryError: pass", ALL),
)  # fmt: skip

# What would reach the process that all of them come from, or another worker: each is refused.
REACHING = (
    ("a signal", "os.kill(P, 9)"),
    ("a signal to the group", "os.killpg(0, 9)"),
    ("a signal to all", "os.kill(-1, 9)"),
    ("a stop", "os.kill(P, signal.SIGSTOP)"),
    ("a queued signal", "libc(129, P, 9, 0)"),  # rt_sigqueueinfo
    ("a signal to a thread", "libc(234, P, P, 9)"),  # tgkill
    ("a descriptor of the process", "os.pidfd_open(P)"),
    ("a signal by descriptor", "signal.pidfd_send_signal(0, 9)"),
    ("a descriptor of the process's", "libc(438, 0, 3, 0)"),  # pidfd_getfd
    ("tracing it", "libc(101, 16, P, 0, 0)"),  # PTRACE_ATTACH
    ("being traced by it", "libc(101, 0, 0, 0, 0)"),
    ("reading its memory", "libc(310, P, 0, 0, 0, 0, 0)"),  # process_vm_readv
    ("writing its memory", "libc(311, P, 0, 0, 0, 0, 0)"),
    ("its memory as a file", "open(f'/proc/{P}/mem', 'rb+')"),
    ("comparing with it", "libc(312, P, P, 0, 0, 0)"),  # kcmp
    ("its limits", "resource.prlimit(P, resource.RLIMIT_CPU, (0, 0))"),
    ("its priority", "os.setpriority(os.PRIO_PROCESS, P, 19)"),
    ("its processors", "os.sched_setaffinity(P, [0])"),
    ("its scheduler", "os.sched_setscheduler(P, os.SCHED_IDLE, os.sched_param(0))"),
    ("its group", "os.setpgid(P, 0)"),
    ("a session", "os.setsid()"),
    ("its namespaces", "libc(308, 0, 0)"),  # setns
    ("new namespaces", "libc(272, 0x10000000)"),  # unshare
    ("a child", "os.fork()"),
    ("a thread", "import _thread; _thread.start_new_thread(int, ())"),
    ("another program", "os.execv('/bin/true', ['true'])"),
    ("outliving it", "libc(157, 1, 0, 0, 0, 0)"),  # PR_SET_PDEATHSIG
    ("adopting its children", "libc(157, 36, 1, 0, 0, 0)"),  # PR_SET_CHILD_SUBREAPER
    ("dumpable again", "libc(157, 4, 1, 0, 0, 0)"),
    ("another filter", "libc(317, 1, 0, 0)"),
    ("a socket", "import socket; socket.socketpair()"),
    ("its control", "import socket; socket.socket(fileno=3)"),
    ("shared memory", "mmap.mmap(-1, 4096)"),
    ("System V memory", "libc(29, 1234, 4096, 0o1666)"),  # shmget
    ("a message queue", "libc(240, 1, 0o102, 0o600, 0)"),  # mq_open
    ("a key", "libc(248, 0, 0, 0, 0, -3)"),  # add_key
    ("a ring", "libc(425, 8, 0)"),  # io_uring_setup
    ("a watch", "libc(294, 0)"),  # inotify_init1
    ("an attribute of the home", "os.setxattr('.', 'user.a', b'b')"),
    ("a time of the home", "os.utime('.', (1, 1))"),
    ("a mode of the home", "os.chmod('.', 0o777)"),
    ("a mount", "libc(165, 0, 0, 0, 0, 0)"),
    ("another root", "os.chroot('.')"),
    ("a name of the machine", "import socket; socket.sethostname('x')"),
)  # fmt: skip
TRY = """
import ctypes
raw = ctypes.CDLL(None, use_errno=True).syscall
def libc(*numbers):
    if raw(*map(ctypes.c_long, numbers)) == -1:
        raise OSError(ctypes.get_errno(), "")
P = os.getppid()
def reach():
    {}
    return "reached"
answer(attempt(reach))
"""
REFUSED = {
    "OSError",
    "PermissionError",
    "FileNotFoundError",
    "RuntimeError",
    "ValueError",
}


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "attack.py"
    path.write_text(SCRIPT, encoding="utf-8")
    nothing = tmp_path / "nothing.py"
    nothing.touch()
    return nothing, path


@pytest.fixture(params=["bubblewrap", "user"])
def forking(request, script, monkeypatch):
    """A way with a process prepared for the attacks."""
    ready = Prepared(offered(request.param, monkeypatch), script, LIMITS)
    ready.untouched = probed(ready, script)
    yield ready
    ready.close()


def run(ready, script, code, seconds=20.0):
    """What the code answered, and how it ended."""
    worker = ready.start(script, ["attack.py"], LIMITS)
    worker.writer.write(code.encode())
    text, until = b"", time.monotonic() + seconds
    while (
        b"\n" not in text
        and select.select([worker.reader], [], [], until - time.monotonic())[0]
    ):
        if not (part := worker.reader.read(1 << 20)):
            break
        text += part
    ending = worker.wait(0.2)
    worker.kill()
    return [json.loads(line) for line in text.splitlines()], ending


def probed(ready, script):
    (found,), _ = run(ready, script, PROBE)
    if (
        ready.name == "user"
    ):  # its home is a new folder for each process that is prepared
        told = json.dumps(found | {"room": None, "entries": None})
        found = json.loads(told.replace(os.path.dirname(found["folder"]), "WORKER"))
    return found


@each_row("name, code, kept", LEFT, [name for name, *_ in LEFT])
def test_what_one_leaves_the_next_does_not_find(forking, script, name, code, kept):
    probed(forking, script)
    before = list(forking._idle)
    run(forking, script, f"T = {TOKEN!r}\n{code}")
    assert (forking._idle == before) == (forking.name in kept)
    assert probed(forking, script) == forking.untouched


@each_row("name, code", REACHING, [name for name, _ in REACHING])
def test_nothing_reaches_the_prepared_process(forking, script, name, code):
    before = list(forking._idle)
    (answer,), _ = run(forking, script, TRY.format(code))
    assert answer in REFUSED
    assert forking._idle == before


def test_a_way_with_a_prepared_process_is_chosen_where_it_holds(monkeypatch):
    ready = choose("bubblewrap", LIMITS, prepare=FILES)
    assert isinstance(ready, Prepared)
    assert choose("bubblewrap", LIMITS, prepare=FILES) is ready
    close_prepared()
    monkeypatch.setattr(fork_server.ForkServer, "fork", fails)
    with pytest.warns(NotPreparedWarning, match="it cannot be prepared"):
        assert type(choose("bubblewrap", LIMITS, prepare=FILES)) is Bubblewrap


def fails(*_):
    raise NotConfined("it cannot be prepared")


def test_after_so_many_children_another_process_is_prepared(
    forking, script, monkeypatch
):
    monkeypatch.setattr(prepared, "MOST_CHILDREN", 3)
    servers = set()
    for _ in range(4):
        servers |= set(forking._idle)
        assert run(forking, script, "answer(os.getppid())")[0]
    assert len(servers) == 2  # the fixture's own child was the first of them


def test_several_workers_at_once_have_a_confinement_each(forking, script):
    workers = [forking.start(script, ["attack.py"], LIMITS) for _ in range(4)]
    for worker in workers:
        worker.writer.write(b"answer(os.listdir('.'))")
    assert {worker.reader.read(100) for worker in workers} == {b"[]\n"}
    for worker in workers:
        worker.kill()
    assert len(forking._idle) == prepared.MOST_IDLE


def test_a_child_that_ends_while_it_is_to_be_killed_is_not_taken_for_the_next(
    forking, script
):
    """What comes too late must start nothing, and be told of no other worker."""
    (server,) = forking._idle
    first = server.fork(["attack.py"])
    first.writer.write(b"os._exit(0)")
    assert first.wait(10).code == 0
    server.kill_child()
    first.kill()
    assert server.spoilt
    second = server.fork(["attack.py"])  # which `Prepared` would not do
    second.writer.write(b"answer('ready')\nos.read(3, 1)")
    assert second.reader.read(100) == b'"ready"\n'
    assert second.poll() is None
    second.kill()
    assert run(forking, script, "answer(1)")[0] == [1]


def test_a_child_whose_end_was_not_told_has_no_successor(forking, script, monkeypatch):
    before = list(forking._idle)
    worker = forking.start(script, ["attack.py"], LIMITS)
    with monkeypatch.context() as patch:
        patch.setattr(fork_server.ForkServer, "message", lambda *_: None)
        patch.setattr(fork_server, "ORDERLY_SECONDS", 0)
        patch.setattr(worker, "wait", lambda _: None)
        worker.kill()
    assert not set(before) & set(forking._idle)


def test_a_fault_while_a_worker_is_ended_leaves_no_process(
    forking, script, monkeypatch
):
    def failing(_):
        raise OSError(errno.EIO, "Input/output error")

    worker = forking.start(script, ["attack.py"], LIMITS)
    with monkeypatch.context() as patch:
        patch.setattr(os, "close", failing)
        with pytest.raises(OSError, match="Input/output"):
            worker.kill()
    os.close(worker._trouble)
    assert len(forking._idle) == 1
    assert run(forking, script, "answer(1)")[0] == [1]


def parent_of(worker):
    """The folder of /proc of the process that a worker is forked from."""
    status = Path(f"/proc/{worker.process.pid}/status").read_text()
    return Path("/proc", status.split("PPid:")[1].split()[0])


def test_the_death_of_the_prepared_process_is_the_end_of_its_worker(forking, script):
    worker = forking.start(script, ["attack.py"], LIMITS)
    worker.writer.write(b"answer('ready')\nwhile True: pass")
    assert worker.reader.read(100)
    os.kill(int(parent_of(worker).name), signal.SIGKILL)
    assert worker.wait(5).signal == "SIGKILL"
    assert worker.reader.read(1) == b""
    worker.kill()
    assert run(forking, script, "answer(1)")[0] == [1]


@pytest.mark.parametrize("long", [0, 200_000], ids=["short", "more than a pipe holds"])
def test_what_keeps_it_from_being_prepared_is_the_machinerys(script, monkeypatch, long):
    way = offered("bubblewrap", monkeypatch)
    broken = script[0].with_name("broken.py")
    broken.write_text(f"raise ValueError({long} * 'x' + ': not to be loaded')")
    ready = Prepared(way, (broken, *script), LIMITS)
    worker = ready.start(script, ["attack.py"], LIMITS)
    ending = worker.wait(10)
    assert ending.machinery
    assert "not to be loaded" in ending.text
    worker.kill()
    assert not ready._idle


def test_the_prepared_process_has_one_thread_and_cannot_be_looked_into(forking):
    (server,) = forking._idle
    child = server.fork(["attack.py"])
    child.writer.write(b"answer('ready')\nos.read(3, 1)")
    assert child.reader.read(100)
    folder = parent_of(child)
    assert len(os.listdir(folder / "task")) == 1
    assert "NoNewPrivs:\t1" in (folder / "status").read_text()
    assert (
        folder / "mem"
    ).stat().st_uid == 0  # undumpable: what is told of it is root's
    child.kill()


def test_other_files_or_limits_get_a_process_of_their_own(forking, script, tmp_path):
    other = tmp_path / "other.py"
    other.write_text(SCRIPT + "answer(sys.argv[1:])")
    worker = forking.start([other], ["other.py", "x"], LIMITS)
    assert worker.reader.readall() == b'["x"]\n'
    worker.kill()
    small = replace(LIMITS, open_files=20)
    worker = forking.start(script, ["attack.py"], small)
    worker.writer.write(b"answer(resource.getrlimit(resource.RLIMIT_NOFILE)[0])")
    assert worker.reader.read(100) == b"20\n"
    worker.kill()


def test_children_come_to_the_same_as_a_process_of_their_own(forking, script):
    """Chance, hashes and depth are those of a process that is started for itself."""
    code = """
import random, numpy as np
def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError:
        return n
answer([hash("text"), list({"a", "b", "c"}), depth(), sorted(os.environ), resource.getrlimit(9)])
"""
    fresh = forking.way.start(script, ["attack.py"], LIMITS)
    fresh.writer.write(code.encode())
    (alone,) = map(json.loads, fresh.reader.read(1 << 16).splitlines())
    fresh.kill()
    for _ in range(2):
        assert run(forking, script, code)[0] == [alone]


SEEN = """
import importlib, os, sys
importlib.import_module("worker")
del sys.modules["worker"]
os.write(4, " ".join(sys.modules).encode())
"""


def test_children_have_the_modules_of_a_process_of_their_own(tmp_path):
    """A module that finds out what it may do when it is imported would find out too much."""
    way, seen = Bubblewrap(), tmp_path / "seen.py"
    seen.write_text(SEEN)
    files = (*FILES, seen)
    told = []
    ready = Prepared(way, files, LIMITS)
    for start in (way.start, ready.start):
        with start(files, ["seen.py"], LIMITS) as worker:
            told.append(set(worker.reader.read(1 << 16).decode().split()))
    ready.close()
    fresh, forked = told
    # `unicodedata`, a table, comes with compiling a name of a character
    assert forked - fresh <= {"_socket", "fcntl", "gc", "select", "unicodedata"}
    assert "numpy" in fresh
    assert fresh <= forked
