"""When files were changed: by the commits of a small repository, and without one."""

import os
import subprocess

import pytest

from autograder.publish.dates import (
    changed,
    last_change,
    stamp,
    unchanged_since,
)
from autograder.unit.course import CourseError
from autograder.unit.handed_out import given_date

WHO = ("-c", "user.name=A", "-c", "user.email=a@example.org")


def git(root, *arguments, at=1_600_000_000):
    date = {"GIT_COMMITTER_DATE": f"{at} +0000", "GIT_AUTHOR_DATE": f"{at} +0000"}
    subprocess.run(
        ["git", "-C", root, *WHO, *arguments],
        check=True,
        capture_output=True,
        env=os.environ | date,
    )


def commit(root, files, at):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "x", at=at)


@pytest.fixture
def root(tmp_path):
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path, {"a/one.py": "1", "a/two.py": "2", "p": "x = 1"}, 1_600_000_000)
    commit(tmp_path, {"a/two.py": "22", "p": "x = 1  # why"}, 1_600_000_100)
    return tmp_path


def test_a_file_has_the_date_of_the_commit_that_touched_it(root):
    one, two = root / "a/one.py", root / "a/two.py"
    assert changed(root, [one, two]) == {one: 1_600_000_000, two: 1_600_000_100}


def test_what_was_edited_since_has_its_own(root):
    one, new = root / "a/one.py", root / "a/new.py"
    for path, when in ((one, 1_700_000_000), (new, 1_700_000_001)):
        path.write_text("edited", encoding="utf-8")
        os.utime(path, (when, when))
    assert changed(root, [one, new]) == {one: 1_700_000_000, new: 1_700_000_001}
    assert last_change(root, root / "a") == 1_700_000_001


def test_without_a_repository_the_file_system_says(tmp_path):
    path = tmp_path / "x"
    path.write_text("x", encoding="utf-8")
    os.utime(path, (1_500_000_000, 1_500_000_000))
    assert changed(tmp_path, [path]) == {path: 1_500_000_000}
    assert unchanged_since(tmp_path, path, bool) == 1_500_000_000


def test_a_folder_changes_when_a_file_of_it_goes(root):
    assert last_change(root, root / "a") == 1_600_000_100
    commit(root, {"a/one.py": None}, 1_600_000_200)
    assert last_change(root, root / "a") == 1_600_000_200
    commit(root, {"p": "y"}, 1_600_000_300)
    assert last_change(root, root / "a") == 1_600_000_200


def test_what_is_merged_has_the_date_of_the_merge(root):
    git(root, "checkout", "--quiet", "-b", "side")
    commit(root, {"a/one.py": "side"}, 1_600_000_050)  # by a clock that is behind
    git(root, "checkout", "--quiet", "main")
    git(root, "merge", "--quiet", "--no-ff", "--no-edit", "side", at=1_600_000_400)
    assert last_change(root, root / "a") == 1_600_000_400


def test_a_file_is_unchanged_in_what_matters_since_it_last_mattered(root):
    path = root / "p"
    assert unchanged_since(root, path, lambda text: "x = 1" in text) == 1_600_000_000
    assert unchanged_since(root, path, lambda text: "why" in text) == 1_600_000_100


def test_an_outer_repository_knows_nothing_of_a_course_within_it(root):
    inner = root / "course"
    inner.mkdir()
    (root / ".gitignore").write_text("course/", encoding="utf-8")
    path = inner / "x"
    path.write_text("x", encoding="utf-8")
    os.utime(path, (1_500_000_000, 1_500_000_000))
    assert changed(inner, [path]) == {path: 1_500_000_000}


def test_a_given_date_is_a_number(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert given_date() is None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    assert stamp(given_date()) == (2020, 9, 13, 12, 26, 40)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(CourseError, match="'yesterday', not a number of seconds"):
        given_date()


def test_a_zip_begins_in_1980():
    assert stamp(0) == (1980, 1, 1, 0, 0, 0)
