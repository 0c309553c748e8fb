"""The command line: what is graded, what is said, and the exit code."""

import json
import os
import subprocess
import sys
import zipfile

import notebooks as nb
import pytest
from tables import each_row

from autograder import cli, exits
from autograder.confine import NotConfined
from autograder.grade import result as results
from autograder.safe import archives

NAME = nb.UNIT.assignment


@pytest.fixture
def grade(tmp_path, monkeypatch, capsys):
    """Run `grade`; the exit code, and what was printed."""
    monkeypatch.chdir(nb.COURSE.root)
    monkeypatch.setenv("COLUMNS", "200")

    def grade(*arguments):
        code = cli.main(
            ["grade", *map(str, arguments), "--out", str(tmp_path / "results")]
        )
        return code, *capsys.readouterr()

    return grade


@pytest.fixture
def file(tmp_path):
    def file(name, student="ann"):
        return nb.write(nb.SUBMISSIONS[name], tmp_path / student / f"{NAME}.ipynb")

    return file


def test_one_submission_is_shown_as_its_student_reads_it(grade, file, tmp_path):
    code, out, _ = grade(file("bias_missing"))
    assert code == exits.OK
    assert "The hidden state is computed without its bias." in out
    assert "1 submission in" in out
    assert (
        json.loads((tmp_path / "results" / "ann" / f"{NAME}.json").read_text())["score"]
        < 20
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [("right", exits.OK), ("bias_missing", exits.BELOW), ("empty", exits.BELOW)],
)
def test_a_lowest_mark_for_one_submission(name, code, grade, file):
    assert grade(file(name), "--min-score", "0.8")[0] == code


def test_a_lowest_mark_is_reached_exactly(grade, file):
    assert grade(file("right"), "--min-score", "1")[0] == exits.OK
    assert grade(file("untouched"), "--min-score", "0")[0] == exits.OK


def test_a_lowest_mark_for_what_belongs_to_no_exercise(grade, tmp_path):
    path = nb.write({"cells": []}, tmp_path / "a" / "mine.ipynb")
    code, out, _ = grade(path, "--min-score", "0")
    assert code == exits.BELOW
    assert "it belongs to no exercise" in out


def test_a_lowest_mark_for_several_is_wrong_usage(grade, file):
    code, _, err = grade(file("right"), file("empty", "bob"), "--min-score", "0.5")
    assert (code, "--min-score is for one submission; 2 found" in err) == (
        exits.USAGE,
        True,
    )


def test_a_path_that_is_not_there_is_named_and_the_others_are_graded(grade, file):
    code, out, err = grade(file("right"), "no/such/path", file("empty", "bob"))
    assert code == exits.USAGE
    assert "no/such/path does not exist" in err
    assert "2 submissions" in out


def test_a_file_that_says_nothing_is_taken_for_the_exercise_of_the_others(
    grade, file, tmp_path
):
    odd = nb.write(b"", tmp_path / "eve" / "homework.ipynb")
    code, out, _ = grade(file("right"), odd)
    assert code == exits.OK
    assert "the file is empty" in out
    result = results.read(
        tmp_path / "results" / "homework" / f"{nb.UNIT.assignment}.json"
    )
    assert (result.score, result.max_score) == (0, 20)


def test_two_files_of_one_student_get_one_mark_and_the_student_is_told_which_counts(
    grade, tmp_path
):
    with zipfile.ZipFile(tmp_path / "lms.zip", "w") as archive:
        archive.writestr("eve_1_2_homework.ipynb", nb.as_bytes(nb.untouched()))
        archive.writestr("eve_1_3_ex1_rnn_cell.ipynb", nb.as_bytes(nb.answered()))
        archive.writestr("eve_1_4_notes.ipynb", nb.as_bytes({"cells": []}))
    assert grade(tmp_path / "lms.zip")[0] == exits.OK
    (path,) = (tmp_path / "results").glob("*/*_cell.json")
    result = results.read(path)
    assert (path.parent.name, result.score, result.account) == (
        "eve",
        20,
        "canvas 1 eve",
    )
    told = "passed over: homework.ipynb (another name), notes.ipynb (nothing of the exercise in it)"
    assert result.repairs == [f"the file that counts is ex1_rnn_cell.ipynb; {told}"]


def test_what_could_not_be_collected_has_no_mark_and_the_others_have(
    grade, tmp_path, monkeypatch
):
    with zipfile.ZipFile(tmp_path / "lms.zip", "w") as archive:
        for number, name in enumerate(("right", "untouched")):
            archive.writestr(
                f"{name}_{number}_assignsubmission_file_/{NAME}.ipynb",
                nb.SUBMISSIONS[name],
            )
    taken_out = archives._read

    def full(source):
        if "right" in source.name:
            raise OSError(28, "No space left on device")
        return taken_out(source)

    monkeypatch.setattr(archives, "_read", full)
    code, out, _ = grade(tmp_path / "lms.zip")
    assert code == exits.NOT_GRADED
    assert "No space left on device" in out
    assert [
        path.parent.name for path in (tmp_path / "results").glob(f"*/{NAME}.json")
    ] == ["untouched"]


def test_a_damaged_download_is_told_and_gives_nobody_a_mark(grade, tmp_path):
    path = tmp_path / "lms.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"ann_1_2_{NAME}.ipynb", nb.SUBMISSIONS["right"])
    path.write_bytes(path.read_bytes()[:-40])
    code, out, err = grade(path)
    assert code == exits.USAGE
    assert "is a damaged zip" in err
    assert "0 submissions" in out
    assert not list((tmp_path / "results").glob("*/*.json"))


def test_a_notebook_of_something_else_beside_the_exercises_is_no_submission(
    grade, tmp_path
):
    nb.write(nb.answered(), tmp_path / "ann" / f"{NAME}.ipynb")
    nb.write({"cells": []}, tmp_path / "ann" / "notes.ipynb")
    nb.write(b"cut off", tmp_path / "ann" / "bob.ipynb")
    assert grade(tmp_path / "ann")[0] == exits.OK
    found = {
        p.parent.name: results.read(p).score
        for p in (tmp_path / "results").glob(f"*/{NAME}.json")
    }
    assert found == {"ann": 20, "bob": 0}


def test_an_account_without_a_notebook_has_a_result_that_says_what_there_is(
    grade, tmp_path
):
    with zipfile.ZipFile(tmp_path / "lms.zip", "w") as archive:
        archive.writestr(
            f"Ann_1_assignsubmission_file_/{NAME}.ipynb", nb.SUBMISSIONS["right"]
        )
        archive.writestr("Bob_2_assignsubmission_file_/report.pdf", b"%PDF")
    assert grade(tmp_path / "lms.zip")[0] == exits.OK
    result = results.read(tmp_path / "results" / "Bob" / f"{NAME}.json")
    assert (result.score, result.account) == (0, "moodle 2")
    assert (
        result.problem == "there is no notebook in what was handed in, only report.pdf"
    )


def test_another_accounts_result_is_never_replaced(grade, tmp_path):
    for number, name in ((1, "right"), (2, "untouched")):
        path = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(
                f"Ann_{number}_assignsubmission_file_/{NAME}.ipynb",
                nb.SUBMISSIONS[name],
            )
        grade(path)
    found = {
        p.parent.name: results.read(p).score
        for p in (tmp_path / "results").glob(f"*/{NAME}.json")
    }
    assert found == {"Ann": 20, "Ann-2": 0}


def test_marks_are_closed_to_others(grade, file, tmp_path):
    grade(file("right"))
    assert (tmp_path / "results").stat().st_mode & 0o777 == 0o700


def test_what_lies_beside_one_submission_is_no_ones_to_read(
    grade, tmp_path, monkeypatch
):
    tree, asked = tmp_path / "submitted", []
    for name in ("ann", "bob"):
        nb.write(
            nb.untouched(),
            tree / name / nb.UNIT.assignment / f"{nb.UNIT.assignment}.ipynb",
        )
    monkeypatch.setattr(
        "autograder.batch.commands.refuse_unless_confined",
        lambda batch, *_: asked.extend(batch.others),
    )
    grade(tree / "ann")
    assert asked == [tree / "bob" / nb.UNIT.assignment / f"{nb.UNIT.assignment}.ipynb"]


def test_one_path_twice_is_one_submission(grade, file):
    assert "1 submission in" in grade(file("right"), file("right"))[1]


def test_an_unknown_exercise_is_named_with_those_there_are(grade, file):
    code, _, err = grade(file("right"), "--assignment", "ex9_none")
    assert (code, f"no assignment 'ex9_none'; there are: {NAME}" in err) == (
        exits.USAGE,
        True,
    )


def test_a_zip_is_graded(grade, tmp_path):
    path = tmp_path / "moodle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(("right", "untouched")):
            archive.writestr(
                f"{name}_{number}_assignsubmission_file_/{NAME}.ipynb",
                nb.SUBMISSIONS[name],
            )
    code, out, _ = grade(path)
    assert code == exits.OK
    assert sorted(p.name for p in (tmp_path / "results").iterdir()) == [
        "right",
        "untouched",
    ]
    assert "20 of 20" in out


def test_a_failure_of_the_machinery_is_told_by_the_exit_code(grade, file, monkeypatch):
    monkeypatch.setattr("autograder.grade.grader.run_tests", lambda *a: 1 / 0)
    code, out, _ = grade(file("right"))
    assert code == exits.NOT_GRADED
    assert "the grading machinery failed: ZeroDivisionError" in out


def test_where_nothing_confines_nothing_is_graded(grade, file, monkeypatch):
    monkeypatch.setattr(
        "autograder.batch.graders.choose",
        lambda *a: (_ for _ in ()).throw(NotConfined("no sandbox")),
    )
    code, out, err = grade(file("right"))
    assert (code, out, err) == (exits.NOT_GRADED, "", "autograder: no sandbox\n")


@pytest.mark.parametrize(
    "more", [(), ("--jobs", "2")], ids=["here", "in two processes"]
)
def test_that_workers_start_slowly_is_said_once_and_grading_goes_on(
    more, file, tmp_path
):
    program = (
        "import sys; from autograder import cli, confine\n"
        "confine.can_prepare = lambda: False; sys.exit(cli.main(sys.argv[1:]))"
    )
    files = [str(file(name, name)) for name in ("right", "bias_missing", "empty")]
    command = [sys.executable, "-c", program, "grade", *files, *more]
    command += ["--out", str(tmp_path / "results")]
    ran = {"cwd": nb.COURSE.root, "capture_output": True, "text": True, "check": True}
    slow = subprocess.run(command, **ran)
    assert slow.stderr.count("no process could be prepared") == 1
    assert "3 submissions in" in slow.stdout
    assert subprocess.run([*command, "--fresh", "--again"], **ran).stderr == ""


@each_row(
    "arguments",
    [
        [],
        ["grade"],
        ["nonsense"],
        ["grade", "x", "--jobs", "0"],
        ["grade", "x", "--seed", "y"],
    ],
)
def test_wrong_usage(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == exits.USAGE


def test_outside_of_a_course(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["grade", "x"]) == exits.USAGE
    assert "no course.toml" in capsys.readouterr().err


def test_an_interrupt_says_how_to_go_on(grade, file, monkeypatch):
    monkeypatch.setattr(
        "autograder.batch.terminal.grade_all",
        lambda *a: (_ for _ in ()).throw(KeyboardInterrupt),
    )
    code, _, err = grade(file("right"))
    assert (code, "run the same command again to go on" in err) == (exits.STOPPED, True)


def test_a_scratch_folder_is_removed(grade, tmp_path, monkeypatch):
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"a/{NAME}.ipynb", b"{}")
    assert grade(path)[0] == exits.OK
    assert list(place.iterdir()) == []


def test_as_a_program(tmp_path):
    """In another process, from elsewhere in the course, with results where it stands."""
    path = nb.write(nb.SUBMISSIONS["empty"], tmp_path / "ann" / f"{NAME}.ipynb")
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        str(path),
        "--out",
        str(tmp_path / "r"),
        "--min-score",
        "0.5",
    ]
    done = subprocess.run(
        command,
        cwd=nb.COURSE.root / "book",
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    assert (done.returncode, done.stderr) == (exits.BELOW, "")
    assert "Not graded: the file is empty." in done.stdout


def test_doctor_and_leaks_end_with_a_code(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(nb.COURSE.root)
    (tmp_path / "page.txt").write_text("a_next = np.tanh(Waa @ a_prev + Wax @ xt + ba)")
    assert cli.main(["leaks", str(tmp_path)]) == exits.NOT_GRADED
    assert "1 leak" in capsys.readouterr().out
    monkeypatch.setattr("autograder.confine.doctor.report", lambda: ("report", False))
    assert cli.main(["doctor"]) == exits.NOT_GRADED


@pytest.mark.parametrize("form", ["html", "class"])
def test_a_wrong_folder_of_solutions_is_wrong_usage_in_a_report_too(
    form, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(nb.COURSE.root)
    out, wrong = tmp_path / "results", tmp_path / "no-such-folder"
    result = results.Result(NAME, "ann", 0, 20.0, 20.0, [], [])
    results.write(result, results.path_of(out, "ann", NAME))
    command = ["report", form, str(out), "--solutions", str(wrong)]
    assert cli.main(command) == exits.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert f"no folder of solutions at {wrong}" in said.err


@each_row("name", cli.VERBS)
def test_every_verb_leads_to_functions_that_there_are(name):
    verb = cli.VERBS[name]
    assert callable(cli.named(verb.run))
    assert not verb.arguments or callable(cli.named(verb.arguments))


def test_the_help_needs_nothing_of_weight():
    """Nor does a mistyped verb: what grades is imported when it is called."""
    heavy = ("numpy", "pytest", "jupytext", "nbformat", "rich", "IPython")
    text = f"""import sys
from autograder import cli
for words in (["--help"], ["grade", "--help"], ["nonsense"]):
    try:
        cli.main(words)
    except SystemExit:
        print("imported:", *sorted(set(sys.modules) & set({heavy!r})))
"""
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True
    )
    said = [line for line in done.stdout.splitlines() if line.startswith("imported:")]
    assert said == ["imported:"] * 3
