"""The package's wheel, and the student's: what belongs into it and nothing else, the same bytes
every time.
"""

import ast
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from packaging.version import Version
from sweeps import sweep
from test_dates import commit, git

from autograder.publish.student_repository import solved
from autograder.publish.wheel import (
    NEEDED,
    OF_STUDENTS,
    build_student_wheel,
    build_wheel,
)
from autograder.unit.course import CourseError
from autograder.unit.source import read_cells


@pytest.fixture(scope="module")
def built(real_course):
    return build_wheel(real_course.root)


@pytest.fixture(scope="module")
def of_students(real_course):
    return build_student_wheel(real_course.root)


@pytest.fixture(scope="module")
def place(of_students, tmp_path_factory):
    """A folder with the student's wheel unpacked, and numpy, and nothing else."""
    place = tmp_path_factory.mktemp("packages")
    with zipfile.ZipFile(io.BytesIO(of_students[1])) as file:
        file.extractall(place)
    packages = Path(np.__file__).parents[1]
    for path in (packages / "numpy", packages / "numpy.libs"):
        if path.exists():
            (place / path.name).symlink_to(path)
    return place


def alone(place, code, *arguments, given=""):
    """Run code in an interpreter that finds the standard library and this folder."""
    start = (
        f"import sys; sys.path.append({str(place)!r}); sys.dont_write_bytecode = True\n"
    )
    command = [sys.executable, "-I", "-S", "-c", start + code, *arguments]
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_students_get_what_their_check_imports_and_no_part_of_the_grader(place):
    code = "import unrolled.notebook_check, unrolled.sibling\nprint(*sys.modules)"
    loaded = {
        name for name in alone(place, code).split() if name.split(".")[0] == OF_STUDENTS
    }
    there = {
        path.relative_to(place).with_suffix("").parts
        for path in place.glob(f"{OF_STUDENTS}/**/*.py")
    }
    assert loaded == {".".join(parts).removesuffix(".__init__") for parts in there}
    beside = {path.name.split("-")[0] for path in place.iterdir()} - {
        "numpy",
        "numpy.libs",
    }
    assert beside == {OF_STUDENTS, "unrolled_autograder"}


def test_no_module_of_students_imports_another_later(place):
    """Within a function, where a mere import would not show it."""
    for path in (place / OF_STUDENTS).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module.split(".")[0] in {
                    OF_STUDENTS,
                    "numpy",
                    *sys.stdlib_module_names,
                }, path.name


def test_it_passes_for_the_whole_package_with_the_grader_left_out(built, of_students):
    name, version, _ = built[0].split("-", 2)
    assert of_students[0].startswith(f"{name}-{version}.post")
    with (
        zipfile.ZipFile(io.BytesIO(of_students[1])) as file,
        zipfile.ZipFile(io.BytesIO(built[1])) as whole,
    ):
        texts = {name: file.read(name).decode("utf-8") for name in file.namelist()}
        assert all(
            whole.read(name).decode("utf-8") == text
            for name, text in texts.items()
            if name.endswith(".py")
        )
    assert not any("entry_points" in name for name in texts)
    metadata = next(text for name, text in texts.items() if name.endswith("METADATA"))
    wanted = [
        line
        for line in metadata.split("\n\n")[0].splitlines()
        if line.startswith(("Requires-Dist", "Provides"))
    ]
    assert wanted == ["Requires-Dist: numpy>=1.26"]


CHECKING = """
import json
name, folder = sys.argv[1:]
space, said = {}, {}
for role, task, text in json.loads(sys.stdin.read()):
    text = text.replace(f'exercise("{name}")', f'exercise("{name}", {folder!r})')
    exec(compile(text, "cell", "exec"), space)
    if role == "solve":
        said[task] = str(space["check"].verdict(space[task]).right)
print(json.dumps(said))
"""


def test_every_check_runs_with_numpy_alone(place, real_course):
    for name in real_course.assignments:
        texts = {
            cell["id"]: "".join(cell["source"])
            for cell in json.loads(solved(name, real_course))["cells"]
        }
        wanted = [
            c
            for c in read_cells(real_course.source(name))
            if c.role in ("given", "bind", "solve")
        ]
        cells = [
            (c.role, c.task, texts[c.task if c.role == "solve" else c.id])
            for c in wanted
        ]
        cells = [
            (role, task, text.replace("import matplotlib.pyplot as plt", ""))
            for role, task, text in cells
        ]
        said = json.loads(
            alone(
                place,
                CHECKING,
                name,
                str(real_course.exercises / name),
                given=json.dumps(cells),
            )
        )
        assert said == {c.task: "True" for c in wanted if c.role == "solve"}, name


def test_the_students_wheel_is_the_same_bytes_every_time(real_course, of_students):
    assert build_student_wheel(real_course.root) == of_students


@pytest.mark.parametrize(
    "text", ["[project\n", "[build-system]\n[project]\nname = 'x'\n"]
)
def test_says_why_the_students_cannot_be_built(text, real_course, tmp_path):
    for package in ("autograder", OF_STUDENTS):
        shutil.copytree(real_course.root / package, tmp_path / package)
    for name in NEEDED:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match="could not be built"):
        build_student_wheel(tmp_path)


def test_holds_the_package_and_nothing_else(built):
    with zipfile.ZipFile(io.BytesIO(built[1])) as file:
        names = file.namelist()
    assert {n.split("/")[0] for n in names if ".dist-info/" not in n} == {
        "autograder",
        OF_STUDENTS,
    }
    assert {
        "autograder/publish/start_here.html",
        "autograder/publish/student_readme.md",
    } <= set(names)


def test_what_an_earlier_build_left_behind_does_not_get_in(
    real_course, built, tmp_path
):
    for package in ("autograder", OF_STUDENTS):
        shutil.copytree(real_course.root / package, tmp_path / package)
    for name in NEEDED:
        shutil.copy(real_course.root / name, tmp_path)
    stale = tmp_path / "build" / "lib" / "autograder" / "gone.py"
    stale.parent.mkdir(parents=True)
    stale.write_text("secret = 1\n", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    assert build_wheel(tmp_path) == built
    assert sorted(tmp_path.iterdir()) == before


def test_says_why_it_cannot_be_built(real_course, tmp_path):
    for package in ("autograder", OF_STUDENTS):
        (tmp_path / package).mkdir()
    for name in NEEDED:
        (tmp_path / name).write_text("[project\n", encoding="utf-8")
    with pytest.raises(CourseError, match="could not be built"):
        build_wheel(tmp_path)


@pytest.fixture
def versioned(real_course, tmp_path):
    """A repository of what the student's wheel is made of."""
    shutil.copytree(real_course.root / OF_STUDENTS, tmp_path / OF_STUDENTS)
    for name in NEEDED:
        shutil.copy(real_course.root / name, tmp_path)
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path, {}, 1_600_000_000)
    return tmp_path


def test_the_version_follows_the_content(versioned):
    first = build_student_wheel(versioned)
    assert "0.post20200913122640-" in first[0]
    project = (versioned / "pyproject.toml").read_text(encoding="utf-8")
    other = project.replace('"ruff>=', '"another>=1",  # why\n  "ruff>=')
    commit(versioned, {"pyproject.toml": other, "README.md": "new"}, 1_600_000_100)
    assert build_student_wheel(versioned) == first
    more = other.replace('"numpy>=1.26"', '"numpy>=1.27"')
    commit(versioned, {"pyproject.toml": more}, 1_600_000_200)
    second = build_student_wheel(versioned)
    commit(versioned, {f"{OF_STUDENTS}/more.py": "x = 1\n"}, 1_600_000_300)
    third = build_student_wheel(versioned)
    versions = [Version(wheel.split("-")[1]) for wheel, _ in (first, second, third)]
    assert versions == sorted(set(versions))


@sweep
def test_pip_takes_a_newer_content_for_an_upgrade(versioned, tmp_path_factory):
    place = tmp_path_factory.mktemp("env")
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "--quiet", "--seed", place], check=True)

    def install():
        name, data = build_student_wheel(versioned)
        (place / name).write_bytes(data)
        command = [place / "bin" / "python", "-m", "pip", "install", "--no-deps"]
        done = subprocess.run(
            [*command, "--no-index", place / name],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    assert "Successfully installed" in install()
    assert "Successfully installed" not in install()
    commit(versioned, {f"{OF_STUDENTS}/more.py": "x = 1\n"}, 1_600_000_300)
    assert "Successfully installed" in install()
