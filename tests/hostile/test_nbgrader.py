"""Submissions that attack nbgrader's commands: through their other files, and through the pages
made of them.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from own_settings import put_settings
from sweeps import sweep

from .attack import CELL, FORWARD, WRONG
from .conftest import ASSIGNMENT

MARKUP = """
<script>alert(1)</script> <img src=x onerror=alert(2)> <svg onload=alert(3)> [link](javascript:alert(4))
<iframe srcdoc="<script>alert(5)</script>"></iframe> <a href="data:text/html,<script>alert(6)</script>">x</a>
$<script>alert(7)</script>$ $\\text{<img src=x onerror=alert(8)>}$ `</code><script>alert(9)</script>`
<style>@import "https://example.org/x.css"; body {display: none}</style> ![](https://example.org/seen.png)
[a](java&#115;cript:alert(1)) [b](<javascript:alert(1)>) [c][ref] [d]( \t javascript:alert(1)) [page](https://example.org)

[ref]: javascript:alert(1)

$\\href{javascript:alert(1)}{x} \\style{position:fixed}{y} \\color{"><img src=x onerror=alert(1)>}z$

<form action="https://example.org"><input name=token></form> <meta http-equiv=refresh content="0;https://example.org">
"""  # noqa: E501
SCRIPT = re.compile(r"^[\s\x00-\x20]*(javascript|data|vbscript):", re.I)


class Page(HTMLParser):
    """Finds in a page whatever runs code, loads something, or leads the reader away unasked."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag in (
            "script",
            "iframe",
            "object",
            "embed",
            "form",
            "meta",
            "base",
            "link",
        ):
            self.found += (
                [(tag, dict(attrs))]
                if tag != "meta" or "http-equiv" in dict(attrs)
                else []
            )
        for name, value in attrs:
            if (
                name.startswith("on")
                or SCRIPT.search(value or "")
                or (name == "src" and "//" in value)
            ):
                self.found.append((tag, name, value))

    def handle_data(self, data):
        if "@import" in data and self.cdata_elem == "style":
            self.found.append(("style", data[:50]))


def nbgrader(place, *command):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["nbgrader", *command],
        cwd=place,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def place(ground, real_course, tmp_path_factory):
    """A course with one honest and many hostile submissions, autograded, with feedback."""
    place = tmp_path_factory.mktemp("gradebook")
    shutil.copytree(ground.root / "solutions", place / "solutions")
    put_settings(place)
    for name in ("exercises", "nbgrader_config.py"):
        source = real_course.root / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, place / name)
    released = subprocess.run(
        [sys.executable, "-m", "autograder", "release", ASSIGNMENT],
        cwd=place,
        capture_output=True,
        check=False,
    )
    assert released.returncode == 0, released.stderr
    token = place / "solutions" / "token.txt"

    def submit(student, change=lambda data, folder: None, **texts):
        data = ground.notebook(
            [(CELL, texts.get("cell", WRONG)), (FORWARD, ground.right[FORWARD])]
        )
        folder = place / "grading" / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        change(data, folder)
        if not os.path.lexists(folder / f"{ASSIGNMENT}.ipynb"):
            (folder / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(data))

    def markup(data, folder):
        data["cells"].insert(
            0, {"cell_type": "markdown", "id": "a", "metadata": {}, "source": MARKUP}
        )
        data["cells"].insert(
            0,
            {
                "cell_type": "raw",
                "id": "b",
                "metadata": {"format": "text/html"},
                "source": MARKUP,
            },
        )
        for cell in data["cells"]:
            if cell["cell_type"] == "markdown" and cell["id"] != "a":
                cell["source"] += MARKUP
                cell["attachments"] = {"x": {"text/html": "<script>alert(1)</script>"}}
        html = {
            "output_type": "display_data",
            "data": {"text/html": MARKUP},
            "metadata": {},
        }
        for cell in data["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = [html]
        data["metadata"]["title"] = "</title><script>alert(1)</script>"
        data["metadata"]["language_info"] = {
            "name": "<script>",
            "pygments_lexer": "html",
        }

    def links(data, folder):
        (folder / "data.csv").symlink_to(token)
        (folder / "timestamp.txt").symlink_to(token)
        (folder / f"{ASSIGNMENT}.html").symlink_to(token)
        (folder / "deep").mkdir()
        (folder / "deep" / "x.txt").symlink_to(token)
        (folder / "all").symlink_to(token.parent)

    def inflate(data, folder):
        for cell in data["cells"]:
            if "nbgrader" in cell["metadata"]:
                cell["metadata"]["nbgrader"]["points"] = 1000
            if cell["cell_type"] == "code":
                result = {
                    "output_type": "execute_result",
                    "data": {"text/plain": "10"},
                    "metadata": {},
                }
                cell["outputs"] = [result | {"execution_count": 1}]
        data["cells"] += [
            c
            for c in json.loads(json.dumps(data["cells"]))
            if c["id"].startswith("check_")
        ]

    submit("honest", cell=ground.right[CELL])
    submit("markup", markup)
    submit("links", links)
    submit("inflates", inflate)
    submit(
        "linked",
        lambda data, folder: (folder / f"{ASSIGNMENT}.ipynb").symlink_to(
            place / "solutions" / "_source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        ),
    )
    submit("late", lambda data, folder: (folder / "timestamp.txt").write_text("never"))
    submit(
        "dangling",
        lambda data, folder: (folder / "gone").symlink_to("/nonexistent/file"),
    )
    submit("pipe", lambda data, folder: os.mkfifo(folder / "pipe"))
    submit("exits", cell=f"def {CELL}(*given):\n    import os\n    os._exit(0)\n")
    submit(
        "tells",
        cell=(
            f"def {CELL}(*given):\n"
            "    raise ValueError('<script>alert(1)</script>')  # <img src=x onerror=y>\n"
        ),
    )
    submit(
        "zero",
        cell=f"def {CELL}(*given):\n    return None\nraise BaseException('</pre><script>')\n",
    )

    def many_links(data, folder):
        (folder / ("x" * 255)).symlink_to(token)
        (folder / "data.csv").symlink_to(token)
        (folder / "submission_secret.txt").symlink_to(token)

    def waits(data, folder):
        os.mkfifo(folder / f"{ASSIGNMENT}.ipynb")
        os.mkfifo(folder / "timestamp.txt")

    def dates_itself(data, folder):
        (folder / "timestamp.txt").mkdir()
        (folder / "submission_secret.txt").write_text(f"../../{ASSIGNMENT}")

    def brackets(data, folder):
        text = "\\\\[" * 16_666
        data["cells"] += [
            {"cell_type": "markdown", "id": f"b{i}", "metadata": {}, "source": text}
            for i in range(3)
        ]

    submit("many_links", many_links)
    submit("waits", waits)
    submit("dates_itself", dates_itself)
    submit("brackets", brackets)
    submit("=1+1")
    submit("Jose\u0301 [*]")
    source = place / "solutions" / "_source"
    assert (source / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").exists()
    (place / "grading" / "submitted" / "linked_student").symlink_to(source)
    (place / "grading" / "submitted" / "linked_exercise").mkdir()
    (place / "grading" / "submitted" / "linked_exercise" / ASSIGNMENT).symlink_to(
        source / ASSIGNMENT
    )
    (place / "grading" / "submitted" / "looping").symlink_to("looping")
    (place / "grading" / "submitted" / "file").write_text("")
    (place / "grading" / "submitted" / "file_for_a_folder").mkdir()
    (place / "grading" / "submitted" / "file_for_a_folder" / ASSIGNMENT).write_text("")
    (place / "grading" / "submitted" / ".DS_Store").write_text("")
    done = nbgrader(place, "autograde", ASSIGNMENT)
    assert done.returncode == 0, done.stderr[-3000:]
    done = nbgrader(place, "generate_feedback", ASSIGNMENT)
    assert done.returncode == 0, done.stderr[-3000:]
    return place


def pages(place):
    return {
        p.parents[1].name: p.read_text()
        for p in (place / "grading" / "feedback").glob(f"*/*/{ASSIGNMENT}.html")
    }


def test_marks(place):
    assert nbgrader(place, "export", "--to", "grades.csv").returncode == 0
    with open(place / "grades.csv", newline="") as file:
        marks = {
            row["student_id"]: float(row["score"])
            for row in csv.DictReader(file)
            if row["assignment"] == ASSIGNMENT
        }
    others = (
        "markup",
        "links",
        "inflates",
        "late",
        "dangling",
        "pipe",
        "exits",
        "tells",
        "zero",
    )
    new = ("many_links", "dates_itself", "brackets", "'=1+1", "Jos\u00e9 [*]")
    refused = (
        "linked",
        "linked_student",
        "linked_exercise",
        "file_for_a_folder",
        "waits",
    )
    assert marks == {"honest": 20} | dict.fromkeys(others + new, 10) | dict.fromkeys(
        refused, 0
    )


def test_what_is_refused_is_told_why(place):
    found = {
        student: pages(place)[student]
        for student in ("linked_student", "linked_exercise", "waits")
    }
    assert "symbolic link" in found["linked_student"]
    assert "symbolic link" in found["linked_exercise"]
    assert "it is not a file" in found["waits"]


def test_nothing_of_a_submission_goes_on_but_three_files(place):
    """nbgrader copies the numbers of the exercise itself; of a submission notebook, time and
    word.
    """
    numbers = {path.name for path in (place / "exercises" / ASSIGNMENT).iterdir()} - {
        f"{ASSIGNMENT}.ipynb"
    }
    allowed = numbers | {
        f"{ASSIGNMENT}.ipynb",
        "timestamp.txt",
        "submission_secret.txt",
    }
    names = {
        path.name
        for path in (place / "grading" / "autograded").rglob("*")
        if path.is_file()
    }
    assert names <= allowed
    assert not list((place / "grading").glob("unrolled-*"))


def test_no_file_carries_a_secret(place, ground):
    """What nbgrader copies from a submission's folder to the feedback is what the student
    handed in, no more.
    """
    for folder in ("autograded", "feedback"):
        files = [p for p in (place / "grading" / folder).rglob("*") if p.is_file()]
        assert files
        assert not [p for p in files if p.is_symlink()]
        texts = {p: p.read_bytes().decode(errors="replace") for p in files}
        assert [p for p, text in texts.items() if ground.token in text] == []
    own = ground.secrets[
        1:
    ]  # the honest one hands in the lines of the solution itself, all of them one of the two
    for student, page in pages(place).items():
        if student.startswith("linked"):
            assert [line for line in own if line in page] == []


def test_pages_run_nothing_and_load_nothing(place):
    found = {student: Page(page).found for student, page in pages(place).items()}
    assert set(found) >= {"honest", "markup", "tells"}
    assert {student: what for student, what in found.items() if what} == {}


def csv_marks(place):
    assert nbgrader(place, "export", "--to", "grades.csv").returncode == 0
    with open(place / "grades.csv", newline="") as file:
        return {
            row["student_id"]: row["score"]
            for row in csv.DictReader(file)
            if row["assignment"] == ASSIGNMENT
        }


@sweep
def test_what_cannot_be_graded_is_named_and_stops_nobody(place, ground):
    """After the others: no row, no mark, the name in one line, and 1 at the end."""
    before = csv_marks(place)
    tree = place / "grading" / "submitted"
    right = json.dumps(
        ground.notebook([(CELL, ground.right[CELL]), (FORWARD, ground.right[FORWARD])])
    )
    for student in (".dot", "line\nend", "a\x1b[2Jb", "zzz", "Jos\u00e9 [*]", "hard"):
        (tree / student / ASSIGNMENT).mkdir(parents=True)
        if student != "hard":
            (tree / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text(right)
    source = place / "solutions" / "_source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    os.link(source, tree / "hard" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    done = nbgrader(place, "autograde", ASSIGNMENT)
    assert done.returncode == 1
    left = [
        line
        for line in done.stderr.splitlines()
        if "is left out, without a mark" in line
    ]
    for name in (
        ".dot",
        "line\ufffdend",
        "a\ufffd[2Jb",
        "hard",
        "Jos\u00e9 [*]",
        "Jose\u0301 [*]",
    ):
        assert [line for line in left if f"{name} is left out" in line], name
    assert len(left) == 6
    assert "\x1b[2J" not in done.stderr
    assert csv_marks(place) == before | {"zzz": "20.0"}
    for student in (".dot", "line\nend", "a\x1b[2Jb", "zzz", "Jos\u00e9 [*]", "hard"):
        shutil.rmtree(tree / student)


@sweep
def test_a_hook_that_fails_leaves_no_mark(place, ground):
    """nbgrader would pass it over and go on."""
    tree = place / "grading" / "submitted" / "late_comer" / ASSIGNMENT
    tree.mkdir(parents=True)
    (tree / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(ground.notebook([])))
    failing = "--Autograde.pre_convert_hook=os.getcwd"
    done = nbgrader(place, "autograde", ASSIGNMENT, "--student=late_comer", failing)
    assert done.returncode == 1
    assert "There was an error processing assignment" in done.stderr
    assert "late_comer" not in csv_marks(place)
    shutil.rmtree(tree.parent)
