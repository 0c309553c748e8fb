"""Addresses of the public student repository, for the servers that there are."""

from itertools import product

import pytest
from tables import each_row

from autograder.unit.course import Course, CourseError
from autograder.unit.repository import Repository, repository_of

NAME = "ex1_rnn_cell"
BINDER = "https://mybinder.org/v2"


@pytest.fixture
def named(tmp_path):
    """What a course makes of the address in its `course.toml`."""

    def of(address):
        (tmp_path / "course.toml").write_text(
            f'[links]\nrepository = "{address}"\n', encoding="utf-8"
        )
        return repository_of(Course(tmp_path))

    return of


@each_row("address", ["", "   "])
def test_none_named_is_none(named, address):
    assert named(address) is None


def test_a_course_without_the_table_has_none(tmp_path):
    (tmp_path / "course.toml").write_text('[course]\nid = "x"\n', encoding="utf-8")
    assert repository_of(Course(tmp_path)) is None


@each_row(
    ("start", "end"),
    product(["https://", "https://www.", "http://"], ["", "/", ".git", ".git/"]),
)
def test_github(named, start, end):
    found = named(f"{start}github.com/some-owner/re.po_1{end}")
    address = f"{start.replace('www.', '')}github.com/some-owner/re.po_1"
    assert (found.address, found.kind) == (address, "github")
    assert (
        found.binder(NAME)
        == f"{BINDER}/gh/some-owner/re.po_1/HEAD?urlpath=lab/tree/{NAME}/{NAME}.ipynb"
    )
    colab = f"https://colab.research.google.com/github/some-owner/re.po_1/blob/HEAD/colab/{NAME}.ipynb"
    assert found.colab(NAME) == colab


def test_gitlab(named):
    found = named("https://gitlab.com/group/sub/repo")
    assert found.kind == "gitlab"
    assert (
        found.binder(NAME)
        == f"{BINDER}/gl/group%2Fsub%2Frepo/HEAD?urlpath=lab/tree/{NAME}/{NAME}.ipynb"
    )
    assert found.colab(NAME) == ""


def test_gitlab_of_a_university(named):
    found = named("https://gitlab.uni.example/group/repo")
    assert found.kind == "gitlab"
    assert found.binder(NAME).startswith(
        f"{BINDER}/git/https%3A%2F%2Fgitlab.uni.example%2Fgroup%2Frepo/HEAD?"
    )


def test_any_other_server(named):
    found = named("https://git.example:8443/repo")
    assert (found.kind, found.colab(NAME)) == ("", "")
    assert found.binder(NAME).startswith(
        f"{BINDER}/git/https%3A%2F%2Fgit.example%3A8443%2Frepo/HEAD?"
    )


@each_row(
    "address",
    [
        "https://github.com/owner",
        "https://github.com/owner/repo/tree/main",
        "git@github.com:owner/repo.git",
        "github.com/owner/repo",
        "https://example.org",
        "javascript:alert(1)",
        "https://github.com/own er/repo",
        "https://github.com/owner/repo; rm -rf ~",
        "https://github.com/owner/repo?x=<script>",
    ],
)
def test_what_is_no_repository_is_refused(named, address):
    with pytest.raises(CourseError, match=r"https://github\.com/OWNER/NAME"):
        named(address)


def test_the_three_parts_are_one_address():
    one = Repository("https://github.com/a/b", "github.com", "a/b")
    assert all("a/b" in address for address in (one.binder(NAME), one.colab(NAME)))
