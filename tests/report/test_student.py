from dataclasses import replace

import report_results as rr

from autograder.report.student import _by_file_name, results_by_student

EX2 = "ex2_rnn_backward"


def of(student, account, assignment=rr.EX1):
    return replace(rr.result(student, assignment=assignment), account=account)


def test_two_of_one_name_are_told_apart_by_a_lasting_account():
    found = results_by_student(
        [of("Bob", "canvas 11 bob"), of("Bob", "canvas 12 bob"), of("Eve", "canvas 11")]
    )
    assert [(student, len(own)) for student, own in found] == [
        ("Bob", 1),
        ("Bob", 1),
        ("Eve", 1),
    ]


def test_a_number_that_is_another_in_each_exercise_tells_nobody_apart():
    found = results_by_student([of("Bob", "moodle 7"), of("Bob", "moodle 8", EX2)])
    assert [(student, len(own)) for student, own in found] == [("Bob", 2)]


def test_no_two_pages_have_one_files_name_on_any_system():
    pages = [("Bob", "1"), ("bob", "2"), ("BOB", "3"), ("a/b", "4")]
    files = _by_file_name(pages)
    assert list(files.values()) == ["1", "2", "3", "4"]
    assert len({name.casefold() for name in files}) == 4
    assert list(files)[:3] == ["Bob.html", "bob-2.html", "BOB-3.html"]
    assert not any("/" in name for name in files)
