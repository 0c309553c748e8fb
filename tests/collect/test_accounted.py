import csv
import io
from pathlib import Path

from tables import each_row

from autograder.collect.accounted import (
    COUNTS,
    IN_ZIP,
    LINK,
    NO_NOTEBOOK,
    NOBODYS,
    OWN_COPY,
    PASSED_OVER,
    Accounted,
    Fate,
    Seen,
    as_csv,
    summary,
)
from autograder.collect.hand_in import HandIn
from autograder.safe.listing import Entry

SOURCE = Path("all")


def entry(name, kind="file"):
    return Entry(tuple(name.split("/")), kind, SOURCE / name)


@each_row(
    ("name", "kind", "owned", "what"),
    [
        ("ann/a.ipynb", "file", True, PASSED_OVER),
        ("ann/a.pdf", "file", True, NO_NOTEBOOK),
        ("ann/a.ZIP", "file", True, IN_ZIP),
        ("ann/a.ipynb", "link", True, LINK),
        ("ann/a.ipynb", "file", False, NOBODYS),
        ("ann/.ipynb_checkpoints/a-checkpoint.ipynb", "file", True, OWN_COPY),
    ],
)
def test_a_file_that_does_not_count_is_told_by_what_it_is(name, kind, owned, what):
    files, one = Accounted(), entry(name, kind)
    files.see(SOURCE, [one, entry("ann", "empty")])
    if owned:
        files.own(SOURCE, one, "ann")
    (fate,) = files.fates([])
    assert (fate.what, fate.student) == (what, "ann" if owned else "")


def test_what_counts_has_its_student_and_exercise():
    files, one = Accounted(), entry("ann/a.ipynb")
    files.see(SOURCE, [one])
    files.own(SOURCE, one, "ann")
    files.see(SOURCE, [one])
    assert [fate.student for fate in files.fates([])] == ["ann"]
    counted = HandIn("Ann", "ex1_step", one.path, file="a.ipynb")
    (fate,) = files.fates([counted])
    assert (fate.what, fate.student, fate.exercise) == (COUNTS, "Ann", "ex1_step")


def fates(*kinds):
    return [
        Fate(Seen("all", f"{n}.x", Path("x")), "", "", what)
        for n, what in enumerate(kinds)
    ]


def test_the_summary_counts_each_fate_and_names_what_is_nobodys():
    found = summary(fates(COUNTS, PASSED_OVER, NOBODYS, NOBODYS, NOBODYS), named=2)
    assert found == [
        "5 files: 3 nobody's, 1 that count, 1 passed over",
        "nobody's: 2.x, 3.x and 1 more",
    ]
    assert summary(fates(COUNTS)) == []


def test_the_table_has_a_row_for_each_file_and_no_formula_in_it():
    one = Fate(Seen("all", "=1+1.ipynb", Path("x")), "ann", "ex1", COUNTS)
    head, row = csv.reader(io.StringIO(as_csv([one])))
    assert head == ["source", "file", "student", "exercise", "what became of it"]
    assert row[2:] == ["ann", "ex1", COUNTS]
    assert not row[1].startswith("=")
