"""Names of folders: safe, and never given to two accounts, now or in a later week."""

from dataclasses import replace
from pathlib import Path

import pytest
import report_results as rr
from hypothesis import given
from hypothesis import strategies as st
from tables import each_row

from autograder.collect.folder_names import (
    account_of,
    alike,
    in_results,
    in_tree,
    keep_for_tree,
    own_name,
    safe_name,
    told_apart,
)
from autograder.collect.hand_in import HandIn
from autograder.grade.result import path_of, write


def canvas(name, number, exercise="ex1"):
    key = f"canvas {number} {name}"
    return HandIn(
        name,
        exercise,
        Path("x"),
        account=str(number),
        key=key,
        longer=f"{name}-{number}",
        file="x",
    )


def moodle(name, number, exercise="ex1"):
    return replace(canvas(name, number, exercise), key=f"moodle {number}")


def folder(name, shown, exercise="ex1"):
    return HandIn(shown, exercise, Path("x"), key=f"folder {name}", file="x")


def week(out, *found):
    """The names that a batch gives, and its results, as `grade` writes them."""
    named = told_apart(found, in_results(out, found))
    for one in named:
        result = replace(
            rr.result(one.student, assignment=one.assignment), account=account_of(one)
        )
        write(result, path_of(out, one.student, one.assignment))
    return [one.student for one in named]


@pytest.mark.parametrize("made", [canvas, moodle])
def test_two_of_one_name_at_once_both_have_their_numbers(made, tmp_path):
    assert week(tmp_path, made("Anna Lee", 1), made("Bob", 2)) == ["Anna Lee", "Bob"]
    assert week(tmp_path / "b", made("Anna Lee", 1), made("Anna Lee", 9)) == [
        "Anna Lee-1",
        "Anna Lee-9",
    ]


@pytest.mark.parametrize("made", [canvas, moodle])
def test_a_name_is_never_given_on_and_marks_of_one_exercise_never_mix(made, tmp_path):
    assert week(tmp_path, made("Anna Lee", 1)) == ["Anna Lee"]
    assert week(tmp_path, made("Anna Lee", 9)) == ["Anna Lee-9"]
    assert week(tmp_path, made("Anna Lee", 9), made("Anna Lee", 1)) == [
        "Anna Lee-9",
        "Anna Lee",
    ]


def test_an_account_keeps_its_name_from_week_to_week(tmp_path):
    assert week(tmp_path, canvas("Anna Lee", 1)) == ["Anna Lee"]
    assert week(tmp_path, canvas("Anna Lee", 9, "ex2")) == ["Anna Lee-9"]
    assert week(
        tmp_path, canvas("Anna Lee", 1, "ex3"), canvas("Anna Lee", 9, "ex3")
    ) == [
        "Anna Lee",
        "Anna Lee-9",
    ]


def test_who_had_a_number_keeps_it(tmp_path):
    assert week(tmp_path, canvas("Anna Lee", 1), canvas("Anna Lee", 9)) == [
        "Anna Lee-1",
        "Anna Lee-9",
    ]
    assert week(tmp_path, canvas("Anna Lee", 9, "ex2")) == ["Anna Lee-9"]
    assert week(tmp_path, canvas("Anna Lee", 5, "ex2")) == ["Anna Lee-5"]


def test_moodle_numbers_people_anew_in_each_exercise(tmp_path):
    assert week(tmp_path, moodle("Bob", 1)) == ["Bob"]
    assert week(tmp_path, moodle("Bob", 77, "ex2")) == ["Bob"]
    assert week(tmp_path, moodle("Anna", 78, "ex2"), moodle("Anna", 79, "ex2")) == [
        "Anna-78",
        "Anna-79",
    ]
    assert week(tmp_path, moodle("Anna", 99, "ex3")) == ["Anna-99"], (
        "which of the two it is nobody knows"
    )


def test_a_name_that_ends_in_a_number_takes_nobodys_place(tmp_path):
    found = [moodle("Eve-2", 1), moodle("Eve", 2), moodle("Eve", 3)]
    names = week(tmp_path, *found)
    assert names[0] == "Eve-2"
    assert len(set(names)) == 3
    assert week(tmp_path, *reversed(found)) == names[::-1]


@pytest.mark.parametrize(
    "several",
    [
        ("a/b", "a_b"),
        ("a!", "a?"),
        ("Ann", "ann"),
        ("Zo\u00eb", "Zoe\u0308"),
        ("x", "x."),
        ("\ufb01n", "fin"),
    ],
)
def test_different_folders_are_never_one(several, tmp_path):
    found = [folder(name, safe_name(name)) for name in several]
    names = week(tmp_path, *found)
    assert len(set(map(alike, names))) == 2
    assert week(tmp_path, *reversed(found)) == names[::-1]
    assert [week(tmp_path, one)[0] for one in found] == names


def test_a_plain_name_stays_as_it_is(tmp_path):
    assert week(tmp_path, folder("a!", "a_"), folder("a_", "a_"))[1] == "a_"


def test_another_platform_says_nothing_of_who_it_is(tmp_path):
    assert week(tmp_path, moodle("Ann", 1)) == ["Ann"]
    assert week(tmp_path, folder("Ann", "Ann")) == ["Ann"]


def test_a_tree_remembers(tmp_path):
    into = tmp_path / "submitted"
    for found, names in (
        ([canvas("Ann", 1)], ["Ann"]),
        ([canvas("Ann", 2)], ["Ann-2"]),
        ([canvas("Ann", 1)], ["Ann"]),
    ):
        taken = in_tree(into)
        assert [one.student for one in told_apart(found, taken)] == names
        keep_for_tree(into, taken)
    (tmp_path / "submitted.accounts.json").write_text("[1]")
    with pytest.raises(OSError, match="is damaged"):
        in_tree(into)


ACCOUNTS = st.tuples(
    st.sampled_from(["Ann", "ann", "Ann-1", "Ann-2", "A n"]),
    st.integers(1, 3),
    st.sampled_from("12"),
)


@given(st.lists(st.lists(ACCOUNTS, max_size=5, unique=True), max_size=4))
def test_whatever_comes_when_no_folder_is_two_peoples(weeks):
    taken, owners = {}, {}
    for several in weeks:
        for one in told_apart([canvas(*each) for each in several], taken):
            assert owners.setdefault(alike(one.student), one.whose) == one.whose


@each_row(
    ("name", "own"),
    [
        ("o'hara", "o'hara"),
        (".dot", "dot"),
        ("a\nb", "a_b"),
        ("\x1b[2J", "_2J"),
        ("x" * 300, "x" * 180),
        ("\udcffann", "_ann"),  # what a file system held that is no text
    ],
)
def test_a_folders_own_name(name, own):
    assert own_name(name) == own


def test_both_forms_of_an_accent_are_one_name():
    assert safe_name("Zoe\u0308") == safe_name("Zo\u00eb") == "Zo\u00eb"


@each_row(
    ("name", "safe"),
    [
        ("..", "unnamed"),
        ("", "unnamed"),
        ("a/b\\c", "a_b_c"),
        (" .x. ", "x"),
        ("Zoë 李", "Zoë 李"),
        ("a\0b\n", "a_b_"),
        ("\udceb", "_"),
    ],
)
def test_names_are_safe(name, safe):
    assert safe_name(name) == safe


@each_row("name", ["a" * 5000, "李" * 500, "x" * 179 + "é"])
def test_names_fit_a_file_system(name):
    assert 100 < len(safe_name(name).encode()) <= 180
