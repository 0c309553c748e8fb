"""LMS zips that are damaged, that lie, or in which one student's part is odd: nobody else loses
anything.
"""

import io
import random
import shutil
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest
from fuzzing import cases
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

from autograder.collect.find import find_hand_ins
from autograder.collect.sources import CollectError

pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")  # while a zip is made
NAME = "ex1_rnn_cell"
NAMINGS = {
    "Canvas": "{student}_{account}_77_{file}",
    "Canvas, late": "{student}_LATE_{account}_77_{file}",
    "Moodle": "{student}_{account}_assignsubmission_file_/{file}",
    "Moodle in a folder": "export/{student}_{account}_assignsubmission_file_/{file}",
    "Moodle, flat": "{student}_{account}_assignsubmission_file_{file}",
}
OTHERS = {f"student{i}": f'{{"cells": [], "of": {i}}}'.encode() for i in range(4)}
FILES = (
    f"{NAME}.ipynb", f"{NAME}.ipynb/", "../../x.ipynb", "/etc/x.ipynb", "..\\..\\x.ipynb",
    "x\0y.ipynb", "\x1b[2J.ipynb",
    "é" * 3000 + ".ipynb", ".ipynb", "x.IPYNB", "x.pdf", "x.zip", "a/b/c/d.ipynb", "a//b.ipynb",
    "./x.ipynb", "-.ipynb",
    f".ipynb_checkpoints/{NAME}-checkpoint.ipynb", f"__MACOSX/._{NAME}.ipynb", "con.ipynb",
    "x.ipynb.txt", " .ipynb", "x",
    f"{NAME}-999999.ipynb", f"{NAME} (1).ipynb", f"{NAME}-Copy1.ipynb", "student0_1000_77_x.ipynb",
    "\u202e.ipynb", "",
)  # fmt: skip
CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"
# What may be false in a header: offset in the central one, offset in the local one, format. The
# version that a part needs is left out: one that Python does not know is refused with the whole
# zip.
FIELDS = {
    "flags": (8, 6, "<H"),
    "method": (10, 8, "<H"),
    "time": (12, 10, "<H"),
    "date": (14, 12, "<H"),
    "sum": (16, 14, "<I"),
    "packed": (20, 18, "<I"),
    "size": (24, 22, "<I"),
    "mode": (38, None, "<I"),
}


@pytest.fixture(scope="module")
def place():
    made = Path(tempfile.mkdtemp(prefix="zips-"))
    yield made
    shutil.rmtree(made)


def collected(place, data):
    """What is found in a zip: the bytes of each file without a problem; None if it is refused
    whole.
    """
    path, scratch = place / "in.zip", place / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    path.write_bytes(data)
    try:
        found = find_hand_ins(path, [NAME], scratch)
    except CollectError:
        return None
    taken = [one for one in found if not one.problem]
    assert all(
        one.path.resolve().is_relative_to(scratch) and not one.path.is_symlink()
        for one in taken
    )
    assert {p.name for p in place.iterdir()} == {"in.zip", "scratch"}
    assert len({(one.student, one.assignment) for one in found}) == len(found)
    return [one.path.read_bytes() for one in taken if one.path.is_file()]


def made(chance, naming):
    """A zip of four students who hand in a notebook each, and one, somewhere among them, who
    does not.
    """
    whose = [*OTHERS, "mallory"]
    chance.shuffle(whose)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, student in enumerate(whose):
            count = chance.randint(1, 3) if student == "mallory" else 1
            for _ in range(count):
                own = chance.choice(FILES) if student == "mallory" else f"{NAME}.ipynb"
                name = naming.format(student=student, account=1000 + number, file=own)
                info = zipfile.ZipInfo("x", (2026, 1, 1, 0, 0, 0))
                info.filename = name[:60_000]
                info.external_attr = (
                    chance.choice((0o100644, 0o120777, 0o010644, 0o040755, 0)) << 16
                )
                if student != "mallory":
                    info.external_attr = 0o100644 << 16
                info.compress_type = chance.choice(
                    (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
                )
                archive.writestr(
                    info, content(chance) if student == "mallory" else OTHERS[student]
                )
    return file.getvalue()


def content(chance):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(f"{NAME}.ipynb", b'{"cells": []}')
    return chance.choice(
        (
            b"",
            b"x" * 10,
            b'{"cells": []}',
            inner.getvalue(),
            inner.getvalue()[:30],
            bytes(10**6),
        )
    )


def with_lies(data, chance):
    """The zip with false fields in the headers of mallory's parts, or other bytes in what they
    hold.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        own = [info for info in archive.infolist() if "mallory" in info.filename]
    raw = bytearray(data)
    for info in own:
        start = (
            info.header_offset + 30 + len(info.orig_filename.encode())
            if info.compress_size
            else 0
        )
        if start and chance.random() < 0.3:
            at = start + chance.randrange(info.compress_size)
            raw[at] = chance.randrange(256)
        for name in chance.sample(sorted(FIELDS), chance.randint(0, 2)):
            lie(raw, info, name, chance)
    return bytes(raw)


def lie(raw, info, name, chance):
    central, local, form = FIELDS[name]
    number = chance.choice(
        (
            0,
            1,
            8,
            9,
            12,
            14,
            93,
            95,
            97,
            99,
            0x41,
            0x7FFF,
            0xFFFF,
            10**9,
            0xFFFFFFFF,
            chance.getrandbits(32),
        )
    )
    number &= (1 << 8 * struct.calcsize(form)) - 1
    at = raw.find(CENTRAL)
    while at >= 0:
        (offset,) = struct.unpack_from("<I", raw, at + 42)
        if offset == info.header_offset:
            struct.pack_into(form, raw, at + central, number)
        at = raw.find(CENTRAL, at + 4)
    if local is not None and chance.random() < 0.5:
        struct.pack_into(form, raw, info.header_offset + local, number)


@cases(150)
@given(st.integers(0, 2**32), st.sampled_from(sorted(NAMINGS)))
def test_one_students_odd_part_costs_nobody_else_a_row(place, seed, naming):
    chance = random.Random(seed)
    data = made(chance, NAMINGS[naming])
    found = collected(place, with_lies(data, chance))
    assert found is not None, "refused whole for one student's part"
    assert [data for data in OTHERS.values() if data not in found] == []


@cases(150)
@given(st.integers(0, 2**32), st.sampled_from(sorted(NAMINGS)))
def test_a_damaged_zip_is_read_or_refused(place, seed, naming):
    chance = random.Random(seed)
    raw = bytearray(made(chance, NAMINGS[naming]))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(raw))
        how = chance.random()
        if how < 0.6:
            raw[at] = chance.randrange(256)
        elif how < 0.8:
            del raw[at : at + chance.randint(1, 400)]
        else:
            raw[at:at] = chance.choice(
                (CENTRAL, LOCAL, b"PK\x05\x06", bytes(40), raw[at : at + 200])
            )
        raw = raw or bytearray(b"PK")
    collected(place, bytes(raw))


@each_row("cut", range(0, 100, 7))
def test_a_zip_that_was_cut_off_is_read_or_refused(cut, place):
    data = made(random.Random(cut), NAMINGS["Canvas"])
    collected(place, data[: len(data) * cut // 100])
