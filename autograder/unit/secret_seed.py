"""The course's own seed, which all hidden inputs are drawn from; it is kept with the solutions.

Whoever knows it can draw the hidden inputs, and write down answers in place of a function. So it is
128 bits that nobody chose. Everybody who grades for one course needs the same file; it goes where
the solutions go.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
from pathlib import Path

from .course import Course, CourseError

FILE = ".seed"  # in the folder of solutions
DIGITS = 32  # hexadecimal ones: 128 bits
WAIT = 1.0  # seconds for another process to finish the file, where it could not appear whole


def path_of(course: Course) -> Path:
    """Say where a course keeps its seed."""
    return course.solutions / FILE


def seed_of(course: Course) -> int:
    """Give the course's seed; it is made if there is none.

    Returns
    -------
    int
        Of 128 bits.

    Raises
    ------
    CourseError
        If the file holds something else, cannot be read, or cannot be made. The message never
        quotes it.
    """
    path = path_of(course)
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise CourseError(
            f"the seed of the hidden inputs, {path}, can neither be read nor made: "
            f"{error.strerror}. Copy it there from where the course was graded before, or let "
            "this user write into that folder"
        ) from None


def known_seed(course: Course) -> int | None:
    """Give the course's seed if there is one; nothing is made."""
    return seed_of(course) if path_of(course).exists() else None


def chosen(course: Course, seed: int | None) -> int:
    """Give the seed to draw from: the one that somebody named, or else the course's own."""
    return seed_of(course) if seed is None else seed


def fingerprint(seed: int) -> int:
    """Give a number that tells seeds apart in result files.

    Students may see those: it does not give the seed away.

    One way only for a seed that cannot be guessed: a small one that was named on the command line
    can be tried out.
    """
    digest = hashlib.sha256(f"fingerprint of seed {seed}".encode()).digest()
    return int.from_bytes(
        digest[:6], "big"
    )  # 48 bits, which every reader of JSON takes exactly


def written(seed: int) -> str:
    """Give a seed as its file has it."""
    return f"{seed:0{DIGITS}x}\n"


def _read(path: Path) -> int:
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    until = time.monotonic() + WAIT
    while not text and time.monotonic() < until:
        time.sleep(0.01)
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    if not re.fullmatch(f"[0-9a-fA-F]{{{DIGITS}}}", text):
        raise CourseError(
            f"{path} should hold the seed of the hidden inputs, {DIGITS} hexadecimal digits; it "
            f"holds {len(text)} characters of which some are something else. Copy it again from "
            "where it was made. If it is lost, remove it: a new one is made, and other inputs "
            "are drawn"
        )
    return int(text, 16)


def _make(path: Path) -> None:
    """Put a new seed there at once and whole, unless another process was first."""
    text = written(secrets.randbits(4 * DIGITS)).encode()
    scratch = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    _write_new(scratch, text)
    try:
        os.link(scratch, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        with contextlib.suppress(FileExistsError):
            _write_new(path, text)
    finally:
        scratch.unlink()


def _write_new(path: Path, data: bytes) -> None:
    """Write a new file that its owner alone may read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
