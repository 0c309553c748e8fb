"""Starting processes and threads, signalling and slowing others, gaining rights, outliving the
grading.
"""

from .attack import CELL, REFUSED, Attack, refused, report

ATTACKS = (
    refused(
        "fork",
        "Forks, in the three ways that Python has.",
        """
            def forked(function):
                made = function()
                child = made[0] if isinstance(made, tuple) else made
                if child == 0:
                    os._exit(0)
                os.waitpid(child, 0)
            attempt("fork", forked, os.fork)
            attempt("terminal", forked, os.forkpty)
            """,
    ),
    refused(
        "clone",
        "Makes a process past Python, by clone, clone3 and vfork.",
        """
            attempt("clone", syscall, 56, 17, 0, 0, 0, 0)
            attempt("clone3", syscall, 435, 0, 0)
            attempt("vfork", syscall, 58)
            """,
        bare=None,
    ),
    refused(
        "programs",
        "Runs other programs.",
        """
            import subprocess
            attempt("run", subprocess.run, [sys.executable, "-c", ""])
            attempt("spawn", lambda: os.waitpid(
                os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}), 0))
            attempt("pipe", lambda: os.popen("true").close())
            attempt("shell", lambda: os.system("true") and os.open("/", 1))
            """,
        told=f"{REFUSED}|EISDIR|PermissionError",
    ),
    refused(
        "exec",
        "Becomes another program, one with the rights of root among them.",
        """
            for path in ("/bin/su", "/usr/bin/passwd", sys.executable):
                attempt(path, os.execve, path, ["x"], {})
            attempt("exec", os.execve, sys.executable, ["x"], {})
            attempt("descriptor",
                    lambda: os.execve(os.open(sys.executable, os.O_RDONLY), ["x"], {}))
            """,
        bare=None,
    ),
    refused(
        "multiprocessing",
        "Starts workers of its own.",
        """
            import concurrent.futures, multiprocessing
            fork = multiprocessing.get_context("fork")
            def started():
                one = fork.Process(target=int)
                one.start()
                one.join()
            attempt("process", started)
            attempt("manager", multiprocessing.get_context("spawn").Manager)
            attempt("pool", lambda: concurrent.futures.ThreadPoolExecutor(1).submit(int).result())
            """,
        told=f"{REFUSED}|RuntimeError|ImportError|EOFError",
        bare=None,
    ),
    refused(
        "threads",
        "Leaves a thread behind that changes the answer later, or burns time.",
        """
            import _thread, threading
            attempt("thread", threading.Thread(target=int).start)
            attempt("low", _thread.start_new_thread, int, ())
            attempt("timer", threading.Timer(0, int).start)
            """,
        told="RuntimeError",
    ),
    Attack(
        "daemon",
        "Leaves a daemon behind: two forks, a session of its own.",
        report(
            """
               def daemon():
                   if os.fork():
                       return
                   os.setsid()
                   if os.fork():
                       os._exit(0)
                   time.sleep(60)
               attempt("daemon", daemon)
               attempt("session", os.setsid)
               attempt("group", os.setpgid, 0, 0)
               """
        ),
        told={"daemon": "EPERM", "session": "EPERM", "group": "EPERM"},
    ),
    refused(
        "signals",
        "Asks whether it may signal the grader, its group, everyone and itself.",
        """
            import signal
            attempt("grader", os.kill, PLACES["parent"], 0)
            attempt("parent", os.kill, os.getppid(), 0)
            attempt("group", os.killpg, 0, 0)
            attempt("everyone", os.kill, -1, 0)
            attempt("thread", syscall, 200, PLACES["parent"], 0)
            attempt("queued", syscall, 129, PLACES["parent"], 0, 0)
            """,
        bare=None,
    ),
    Attack(
        "signal-itself",
        "Stops itself, so that the grader waits.",
        report(
            "import signal", 'attempt("stop", os.kill, os.getpid(), signal.SIGSTOP)'
        ),
        told={"stop": "EPERM"},
    ),
    refused(
        "limits-and-ranks",
        "Lifts its limits, and changes the grader's.",
        """
            import resource
            attempt("memory", resource.setrlimit, resource.RLIMIT_AS, (-1, -1))
            attempt("graders", resource.prlimit, PLACES["parent"], resource.RLIMIT_CPU)
            attempt("rank", os.setpriority, os.PRIO_PROCESS, 0, -5)
            attempt("processor", os.sched_setaffinity, PLACES["parent"], {0})
            """,
        told="EPERM|ValueError|ENOSYS",
        bare=None,
    ),
    refused(
        "rights",
        "Becomes root, makes namespaces, mounts, changes the root folder.",
        """
            attempt("root", os.setuid, 0)
            attempt("groups", os.setgroups, [0])
            attempt("namespace", syscall, 272, 0x10000000)
            attempt("join", syscall, 308, 3, 0)
            attempt("mount", syscall, 165, 0, 0, 0, 0, 0)
            attempt("chroot", os.chroot, ".")
            attempt("filter", syscall, 317, 0, 0, 0)
            attempt("handle", syscall, 304, 0, 0, 0)
            """,
        bare=None,
    ),
    Attack(
        "outlive-grader",
        "Removes the signal that ends it with the grader, and lets others look into it.",
        report(
            """
               TOLD["signal"] = str(LIBC.prctl(1, 0, 0, 0, 0))
               TOLD["dumpable"] = str(LIBC.prctl(4, 1, 0, 0, 0))
               """
        ),
        told={"signal": "-1", "dumpable": "-1"},
    ),
    Attack(
        "ignore-all-signals",
        "Ignores every signal and never returns.",
        f"""
def {CELL}(xt, a_prev, parameters):
    import signal
    for number in range(1, 65):
        attempt(str(number), signal.signal, number, signal.SIG_IGN)
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
""",
        status="timeout",
        hangs=True,
    ),
    Attack(
        "exit",
        "Ends the worker without a word, so that no mark is written.",
        f"def {CELL}(*given):\n    os._exit(0)\n",
        status="crashed",
    ),
    Attack(
        "exit-while-loading",
        "Ends the worker while the notebook is loaded, every time.",
        before=("os._exit(0)",),
        cell=f"def {CELL}(*given):\n    return None\n",
    ),
    Attack(
        "segmentation-fault",
        "Crashes the interpreter.",
        f"def {CELL}(*given):\n    ctypes.string_at(0)\n",
        status="crashed",
    ),
    Attack(
        "other-abi",
        "Makes a system call of another processor type, past the filter.",
        f"""
def {CELL}(*given):
    import mmap
    page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)
    page.write(b"\\xb8\\x27\\x00\\x00\\x40\\x0f\\x05\\xc3")
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
""",
        status="crashed",
    ),
    Attack(
        "memory",
        "Takes all memory that there is.",
        report(
            'attempt("bytes", bytearray, 1 << 34)',
            """
                  def fill():
                      kept = []
                      while True:
                          kept.append(bytearray(1 << 24))
                  if "fill" not in TOLD:
                      attempt("fill", fill)
                  """,
        ),
        told={"bytes": "MemoryError", "fill": "MemoryError"},
    ),
)
