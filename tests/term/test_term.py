"""A term from the first day to the last mark, as an instructor plays it: adapt, hand out week by
week, collect from three platforms, grade, mark by hand, take off for lateness, regrade, report,
publish. In the end each of 40 students has the total that was reckoned by hand.
"""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import notebooks as nb
import pytest
import zips
from class_of_40 import read_class
from copies import copied

from autograder.cli import main
from autograder.publish import public_folder, student_repository
from autograder.publish.built_book import write_note
from autograder.publish.wheel import build_student_wheel
from autograder.unit.course import Course
from autograder.unit.samples import sample_notebook
from autograder.unit.unit import load

EX1, EX2 = EXERCISES = ("ex1_rnn_cell", "ex2_rnn_backward")
FIRST = {EX1: nb.CELL, EX2: "rnn_cell_backward"}  # what a half notebook has
OPENS = {
    EX1: datetime(2027, 1, 8, 8, tzinfo=UTC),
    EX2: datetime(2027, 1, 15, 8, tzinfo=UTC),
}
DUE = {
    EX1: datetime(2027, 1, 15, 12, tzinfo=UTC),
    EX2: datetime(2027, 1, 29, 12, tzinfo=UTC),
}
STUDENTS = read_class()
PLATFORMS = ("canvas", "moodle", "blackboard")
SETTINGS = """
[course]
title = "Sequence models"
timezone = "UTC"
[units]
hand_out = ["ex1_rnn_cell", "ex2_rnn_backward"]
[opens]
ex1_rnn_cell = 2027-01-08T08:00:00
ex2_rnn_backward = 2027-01-15T08:00:00
[due]
ex1_rnn_cell = 2027-01-15T12:00:00
ex2_rnn_backward = 2027-01-29T12:00:00
[late]
penalty_per_day = 0.1
most = 0.5
"""


@pytest.fixture(scope="module")
def term(real_course, tmp_path_factory):
    """The adapted course in a folder of its own, which commands are run in."""
    root = tmp_path_factory.mktemp("term") / "course"
    copied(real_course, root)
    (root / "course.toml").write_text(SETTINGS, encoding="utf-8")
    wheel = build_student_wheel(real_course.root)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setattr(student_repository, "build_student_wheel", lambda root: wheel)
        yield Course(root)


# ---- hand out ----


def test_each_week_hands_out_its_exercise_and_no_other(term, monkeypatch):
    def handed_out(moment):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(moment.timestamp())))
        files = student_repository.contents(term)
        with zipfile.ZipFile(io.BytesIO(files["originals.zip"])) as originals:
            names = originals.namelist()
        readme = files["README.md"].decode()
        told = {name for name in EXERCISES if f"Exercise {name[2]}:" in readme}
        assert told == {n for n in EXERCISES if f"{n}/{n}.npz" in files}
        assert told == {n for n in EXERCISES if f"{n}/{n}.ipynb" in names}
        return told, readme

    first, readme = handed_out(OPENS[EX1])
    assert first == {EX1}
    assert "20 points, due 15 January 2027, 12:00 (UTC)" in readme
    later, readme = handed_out(OPENS[EX2])
    assert later == {EX1, EX2}
    assert "35 points, due 29 January 2027, 12:00 (UTC)" in readme


# ---- collect, grade ----


def notebook_of(kind, exercise, course):
    """What a student of this kind hands in."""
    unit = load(exercise, course)
    if kind == "stub":
        return nb.untouched(unit)
    right = sample_notebook(unit)
    if kind == "right":
        return right
    name = FIRST[exercise]
    text = "".join(nb.cell(right, name)["source"])
    return nb.filled(unit, {name: text})


def files_of(student, exercise, course):
    """What a platform's download has of one student and exercise: names and contents."""
    place = EXERCISES.index(exercise)
    kind, number = student.handed_in[place], student.number
    if kind == "none":
        return {}
    name, data = f"{exercise}.ipynb", b"%PDF"
    if kind == "pdf":
        name = "work.pdf"
    else:
        data = json.dumps(notebook_of(kind, exercise, course)).encode()
    if student.platform == "canvas":
        return {f"{student.name}_{1000 + number}_{number}_{name}": data}
    if student.platform == "moodle":
        participant = 100 * (place + 1) + number  # another one in each assignment
        return {f"{student.name}_{participant}_assignsubmission_file_/{name}": data}
    earlier = json.dumps(notebook_of("stub", exercise, course)).encode()
    form = f"Week {place + 1}_{student.name}_attempt_2027-01-{{}}-09-00-00"
    return {
        f"{form.format(10)}_{name}": earlier,
        f"{form.format(11)}_{name}": data,
        f"{form.format(11)}.txt": b"a receipt",
    }


def download(term, platform, exercise):
    """Write a platform's zip of one exercise, and give its name."""
    files = {}
    for student in STUDENTS:
        if student.platform == platform:
            files |= files_of(student, exercise, term)
    path = term.root / f"{platform}-{exercise}.zip"
    path.write_bytes(zips.data(files))
    return path.name


@pytest.fixture(scope="module")
def graded(term):
    """All that was handed in, graded from three platforms' zips."""
    for exercise in EXERCISES:
        zipped = [download(term, platform, exercise) for platform in PLATFORMS]
        words = ["grade", *zipped, "--assignment", exercise, "--out", "results"]
        assert main([*words, "--files", f"{exercise}.csv"]) == 0
    return term


def test_every_file_of_every_download_has_its_line(graded):
    for exercise in EXERCISES:
        rows = list(csv.DictReader(open_text(f"{exercise}.csv")))
        assert "nobody's" not in {row["what became of it"] for row in rows}
        named = {(row["source"], row["file"]) for row in rows}
        for zipped in (f"{platform}-{exercise}.zip" for platform in PLATFORMS):
            with zipfile.ZipFile(zipped) as archive:
                assert {(zipped, name) for name in archive.namelist()} <= named


def open_text(path):
    return io.StringIO(Path(path).read_text(encoding="utf-8"), newline="")


# ---- mark by hand, lateness, totals ----


@pytest.fixture(scope="module")
def marked(graded):
    """Points by hand and times, as tables; the options that name them."""
    hand = ["student,assignment,points"]
    times = ["student,assignment,time"]
    for student in STUDENTS:
        if student.by_hand is not None:
            hand.append(f"{student.name},{EX2},{student.by_hand}")
        for exercise, kind, days in zip(
            EXERCISES, student.handed_in, student.days_late, strict=True
        ):
            if kind != "none":
                # an hour before each further day ends; on time is an hour before the date
                moment = DUE[exercise] + timedelta(days=days, hours=-1)
                times.append(f"{student.name},{exercise},{moment.isoformat()}")
    (graded.root / "hand.csv").write_text("\n".join(hand), encoding="utf-8")
    (graded.root / "times.csv").write_text("\n".join(times), encoding="utf-8")
    return ["--by-hand", "hand.csv", "--times", "times.csv"]


def reported(capsys, *words):
    """What a report says on standard output."""
    capsys.readouterr()
    assert main(["report", *words]) == 0
    return capsys.readouterr().out


def wanted(exercise, platform=""):
    """The totals that were reckoned by hand, of those who handed in."""
    place = EXERCISES.index(exercise)
    return {
        one.name: one.totals[place]
        for one in STUDENTS
        if one.totals[place] is not None and platform in ("", one.platform)
    }


@pytest.mark.parametrize("exercise", EXERCISES)
def test_everyones_total_is_the_one_that_was_reckoned_by_hand(marked, capsys, exercise):
    rows = csv.DictReader(io.StringIO(reported(capsys, "csv", *marked)))
    found = {
        row["student"]: float(row["total"])
        for row in rows
        if row["assignment"] == exercise
    }
    assert found == wanted(exercise)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_canvas_and_moodle_get_these_totals(marked, capsys, exercise, tmp_path):
    place = EXERCISES.index(exercise)
    most = (20, 35)[place]
    canvas = ["Student,ID,SIS User ID,SIS Login ID,Section," + f"{exercise} (9)"]
    canvas.append(f"Points Possible,,,,,{most}")
    moodle = ["Identifier,Full name,Email address,Grade,Maximum grade"]
    for one in STUDENTS:
        if one.platform == "canvas":
            canvas.append(f"Someone {one.name},{1000 + one.number},,{one.name},A,7")
        if one.platform == "moodle":
            number = 100 * (place + 1) + one.number
            moodle.append(f"Participant {number},{one.name},{one.name}@x.org,,{most}")
    results = tmp_path / "results"
    for platform, lines, key in (
        ("canvas", canvas, "SIS Login ID"),
        ("moodle", moodle, "Full name"),
    ):
        own = results_of(exercise, platform, results / platform)
        roster = tmp_path / f"{platform}.csv"
        roster.write_text("\n".join(lines), encoding="utf-8")
        tables = only(marked, exercise, platform, tmp_path)
        said = reported(capsys, platform, own, "--roster", str(roster), *tables)
        mark = "Grade" if platform == "moodle" else f"{exercise} (9)"
        rows = [row for row in csv.DictReader(io.StringIO(said)) if row[key]]
        found = {row[key]: row[mark] for row in rows}
        for name, total in wanted(exercise, platform).items():
            assert float(found.pop(name)) == total, name
        # whoever handed in nothing keeps what is there
        assert set(found.values()) <= {"7", ""}


def results_of(exercise, platform, folder):
    """A folder with one platform's results of one exercise."""
    for one in STUDENTS:
        file = f"results/{one.name}/{exercise}.json"
        kind = one.handed_in[EXERCISES.index(exercise)]
        if one.platform == platform and kind != "none":
            target = folder / one.name / f"{exercise}.json"
            target.parent.mkdir(parents=True)
            target.write_bytes(Path(file).read_bytes())
    return str(folder)


def only(marked, exercise, platform, folder):
    """The tables with the lines of one platform and exercise."""
    names = {one.name for one in STUDENTS if one.platform == platform}
    options = []
    for option, path in zip(marked[::2], marked[1::2], strict=True):
        head, *lines = Path(path).read_text(encoding="utf-8").splitlines()
        kept = [
            line
            for line in lines
            if line.split(",")[0] in names and line.split(",")[1] == exercise
        ]
        table = folder / f"{platform}-{path}"
        table.write_text("\n".join([head, *kept]), encoding="utf-8")
        options += [option, str(table)]
    return options


def test_a_students_page_has_the_same_totals(marked, capsys):
    assert main(["report", "html", *marked, "--out", "pages"]) == 0
    for student in STUDENTS:
        page = Path(f"pages/{student.name}.html").read_text(encoding="utf-8")
        for total, most in zip(student.totals, (20, 35), strict=True):
            assert total is None or f"{total:g} of {most} points" in page, student
        assert not re.search(r"\d of 30 points", page)


# ---- regrade, look at the class, publish ----


def test_a_regrade_says_whose_mark_was_another_and_puts_it_right(marked, capsys):
    path = Path("results/s01/ex1_rnn_cell.json")
    kept = path.read_text(encoding="utf-8")
    spoilt = kept.replace('"score": 20.0', '"score": 3.0')
    path.write_text(spoilt, encoding="utf-8")
    words = ["regrade", "canvas-ex1_rnn_cell.zip", "--assignment", EX1]
    capsys.readouterr()
    assert main([*words, "--out", "results", "--csv", "changes.csv", "--apply"]) == 0
    (row,) = csv.DictReader(open_text("changes.csv"))
    assert row["student"] == "s01"
    assert json.loads(path.read_text(encoding="utf-8"))["score"] == 20.0


def test_the_class_page_has_a_line_a_student(marked, capsys):
    page = reported(capsys, "class", *marked, "--names")
    for student in STUDENTS:
        total = sum(filter(None, student.totals))
        assert re.search(rf"<td>{student.name}</td>.*<b>{total:g}</b>", page), student


def test_what_is_published_is_of_this_class(marked, term, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(OPENS[EX1].timestamp())))
    html = term.root / "_build" / "html"
    html.mkdir(parents=True)
    (html / "index.html").write_text("<title>The book</title>", encoding="utf-8")
    write_note(html, [html / "index.html"], began_empty=True)
    workflow = term.root / "templates" / "public-repository" / public_folder.WORKFLOW
    workflow.parent.mkdir(parents=True)
    workflow.write_text(f"{public_folder.MINE}\n", encoding="utf-8")
    files = public_folder.publish(term, tmp_path / "public")
    held = {name.split("/")[0] for name in files if name.startswith("ex")}
    assert held == {EX1}  # in its week
    assert not any("results" in name or "s01" in name for name in files)
