"""The first code in a worker's process: take on every limit, then run the worker.

It runs inside, as `python -c`, before there is any code of a student's, and imports nothing but
the standard library. Whatever fails here ends the process with its reason on standard error,
and the worker does not run.

A process is started for one worker (`start`), or it is a prepared one (`serve`): it has loaded
what every worker needs, never runs a student's code, and forks for each worker a child that
becomes it, limits and all. `fork_server` is its other side.
"""

import builtins
import os
import resource
import sys

POLLIN = 1  # of `select`
# letters of a traceback: nobody reads the pipe until this process has ended
MOST_SAID = 20_000


def start(settings):
    """Limit this process for good and run the worker in `__main__`.

    `settings` come from `process.launch`.
    """
    limit(settings, settings["pipes"], settings["parent"])
    find_modules(settings["folder"], settings["packages"])
    argv = settings["argv"]
    run(settings, argv, compiled(settings, argv[0]))


def limit(settings, pipes, parent):
    """Take on every limit there is, for good.

    Parameters
    ----------
    settings : dict
        As `process.launch` gives them.
    pipes : sequence of int
        The ends to read requests from and to write answers to.
    parent : int
        The process with which this one ends, as `give_up_rights` takes it.
    """
    take_ends(pipes)
    take_limits(settings["rlimits"])
    give_up_rights(parent, settings["filter"])
    # standard error was for this file only; from here on it is /dev/null, like standard output
    os.dup2(1, 2)


def compiled(settings, script):
    """Compile a program of the worker's folder."""
    path = os.path.join(settings["folder"], script)
    with open(path, "rb") as file:
        return compile(file.read(), path, "exec")


def run(settings, argv, code):
    """Run a program in `__main__`.

    Parameters
    ----------
    settings : dict
        As `process.launch` gives them.
    argv : list of str
        The name of the program's file in the worker's folder, and its arguments.
    code : code
        The program, compiled.
    """
    sys.argv = [os.path.join(settings["folder"], argv[0]), *argv[1:]]
    main = sys.modules["__main__"].__dict__
    # nothing of this file stays for the worker, and no name of it may be used below
    inside = {"__name__": "__main__", "__file__": sys.argv[0], "__builtins__": builtins}
    main.clear()
    main.update(inside)
    exec(code, main)


def take_ends(pipes):
    """Put the ends of the pipes at 3 and 4, and close whatever else was handed down."""
    # High numbers first: the ends of the pipes may be 3 and 4 the other way round.
    ends = [os.dup2(end, 100 + i, inheritable=False) for i, end in enumerate(pipes)]
    os.closerange(3, 100)
    for number, end in enumerate(ends, 3):
        os.dup2(end, number, inheritable=False)
    os.closerange(100, 102)


def take_limits(rlimits):
    """Set the limits (kind, soft, hard), none above what holds already."""
    for kind, soft, hard in rlimits:
        most = resource.getrlimit(kind)[1]
        most = hard if most == resource.RLIM_INFINITY else min(hard, most)
        resource.setrlimit(kind, (min(soft, most), most))


def give_up_rights(parent, filter_program, dumpable=True):
    """End with the parent, take no new privileges, load the filter of system calls.

    Parameters
    ----------
    parent : int
        The process with which this one ends; 0: that is not for this process to see to.
    filter_program : bytes
        An empty one is none.
    dumpable : bool
        Whether other processes of this user may look into this one; under a filter they
        may not.
    """
    import ctypes  # only now, under the limits

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))

    libc = ctypes.CDLL(None, use_errno=True)

    def prctl(*arguments):
        # each as wide as the kernel reads it
        wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
        if libc.prctl(*wide):
            code = ctypes.get_errno()
            raise OSError(code, f"prctl{arguments}: {os.strerror(code)}")

    if parent:
        prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG: SIGKILL
        if os.getppid() != parent:
            raise SystemExit("the parent is gone")
    prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    if filter_program or not dumpable:
        prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
    if filter_program:
        program = Program(len(filter_program) // 8, filter_program)
        # PR_SET_SECCOMP: a filter: the last limit, from here on it decides what can be called
        prctl(22, 2, ctypes.byref(program), 0, 0)


def find_modules(folder, packages):
    """Let modules be found in the worker's folder and among the packages."""
    import site  # for exit() and help(); -S leaves them out together with the search for packages

    site.setquit()
    site.sethelper()
    sys.path[:0] = [folder]
    sys.path += packages


def serve(settings):
    """Be the prepared process: fork a worker for each request, one after the other.

    `settings` come from `process.launch`. Each request is the worker's arguments and its three
    descriptors; what the child is doing is the other side's to know, and how it ended is told.
    The end of the other side is the end of this process, and that of the child.
    """
    # `socket` finds out what it may do when it is imported, which is too early
    import _socket
    import select

    control = _socket.socket(fileno=settings["control"])
    give_up_rights(settings["parent"], b"", dumpable=False)
    find_modules(settings["folder"], settings["packages"])
    script = settings["argv"][0]
    try:
        load(script)
    except Exception:
        import traceback

        raise SystemExit(traceback.format_exc()[-MOST_SAID:]) from None
    code = compiled(settings, script)
    traces()  # it reads the home: how long ago is the same for all that follow
    me, before = os.getpid(), traces()
    control.send(b"ready")
    while True:
        request, notes, _, _ = control.recvmsg(65536, _socket.CMSG_SPACE(3 * 4))
        if not request:
            return
        ends = [end for _, _, data in notes for end in memoryview(data).cast("i")]
        if len(ends) != 3:
            continue  # it was to end a child, which had ended by itself meanwhile
        child = os.fork()
        if child == 0:
            control.send(
                b"child"
            )  # the kernel adds its number, as the other side knows it
            control.detach()
            become_worker(settings, ends, me)
            argv = request.decode().split("\0")
            run(
                settings,
                argv,
                code if argv[0] == script else compiled(settings, argv[0]),
            )
            return
        for end in ends:
            os.close(end)
        status = wait_for(child, control, select.poll())
        left = [name for name, found in traces().items() if found != before[name]]
        control.send(" ".join(["ended", str(status), *left]).encode())


def load(script):
    """Load what every worker needs; freeze it, so that a fork copies little of it."""
    import ctypes  # noqa: F401  # the limits need it
    import gc
    import importlib

    name = script.removesuffix(".py")
    importlib.import_module("numpy")
    module = importlib.import_module(name)
    getattr(module, "prepare", lambda: None)()
    # it runs as `__main__` in each child; what it imports stays
    del sys.modules[name]
    gc.collect()
    gc.freeze()


def become_worker(settings, ends, parent):
    """Have a forked child take on what a worker has: nothing of its parent's stays open in it.

    Parameters
    ----------
    settings : dict
        The prepared process's.
    ends : list of int
        To read from, to write to, and to say what fails here.
    parent : int
        The prepared process, with which it ends.
    """
    null = os.open(os.devnull, os.O_RDWR)
    # opened anew: flags of a descriptor are shared by all who have inherited it
    for number, end in enumerate((null, null, ends[2])):
        os.dup2(end, number)
    limit(settings, ends[:2], parent)


def wait_for(child, control, poll):
    """Wait until the child has ended, by itself or because the other side says so.

    Parameters
    ----------
    child : int
        Its process.
    control : _socket.socket
        To the other side.
    poll : select.poll
        A new one.

    Returns
    -------
    int
        Its exit code, or the number of a signal, below zero.
    """
    import _signal  # `signal` is not loaded in a worker that was started for itself

    end = os.pidfd_open(child)
    for one in (end, control):
        poll.register(one, POLLIN)
    while end not in dict(poll.poll()):
        gone = not control.recv(16)  # all it says meanwhile is that the child is to end
        os.kill(child, _signal.SIGKILL)
        poll.unregister(control)
        if gone:
            break
    os.close(end)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def traces():
    """Give all that a child might leave behind for the next, as far as it can be seen here.

    It has no way to reach this process; that nothing is found is a second lock on that door.
    """
    import _signal
    import fcntl

    home = os.stat(".")
    try:
        others = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        others = None
    return {
        "files": os.listdir("."),
        "home": (home.st_mode, home.st_nlink, home.st_size),
        "times": (home.st_atime_ns, home.st_mtime_ns, home.st_ctime_ns),
        "folder": os.getcwd(),
        "processes": others,
        "descriptors": [n for n in range(100) if is_open(n)],
        "flags": [fcntl.fcntl(n, fcntl.F_GETFL) for n in range(3)],
        "signals": _signal.sigpending(),
        "timers": _signal.getitimer(_signal.ITIMER_REAL),
    }


def is_open(number):
    """Say whether a descriptor is open."""
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
