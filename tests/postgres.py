"""A PostgreSQL server of a test's own: in a folder, on a socket in it, gone at the end."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

_KNOWN = sorted(
    Path("/usr/lib/postgresql").glob("*/bin"),
    key=lambda p: float(p.parent.name),
    reverse=True,
)
INITDB = shutil.which(
    "initdb", path=os.pathsep.join([os.environ.get("PATH", ""), *map(str, _KNOWN)])
)


@contextlib.contextmanager
def server():
    """Start one and give the address of its database; as root it runs as `postgres` or
    `nobody`: root may not.
    """
    place = Path(
        tempfile.mkdtemp(prefix="pg-", dir="/tmp")
    )  # a socket's path may have 107 characters
    binaries, data = Path(INITDB).resolve().parent, place / "data"
    who = {"user": _other_user()} if os.geteuid() == 0 else {}
    try:
        if who:
            shutil.chown(place, who["user"])
        run = {
            "check": True,
            "cwd": place,
            "stdout": subprocess.DEVNULL,
            "timeout": 60,
            **who,
        }
        subprocess.run(
            [
                binaries / "initdb",
                "-D",
                data,
                "-U",
                "grader",
                "-A",
                "trust",
                "--no-sync",
            ],
            **run,
        )
        settings = (
            f"-c listen_addresses='' -c unix_socket_directories={place} -c fsync=off"
        )
        control = [binaries / "pg_ctl", "-D", data, "-w", "-l", place / "log"]
        subprocess.run([*control, "-o", settings, "start"], **run)
        try:
            yield f"postgresql+psycopg://grader@/postgres?host={quote(str(place), safe='')}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **run)
    finally:
        shutil.rmtree(place)


def _other_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
