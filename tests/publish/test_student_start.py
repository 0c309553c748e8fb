"""What a student does with the course's folder: begin, unpack again, pull, update; and what was
written stays, whatever was done.
"""

import ast
import functools
import http.server
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from copies import copied
from sweeps import sweep
from tables import each_row

from autograder.publish import student_repository, student_start
from autograder.publish.student_start import StartError
from autograder.unit.course import Course

FOLDER = student_repository.FOLDER
FIRST, FIFTH, LAST = "ex1_rnn_cell", "ex5_gru", "ex8_debugging"
MINE = f"{FIRST}/{FIRST}.ipynb"
PYTHON = getattr(sys, "_base_executable", sys.executable)  # without what is in .venv
PROGRAMS = Path(sys.executable).parent  # uv among them
WHO = ("-c", "user.name=A", "-c", "user.email=a@example.org")
WORK = "a_next = my_own_work"


def notebook_of(name):
    return f"{name}/{name}.ipynb"


def edit(path, cell, old, new):
    """Change a cell of a notebook, as JupyterLab would save it."""
    data = json.loads(path.read_text(encoding="utf-8"))
    for one in data["cells"]:
        if one["id"] == cell:
            text = "".join(one["source"])
            assert old in text
            one["source"] = text.replace(old, new).splitlines(keepends=True)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")


def sum_of(text, cell):
    """nbgrader's sum of a cell; of a text, which has none, what is nowhere."""
    cells = {one["id"]: one["metadata"] for one in json.loads(text)["cells"]}
    return cells[cell].get("nbgrader", {}).get("checksum", "nowhere")


@pytest.fixture(scope="module")
def releases(real_course, tmp_path_factory):
    """Two releases as zips: the second has a newer checker, changed exercises and a new one."""
    one = copied(real_course, tmp_path_factory.mktemp("one"))
    two = copied(real_course, tmp_path_factory.mktemp("two"))
    settings = one.root / "course.toml"
    text = settings.read_text(encoding="utf-8")
    later = text.replace("\n[opens]\n", f"\n[opens]\n{LAST} = 2199-01-01\n")
    assert later != text
    settings.write_text(later, encoding="utf-8")
    one = Course(one.root)
    for name, cell in ((FIRST, "rnn_forward"), (FIFTH, "text_04")):
        path = two.exercises / notebook_of(name)
        edit(path, cell, "", "\n# A new word.\n")
        data = path.read_text(encoding="utf-8")
        path.write_text(data.replace(sum_of(data, cell), "0" * 32), encoding="utf-8")
    newer = two.root / "unrolled" / "sibling.py"
    with newer.open("a", encoding="utf-8") as file:
        file.write("\nNEW = True\n")
    later = time.time() + 60
    os.utime(newer, (later, later))
    made = []
    with pytest.MonkeyPatch.context() as patch:
        # that these hold no secret is another file's test
        patch.setattr(student_repository, "find_leaks", lambda *_: [])
        for course in (one, two):
            folder = tmp_path_factory.mktemp("dist")
            made.append(student_repository.make(course, folder))
    return made


@pytest.fixture(scope="module")
def own_python(releases, tmp_path_factory):
    """An environment of a student's own, as of conda, with the first release's checker."""
    place = tmp_path_factory.mktemp("own")
    uv, wanted = PROGRAMS / "uv", releases[0][0] / "requirements.txt"
    python = place / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", PYTHON, place], check=True)
    command = [uv, "pip", "install", "--quiet", "--python", python, "-r", wanted]
    subprocess.run(command, check=True, cwd=wanted.parent)
    return python


@pytest.fixture
def old(releases):
    return releases[0][1]


@pytest.fixture
def new(releases):
    return releases[1][1]


def unpack(archive, place):
    with zipfile.ZipFile(archive) as file:
        file.extractall(place)
    return place / FOLDER


@pytest.fixture
def root(old, tmp_path):
    """A student's folder with the first release, whose first exercise is begun."""
    return begun(unpack(old, tmp_path))


def begun(root):
    student_start.lay(root)
    edit(root / MINE, "rnn_cell_forward", "a_next = None", WORK)
    return root


def is_begun(root):
    return WORK in (root / MINE).read_text(encoding="utf-8")


def texts(root):
    """All notebooks that a student works in, by their paths."""
    return {
        p.relative_to(root).as_posix(): p.read_bytes() for p in root.glob("ex*/*.ipynb")
    }


def start(root, *words, python=PYTHON, check=True):
    """Type `python3 start.py …`; what it says."""
    env = {"PATH": f"{PROGRAMS}:/usr/bin:/bin", "HOME": str(root.parent)}
    env |= {
        k: v for k, v in os.environ.items() if k.startswith(("UV_", "PIP_", "SSL_"))
    }
    done = subprocess.run(
        [python, "start.py", *words],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_first_start_makes_every_notebook_as_it_was_released(
    old, real_course, tmp_path
):
    root = unpack(old, tmp_path)
    assert texts(root) == {}
    said = student_start.lay(root)
    names = [name for name in real_course.assignments if name != LAST]
    assert set(texts(root)) == {notebook_of(name) for name in names}
    for name in names:
        released = real_course.exercises / notebook_of(name)
        assert (root / notebook_of(name)).read_bytes() == released.read_bytes()
    assert len(said) == 1
    assert "Made for you" in said[0]
    assert student_start.lay(root) == []


def with_unzip(archive, place):
    subprocess.run(["unzip", "-qo", archive, "-d", place], check=True)


def with_python(archive, place):
    unpack(archive, place)


def with_tar(archive, place):
    """As bsdtar or a file manager does that replaces all that there is."""
    with zipfile.ZipFile(archive) as file:
        for name in file.namelist():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).unlink(missing_ok=True)
            (place / name).write_bytes(file.read(name))


@pytest.mark.parametrize("tool", [with_unzip, with_python, with_tar])
def test_unpacking_again_replaces_no_notebook(tool, root, old, new):
    if tool is with_unzip and shutil.which("unzip") is None:
        pytest.skip("there is no unzip")
    for archive in (old, new):
        before = texts(root)
        tool(archive, root.parent)
        assert texts(root) == before
        said = "\n".join(student_start.lay(root))
        assert is_begun(root)
    assert f"{MINE} has changed since you began (rnn_forward). Yours stays." in said
    assert f"{notebook_of(FIFTH)} is a newer one" in said
    assert (root / notebook_of(LAST)).is_file()


def test_no_notebook_to_work_in_is_in_zip_or_repository(releases, public_tree):
    for names in (
        zipfile.ZipFile(releases[1][1]).namelist(),
        [p.relative_to(public_tree).as_posix() for p in public_tree.rglob("*")],
    ):
        inside = [name.removeprefix(f"{FOLDER}/") for name in names]
        notebooks = [one for one in inside if one.endswith(".ipynb")]
        assert [one for one in notebooks if not one.startswith("colab/")] == [
            "start.ipynb"
        ]


@pytest.fixture(scope="module")
def public_tree(real_course, tmp_path_factory):
    course = copied(
        real_course, tmp_path_factory.mktemp("public"), "https://github.com/a/b"
    )
    tree = tmp_path_factory.mktemp("tree") / "student"
    student_repository.write_tree(student_repository.contents(course), tree)
    return tree


def test_the_page_to_start_from_is_the_same_in_every_release(releases):
    one, two = (zipfile.ZipFile(archive) for _, archive in releases)
    name = f"{FOLDER}/start.ipynb"
    assert one.read(name) == two.read(name)
    text = one.read(name).decode()
    assert not any(word in text for word in ("post", "0.1", "ex8"))


def test_what_is_unpacked_anew_is_brought_up_to_date_only_where_nothing_was_written(
    root, new
):
    edit(root / notebook_of(FIFTH), "text_04", "", "My own note.\n")
    unpack(new, root.parent)
    said = "\n".join(student_start.lay(root))
    assert "My own note." in (root / notebook_of(FIFTH)).read_text(encoding="utf-8")
    assert f"{notebook_of(FIFTH)} has changed since you began (its texts)" in said
    assert f"{notebook_of(FIFTH)} has changed" in "\n".join(student_start.lay(root))


def test_what_printed_something_counts_as_untouched_and_is_kept_all_the_same(root, new):
    path = root / notebook_of(FIFTH)
    data = json.loads(path.read_text(encoding="utf-8"))
    code = next(cell for cell in data["cells"] if cell["cell_type"] == "code")
    code["execution_count"] = 3
    path.write_text(json.dumps(data), encoding="utf-8")
    before = path.read_bytes()
    unpack(new, root.parent)
    student_start.lay(root)
    assert "A new word." in path.read_text(encoding="utf-8")
    (kept,) = (root / ".unrolled" / "before").rglob("*.ipynb")
    assert kept.read_bytes() == before


def test_an_original_is_laid_beside_under_a_name_that_is_free(root, new):
    unpack(new, root.parent)
    for _ in range(2):
        assert "Yours stays as it is" in start(root, "original", FIRST)
    found = sorted(path.name for path in (root / FIRST).glob("*.ipynb"))
    names = ["", "-original", "-original-2"]
    assert found == sorted(f"{FIRST}{end}.ipynb" for end in names)
    assert is_begun(root)
    assert not any(MINE in line for line in student_start.lay(root))  # it was looked at
    assert "there are: ex1_rnn_cell, ex2" in start(root, "original", "ex9", check=False)


@each_row("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [{}]}'])
def test_a_notebook_that_cannot_be_read_is_left(text, root, new):
    (root / MINE).write_text(text, encoding="utf-8")
    unpack(new, root.parent)
    student_start.lay(root)
    assert (root / MINE).read_text(encoding="utf-8") == text


def test_a_notebook_that_comes_meanwhile_is_not_overwritten(tmp_path):
    place = tmp_path / "x.ipynb"
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        student_start.write_new(place, b"theirs")
    assert place.read_text(encoding="utf-8") == "mine"


def test_missing_originals_are_told_with_what_to_copy(root):
    (root / "originals.zip").unlink()
    with pytest.raises(
        StartError, match=r"Copy it from the course's zip into .* nothing"
    ):
        student_start.lay(root)


# The layout of earlier releases: notebooks in the zip, stubs in originals/


@pytest.fixture
def earlier(root):
    """A folder as the first releases were, with work in it."""
    for name in ("start.py", "start.ipynb", "originals.zip"):
        (root / name).unlink()
    shutil.rmtree(root / ".unrolled")
    (root / "originals").mkdir()
    return root


def test_work_in_the_earlier_layout_survives_the_new_zip(earlier, new):
    before = texts(earlier)
    unpack(new, earlier.parent)
    assert texts(earlier) == before
    said = "\n".join(student_start.lay(earlier))
    assert is_begun(earlier)
    assert f"{MINE} has changed since you began (rnn_forward)" in said
    assert (earlier / notebook_of(LAST)).is_file()


def test_a_release_beside_it_goes_into_an_earlier_folder(earlier, new, tmp_path):
    before = texts(earlier)
    beside = unpack(new, tmp_path / "downloads")
    student_start.bring(
        {name: (beside / name).read_bytes() for name in student_start.listed(beside)},
        earlier,
    )
    assert texts(earlier) == before
    assert len(list(earlier.glob("*.whl"))) == 1
    options = student_start.parser().parse_args(["into", str(tmp_path)])
    with pytest.raises(StartError, match="no folder of the course"):
        student_start.into(beside, options)


# Updates


@sweep
def test_one_command_updates_a_folder_from_the_zip(root, new):
    """All of it, as typed: with an environment, which gets the newer checker."""
    start(root, "prepare")
    python = root / ".venv" / "bin" / "python"
    code = "import unrolled.sibling as s; print(hasattr(s, 'NEW'))"

    def is_new():
        done = subprocess.run(
            [python, "-c", code], cwd=root, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert is_new() == "False"
    shutil.copy(new, root)
    said = start(root, "update")
    assert is_new() == "True"
    assert is_begun(root)
    assert f"{MINE} has changed since you began (rnn_forward). Yours stays." in said
    assert (root / notebook_of(LAST)).is_file()
    assert len(list(root.glob("*.whl"))) == 1
    assert "Installing" not in start(root, "prepare")
    assert start(root, "lab", "--version").strip().splitlines()[-1].startswith("4.")
    page = execute(root, "start.ipynb")
    assert f'<a href="{MINE}">Exercise 1: the RNN cell, forward in time</a>' in page
    assert is_begun(root)


def execute(root, name):
    """Run a notebook's first cell with the folder's own Jupyter; the HTML that it shows."""
    data = json.loads((root / name).read_text(encoding="utf-8"))
    data["cells"] = data["cells"][:2]
    (root / "one.ipynb").write_text(json.dumps(data), encoding="utf-8")
    jupyter = root / ".venv" / "bin" / "jupyter"
    env = {"PATH": f"{jupyter.parent}:/usr/bin:/bin", "HOME": str(root.parent)}
    subprocess.run(
        [jupyter, "execute", "--inplace", "one.ipynb"], cwd=root, env=env, check=True
    )
    done = json.loads((root / "one.ipynb").read_text(encoding="utf-8"))
    outputs = done["cells"][1]["outputs"]
    return "".join("".join(one.get("data", {}).get("text/html", "")) for one in outputs)


def test_the_release_is_fetched_from_beside_the_book(root, new, tmp_path, monkeypatch):
    site = tmp_path / "site"
    site.mkdir()
    shutil.copy(new, site / f"{FOLDER}.zip")
    quiet = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setattr(student_start, "BOOK", address)
        files = student_start.newest_files(root)
        server.shutdown()
    assert f"{LAST}/{LAST}.npz" in files
    with pytest.raises(
        StartError, match=r"cannot be fetched.*Put the new .*\.zip into"
    ):
        student_start.newest_files(root)
    shutil.copy(new, root / f"{FOLDER} (1).zip")
    assert student_start.newest_files(root) == files


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def test_a_zip_that_is_none_changes_nothing(root, new):
    data = new.read_bytes()
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("x", "x")
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}
    for bad in (data[:5000], b"<html>404</html>", other.getvalue()):
        (root.parent / "bad.zip").write_bytes(bad)
        with pytest.raises(StartError, match="did not come whole"):
            student_start.files_in_zip(root.parent / "bad.zip")
    with pytest.raises(StartError, match="cannot be read"):
        student_start.files_in_zip(root.parent / "none.zip")
    assert {p: p.read_bytes() for p in root.rglob("*") if p.is_file()} == before


@each_row("name", ["../x", "/tmp/x", "a/../../x", "..\\x", "C:x"])
def test_a_file_outside_the_folder_is_refused(name, root):
    with pytest.raises(StartError, match="outside its folder"):
        student_start.bring({name: b"x"}, root)


def test_a_release_with_a_notebook_in_it_does_not_bring_that(root):
    student_start.bring({MINE: b"theirs", "solved/a/a.ipynb": b"x"}, root)
    assert is_begun(root)
    assert not (root / "solved").exists()


# Clones


def git(place, *arguments):
    command = ["git", "-C", place, *WHO, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def publish(place, tree):
    """Make a repository hold a release."""
    for path in place.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(tree, place, dirs_exist_ok=True)
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--message", "release")


@pytest.fixture
def published(releases, tmp_path):
    """The course's public repository, at its first release."""
    place = tmp_path / "public"
    place.mkdir()
    git(place, "init", "--quiet", "--initial-branch", "main")
    publish(place, releases[0][0])
    return place


@pytest.fixture
def clone(published, tmp_path):
    """A shallow clone with work in it."""
    address = published.as_uri()
    git(tmp_path, "clone", "--quiet", "--depth", "1", address, tmp_path / "clone")
    return begun(tmp_path / "clone")


@pytest.mark.parametrize("committed", [False, True])
def test_a_plain_pull_succeeds_beside_work(committed, published, clone, releases):
    edit(clone / "start.ipynb", "start", "", "# I ran this.\n")
    if committed:
        git(clone, "add", "--all", ":!start.ipynb")
        git(clone, "commit", "--quiet", "--message", "my work")
    publish(published, releases[1][0])
    before = texts(clone)
    git(clone, "pull", "--quiet", "--no-rebase", "--no-edit")
    assert texts(clone) == before
    student_start.lay(clone)
    assert is_begun(clone)
    assert (clone / notebook_of(LAST)).is_file()


@pytest.mark.parametrize("committed", [False, True])
def test_one_command_updates_a_clone(committed, published, clone, releases, own_python):
    (clone / "requirements.txt").write_text("mine\n", encoding="utf-8")
    (clone / "more.txt").write_text("my own", encoding="utf-8")
    if committed:
        git(clone, "add", "--all")
        git(clone, "commit", "--quiet", "--message", "my work")
    publish(published, releases[1][0])
    (published / "more.txt").write_text("theirs", encoding="utf-8")
    git(published, "add", "--all")
    git(published, "commit", "--quiet", "--message", "more")
    said = start(clone, "update", python=own_python)
    assert "Up to date" in said
    assert not (clone / ".venv").exists()
    assert is_begun(clone)
    for name in ("requirements.txt", "start.py"):
        assert (clone / name).read_bytes() == (published / name).read_bytes()
    assert git(clone, "diff", "--name-only", "--diff-filter=U") == ""
    if not committed:
        kept = list((clone / ".unrolled" / "before").rglob("more.txt"))
        assert [path.read_text(encoding="utf-8") for path in kept] == ["my own"]


@pytest.mark.parametrize("committed", [False, True])
def test_a_clone_of_the_earlier_layout_keeps_its_work(
    committed, published, releases, real_course, tmp_path, own_python
):
    """There a student's notebooks were the repository's own."""
    for name in ("start.py", "start.ipynb", "originals.zip"):
        (published / name).unlink()
    for name in (FIRST, FIFTH):
        shutil.copy(real_course.exercises / notebook_of(name), published / name)
    git(published, "add", "--all")
    git(published, "commit", "--quiet", "--message", "earlier")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", published.as_uri(), clone)
    edit(clone / MINE, "rnn_cell_forward", "a_next = None", WORK)
    if committed:
        git(clone, "commit", "--quiet", "--all", "--message", "my work")
    publish(published, releases[1][0])
    git(clone, "fetch", "--quiet")
    git(clone, "checkout", "FETCH_HEAD", "--", "start.py")
    said = start(clone, "update", python=own_python)
    assert "Up to date" in said
    assert is_begun(clone)
    assert f"{MINE} has changed since you began" in said
    fifth = (clone / notebook_of(FIFTH)).read_text(encoding="utf-8")
    assert "A new word." in fifth
    publish(published, releases[0][0])
    assert "Up to date" in start(clone, "update", python=own_python)
    assert is_begun(clone)


def test_a_history_that_was_made_anew_changes_nothing_and_says_what_to_do(
    published, clone
):
    shutil.rmtree(published / ".git")
    git(published, "init", "--quiet", "--initial-branch", "main")
    git(published, "add", "--all")
    git(published, "commit", "--quiet", "--message", "anew")
    before = texts(clone)
    said = start(clone, "update", check=False)
    assert "start.py into" in said
    assert texts(clone) == before


# Machines


def test_an_old_python_says_so_and_no_more():
    text = Path(student_start.__file__).read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 6))
    first = text.split("import argparse")[0]
    with pytest.raises(SystemExit, match=r"3\.11 or newer; this is Python 3\.9\. If"):
        exec(first.replace("sys.version_info", "(3, 9)"), {})


def test_a_python_without_venv_says_what_to_install(root, monkeypatch):
    monkeypatch.setattr(student_start.shutil, "which", lambda name: None)
    monkeypatch.setattr(student_start.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StartError, match="sudo apt install python3-venv"):
        student_start.python_of_venv(root)
    assert not (root / ".venv").exists()


def test_checkers_of_earlier_releases_are_removed_once_another_is_there(root, new):
    unpack(new, root.parent)
    assert len(list(root.glob("*.whl"))) == 2
    student_start.remove_old_wheels(root, [student_start.wheel_of(root).name])
    assert list(root.glob("*.whl")) == [student_start.wheel_of(root)]


def test_the_environment_of_a_grader_is_left_alone(root, monkeypatch):
    """It holds the whole package, of which the student's is a part."""
    assert student_start.has_grader()
    seen = []
    monkeypatch.setattr(student_start, "python_of_venv", lambda root: "own")
    monkeypatch.setattr(student_start, "version_in", lambda python: "")
    monkeypatch.setattr(
        student_start, "install", lambda python, root, what: seen.append(python)
    )
    assert student_start.environment(root) == "own"
    assert seen == ["own"]


def test_an_installation_that_fails_says_why(root):
    with pytest.raises(StartError, match=r"(?s)nothing-like.*The installation failed"):
        student_start.install(sys.executable, root, ["./nothing-like-it.whl"])


def test_paths_in_the_zip_are_short(releases):
    longest = max(zipfile.ZipFile(releases[1][1]).namelist(), key=len)
    assert len(longest) <= 85, longest
