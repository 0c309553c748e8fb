"""The package's wheel: the package and nothing else, the same bytes every time."""

import io
import shutil
import zipfile

import pytest

from autograder.course import CourseError
from autograder.wheel import NEEDED, build_wheel


@pytest.fixture(scope="module")
def built(real_course):
    return build_wheel(real_course.root)


def test_holds_the_package_and_nothing_else(built):
    with zipfile.ZipFile(io.BytesIO(built[1])) as file:
        names = file.namelist()
    assert {n.split("/")[0] for n in names if ".dist-info/" not in n} == {"autograder"}
    assert {"autograder/start_here.html", "autograder/student_readme.md"} <= set(names)


def test_what_an_earlier_build_left_behind_does_not_get_in(real_course, built, tmp_path):
    shutil.copytree(real_course.root / "autograder", tmp_path / "autograder")
    for name in NEEDED:
        shutil.copy(real_course.root / name, tmp_path)
    stale = tmp_path / "build" / "lib" / "autograder" / "gone.py"
    stale.parent.mkdir(parents=True)
    stale.write_text("secret = 1\n", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    assert build_wheel(tmp_path) == built
    assert sorted(tmp_path.iterdir()) == before


def test_says_why_it_cannot_be_built(real_course, tmp_path):
    (tmp_path / "autograder").mkdir()
    for name in NEEDED:
        (tmp_path / name).write_text("[project\n", encoding="utf-8")
    with pytest.raises(CourseError, match="could not be built"):
        build_wheel(tmp_path)
