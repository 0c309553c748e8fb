"""Whose a file is, as the instructor says it, and what became of every file."""

import csv
import io

import pytest
import zips
from tables import each_row

from autograder.collect.accounted import (
    COUNTS,
    NO_NOTEBOOK,
    NOBODYS,
    OWN_COPY,
    PASSED_OVER,
    as_csv,
    summary,
)
from autograder.collect.find import find_candidates, keep_what_counts
from autograder.collect.sources import Known
from autograder.collect.who import WhoError, read_who

EX1, EX2 = EXERCISES = ("ex1_rnn_cell", "ex2_rnn_backward")


@pytest.fixture
def collected(tmp_path):
    """What counts of a zip with these files, and what became of each."""
    (tmp_path / "scratch").mkdir()

    def collected(names, who=""):
        path = tmp_path / "all.zip"
        files = {name: f'{{"cells": [{n}]}}' for n, name in enumerate(names)}
        path.write_bytes(zips.data(files))
        known = Known(read_who(who))
        scratch = tmp_path / "scratch"
        found = find_candidates(path, EXERCISES, scratch, known=known)
        kept = keep_what_counts(found)
        return kept, known.files.fates(kept)

    return collected


def people(kept):
    return {(one.student, one.assignment) for one in kept}


def test_a_pattern_finds_student_exercise_and_time(collected):
    names = [
        "2027/01 - Lee, Ann (ex1_rnn_cell)/mine.ipynb",
        "2027/02 - Lee, Ann (ex1_rnn_cell)/mine.ipynb",
        "2027/01 - Cole, Bob (ex2_rnn_backward)/x/y.ipynb",
    ]
    who = "{any}/{time} - {student} ({exercise})/{file}"
    kept, fates = collected(names, who)
    assert people(kept) == {("Lee, Ann", EX1), ("Cole, Bob", EX2)}
    (ann,) = [one for one in kept if one.student == "Lee, Ann"]
    assert (ann.file, ann.handed) == ("mine.ipynb", "02")
    assert [one.what for one in fates] == [PASSED_OVER, COUNTS, COUNTS]


def test_what_a_pattern_does_not_fit_is_nobodys_and_said(collected):
    _, fates = collected(
        [f"ann/{EX1}.ipynb", f"deep/er/bob/{EX1}.ipynb"], "{student}/{file}"
    )
    assert [one.student for one in fates] == ["ann", "deep"]
    kept, fates = collected([f"ann-{EX1}.ipynb", "b.ipynb"], "{student}-{file}")
    assert people(kept) == {("ann", EX1)}
    assert [one.what for one in fates] == [COUNTS, NOBODYS]
    assert summary(fates) == [
        "2 files: 1 that count, 1 nobody's",
        "nobody's: b.ipynb",
    ]


def test_a_table_names_whom_a_platform_numbers(collected, tmp_path):
    table = tmp_path / "who.csv"
    table.write_text(
        "name,student\nsubmission_901,Ann Lee\n902,Bob\n", encoding="utf-8"
    )
    names = [f"a_77_export/submission_{n}/{EX1}.ipynb" for n in (901, 902, 903)]
    kept, _ = collected(names, str(table))
    assert people(kept) == {("Ann Lee", EX1), ("Bob", EX1), ("submission_903", EX1)}
    assert {one.whose for one in kept} >= {"folder Ann Lee", "folder Bob"}
    assert read_who(str(table)).unknown(kept) == ["Ann Lee", "Bob", "submission_903"]


@each_row(
    ("said", "expected"),
    [
        ("{any}/{file}", r"no \{student\}"),
        ("{student}/{name}", r"\{name\}, which is none of"),
        ("{student}/{student}", r"\{student\} twice"),
        ("nowhere.csv", "No such file"),
    ],
)
def test_what_says_nobody_is_refused(said, expected):
    with pytest.raises(WhoError, match=f"{expected}.*"):
        read_who(said)


def test_a_table_with_one_name_for_two_is_no_table_of_groups(tmp_path):
    table = tmp_path / "who.csv"
    table.write_text("name,student\ngroup 1,Ann\nGroup 1,Bob\n", encoding="utf-8")
    with pytest.raises(WhoError, match=r"is two students, Ann and Bob.*--groups"):
        read_who(str(table))


def test_every_file_has_a_line(collected):
    names = [
        "leeann_11_801_ex1_rnn_cell.ipynb",
        "leeann_11_800_ex1_rnn_cell.ipynb",
        "colebob_12_802_work.pdf",
        ".DS_Store",
        "colebob_12_803_.ipynb_checkpoints",
    ]
    _, fates = collected(names)
    assert {one.seen.file: one.what for one in fates} == {
        names[0]: COUNTS,
        names[1]: PASSED_OVER,
        names[2]: NO_NOTEBOOK,
        names[3]: OWN_COPY,
        names[4]: NO_NOTEBOOK,
    }
    rows = list(csv.DictReader(io.StringIO(as_csv(fates), newline="")))
    assert [row["file"] for row in rows] == [one.seen.file for one in fates]
    assert rows[0]["student"] == "leeann"


def test_a_folder_of_google_classroom(collected):
    names = [f"Week 1/Ann Lee - {EX1}.ipynb", f"Week 1/Bob - Copy of {EX1}.ipynb"]
    assert people(collected(names)[0]) == {("Ann Lee", EX1), ("Bob", EX1)}


def test_nobody_is_another_by_the_name_of_a_file(collected):
    names = [f"Eve/Ann - {EX1}.ipynb", f"Ann/{EX1}.ipynb"]
    kept, _ = collected(names)
    assert {one.student for one in kept} == {"Eve", "Ann"}
