"""A confined worker: what it is given, what it cannot do, and that it always ends."""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import uuid
from pathlib import Path

import pytest
from own_settings import SETTINGS, as_it_stands

from autograder.confine import (
    Limits,
    NotConfined,
    bubblewrap,
    interpreter,
    process,
    seccomp,
)
from autograder.confine.bubblewrap import Bubblewrap
from autograder.confine.prepared import Prepared
from autograder.confine.unconfined import Unconfined
from autograder.confine.user import UnprivilegedUser, closed_to_others
from autograder.unit.course import CourseError
from autograder.unit.settings import LimitsTable, Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]


class Forked:
    """A way of confinement that forks each worker from a process that is prepared for it.

    What that has to load is an empty file. The file's name holds the worker's arguments, so that
    command lines show them here as well.
    """

    def __init__(self, way):
        self.way, self.name, self.available = way, f"forked-{way.name}", way.available

    def start(self, files, argv, limits):
        folder = tempfile.mkdtemp()
        nothing = Path(folder, f"nothing{'_'.join(argv[1:])}.py")
        nothing.touch()
        prepared = Prepared(self.way, (nothing, *files), limits)
        worker = prepared.start(files, argv, limits)
        kill = worker.kill
        worker.kill = lambda: (kill(), prepared.close(), shutil.rmtree(folder, True))
        return worker


WAYS = {way.name: way for way in (Bubblewrap(), UnprivilegedUser(), Unconfined())}
FORKED = (Forked(WAYS["bubblewrap"]), Forked(WAYS["user"]))
WAYS |= {way.name: way for way in FORKED}
CONFINED = tuple(name for name in WAYS if name != "none")
HEAD = """
import json, os, sys
def answer(value):
    os.write(4, json.dumps(value).encode() + b"\\n")
def attempt(function, *args):
    try:
        return repr(function(*args))
    except BaseException as error:
        return type(error).__name__
"""


def system_python() -> interpreter.Interpreter | None:
    """The system's own Python of this version, which every user can read, with this
    environment's packages.
    """
    program = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    packages = interpreter.current().packages
    return (
        interpreter.Interpreter(program, Path("/usr/lib"), packages)
        if program.exists()
        else None
    )


def offered(name, monkeypatch):
    """The way of this name, or a skip that says why there is none."""
    if (
        name.endswith("user")
        and closed_to_others(interpreter.current().reads)
        and (found := system_python())
    ):
        monkeypatch.setattr(interpreter, "current", lambda: found)
    if reason := WAYS[name].available():
        pytest.skip(f"{name}: {reason}")
    return WAYS[name]


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    return offered(request.param, monkeypatch)


@pytest.fixture(params=CONFINED)
def confined_way(request, monkeypatch):
    return offered(request.param, monkeypatch)


@pytest.fixture
def start(tmp_path):
    """Start the code of a worker."""
    running = []

    def start(way, code, limits=None, arguments=()):
        script = tmp_path / "script.py"
        script.write_text(HEAD + code, encoding="utf-8")
        running.append(
            way.start([script], ["script.py", *arguments], limits or Limits())
        )
        return running[-1]

    yield start
    for worker in running:
        worker.kill()


@pytest.fixture
def run(start):
    """Run the code of a worker to its end; what it answered, line by line, and how it ended."""

    def run(way, code, limits=None, seconds=10):
        worker = start(way, code, limits)
        clock = threading.Timer(seconds, worker._slay, [worker.process])
        clock.start()
        try:
            text = worker.reader.readall()
        finally:
            clock.cancel()
        return [json.loads(line) for line in text.splitlines()], worker.wait(5)

    return run


def processes_with(marker):
    """Processes whose command line holds `marker`, other than this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (
                marker.encode() in (folder / "cmdline").read_bytes()
                and int(folder.name) != os.getpid()
            ):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def none_left(marker, seconds=3):
    until = time.monotonic() + seconds
    while processes_with(marker):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def wait_for(worker, expected=b"ready"):
    assert worker.reader.read(100).strip().strip(b'"') == expected


# What it is given


def test_worker_talks_over_descriptors_3_and_4(way, start):
    worker = start(
        way,
        "answer([sys.argv[1:], os.read(3, 5).decode(), os.getcwd() == os.environ['HOME']])",
        None,
        "ab",
    )
    worker.writer.write(b"hello")
    assert json.loads(worker.reader.readall()) == [["a", "b"], "hello", True]
    assert worker.wait(5).code == 0


def test_environment_and_descriptors_hold_nothing_else(way, run, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    code = """
descriptors = [n for n in range(20) if attempt(os.fstat, n) != "OSError"]
import numpy as np
answer([sorted(os.environ), descriptors, hash("a"),
        (np.ones((4, 4)) @ np.ones((4, 4))).sum(), callable(exit)])
"""
    (names, descriptors, first, product, has_exit), *_ = run(way, code)[0]
    assert not set(names) - set(interpreter.environment("/")) - {"PWD"}
    assert descriptors == [0, 1, 2, 3, 4]
    assert product == 64
    assert has_exit
    assert first == run(way, code)[0][0][2], (
        "the order of sets must not differ from run to run"
    )


def test_bubblewrap_shows_nothing_of_the_course(run, monkeypatch):
    way = offered("bubblewrap", monkeypatch)
    code = f"""
needed = {[str(p) for p in interpreter.current().reads]}
found = []
for folder, folders, files in os.walk({str(ROOT)!r}):
    folders[:] = [f for f in folders if os.path.join(folder, f) not in needed]
    found += [f for f in files if os.path.join(folder, f) not in needed]
places = ("/proc", "/sys", "/home", "/run", "/tmp", "/var", "/etc/passwd", "/bin/sh")
places = [p for p in places if os.path.exists(p) and not any(n.startswith(p) for n in needed)]
answer([found, places, os.listdir("/worker/files"), os.listdir("/dev"), os.listdir(".")])
"""
    answer, ending = run(way, code)
    assert answer == [[[], [], ["script.py"], ["null"], []]], ending


ALLOWED = {
    "numpy",
    "matplotlib",
    "mpl_toolkits",
    "pylab",
    "PIL",
    "contourpy",
    "cycler",
    "dateutil",
    "fontTools",
}
ALLOWED |= {"kiwisolver", "packaging", "pyparsing", "six", "tzdata"}
DRAWING = """
import numpy as np
import matplotlib.pyplot as plt
plt.plot(np.sin(np.arange(9)))
plt.title("$a^{<t>}$")
plt.savefig("wave.png")
answer(os.path.getsize("wave.png") > 1000)
"""
LOOKING = """
names = json.loads({names!r})
sys.path += json.loads({places!r})
found = []
for name in names:
    try:
        __import__(name)
        found.append(name)
    except ImportError:
        pass
    except BaseException as error:
        found.append(f"{{name}}: {{error!r}}")
seen, packages = set(), set()
for folder, folders, files in os.walk("/"):
    real = os.path.realpath(folder)
    if os.path.basename(folder) in ("site-packages", "dist-packages") and real not in seen:
        seen.add(real)
        packages |= {{one.split(".")[0].split("-")[0] for one in (*folders, *files)}}
answer([found, sorted(packages), attempt(os.mkdir, sys.path[-1] + "/new")])
"""


def packages_here():
    """Top names and folders of everything that is installed for this interpreter, its base, and
    the system's.
    """
    base = Path(os.__file__).parent / "site-packages"
    system = [
        Path("/usr/lib/python3/dist-packages"),
        *Path("/usr/local/lib").glob("python3*/*-packages"),
    ]
    places = [
        path
        for path in (*interpreter.current().packages, base, *system)
        if path.is_dir()
    ]
    names = {path.name.split(".")[0] for place in places for path in place.iterdir()}
    return places, sorted(
        name for name in names - {"__pycache__"} if name.isidentifier()
    )


def test_bubblewrap_shows_numpy_and_matplotlib_and_no_other_package(run, monkeypatch):
    way = offered("bubblewrap", monkeypatch)
    places, names = packages_here()
    others = [
        name
        for name in names
        if name not in ALLOWED and name not in sys.stdlib_module_names
    ]
    assert {"jupytext", "nbformat", "pytest", "pip"} <= set(others)
    wanted = json.dumps(["autograder", "unrolled", *others])
    code = LOOKING.format(names=wanted, places=json.dumps([str(p) for p in places]))
    ((imported, seen, written),), _ = run(
        way, code, Limits(call_seconds=30), seconds=60
    )
    assert imported == []
    own = {name.lower() for name in ALLOWED} | {
        "fonttools",
        "pillow",
        "python_dateutil",
        "__pycache__",
    }
    assert {name for name in seen if name.lower() not in own} == set()
    assert written in ("OSError", "FileNotFoundError", "PermissionError")


def test_a_student_can_draw_where_other_packages_are_hidden(confined_way, run):
    if confined_way.name.endswith("user"):
        pytest.skip("there no file can be written, so no picture")
    assert run(confined_way, DRAWING, seconds=60)[0] == [True]


def installed(place, name, record="", metadata="", **files):
    """A package as an installer leaves it, or as a system does that keeps no record."""
    info = place / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{metadata}"
    )
    if record:
        (info / "RECORD").write_text(record.replace(" ", ",,\n") + ",,\n")
    for path, text in files.items():
        (info / path.replace("_txt", ".txt")).write_text(text)


def test_of_a_folder_of_packages_only_the_needed_parts_are_shown(tmp_path):
    needs = (
        "Requires-Dist: six>=1.5\nRequires-Dist: pytest; extra == 'test'\n"
        "Requires-Dist: absent>=2\n"
    )
    installed(
        tmp_path,
        "numpy",
        "numpy/__init__.py numpy.libs/blas.so ../../bin/f2py numpy-nspkg.pth",
        needs,
    )
    installed(
        tmp_path,
        "six",
        "six.py __pycache__/six.cpython-311.pyc six-1.0.dist-info/RECORD",
    )
    installed(
        tmp_path, "matplotlib", top_level_txt="matplotlib\npylab\n"
    )  # of the system, without a record
    installed(tmp_path, "pytest", "pytest/__init__.py")
    for name in ("numpy", "numpy.libs", "matplotlib", "pytest", "torch", "__pycache__"):
        (tmp_path / name).mkdir()
    for name in (
        "six.py",
        "pylab.py",
        "secret.py",
        "__pycache__/six.cpython-311.pyc",
        "__pycache__/secret.pyc",
    ):
        (tmp_path / name).touch()
    python = interpreter.Interpreter(
        Path("/usr/bin/python3"), Path("/usr/lib"), (tmp_path,)
    )
    shown = {path.relative_to(tmp_path).as_posix() for path in python.parts}
    pyc = "__pycache__/six.cpython-311.pyc"
    assert shown == {"numpy", "numpy.libs", "matplotlib", "pylab.py", "six.py", pyc}


def test_packages_of_other_interpreters_are_covered_wherever_their_folders_are(
    tmp_path,
):
    own = tmp_path / Path(os.__file__).resolve().parent.name
    others = {
        tmp_path / name for name in ("python3", "python3.9", "python2.7", "pypy3.10")
    }
    for path in (*others, own):
        (path / "site-packages" / "torch").mkdir(parents=True)
    (tmp_path / "pythonic").mkdir()
    (tmp_path / "python3-link").symlink_to(tmp_path / "python3.9")
    (own / "site-packages" / "numpy").mkdir()
    python = interpreter.Interpreter(
        Path("/usr/bin/python3"), tmp_path, (own / "site-packages",)
    )
    covered = bubblewrap._packages_of_others(python, [tmp_path])
    assert set(covered) == others | {own / "site-packages"}


def test_the_null_device_works_and_cannot_be_changed(confined_way, run):
    """It is the machine's own, and inside bubblewrap a worker of root's is its owner."""
    before = os.stat("/dev/null").st_mode
    code = """
answer([os.isatty(1), open("/dev/null").read()])
for target in ("/dev/null", 0, 1, 2):
    answer([attempt(os.chmod, target, 0o600), attempt(os.utime, target)])
"""
    try:
        answers, _ = run(confined_way, code)
        assert answers == [[False, ""], *[["PermissionError"] * 2] * 4]
    finally:
        if os.stat("/dev/null").st_mode != before:
            os.chmod("/dev/null", before)


def test_editable_installation_does_not_lead_to_the_repository(way, run):
    answer, _ = run(
        way,
        "answer([attempt(__import__, 'autograder'), attempt(__import__, 'solutions')])",
    )
    assert answer == [["ModuleNotFoundError", "ModuleNotFoundError"]]


def test_matplotlib_draws(confined_way, run):
    code = """
import io
import matplotlib.pyplot as plt
plt.plot([1, 3, 2])
picture = io.BytesIO()
plt.savefig(picture)
answer(len(picture.getvalue()) > 1000)
"""
    assert run(confined_way, code)[0] == [True]


def test_scratch_is_bounded(run, monkeypatch):
    code = """
def fill():
    for n in range(100):
        with open(str(n), "wb") as file:
            file.write(bytes(1 << 20))
answer([attempt(fill), len(os.listdir(".")) < 20])
"""
    limits = Limits(scratch_mb=8, output_mb=4)
    assert run(offered("bubblewrap", monkeypatch), code, limits)[0] == [
        ["OSError", True]
    ]


def test_user_way_writes_nothing_at_all(run, monkeypatch):
    code = """
import shutil
tries = [(open, "x", "w"), (open, "/dev/null", "w"),
         (os.mkdir, "d"), (os.symlink, "/", "l"), (os.mkfifo, "f"), (os.open, "x", os.O_RDWR),
         (os.open, "x", os.O_RDONLY | os.O_CREAT), (os.open, ".", os.O_TMPFILE | os.O_RDWR),
         (os.open, sys.argv[0], os.O_RDONLY | os.O_TRUNC), (os.chmod, ".", 0o777), (os.utime, ".")]
answer([attempt(*t) for t in tries])
"""
    (outcomes,), _ = run(offered("user", monkeypatch), code)
    assert set(outcomes) <= {"OSError", "PermissionError"}


# What it cannot do


def test_output_flood_costs_nothing(way, run):
    code = """
for stream in (sys.stdout, sys.stderr):
    for _ in range(300):
        stream.write("x" * (1 << 20))
answer("done")
"""
    answer, ending = run(way, code)
    assert answer == ["done"]
    assert ending.code == 0


def test_memory_is_refused_and_the_process_lives(way, run):
    code = """
import numpy as np
def bomb():
    blocks = []
    while True:
        blocks.append(np.ones(1 << 20))
answer([attempt(bomb), attempt(np.ones, 1 << 34), attempt(bytearray, 1 << 30)])
"""
    (outcomes,), ending = run(way, code, Limits(memory_mb=512))
    assert all("MemoryError" in outcome for outcome in outcomes)
    assert ending.code == 0


def test_fork_bomb_does_not_start(confined_way, run):
    code = """
import subprocess
answer([attempt(os.system, "true"), attempt(os.fork), attempt(subprocess.run, ["true"]),
        attempt(os.posix_spawn, "/bin/sh", ["sh"], {}),
        attempt(os.execv, sys.executable, ["python"])])
"""
    ((status, *outcomes),), _ = run(confined_way, code)
    assert status != "0"
    assert outcomes == ["PermissionError"] * 4


def test_threads_do_not_start(confined_way, run):
    code = "import threading\nanswer(attempt(threading.Thread(target=int).start))"
    assert run(confined_way, code)[0] == ["RuntimeError"]


def test_dangerous_calls_are_refused(confined_way, run):
    """Straight to the kernel, past what Python offers."""
    numbers = {
        name: number
        for name in seccomp.REFUSED
        if (number := pytest.importorskip("pyseccomp").resolve_syscall(0, name)) >= 0
    }
    code = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
got = {{}}
for name, number in {numbers!r}.items():
    ctypes.set_errno(0)
    got[name] = [libc.syscall(ctypes.c_long(number), *[ctypes.c_ulong(0)] * 6), ctypes.get_errno()]
answer(got)
"""
    (got,), ending = run(confined_way, code)
    assert len(got) > 80, ending
    assert {name: pair for name, pair in got.items() if pair != [-1, 1]} == {}


@pytest.mark.parametrize(
    "call",
    [
        "fcntl.fcntl(4, fcntl.F_SETOWN, 1)",
        "fcntl.fcntl(4, 10, 9)",  # F_SETSIG
        "fcntl.ioctl(0, 0x5412, b'x')",  # TIOCSTI
        "fcntl.ioctl(4, 0x8901, b'abcd')",  # FIOSETOWN
        "resource.prlimit(1, resource.RLIMIT_CPU)",
        "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        "mmap.mmap(-1, 4096)",
        "os.memfd_create('x')",
        "signal.raise_signal(signal.SIGUSR1)",
    ],
)
def test_further_ways_out_are_closed(confined_way, run, call):
    code = f"import fcntl, mmap, resource, signal\nanswer(attempt(lambda: {call}))"
    (outcome,), _ = run(confined_way, code)
    assert outcome in {"OSError", "PermissionError", "ValueError"}


def test_cannot_outlive_the_grader(confined_way, run):
    """A worker may neither undo the signal of its parent's death nor let others look into it."""
    code = """
import ctypes
libc = ctypes.CDLL(None)
answer([libc.prctl(1, 0, 0, 0, 0), libc.prctl(4, 1, 0, 0, 0)])
"""
    assert run(confined_way, code)[0] == [[-1, -1]]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="machine code of x86-64")
@pytest.mark.parametrize(
    "code",
    [
        # mov eax, 20; int 0x80; ret: getpid of the 32-bit table
        r"\xb8\x14\x00\x00\x00\xcd\x80\xc3",
        # mov eax, 0x40000027; syscall; ret: getpid of the x32 table
        r"\xb8\x27\x00\x00\x40\x0f\x05\xc3",
    ],
)
def test_other_abi_ends_the_process(confined_way, run, code):
    code = f"""
import ctypes, mmap
page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
page.write(b"{code}")
answer("before")
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
answer("after")
"""
    answer, ending = run(confined_way, code)
    assert answer == ["before"]
    assert ending.signal == "SIGSYS"


def test_workers_run_side_by_side_and_do_not_see_each_other(confined_way, start):
    code = """
answer(os.getpid())
for pid in json.loads(os.read(3, 1000)):
    if pid != os.getpid():
        folder = f"/proc/{pid}/"
        answer([attempt(open, folder + "mem"), attempt(os.listdir, folder + "fd"),
                attempt(os.kill, pid, 9)])
"""
    workers = [start(confined_way, code) for _ in range(4)]
    pids = [json.loads(worker.reader.read(100)) for worker in workers]
    for worker in workers:
        worker.writer.write(json.dumps(pids).encode())
        for line in worker.reader.readall().splitlines():
            assert set(json.loads(line)) <= {"PermissionError", "FileNotFoundError"}
        assert worker.wait(5).code == 0


# How it ends


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("sys.exit(7)", (7, None)),
        ("os._exit(0)", (0, None)),
        ("import ctypes; ctypes.string_at(0)", (None, "SIGSEGV")),
    ],
)
def test_endings(way, run, code, expected):
    _, ending = run(way, code)
    assert (ending.code, ending.signal) == expected
    assert ending.text
    assert not ending.machinery


def test_processor_time_is_bounded_even_without_the_graders_clock(run):
    limits = Limits(loading_seconds=0.1, function_seconds=0.05)
    assert run(Unconfined(), "while True: pass", limits)[1].signal == "SIGXCPU"


def test_deep_recursion_ends(way, run):
    code = """
def down():
    return down()
answer(attempt(down))
class Nested:
    def __repr__(self):
        return repr(self)
sys.setrecursionlimit(10**9)
repr(Nested())
"""
    answer, ending = run(way, code)
    assert answer == ["RecursionError"]
    assert (
        ending.signal == "SIGSEGV" or ending.code == 1
    )  # newer interpreters raise an exception here as well
    assert not ending.machinery


def test_kill_is_quick_complete_and_repeatable(way, start):
    marker = uuid.uuid4().hex
    code = """
import signal
for number in range(1, 65):
    attempt(signal.signal, number, signal.SIG_IGN)
answer("ready")
while True:
    try:
        while True: pass
    except BaseException: pass
"""
    worker = start(way, code, None, [marker])
    wait_for(worker)
    assert worker.poll() is None
    assert processes_with(marker)
    begin = time.monotonic()
    worker.kill()
    worker.kill()
    assert time.monotonic() - begin < 0.5
    assert worker.poll().text == "stopped by the grader"
    assert none_left(marker, 0.5)
    assert worker.reader.closed
    assert worker.writer.closed


def test_control_c_does_not_reach_the_worker(way, start):
    worker = start(way, "answer('ready')\nos.read(3, 1)")
    wait_for(worker)
    assert os.getsid(worker.process.pid) != os.getsid(0)


def test_kill_right_after_the_start(way, start):
    marker = uuid.uuid4().hex
    for _ in range(5):
        worker = start(way, "answer('ready')\nwhile True: pass", None, [marker])
        worker.kill()
        assert not worker.poll().machinery
    assert none_left(marker)


def test_the_private_folder_is_removed(start, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    worker = start(
        offered("none", monkeypatch),
        "open('left', 'w').close()\nanswer('ready')\nsys.stdin = os.read(3, 1)",
    )
    wait_for(worker)
    assert list(tmp_path.glob("worker-*/home/left"))
    worker.kill()
    assert not list(tmp_path.glob("worker-*"))


DRIVER = """
import sys, time
from pathlib import Path
from autograder.confine import Limits, interpreter
sys.path.insert(0, {tests!r})
import test_confine
if {substitute}:
    found = test_confine.system_python()
    interpreter.current = lambda: found
worker = test_confine.WAYS[{name!r}].start([Path({script!r})], ["script.py", {marker!r}], Limits())
print(worker.reader.read(100), flush=True)
time.sleep(60)
"""


@pytest.fixture
def open_folder():
    """A folder that every user can reach; pytest's own are closed."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield folder


def test_nothing_survives_the_graders_death(way, tmp_path, open_folder):
    marker, script = uuid.uuid4().hex, tmp_path / "script.py"
    script.write_text(HEAD + "answer('ready')\nwhile True: pass\n", encoding="utf-8")
    substitute = interpreter.current.__name__ == "<lambda>"
    code = DRIVER.format(
        tests=str(Path(__file__).parent),
        substitute=substitute,
        name=way.name,
        script=str(script),
        marker=marker,
    )
    # The driver's own command line must not hold the marker.
    driver = tmp_path / "driver.py"
    driver.write_text(code, encoding="utf-8")
    environment = {**os.environ, "TMPDIR": open_folder}
    with subprocess.Popen(
        [sys.executable, driver], stdout=subprocess.PIPE, env=environment
    ) as grader:
        try:
            assert b"ready" in grader.stdout.readline()
            assert processes_with(marker)
        finally:
            grader.kill()
    assert none_left(marker)


def test_worker_outlives_the_thread_that_started_it(way, start):
    workers = []
    thread = threading.Thread(
        target=lambda: workers.append(
            start(way, "answer('ready')\nanswer(os.read(3, 4).decode())")
        )
    )
    thread.start()
    thread.join()
    wait_for(workers[0])
    time.sleep(0.1)
    workers[0].writer.write(b"ping")
    assert workers[0].reader.readall() == b'"ping"\n'


def test_failure_of_the_machinery_is_told_from_a_students(run, monkeypatch):
    way = offered("bubblewrap", monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(Bubblewrap, "arguments", lambda *_: ["--no-such-option"])
        ending = run(way, "")[1]
    assert ending.machinery
    assert "no-such-option" in ending.text
    monkeypatch.setattr(
        seccomp, "program", lambda writing: bytes(8)
    )  # not a program that the kernel takes
    answer, ending = run(way, "answer('ran')")
    assert answer == []
    assert ending.machinery
    assert "prctl" in ending.text


def test_missing_program_is_named(start, monkeypatch):
    missing = interpreter.Interpreter(Path("/nonexistent/python"), Path("/usr/lib"), ())
    monkeypatch.setattr(interpreter, "current", lambda: missing)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(NotConfined, match="/nonexistent/python cannot be started"):
        start(Unconfined(), "")
    assert len(os.listdir("/proc/self/fd")) == before


def test_no_descriptor_is_left_open(way, run):
    run(way, "")
    before = sorted(os.listdir("/proc/self/fd"))
    for _ in range(3):
        worker = way.start([Path(process.__file__)], ["process.py"], Limits())
        worker.kill()
    assert sorted(os.listdir("/proc/self/fd")) == before


# Limits


def test_limits_come_from_the_course():
    assert Limits.from_settings(read_settings(SETTINGS)) == Limits()
    course = as_it_stands()
    told = tomllib.loads((course.root / "course.toml").read_text(encoding="utf-8"))
    assert Limits.from_settings(course.settings) == Limits(**told.get("limits", {}))
    table = LimitsTable(memory_mb=256)
    assert Limits.from_settings(Settings(limits=table)) == Limits(memory_mb=256)
    assert Limits.from_settings(Settings()) == Limits()


@pytest.mark.parametrize(
    "table",
    [{"memory": 1}, {"memory_mb": 0}, {"memory_mb": "1"}, {"call_seconds": True}],
)
def test_limits_refuse_what_they_do_not_understand(table, tmp_path):
    (key, value), *_ = table.items()
    path = tmp_path / "course.toml"
    path.write_text(f"[limits]\n{key} = {json.dumps(value)}\n", encoding="utf-8")
    with pytest.raises(CourseError, match=key):
        Limits.from_settings(read_settings(path))


def test_closed_to_others_names_the_first_obstacle(tmp_path):
    inner = tmp_path / "closed" / "open"
    inner.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    for part in (tmp_path, *tmp_path.parents):
        if not part.stat().st_mode & 1:
            return  # pytest's own folder is closed; the answer would be that one
    assert closed_to_others([inner]) == tmp_path / "closed"
