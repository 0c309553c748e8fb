"""What is exported to the public repository, and what is refused."""

import shutil
import subprocess
from pathlib import Path

import pytest
from copies import copied
from sweeps import few, sweep
from tables import each_row
from test_student_repository import ASSIGNMENT, REPOSITORY, files_of

from autograder.cli import main
from autograder.publish import public_folder, student_repository
from autograder.publish.built_book import write_note
from autograder.publish.leaks import find_leaks
from autograder.publish.public_folder import PAGES, WORKFLOW
from autograder.publish.wheel import build_student_wheel
from autograder.unit.course import CourseError

SECRET = "a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)"
PAGE = "<!DOCTYPE html><title>The book</title><p>Read on.</p>"


def with_book(real_course, place, repository=""):
    """A copy of the course with a book of two files."""
    course = copied(real_course, place, repository)
    shutil.copytree(real_course.root / "templates", place / "templates")
    for name, text in {
        "index.html": PAGE,
        "_static/a.css": "p { color: #111 }",
    }.items():
        path = place / "_build" / "html" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    as_built(course)
    return course


def as_built(course, began_empty=True):
    """Note what is in the book's folder as what a build has made."""
    html = course.root / "_build" / "html"
    files = [path for path in html.rglob("*") if path.is_file()]
    write_note(html, files, began_empty)


def as_built_over(html):
    """Note that something was in the folder when the build began."""
    write_note(html, [html / "index.html", html / "_static" / "a.css"], False)


@pytest.fixture(scope="module")
def course(real_course, tmp_path_factory):
    return with_book(
        real_course, tmp_path_factory.mktemp("private") / "course", REPOSITORY
    )


@pytest.fixture(scope="module")
def exported(course, tmp_path_factory):
    folder = tmp_path_factory.mktemp("public") / "new" / "exercises"
    public_folder.publish(course, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(real_course):
    return build_student_wheel(real_course.root)


@pytest.fixture
def own(real_course, tmp_path, wheel, monkeypatch):
    """A course that a test may change, whose wheel is built once, and a folder for it."""
    monkeypatch.setattr(student_repository, "build_student_wheel", lambda root: wheel)
    return with_book(real_course, tmp_path / "course"), tmp_path / "public"


@pytest.fixture
def trusted(monkeypatch):
    """Export without looking for secrets, which takes long and is other tests' matter."""
    monkeypatch.setattr("autograder.publish.leaks.find_leaks", lambda *_: [])


def git(place, *arguments):
    named = [
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "init.defaultBranch=main",
    ]
    done = subprocess.run(
        ["git", "-C", place, *named, *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_holds_the_students_tree_the_book_and_the_workflow_and_nothing_else(
    course, exported
):
    files = files_of(exported)
    students = student_repository.contents(course, book=PAGES)
    book = {name for name in files if name.startswith(f"{PAGES}/")}
    assert {name: files[name] for name in students} == students
    assert book == {
        f"{PAGES}/{name}" for name in ("index.html", "_static/a.css", ".nojekyll")
    }
    assert files[f"{PAGES}/index.html"].decode() == PAGE
    assert set(files) == set(students) | book | {WORKFLOW}
    assert list(exported.parent.iterdir()) == [exported]


def test_no_secret_is_in_it(course, exported):
    assert find_leaks(course, [exported]) == []


def test_git_takes_all_of_it(exported, tmp_path):
    shutil.copytree(exported, tmp_path / "copy")
    git(tmp_path / "copy", "init", "--quiet")
    git(tmp_path / "copy", "add", "--all")
    assert set(git(tmp_path / "copy", "ls-files").splitlines()) == set(
        files_of(exported)
    )


@pytest.mark.parametrize(
    "where", few(["book", "notebook", "workflow"], lambda where: where == "notebook")
)
def test_a_secret_stops_it_before_anything_is_there(own, where):
    course, folder = own
    path = {
        "book": course.root / "_build" / "html" / "index.html",
        "notebook": course.exercises / ASSIGNMENT / f"{ASSIGNMENT}.ipynb",
        "workflow": course.root / "templates" / "public-repository" / WORKFLOW,
    }[where]
    text = path.read_text(encoding="utf-8")
    text = (
        text.replace("a = None", SECRET)
        if where == "notebook"
        else f"{text}\n# {SECRET}\n"
    )
    path.write_text(text, encoding="utf-8")
    as_built(course)
    with pytest.raises(CourseError, match="secrets would be published") as caught:
        public_folder.publish(course, folder)
    assert SECRET not in str(caught.value)
    assert sorted(p.name for p in folder.parent.iterdir()) == ["course"]


@sweep
def test_a_secret_leaves_an_earlier_export_as_it_was(own):
    course, folder = own
    public_folder.publish(course, folder)
    before = files_of(folder)
    (course.root / "_build" / "html" / "more.html").write_text(
        f"<pre>{SECRET}</pre>", encoding="utf-8"
    )
    as_built(course)
    with pytest.raises(CourseError, match=r"docs/more\.html"):
        public_folder.publish(course, folder)
    assert files_of(folder) == before


@pytest.mark.usefixtures("trusted")
def test_an_earlier_export_is_brought_up_to_date_and_its_history_stays(own):
    course, folder = own
    public_folder.publish(course, folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
    (course.root / "_build" / "html" / "_static" / "a.css").unlink()
    (course.root / "_build" / "html" / "index.html").write_text(
        PAGE + "More.", encoding="utf-8"
    )
    as_built(course)
    public_folder.publish(course, folder)
    assert git(folder, "status", "--porcelain").splitlines() == [
        " D docs/_static/a.css",
        " M docs/index.html",
    ]
    assert git(folder, "log", "--format=%s") == "first\n"


@each_row("place", [".", "dist", "_build/html", "new/folder", "..", "solutions/public"])
def test_a_folder_within_the_private_tree_or_around_it_is_refused(own, place):
    course, _ = own
    with pytest.raises(CourseError, match="lie within each other"):
        public_folder.publish(course, course.root / place)


def test_a_link_into_the_private_tree_is_refused(own):
    course, folder = own
    (course.root / "dist").mkdir()
    folder.symlink_to(course.root / "dist")
    with pytest.raises(CourseError, match="lie within each other"):
        public_folder.publish(course, folder)


def test_a_folder_with_something_else_is_left_alone(own):
    course, folder = own
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work", encoding="utf-8")
    with pytest.raises(CourseError, match=r"thesis\.tex"):
        public_folder.publish(course, folder)
    assert files_of(folder) == {"thesis.tex": b"years of work"}


def test_a_clone_of_the_private_repository_is_refused(own):
    course, folder = own
    git(course.root, "init", "--quiet")
    git(course.root, "add", "course.toml")
    git(course.root, "commit", "--quiet", "--message", "private")
    folder.mkdir()
    git(folder, "init", "--quiet")
    git(folder, "fetch", "--quiet", course.root, "HEAD")
    with pytest.raises(CourseError, match="1 commits of the private one"):
        public_folder.publish(course, folder)
    assert [path.name for path in folder.iterdir()] == [".git"]


def test_a_book_that_is_not_built_or_leads_elsewhere_is_refused(own):
    course, folder = own
    html = course.root / "_build" / "html"
    (html / "index.html").rename(html / "other.html")
    with pytest.raises(CourseError, match=r"no book in .*make publish"):
        public_folder.publish(course, folder)
    (html / "index.html").symlink_to(course.root / "course.toml")
    with pytest.raises(CourseError, match="is a link"):
        public_folder.publish(course, folder)


@pytest.mark.usefixtures("trusted")
def test_what_no_build_has_made_stays_where_it_is(own, capsys):
    course, folder = own
    html = course.root / "_build" / "html"
    for name in ("exam_draft.html", "notes.txt", "reports/book/ch2.err.log"):
        (html / name).parent.mkdir(parents=True, exist_ok=True)
        (html / name).write_text("ada 3 of 20", encoding="utf-8")
    files = public_folder.publish(course, folder)
    pages = {name for name in files if name.startswith(f"{PAGES}/")}
    assert pages == {
        f"{PAGES}/{n}" for n in ("index.html", "_static/a.css", ".nojekyll")
    }
    assert (
        "exam_draft.html in the book's folder is not of this" in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda html: as_built_over(html), "over an earlier one"),
        (lambda html: (html.parent / "made.json").unlink(), "nothing says what"),
        (lambda html: (html.parent / "made.json").write_text("[]"), "nothing says"),
        (lambda html: (html / "index.html").write_text("other"), "is not as the build"),
        (lambda html: (html / "_static" / "a.css").unlink(), "is not as the build"),
    ],
)
def test_a_book_of_which_nobody_can_say_what_it_holds_is_refused(own, spoil, said):
    course, folder = own
    spoil(course.root / "_build" / "html")
    with pytest.raises(CourseError, match=f"{said}.*make publish"):
        public_folder.publish(course, folder)
    assert not folder.exists()


@pytest.mark.usefixtures("trusted")
def test_a_dry_run_says_what_would_change_and_writes_nothing(own, capsys):
    course, folder = own
    public_folder.run(course, folder, dry_run=True)
    assert " new, 0 changed, 0 gone\n" in capsys.readouterr().out
    assert sorted(path.name for path in folder.parent.iterdir()) == ["course"]
    public_folder.publish(course, folder)
    before = files_of(folder)
    html = course.root / "_build" / "html"
    (html / "_static" / "a.css").unlink()
    (html / "index.html").write_text("<title>Another</title>", encoding="utf-8")
    (html / "more.html").write_text("<title>More</title>", encoding="utf-8")
    as_built(course)
    public_folder.run(course, folder, dry_run=True)
    said = capsys.readouterr().out.splitlines()
    assert said[:4] == [
        "1 new, 1 changed, 1 gone",
        "  new      docs/more.html",
        "  changed  docs/index.html",
        "  gone     docs/_static/a.css",
    ]
    assert files_of(folder) == before


@pytest.mark.usefixtures("trusted")
def test_the_commands_put_it_online(own, tmp_path, monkeypatch, capsys):
    """Those that it shows are run as they are, but for the address."""
    course, _ = own
    monkeypatch.chdir(course.root)
    assert main(["publish", "../public"]) == 0
    said = capsys.readouterr().out
    _, _, below = said.partition("To put them online:\n")
    shown = [line.strip() for line in below.splitlines()]
    assert shown[0] == "cd ../public"
    assert "https://github.com/OWNER/NAME" in said
    git(tmp_path, "init", "--quiet", "--bare", tmp_path / "github.git")
    lines = "\n".join(shown).replace(
        "https://github.com/OWNER/NAME", str(tmp_path / "github.git")
    )
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "GIT_CONFIG_COUNT": "2"}
    env |= {"GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "A"}
    env |= {"GIT_CONFIG_KEY_1": "user.email", "GIT_CONFIG_VALUE_1": "a@example.org"}
    subprocess.run(
        ["bash", "-e", "-c", lines], check=True, capture_output=True, env=env
    )
    assert "docs/index.html" in git(
        tmp_path / "github.git", "ls-tree", "-r", "--name-only", "main"
    )
    assert main(["publish", "../public"]) == 0
    again = capsys.readouterr().out
    assert "git init" not in again
    assert "remote add" not in again


def test_a_known_repository_is_named(course, tmp_path):
    assert f"git remote add origin {REPOSITORY}" in public_folder.commands(
        course, tmp_path / "new"
    )


def test_the_command_line_refuses_in_one_line(own, monkeypatch, capsys):
    course, _ = own
    monkeypatch.chdir(course.root)
    assert main(["publish", "dist"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_make_wants_a_folder():
    done = subprocess.run(
        ["make", "-n", "publish"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert "name a folder outside this tree" in done.stdout
