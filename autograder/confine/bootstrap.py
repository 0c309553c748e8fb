"""The first code in a worker's process: take on every limit, then run the worker.

It runs inside, as `python -c`, before there is any code of a student's, and imports nothing but
the standard library. Whatever fails here ends the process with its reason on standard error,
and the worker does not run.
"""

import builtins
import os
import resource
import sys


def start(settings):
    """Limit this process for good and run the worker in `__main__`.

    `settings` come from `process.launch`.
    """
    take_ends(settings["pipes"])
    take_limits(settings["rlimits"])
    give_up_rights(settings["parent"], settings["filter"])
    # standard error was for this file only; from here on it is /dev/null, like standard output
    os.dup2(1, 2)

    find_modules(settings["folder"], settings["packages"])
    argv = settings["argv"]
    sys.argv = [os.path.join(settings["folder"], argv[0]), *argv[1:]]
    with open(sys.argv[0], "rb") as file:
        code = compile(file.read(), sys.argv[0], "exec")
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


def give_up_rights(parent, filter_program):
    """End with the grader, take no new privileges, load the filter of system calls.

    `parent` is the grader's process id (0: it is not for this process to see to); an empty
    filter is none.
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
            raise SystemExit("the grader is gone")
    prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    if filter_program:
        # PR_SET_DUMPABLE: other processes of this user cannot look into this one
        prctl(4, 0, 0, 0, 0)
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
