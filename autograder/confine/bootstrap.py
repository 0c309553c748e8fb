"""The first code in a worker's process: take on every limit, then run the worker.

It runs inside, as `python -c`, before there is any code of a student's, and imports nothing but
the standard library. Whatever fails here ends the process with its reason on standard error,
and the worker does not run.
"""


def start(settings):
    """Limit this process for good and run the worker in `__main__`.

    `settings` come from `process.launch`.
    """
    import builtins
    import os
    import resource
    import sys

    # High numbers first: the ends of the pipes may be 3 and 4 the other way round.
    ends = [
        os.dup2(end, 100 + i, inheritable=False)
        for i, end in enumerate(settings["pipes"])
    ]
    os.closerange(3, 100)
    for number, end in enumerate(ends, 3):
        os.dup2(end, number, inheritable=False)
    os.closerange(100, 102)

    for kind, soft, hard in settings["rlimits"]:
        most = resource.getrlimit(kind)[1]
        most = hard if most == resource.RLIM_INFINITY else min(hard, most)
        resource.setrlimit(kind, (min(soft, most), most))

    import ctypes

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))

    libc = ctypes.CDLL(None, use_errno=True)

    def prctl(*arguments):
        # each as wide as the kernel reads it
        wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
        if libc.prctl(*wide):
            code = ctypes.get_errno()
            raise OSError(code, f"prctl{arguments}: {os.strerror(code)}")

    if settings["parent"]:
        prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG: SIGKILL
        if os.getppid() != settings["parent"]:
            raise SystemExit("the grader is gone")
    prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    if settings["filter"]:
        # PR_SET_DUMPABLE: other processes of this user cannot look into this one
        prctl(4, 0, 0, 0, 0)
        code = settings["filter"]
        program = Program(len(code) // 8, code)
        # PR_SET_SECCOMP: a filter: the last limit, from here on it decides what can be called
        prctl(22, 2, ctypes.byref(program), 0, 0)
    # standard error was for this function only; from here on it is /dev/null, like standard output
    os.dup2(1, 2)

    import site  # for exit() and help(); -S leaves them out together with the search for packages

    site.setquit()
    site.sethelper()
    folder, argv = settings["folder"], settings["argv"]
    sys.path[:0] = [folder]
    sys.path += settings["packages"]
    sys.argv = [os.path.join(folder, argv[0]), *argv[1:]]
    with open(sys.argv[0], "rb") as file:
        code = compile(file.read(), sys.argv[0], "exec")
    main = sys.modules["__main__"].__dict__
    main.clear()
    main.update(__name__="__main__", __file__=sys.argv[0], __builtins__=builtins)
    exec(code, main)
