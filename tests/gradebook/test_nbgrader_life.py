"""An assignment's whole life by nbgrader's usual commands, instructor and student on one machine.

Nothing is set up by hand. The student's side knows the course's id and the exchange, and
nothing else. Both keep their files to themselves.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from own_settings import put_settings

from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook
from autograder.unit.unit import load

ASSIGNMENT, QUESTION = "ex2_rnn_backward", "explain_epsilon"
STUDENT = """\
c = get_config()
c.CourseDirectory.course_id = "unrolled"
c.CourseDirectory.student_id = "{name}"  # on a machine with accounts, the account's name
c.Exchange.root = "{exchange}"
"""


def nbgrader(home: Path, folder: Path, *command: str, expected: int = 0) -> str:
    """Run a command as somebody with this home, in this folder, whose files are nobody else's;
    what it says.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    own = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("JUPYTER", "IPYTHON"))
    }
    done = subprocess.run(
        ["nbgrader", *command], cwd=folder, env=own | {"HOME": str(home), "PATH": path},
        umask=0o077, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == expected, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def life(real_course, tmp_path_factory):
    """What was said at each step of a life from `generate_assignment` to `export`."""
    place = tmp_path_factory.mktemp("class")
    root, exchange = place / "course", place / "exchange"
    copy_of(real_course, root, exchange)
    said = {"place": place}

    def instructor(*command):
        return nbgrader(place / "home", root, *command)

    def student(name, *command):
        return nbgrader(place / name, place / name / "work", *command)

    (place / "home").mkdir()
    for name in ("ada", "bob", "cyd"):
        (place / name / ".jupyter").mkdir(parents=True)
        (place / name / "work").mkdir()
        settings = STUDENT.format(name=name, exchange=exchange)
        (place / name / ".jupyter" / "nbgrader_config.py").write_text(settings)

    instructor("generate_assignment", ASSIGNMENT)
    instructor("release_assignment", ASSIGNMENT)
    said["list"] = student("ada", "list")

    def work(name, notebook):
        student(name, "fetch_assignment", ASSIGNMENT)
        path = place / name / "work" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        if notebook:
            path.write_text(json.dumps(notebook))
        said["validate", name] = student(name, "validate", str(path))
        student(name, "submit", ASSIGNMENT)

    with ThreadPoolExecutor() as together:
        list(together.map(work, *zip(*submissions(root).items(), strict=True)))
    said["inbound"] = student("ada", "list", "--inbound")
    say_it_was_earlier(exchange / "unrolled" / "inbound")
    instructor("collect", ASSIGNMENT)
    instructor("autograde", ASSIGNMENT)
    instructor("export", "--to", "before.csv")
    give_points(root, "ada", 4.5)
    instructor("generate_feedback", ASSIGNMENT)
    instructor("release_feedback", ASSIGNMENT)
    for name in ("ada", "bob"):
        student(name, "fetch_feedback", ASSIGNMENT)
    instructor("export", "--to", "after.csv")
    said["assignments"] = instructor("db", "assignment", "list")
    return said


def copy_of(course: Course, root: Path, exchange: Path) -> None:
    """The first two exercises, the second due half a day ago; a day costs a tenth, and one
    student has longer.
    """
    others = shutil.ignore_patterns("_source", "notebooks", "samples", "ex[345678]_*")
    for name in ("solutions", "exercises"):
        shutil.copytree(course.root / name, root / name, ignore=others)
    put_settings(root)
    shutil.copy(course.root / "nbgrader_config.py", root)
    now = datetime.now(UTC).replace(microsecond=0)
    text = (root / "course.toml").read_text()
    late = (now - timedelta(hours=12)).isoformat()
    text = text.replace("[due]", f"[due]\n{ASSIGNMENT} = {late}")
    text = text.replace(
        "[extensions]",
        f'[extensions]\n"bob" = {{{ASSIGNMENT} = {(now + timedelta(1)).isoformat()}}}',
    )
    text = text.replace("penalty_per_day = 0.0", "penalty_per_day = 0.1").replace(
        'root = ""', f'root = "{exchange}"'
    )
    (root / "course.toml").write_text(text)


def submissions(root: Path) -> dict[str, dict | None]:
    """Everything right and the question answered; one mistake; and nothing done."""
    unit = load(ASSIGNMENT, Course(root))
    right = sample_notebook(unit, None)
    next(c for c in right["cells"] if c["id"] == QUESTION)["source"] = (
        "Two errors add up."
    )
    wrong = sample_notebook(unit, None)
    released = json.loads(
        (root / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text()
    )
    for cell in wrong["cells"]:
        if cell["id"] == "gradient_check":
            cell["source"] = next(
                c for c in released["cells"] if c["id"] == "gradient_check"
            )["source"]
    return {"ada": right, "bob": wrong, "cyd": None}


def say_it_was_earlier(inbound: Path) -> None:
    """What students may do with the folder that they handed in, to be in time."""
    (ada,) = inbound.glob("ada+*")
    (ada / "timestamp.txt").write_text("2020-01-01 00:00:00 UTC")
    os.utime(ada, (0, 0))
    ada.rename(inbound / f"ada+{ASSIGNMENT}+2020-01-01 00:00:00 UTC+x")
    (cyd,) = inbound.glob("cyd+*")
    (cyd / "timestamp.txt").unlink()


def give_points(root: Path, student: str, points: float) -> None:
    """What formgrader does when the instructor types points for an answer in words."""
    with Gradebook(f"sqlite:///{root}/grading/gradebook.db", "unrolled") as gradebook:
        grade = gradebook.find_grade(QUESTION, ASSIGNMENT, ASSIGNMENT, student)
        assert grade.needs_manual_grade
        grade.manual_score, grade.needs_manual_grade = points, False
        comment = gradebook.find_comment(QUESTION, ASSIGNMENT, ASSIGNMENT, student)
        comment.manual_comment = "Where is the least error?"
        gradebook.db.commit()


def rows(life, name: str) -> dict[str, dict[str, str]]:
    with open(life["place"] / "course" / name, newline="") as file:
        return {
            row["student_id"]: row
            for row in csv.DictReader(file)
            if row["assignment"] == ASSIGNMENT
        }


def test_the_student_finds_what_is_released(life):
    assert f"unrolled {ASSIGNMENT}" in life["list"]
    assert f"unrolled ada {ASSIGNMENT}" in life["inbound"]


def test_validate_says_which_check_fails_and_why(life):
    assert "Success! Your notebook passes all the tests." in life["validate", "ada"]
    one = life["validate", "bob"]
    assert "VALIDATION FAILED ON 2 CELL(S)!" in one  # the question, too, has no answer
    assert "check(gradient_check)" in one
    assert "check(rnn_backward)" not in one
    untouched = life["validate", "cyd"]
    assert "VALIDATION FAILED ON 4 CELL(S)!" in untouched
    assert "Replace every `None`" in untouched
    assert "You did not provide a response." in untouched


def test_marks_with_points_by_hand_and_the_penalty_of_both(life):
    before, after = rows(life, "before.csv"), rows(life, "after.csv")
    assert {
        name: float(row["max_score"]) for name, row in after.items()
    } == dict.fromkeys(("ada", "bob", "cyd"), 35)
    assert [
        float(before["ada"][k])
        for k in ("raw_score", "late_submission_penalty", "score")
    ] == [30, 3, 27]
    assert [
        float(after["ada"][k])
        for k in ("raw_score", "late_submission_penalty", "score")
    ] == [34.5, 3.45, 31.05]
    assert float(after["bob"]["late_submission_penalty"]) == 0  # who had longer
    assert 0 < float(after["bob"]["score"]) < 30
    assert float(after["cyd"]["score"]) == 0


def test_no_student_decides_when_it_was(life):
    """Both were late, one by half a day, whatever they wrote or removed."""
    times = {
        name: datetime.fromisoformat(row["timestamp"])
        for name, row in rows(life, "after.csv").items()
    }
    now = datetime.now(UTC).replace(tzinfo=None)
    assert [
        name
        for name, moment in times.items()
        if not timedelta(0) < now - moment < timedelta(hours=2)
    ] == []
    assert set(times) == {"ada", "bob", "cyd"}


def test_the_due_date_is_that_of_the_settings(life):
    date = re.search(r"due: (\S+ \S+)\)", life["assignments"])[1]
    end = datetime.fromisoformat(date).replace(tzinfo=UTC)
    assert timedelta(hours=12) <= datetime.now(UTC) - end < timedelta(hours=13)


def test_feedback_comes_back_to_the_student_alone(life):
    pages = {
        name: list((life["place"] / name).glob(f"work/{ASSIGNMENT}/feedback/*/*.html"))
        for name in ("ada", "bob")
    }
    assert {name: len(found) for name, found in pages.items()} == {"ada": 1, "bob": 1}
    ada, bob = (pages[name][0].read_text() for name in ("ada", "bob"))
    assert "Where is the least error?" in ada
    assert "Late submission penalty (Score: -3.45)" in ada
    assert "Late submission penalty" not in bob
    assert "gradient_check" in bob


def test_nothing_secret_is_in_the_exchange(life, real_course):
    """What the course hands out holds neither an answer nor how it is marked."""
    secrets = [
        line.strip()
        for line in (real_course.solutions / f"test_{ASSIGNMENT}.py")
        .read_text()
        .splitlines()
    ]
    secrets = [line for line in secrets if len(line) > 20]
    assert secrets
    files = [
        p
        for p in (life["place"] / "exchange" / "unrolled" / "outbound").rglob("*")
        if p.is_file()
    ]
    assert {p.suffix for p in files} == {".ipynb", ".npz"}
    texts = [p.read_bytes().decode(errors="replace") for p in files]
    assert [line for line in secrets for text in texts if line in text] == []


def test_marks_stay_with_the_instructor(life):
    assert (life["place"] / "course" / "grading").stat().st_mode & 0o077 == 0
