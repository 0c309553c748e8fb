"""Writing where others read, filling the disk, leaving something for the next submission."""

from .attack import CELL, REFUSED, Attack, refused, report

NOWHERE = f"{REFUSED}|FileNotFoundError|PermissionError"

ATTACKS = (
    refused(
        "write-outside",
        "Writes where everyone may write, and where the course lies.",
        """
            for name in ("open", "root", "solutions", "results"):
                attempt(f"write {name}",
                        lambda: open(PLACES[name] + "/" + PLACES["mark"], "w").close())
            attempt("file", lambda: open(PLACES["other"], "a").close())
            attempt("folder", os.mkdir, PLACES["open"] + "/folder")
            attempt("truncate", os.truncate, PLACES["other"], 0)
            attempt("rename", os.rename, PLACES["other"], PLACES["other"] + "2")
            attempt("remove", os.unlink, PLACES["other"])
            """,
        told=NOWHERE,
        bare=None,
    ),
    refused(
        "links",
        "Makes links, pipes and devices that someone else may open.",
        """
            attempt("symbolic", os.symlink, PLACES["token"], PLACES["open"] + "/link")
            attempt("hard", os.link, PLACES["token"], PLACES["open"] + "/hard")
            attempt("own hard", os.link, sys.argv[0], "hard")
            attempt("pipe", os.mkfifo, "pipe")
            attempt("device", os.mknod, "device", 0o60600, os.makedev(7, 0))
            """,
        told=NOWHERE,
        bare=None,
    ),
    refused(
        "modes",
        "Changes modes, owners and times of what it can reach.",
        """
            for target in ("/dev/null", PLACES["open"], sys.argv[0], 1):
                attempt(f"mode {target}", os.chmod, target, 0o777)
                attempt(f"time {target}", os.utime, target)
            attempt("null", os.chmod, "/dev/null", 0o600)
            attempt("owner", os.chown, ".", 0, 0)
            attempt("attribute", os.setxattr, ".", "user.x", b"1")
            """,
        told=NOWHERE,
        bare=None,
    ),
    refused(
        "own-files",
        "Changes the worker's own code for the submissions that follow.",
        """
            attempt("worker", open, sys.argv[0], "a")
            attempt("wire", open, os.path.join(os.path.dirname(sys.argv[0]), "wire.py"), "w")
            attempt("numpy", open, __import__("numpy").__file__, "a")
            attempt("library", open, os.__file__, "a")
            attempt("cache", os.mkdir,
                    os.path.join(os.path.dirname(os.__file__), "__pycache__", "x"))
            """,
        told=NOWHERE,
        bare=None,
    ),
    Attack(
        "fill-scratch",
        "Fills its private folder, with one file, with many, and with one full of holes.",
        report(
            """
               def large():
                   with open("large", "wb") as file:
                       for _ in range(1000):
                           file.write(bytes(1 << 20))
               def many():
                   for n in range(10**5):
                       with open(str(n), "wb") as file:
                           file.write(bytes(4096))
               def sparse():
                   with open("sparse", "wb") as file:
                       file.truncate(1 << 40)
               import signal
               signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
               attempt("large", large)
               attempt("sparse", sparse)
               attempt("many", many)
               """
        ),
        told=dict.fromkeys(("large", "many", "sparse"), f"{NOWHERE}|ENOSPC|EFBIG"),
    ),
    Attack(
        "state-between-workers",
        "Keeps the answers of the served function for the calls that follow.",
        cell=f"""
def {CELL}(xt, a_prev, parameters):
    attempt("read", lambda: open("kept").read())
    attempt("write", lambda: open("kept", "w").write("x"))
    attempt("shared", lambda: open("/dev/shm/" + PLACES["mark"], "w").close())
    TOLD["reads"] = TOLD["read"] if len(COUNT) == 0 else "later"
    COUNT.append(1)
    if len(COUNT) == 2:
        os._exit(0)
    return TOLD
""",
        before=("COUNT = []",),
        told={"read": "ENOENT", "shared": "ENOENT|EROFS|EACCES"},
        status="crashed|failed",
    ),
    Attack(
        "flood-streams",
        "Prints without end, and to a standard error that might stop the grader.",
        f"""
def {CELL}(*given):
    for _ in range(200):
        print("x" * (1 << 20))
        sys.stderr.write("Traceback" * (1 << 16))
        os.write(2, b"the worker did not start")
    os._exit(1)
""",
        status="crashed",
    ),
    Attack(
        "lock-device",
        "Locks what it shares with others, the null device, and waits for input.",
        report(
            """
               import fcntl
               TOLD["input"] = repr(sys.stdin.read(1))
               TOLD["asked"] = type(input("password?")).__name__
               """
        ),
        told={"input": "''", "asked": "Quiet"},
    ),
)
