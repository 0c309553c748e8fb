"""Marks for a class's repositories: tools/class_repositories, with a `gh` that answers from a
folder.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from own_settings import put_settings

from autograder.grade.result import Result, TaskResult, path_of, write
from autograder.grade.told import Feedback

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "class_repositories"
EXERCISE = "ex1_rnn_cell"
FIRST, SECOND = "a" * 40, "b" * 40
NOTEBOOK = '{"cells": [], "nbformat": 4}'
GH = f"""#!{sys.executable}
import json, os, sys
from pathlib import Path

state = Path(os.environ["GH_STATE"])
assert os.environ["GH_TOKEN"] == "a token", "no token"
arguments = sys.argv[2:]
path = next(a for a in arguments if a.startswith(("orgs/", "repos/")))
with open(state / "asked", "a") as file:
    print(path, file=file)
if "POST" in arguments:
    with open(state / "sent", "a") as file:
        print(json.dumps([path, json.load(sys.stdin)]), file=file)
    sys.exit()
answers = json.loads((state / "answers.json").read_text())
if path not in answers:
    sys.exit("gh: Not Found (HTTP 404)")
if answers[path] is None:
    sys.exit("gh: Server Error (HTTP 502)")
print(answers[path], end="")
"""


@pytest.fixture
def github(tmp_path, monkeypatch):
    """A folder that says what GitHub answers, and notes what it was asked and sent."""
    course = tmp_path / "course"
    course.mkdir()
    (course / "solutions").symlink_to(ROOT / "solutions")
    put_settings(course)
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(GH, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("GH_STATE", str(tmp_path))
    monkeypatch.setenv("GH_TOKEN", "a token")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    names = [
        "ex1-rnn-cell-ada\tmain",
        "ex1-rnn-cell-bob\tmaster",
        "ex1-rnn-cell-new\tmain",
    ]
    names.append("ex2-rnn-backward-ada\tmain")
    answers(
        tmp_path,
        {
            "orgs/class/repos?per_page=100": "\n".join(names),
            "repos/class/ex1-rnn-cell-ada/commits/main": FIRST,
            notebook_of("ada", FIRST): NOTEBOOK,
            "repos/class/ex1-rnn-cell-bob/commits/master": SECOND,
            f"repos/class/ex1-rnn-cell-bob/contents/{EXERCISE}.ipynb?ref={SECOND}": NOTEBOOK,
        },
    )
    return tmp_path


def notebook_of(student, commit):
    return f"repos/class/ex1-rnn-cell-{student}/contents/{EXERCISE}/{EXERCISE}.ipynb?ref={commit}"


def answers(place, new):
    path = place / "answers.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(known | new))


def run(place, verb, *more):
    command = [
        sys.executable,
        TOOL,
        verb,
        "class",
        EXERCISE,
        "--folder",
        place / "class",
        "--course",
        place / "course",
        "--prefix",
        "ex1-rnn-cell-",
        *more,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def submitted(place):
    folder = place / "class" / "submitted"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.ipynb")}


def lines(place, name):
    path = place / name
    return path.read_text().splitlines() if path.exists() else []


def grade(place, student, score=17.5, problem=""):
    task = TaskResult(
        "rnn_forward", score, 20, "partial", Feedback("Look @teacher at `a`.")
    )
    result = Result(
        EXERCISE, student, 0, score, 20, [] if score is None else [task], [], problem
    )
    write(result, path_of(place / "class" / "results", student, EXERCISE))


def test_each_notebook_lands_where_the_grader_looks(github):
    done = run(github, "fetch")
    assert (done.returncode, done.stderr) == (0, "")
    assert submitted(github) == {
        f"{name}/{EXERCISE}/{EXERCISE}.ipynb" for name in ("ada", "bob")
    }
    assert (
        github / "class" / "submitted" / "ada" / EXERCISE / f"{EXERCISE}.ipynb"
    ).read_text() == NOTEBOOK
    assert not any("ex2-rnn" in path for path in lines(github, "asked"))


def test_what_was_fetched_is_not_fetched_again_before_it_changes(github):
    run(github, "fetch")
    (github / "asked").unlink()
    assert "0 notebooks" in run(github, "fetch").stdout
    assert not any("contents" in path for path in lines(github, "asked"))
    answers(
        github,
        {
            "repos/class/ex1-rnn-cell-ada/commits/main": SECOND,
            notebook_of("ada", SECOND): "{}",
        },
    )
    assert "1 notebooks" in run(github, "fetch").stdout
    assert (
        github / "class" / "submitted" / "ada" / EXERCISE / f"{EXERCISE}.ipynb"
    ).read_text() == "{}"


def test_what_is_pushed_after_the_date_replaces_no_mark_and_has_its_line(github):
    dates = (
        f"[due]\n{EXERCISE} = 2027-01-15T12:00:00Z\n"
        f"[extensions]\nbob = {{{EXERCISE} = 2027-01-20T12:00:00Z}}\n"
    )
    (github / "course" / "course.toml").write_text(dates, encoding="utf-8")
    when = {"ada": "2027-01-15T12:00:01Z", "bob": "2027-01-16T09:00:00Z"}
    branches = {"ada": "main", "bob": "master"}
    answers(
        github,
        {
            f"repos/class/ex1-rnn-cell-{student}/activity?ref={branches[student]}"
            "&per_page=100": moment
            for student, moment in when.items()
        },
    )
    done = run(github, "fetch")
    assert done.returncode == 0, done.stderr
    assert submitted(github) == {f"bob/{EXERCISE}/{EXERCISE}.ipynb"}
    assert (
        "ada: pushed 15 January 12:00 UTC, after the date; the mark stays"
        in done.stdout
    )
    assert (github / "class" / "times.csv").read_text().splitlines() == [
        "student,time",
        "bob,2027-01-16T09:00:00+00:00",
    ]
    assert "ada" not in run(github, "fetch").stdout  # said once
    taken = run(github, "fetch", "--late")
    assert taken.returncode == 0, taken.stderr
    assert len(submitted(github)) == 2


def test_a_notebook_that_was_removed_is_missing_here_too(github):
    run(github, "fetch")
    answers(github, {"repos/class/ex1-rnn-cell-ada/commits/main": SECOND})
    assert run(github, "fetch").returncode == 0
    assert submitted(github) == {f"bob/{EXERCISE}/{EXERCISE}.ipynb"}
    assert (github / "class" / "submitted" / "ada" / EXERCISE).is_dir()


def test_a_failure_is_no_missing_notebook_and_stops_no_other(github):
    answers(github, {notebook_of("ada", FIRST): None})
    done = run(github, "fetch")
    assert done.returncode == 1
    assert "class/ex1-rnn-cell-ada: gh: Server Error" in done.stderr
    assert submitted(github) == {f"bob/{EXERCISE}/{EXERCISE}.ipynb"}
    answers(github, {notebook_of("ada", FIRST): NOTEBOOK})
    assert run(github, "fetch").returncode == 0
    assert len(submitted(github)) == 2


def test_each_mark_is_told_once_at_its_commit(github):
    run(github, "fetch")
    grade(github, "ada")
    grade(github, "bob", 20.0)
    done = run(github, "tell")
    assert (done.returncode, done.stderr) == (0, "")
    sent = dict(map(json.loads, lines(github, "sent")))
    ada, bob = (
        f"repos/class/ex1-rnn-cell-ada/statuses/{FIRST}",
        f"repos/class/ex1-rnn-cell-bob/statuses/{SECOND}",
    )
    context = {"context": f"unrolled/{EXERCISE}"}
    assert sent[ada] == context | {
        "state": "failure",
        "description": "17.5 of 20 points",
    }
    assert sent[bob] == context | {"state": "success", "description": "20 of 20 points"}
    told = sent[f"repos/class/ex1-rnn-cell-ada/commits/{FIRST}/comments"]["body"]
    assert "17.5 of 20" in told
    assert "@teacher" not in told
    (github / "sent").unlink()
    assert "0 marks told" in run(github, "tell").stdout
    assert lines(github, "sent") == []


def test_what_the_machinery_could_not_grade_is_told_as_that_and_again_later(github):
    run(github, "fetch")
    grade(github, "ada", None, "the grading failed")
    done = run(github, "tell")
    assert done.returncode == 1
    assert {json.loads(line)[1].get("state") for line in lines(github, "sent")} == {
        "error"
    }
    grade(github, "ada")
    grade(github, "bob")
    assert "2 marks told" in run(github, "tell").stdout


def test_no_two_repositories_are_one_student(github):
    names = ["ada", "Ada", "ada.", "-ada", "ada-"]
    commits = {name: f"{number:x}" * 40 for number, name in enumerate(names, 1)}

    def offer(order):
        repositories = "\n".join(f"ex1-rnn-cell-{name}\tmain" for name in order)
        found = {"orgs/class/repos?per_page=100": repositories}
        for name in order:
            found[f"repos/class/ex1-rnn-cell-{name}/commits/main"] = commits[name]
            found[notebook_of(name, commits[name])] = json.dumps(name)
        answers(github, found)
        assert run(github, "fetch").returncode == 0

    def whose():
        known = json.loads((github / "class" / "commits.json").read_text())
        return {entry["repository"]: student for student, entry in known.items()}

    offer(["ada."])  # the first week nobody else has pushed
    first = whose()
    offer(names)
    assert len({student.casefold() for student in whose().values()}) == 5
    assert whose() | first == whose()
    assert whose()["class/ex1-rnn-cell-Ada"] == "Ada"
    for name in names:
        place = (
            github
            / "class"
            / "submitted"
            / whose()[f"class/ex1-rnn-cell-{name}"]
            / EXERCISE
        )
        assert json.loads((place / f"{EXERCISE}.ipynb").read_text()) == name


def test_without_a_token_nothing_happens_and_it_says_so(github, monkeypatch):
    monkeypatch.setenv("GH_TOKEN", "")
    done = run(github, "fetch")
    assert done.returncode == 1
    assert done.stderr.startswith("class_repositories: ")
    assert "no token" in done.stderr
    assert "sent" not in {path.name for path in github.iterdir()}
