"""A repository to be made public shares nothing with the private one."""

import shutil
import subprocess

import minicourse
import pytest
from tables import each_row

from autograder.publish.shared_history import _alike, refuse_relatives
from autograder.unit.course import Course, CourseError

NAMED = [
    "-c",
    "user.name=A",
    "-c",
    "user.email=a@example.org",
    "-c",
    "init.defaultBranch=main",
]


def git(place, *arguments):
    done = subprocess.run(
        ["git", "-C", place, *NAMED, *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def commit(place, message="all"):
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture
def course(tmp_path):
    """A course in a Git repository of two commits, the second of which changed a solution."""
    course = minicourse.make(tmp_path / "course")
    source = course.source(minicourse.NAME)
    final = source.read_text(encoding="utf-8")
    source.write_text(final.replace("why three", "an older remark"), encoding="utf-8")
    git(course.root, "init", "--quiet")
    commit(course.root)
    source.write_text(final, encoding="utf-8")
    commit(course.root)
    git(course.root, "remote", "add", "origin", "git@github.com:teacher/private.git")
    return course


@pytest.fixture
def public(tmp_path):
    """An earlier export, pushed already."""
    folder = tmp_path / "public"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "README.md").write_text("All about the exercises.\n", encoding="utf-8")
    commit(folder)
    git(folder, "remote", "add", "origin", "https://github.com/teacher/public")
    return folder


def test_a_repository_of_its_own_is_fine(course, public, tmp_path):
    refuse_relatives(course, public)
    refuse_relatives(course, tmp_path / "not" / "there")


def test_a_new_repository_without_a_commit_is_fine(course, tmp_path):
    (tmp_path / "new").mkdir()
    git(tmp_path / "new", "init", "--quiet")
    refuse_relatives(course, tmp_path / "new")


def test_a_clone_and_what_lies_in_one_are_refused(course, tmp_path):
    git(tmp_path, "clone", "--quiet", course.root, tmp_path / "clone")
    for folder in (tmp_path / "clone", tmp_path / "clone" / "a" / "new" / "one"):
        with pytest.raises(CourseError, match="history of its own"):
            refuse_relatives(course, folder)


def test_a_worktree_is_refused(course, tmp_path):
    git(course.root, "worktree", "add", "--quiet", "-b", "public", tmp_path / "tree")
    with pytest.raises(CourseError):
        refuse_relatives(course, tmp_path / "tree")


def test_a_repository_that_leads_to_the_private_one_is_refused(course, public):
    git(public, "remote", "add", "other", "https://github.com/Teacher/private/")
    with pytest.raises(
        CourseError, match=r"leads to the private one, github\.com/teacher/private"
    ):
        refuse_relatives(course, public)


def test_a_private_commit_that_no_branch_has_any_more_is_refused(course, public):
    git(public, "fetch", "--quiet", course.root, "main:taken")
    git(public, "branch", "--quiet", "-D", "taken")
    shutil.rmtree(course.solutions)  # whatever the solutions are by now
    course.solutions.mkdir()
    git(course.root, "update-ref", "-d", "HEAD")
    with pytest.raises(CourseError, match="2 commits of the private one"):
        refuse_relatives(course, public)


@pytest.mark.parametrize("version", ["HEAD", "HEAD~1"])
def test_a_solution_in_its_history_is_refused_though_it_was_removed(
    course, public, version
):
    text = git(course.root, "show", f"{version}:solutions/{minicourse.NAME}.py") + "\n"
    (public / "notes.txt").write_text(text, encoding="utf-8")
    commit(public)
    (public / "notes.txt").unlink()
    commit(public)
    with pytest.raises(CourseError, match=r"holds 1 files of .*solutions"):
        refuse_relatives(course, public)


def test_a_course_without_git_knows_its_solutions_by_their_bytes(course, public):
    shutil.rmtree(course.root / ".git")
    refuse_relatives(course, public)
    shutil.copy(course.source(minicourse.NAME), public / "notes.txt")
    commit(public)
    with pytest.raises(CourseError, match="holds 1 files"):
        refuse_relatives(course, public)


def test_what_is_released_is_no_secret_though_it_lies_in_the_solutions_too(
    course, public
):
    for folder in (course.solutions / "_source", course.exercises, public):
        folder.mkdir(exist_ok=True)
        (folder / "numbers.npz").write_bytes(b"PK numbers")
        (folder / "empty.txt").touch()
    commit(public)
    refuse_relatives(course, public)


def test_a_history_that_is_cut_off_cannot_be_looked_through(course, public, tmp_path):
    commit(public, "more")
    git(tmp_path, "clone", "--quiet", "--depth", "1", public.as_uri(), tmp_path / "cut")
    with pytest.raises(CourseError, match="shallow"):
        refuse_relatives(course, tmp_path / "cut")


def test_what_git_cannot_say_is_no_yes(course, public):
    (public / ".git" / "HEAD").write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(CourseError, match="git rev-parse"):
        refuse_relatives(course, public)


@each_row(
    "address",
    [
        "git@github.com:a/b.git",
        "ssh://git@github.com/a/b.git",
        "ssh://git@github.com:22/a/b",
        "https://github.com/a/b/",
        "https://me:token@github.com/A/b.git",
    ],
)
def test_addresses_of_one_repository_are_alike(address):
    assert _alike(address) == "github.com/a/b"


def test_a_place_is_an_address_too():
    assert _alike("/srv/git/a.git") == _alike("file:///srv/git/a/") == "/srv/git/a"
    assert _alike("/srv/git/a") != _alike("/srv/git/b")


def test_a_real_course_is_not_related_to_an_empty_folder(tmp_path):
    refuse_relatives(Course.find(__file__), tmp_path)
