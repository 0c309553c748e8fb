"""The student's tree and zip, and a student's machine with nothing but what they say to install."""

import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from copies import copied
from markdown_it import MarkdownIt
from own_settings import SETTINGS, put_settings
from sweeps import few, sweep
from tables import each_row

from autograder.publish import student_repository, student_start
from autograder.publish.dates import changed, stamp
from autograder.publish.leaks import find_leaks, secrets
from autograder.unit.course import Course, CourseError
from unrolled import exercise
from unrolled.sibling import functions

ASSIGNMENT = "ex1_rnn_cell"
REPOSITORY = "https://github.com/some-owner/some-repo"
UV = Path(sys.executable).with_name("uv")
LINK = re.compile(r"\]\(([^)\s]+)\)")
ADDRESS = re.compile(r"https?://[^\s\"'<>)]+")


@pytest.fixture(scope="module")
def made(real_course, tmp_path_factory):
    """The tree and the zip of the course as it is."""
    return student_repository.make(real_course, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def archive(made):
    return made[1]


@pytest.fixture(scope="module")
def unpacked(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    return folder / student_repository.FOLDER


@pytest.fixture(scope="module")
def begun(unpacked, tmp_path_factory):
    """The same, with the notebooks that the first start makes."""
    folder = tmp_path_factory.mktemp("begun") / unpacked.name
    shutil.copytree(unpacked, folder, ignore=shutil.ignore_patterns(".venv"))
    student_start.lay(folder)
    return folder


@pytest.fixture(scope="module")
def public(real_course, tmp_path_factory):
    """A course that names a repository, and its tree."""
    course = copied(real_course, tmp_path_factory.mktemp("public"), REPOSITORY)
    with pytest.MonkeyPatch.context() as patch:
        trust(patch)
        return course, student_repository.make(course)[0]


def trust(patch):
    """Trees that hold no secret, which a test finds of the same ones."""
    patch.setattr(student_repository, "find_leaks", lambda *_: [])


def files_of(tree):
    return {
        p.relative_to(tree).as_posix(): p.read_bytes()
        for p in tree.rglob("*")
        if p.is_file()
    }


def texts_of(tree):
    """What can be read in a tree, the wheel's files included."""
    files = files_of(tree)
    for wheel in [name for name in files if name.endswith((".whl", ".zip"))]:
        with zipfile.ZipFile(io.BytesIO(files.pop(wheel))) as inside:
            files |= {
                f"{wheel}!{name}": inside.read(name) for name in inside.namelist()
            }
    return {
        name: data.decode("utf-8")
        for name, data in files.items()
        if not name.endswith(".npz")
    }


def originals_of(tree):
    """The notebooks in the archive of originals, by their paths."""
    with zipfile.ZipFile(tree / "originals.zip") as inside:
        return {name: inside.read(name) for name in inside.namelist()}


def test_holds_what_a_student_needs(made, unpacked, real_course):
    names = set(files_of(unpacked))
    for assignment in real_course.assignments:
        assert f"{assignment}/{assignment}.npz" in names
    assert {
        "README.md",
        "START_HERE.html",
        "start.py",
        "start.ipynb",
        "originals.zip",
        "requirements.txt",
        ".gitignore",
        "LICENSE",
        "LICENSE-TEXT",
    } <= names
    assert (made[0] / "binder" / "postBuild").read_text().startswith("#!/bin/sh\n")


def test_the_zip_is_the_tree_without_what_serves_a_browser(public, unpacked, made):
    files = files_of(made[0])
    online = {"requirements.txt", "runtime.txt", "postBuild"}
    assert {name for name in files if name not in files_of(unpacked)} == {
        f"binder/{name}" for name in online
    }
    assert files_of(unpacked).items() <= files.items()
    with zipfile.ZipFile(public[1].with_name(f"{unpacked.name}.zip")) as archive:
        assert not any("colab" in name for name in archive.namelist())


def test_the_originals_are_the_released_notebooks_as_they_are(made, real_course):
    inside = originals_of(made[0])
    for path in real_course.exercises.glob("ex*/*.ipynb"):
        assert inside.pop(f"{path.parent.name}/{path.name}") == path.read_bytes()
    assert set(inside) == {"files.txt"}


def test_what_a_release_consists_of_is_listed_in_it(unpacked):
    listed = originals_of(unpacked)["files.txt"].decode().split("\n")
    assert sorted(listed) == sorted(files_of(unpacked))


def test_files_have_dates_of_their_own(archive, real_course, monkeypatch, tmp_path):
    with zipfile.ZipFile(archive) as file:
        dates = {one.filename: one.date_time for one in file.infolist()}
    numbers = real_course.exercises / ASSIGNMENT / f"{ASSIGNMENT}.npz"
    when = stamp(changed(real_course.root, [numbers])[numbers])
    even = (*when[:5], when[5] // 2 * 2)  # a zip knows no odd second
    assert dates[unpacked_name(numbers)] == even
    assert dates[f"{student_repository.FOLDER}/start.py"] == max(dates.values()) >= even
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    files = {"README.md": b"", f"{ASSIGNMENT}/{ASSIGNMENT}.npz": b""}
    student_repository.write_archive(real_course, files, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as file:
        found = {one.date_time for one in file.infolist()}
    assert found == {(2020, 9, 13, 12, 26, 40)}


def unpacked_name(path):
    """What a file of an exercise is called in the zip."""
    return f"{student_repository.FOLDER}/{path.parent.name}/{path.name}"


def test_page_and_readme_lead_to_the_book(real_course, made, tmp_path):
    course = copied(real_course, tmp_path)
    text = (tmp_path / "course.toml").read_text(encoding="utf-8")
    told = text.replace('\nbook = ""', '\nbook = "https://b.example/x/"')
    (tmp_path / "course.toml").write_text(told, encoding="utf-8")
    course = Course(tmp_path)
    page = student_repository.page(course, None, "x.whl", "https://b.example/x")
    assert '<a href="https://b.example/x/index.html">' in page
    assert 'href="https://b.example/x/book/ch1_rnn_cell.html">chapter 1<' in page
    readme = student_repository.readme(course, None)
    assert "](https://b.example/x/exercises/ex1_rnn_cell/ex1_rnn_cell.html)" in readme
    script = student_repository.start_script(course)
    assert '\nBOOK = "https://b.example/x"' in script
    assert '\nBOOK = ""' in (made[0] / "start.py").read_text(encoding="utf-8")


def test_any_title_is_shown_as_it_is(real_course, tmp_path):
    title = """Netze & "Gedächtnis" <i>*2*</i> &lt; 'R_a_b' [x](y)"""
    written = json.dumps(title, ensure_ascii=False)
    text = SETTINGS.read_text(encoding="utf-8")
    told, count = re.subn(
        r"^title = .*$", lambda _: f"title = {written}", text, flags=re.M
    )
    assert count == 1
    (tmp_path / "course.toml").write_text(told, encoding="utf-8")
    course = Course(tmp_path, real_course.solutions)
    page = student_repository.page(course, None, "x.whl")
    for tag, more in (
        ("title", f"Start here: {title}"),
        ("h1", f"{title}: the exercises"),
    ):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page)
        assert (html.unescape(inside), "<" in inside) == (more, False)
    heading = student_repository.readme(course, None).splitlines()[0]
    tokens = MarkdownIt().parse(heading)[1].children
    assert {one.type for one in tokens} <= {"text", "text_special"}
    assert "".join(one.content for one in tokens) == f"{title}: the exercises"


def test_no_notebook_imports_more_than_is_installed(made):
    wanted = (made[0] / "requirements.txt").read_text(encoding="utf-8")
    for name, data in originals_of(made[0]).items():
        if name.endswith(".ipynb"):
            for cell in json.loads(data)["cells"]:
                text = "".join(cell["source"]) if cell["cell_type"] == "code" else ""
                for module in re.findall(r"^(?:import|from) (\w+)", text, re.M):
                    own = module in ("unrolled", *sys.stdlib_module_names)
                    assert own or module in wanted, (name, module)
    assert "matplotlib" not in wanted


def test_page_names_the_wheel_and_the_exercises(unpacked):
    page = (unpacked / "START_HERE.html").read_text()
    (wheel,) = unpacked.glob("*.whl")
    assert wheel.name in page
    assert ASSIGNMENT in page
    assert not re.search("@[A-Z]+@", page)
    for word in (
        "VS Code",
        "conda",
        "python3-venv",
        "3.11",
        "uv run",
        "start.py update",
    ):
        assert word in page


@pytest.fixture
def trusted(monkeypatch):
    """Make trees without looking for secrets."""
    trust(monkeypatch)


@pytest.mark.usefixtures("trusted")
def test_the_same_sources_give_the_same_bytes(made, real_course, tmp_path):
    tree, archive = student_repository.make(real_course, tmp_path)
    assert archive.read_bytes() == made[1].read_bytes()
    assert files_of(tree) == files_of(made[0])


@pytest.mark.usefixtures("trusted")
def test_making_it_again_changes_no_file_that_is_the_same(public):
    course, tree = public
    before = {path: path.stat().st_mtime_ns for path in tree.rglob("*")}
    student_repository.make(course)
    assert {path: path.stat().st_mtime_ns for path in tree.rglob("*")} == before


@sweep
def test_no_solution_is_out_before_its_exercise(real_course, tmp_path, monkeypatch):
    course = copied(real_course, tmp_path)
    path = tmp_path / "course.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("unlocked = []", f'unlocked = ["{ASSIGNMENT}"]')
    path.write_text(
        text.replace("[opens]\n", f"[opens]\n{ASSIGNMENT} = 2027-01-16\n"),
        encoding="utf-8",
    )
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")  # the day before
    with pytest.raises(CourseError, match=f"unlocked: {ASSIGNMENT} would be out"):
        student_repository.contents(Course(course.root))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800100000")
    solved = f"solved/{ASSIGNMENT}/{ASSIGNMENT}.npz"
    assert solved in student_repository.contents(Course(course.root))


@pytest.fixture(scope="module")
def unlocking(real_course, tmp_path_factory):
    """A course that gives out two solutions."""
    course = copied(real_course, tmp_path_factory.mktemp("unlocking"))
    path = course.root / "course.toml"
    text = path.read_text(encoding="utf-8").replace(
        "\nunlocked = []", f'\nunlocked = ["ex5_gru", "{ASSIGNMENT}"]'
    )
    path.write_text(text, encoding="utf-8")
    return Course(course.root)


def test_the_solutions_of_unlocked_exercises_are_in_it_and_no_others(unlocking, made):
    files = student_repository.contents(unlocking)
    with zipfile.ZipFile(io.BytesIO(files["originals.zip"])) as inside:
        solutions = [name for name in inside.namelist() if name.startswith("solved/")]
    assert solutions == [
        "solved/ex1_rnn_cell/ex1_rnn_cell.ipynb",
        "solved/ex5_gru/ex5_gru.ipynb",
    ]
    assert "`solved/`" in files["README.md"].decode()
    assert not [name for name in files_of(made[0]) if name.startswith("solved")]
    assert "solved" not in files_of(made[0])["README.md"].decode()


def test_an_unlocked_solution_runs_and_is_right(unlocking, tmp_path):
    student_repository.write_tree(student_repository.contents(unlocking), tmp_path)
    student_start.lay(tmp_path)
    shutil.rmtree(tmp_path / ASSIGNMENT)  # of a student who never began
    (cell,) = functions(ASSIGNMENT, "rnn_cell_forward", folder=tmp_path)
    assert exercise(ASSIGNMENT, tmp_path / "solved" / ASSIGNMENT).verdict(cell).right


def test_an_unlocked_solution_is_no_leak_and_every_other_is(
    unlocking, real_course, tmp_path
):
    for assignment in unlocking.assignments:
        (tmp_path / f"{assignment}.ipynb").write_bytes(
            student_repository.solved(assignment, unlocking)
        )
    locked = {Path(leak.file).stem for leak in find_leaks(unlocking, [tmp_path])}
    assert locked == set(unlocking.assignments) - set(unlocking.unlocked)
    assert {
        Path(leak.file).stem for leak in find_leaks(real_course, [tmp_path])
    } == set(real_course.assignments)


def test_unlocking_gives_out_neither_tests_nor_mistakes(unlocking):
    kinds = {secret.name.split("/")[1].split(":")[0] for secret in secrets(unlocking)}
    assert {f"test_{ASSIGNMENT}.py", "misconceptions", "samples", "marking"} <= kinds
    assert {f"{ASSIGNMENT}.py", "ex5_gru.py"} & kinds == set()


@each_row(
    ("named", "why"),
    [
        ('["ex9_nothing"]', "'ex9_nothing' is no exercise; .*ex2_rnn_backward"),
        ('"ex1_rnn_cell"', "= .* should be a list of exercises"),
    ],
)
def test_what_is_no_exercise_cannot_be_unlocked(named, why, tmp_path, real_course):
    settings = SETTINGS.read_text(encoding="utf-8")
    (tmp_path / "course.toml").write_text(
        settings.replace("\nunlocked = []", f"\nunlocked = {named}")
    )
    with pytest.raises(CourseError, match=rf"\[course\] unlocked:? ?{why}"):
        Course(tmp_path, real_course.solutions).unlocked  # noqa: B018


@pytest.mark.parametrize(
    "old",
    ["old.txt", "ex99_old/ex99_old.ipynb", "ex1_rnn_cell/deep/er/x", "colab/x.ipynb"],
)
def test_what_does_not_belong_any_more_goes_and_git_stays(tmp_path, old):
    tree = tmp_path / "student"
    for name in (old, ".git/objects/ab/cd", ".git/HEAD"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("as it was", encoding="utf-8")
    (tree / "link").symlink_to("/etc")
    (tree / "README.md").mkdir()  # in the way of a file
    files = {"README.md": b"new", "ex1_rnn_cell/x.ipynb": b"{}"}
    student_repository.write_tree(files, tree)
    as_it_was = {".git/objects/ab/cd": b"as it was", ".git/HEAD": b"as it was"}
    assert files_of(tree) == files | as_it_was
    assert not (tree / old).exists()
    assert not (tree / "link").is_symlink()
    assert Path("/etc").is_dir()


def test_no_secret_is_in_it(made, public):
    """The zip is searched where it is made."""
    course, tree = public
    assert find_leaks(course, [tree, made[0]]) == []


def test_refuses_to_publish_a_secret(real_course, tmp_path):
    course = copied(real_course, tmp_path)
    notebook = course.exercises / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    line = "a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)"
    notebook.write_text(notebook.read_text().replace("a = None", line))
    with pytest.raises(CourseError, match="would get secrets") as caught:
        student_repository.make(course)
    assert line not in str(caught.value)
    assert list((tmp_path / "dist").iterdir()) == []


def test_says_what_to_do_when_nothing_is_released(real_course, tmp_path):
    put_settings(tmp_path)
    with pytest.raises(CourseError, match="make release"):
        student_repository.make(
            Course(tmp_path, real_course.solutions), tmp_path / "dist"
        )


def test_links_within_the_tree_lead_somewhere(made, public, tmp_path):
    for number, made_tree in enumerate((made[0], public[1])):
        tree = tmp_path / str(number)
        shutil.copytree(made_tree, tree)
        student_start.lay(tree)
        for path in [tree / "README.md", *tree.glob("*/*.ipynb")]:
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".ipynb":
                cells = json.loads(text)["cells"]
                text = "\n".join(
                    "".join(c["source"]) for c in cells if c["cell_type"] == "markdown"
                )
            inside = [link for link in LINK.findall(text) if not ADDRESS.match(link)]
            assert [link for link in inside if not (path.parent / link).exists()] == []


def addresses(tree):
    """Addresses of other hosts in the files that a student is to read; where code and licences
    come from is no link.
    """
    mine = {
        n: t
        for n, t in texts_of(tree).items()
        if "!" not in n and not n.startswith("LICENSE")
    }
    return {address for text in mine.values() for address in ADDRESS.findall(text)}


def test_without_a_repository_nothing_leads_anywhere(made):
    assert addresses(made[0]) == set()
    assert not (made[0] / "colab").exists()
    assert "Binder" not in (made[0] / "START_HERE.html").read_text()


def test_with_a_repository_everything_leads_to_it_and_no_other(public, real_course):
    tree = public[1]
    ours = ("/gh/some-owner/some-repo/HEAD?", "/github/some-owner/some-repo/blob/HEAD/")
    starts = (
        REPOSITORY,
        f"https://mybinder.org/v2{ours[0]}",
        f"https://colab.research.google.com{ours[1]}",
    )
    found = addresses(tree)
    assert {
        start for start in starts if any(a.startswith(start) for a in found)
    } == set(starts)
    assert {a for a in found if not a.startswith(starts)} == set()
    readme = (tree / "README.md").read_text(encoding="utf-8")
    for name in real_course.assignments:
        paths = (f"lab/tree/{name}/{name}.ipynb", f"blob/HEAD/colab/{name}.ipynb")
        assert all(path in readme for path in paths)
        assert (tree / "colab" / f"{name}.ipynb").is_file()
    assert "@" not in readme


@pytest.fixture(scope="module")
def python_of_student(begun):
    """An environment made as START_HERE says."""
    quiet = {"check": True, "capture_output": True, "cwd": begun}
    subprocess.run(
        [UV, "venv", "--quiet", "--seed", "--python", sys.executable, ".venv"], **quiet
    )
    python = begun / ".venv" / "bin" / "python"
    subprocess.run(
        [UV, "pip", "install", "--quiet", "--python", python, "-r", "requirements.txt"],
        **quiet,
    )
    return python


def test_binder_installs_the_same(made, begun, python_of_student):
    """Binder runs this line in the repository's root."""
    shutil.copytree(made[0] / "binder", begun / "binder", dirs_exist_ok=True)
    command = [
        python_of_student,
        "-m",
        "pip",
        "install",
        "--no-index",
        "--dry-run",
        "--disable-pip-version-check",
    ]
    wheel = next(begun.glob("*.whl")).name
    command += ["-r", "binder/requirements.txt"]
    done = subprocess.run(
        command, cwd=begun, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"Processing ./{wheel}" in done.stdout


@pytest.mark.parametrize(
    "name",
    few(Course.find(__file__).assignments, lambda name: name == "ex6_lstm_layers"),
)
def test_every_untouched_notebook_runs_to_its_end(
    name, begun, python_of_student, tmp_path
):
    place = tmp_path / "work"
    shutil.copytree(begun, place, ignore=shutil.ignore_patterns(".venv"))
    path = os.pathsep.join([str(python_of_student.parent), "/usr/bin", "/bin"])
    env = {"PATH": path, "HOME": str(tmp_path), "JUPYTER_PLATFORM_DIRS": "1"}
    command = [
        python_of_student.with_name("jupyter"),
        "execute",
        "--inplace",
        f"{name}.ipynb",
    ]
    done = subprocess.run(
        command,
        cwd=place / name,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (name, done.stderr[-1500:])
    notebook = json.loads((place / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    checks = [c for c in notebook["cells"] if "".join(c["source"]).startswith("check(")]
    assert checks
    *told, total = ["".join(c["outputs"][0]["data"]["text/plain"]) for c in checks]
    assert [text[0] for text in told] == ["✗"] * len(told), name
    assert re.match(r"0 of \d+ points by the visible checks\.", total), name


def executed(
    begun: Path, python: Path, name: str, stub: str = "", text: str = ""
) -> list[str]:
    """Run a copy of the notebook in its own folder; the plain text of each check's output."""
    folder = begun / ASSIGNMENT
    notebook = json.loads((folder / f"{ASSIGNMENT}.ipynb").read_text())
    for cell in notebook["cells"]:
        cell["source"] = (
            "".join(cell["source"]).replace(stub, text) if stub else cell["source"]
        )
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook))
    path = os.pathsep.join([str(python.parent), "/usr/bin", "/bin"])
    env = {"PATH": path, "HOME": str(begun), "JUPYTER_PLATFORM_DIRS": "1"}
    command = [python.with_name("jupyter"), "execute", "--inplace", f"{name}.ipynb"]
    subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
    cells = json.loads((folder / f"{name}.ipynb").read_text())["cells"]
    outputs = [
        o
        for c in cells
        if "".join(c["source"]).startswith("check(")
        for o in c["outputs"]
    ]
    return ["".join(o["data"]["text/plain"]) for o in outputs]


def test_the_untouched_notebook_runs_and_is_checked(begun, python_of_student):
    first, second, total = executed(begun, python_of_student, "untouched")
    assert total.startswith("0 of 20 points")
    assert first.startswith("✗ rnn_cell_forward")
    assert "`None`" in first
    assert second.startswith("✗ rnn_forward")


def test_a_right_function_is_right_and_a_mistake_is_named(begun, python_of_student):
    stub = "    a_next = None\n    yt_pred = None\n"
    right = (
        "    a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba)\n"
        "    yt_pred = softmax(Wya @ a_next + by)\n"
    )
    assert executed(begun, python_of_student, "right", stub, right)[0].startswith(
        "✓ rnn_cell_forward"
    )
    wrong = right.replace("softmax", "sigmoid")
    assert (
        "sigmoid"
        in executed(begun, python_of_student, "wrong", stub, wrong)[0].split("\n", 3)[
            -1
        ]
    )


def test_the_grader_is_not_needed(python_of_student):
    code = (
        "from importlib.util import find_spec as found\n"
        "print([n for n in ('nbgrader', 'jupyter_book', 'pytest') if found(n)])"
    )
    done = subprocess.run(
        [python_of_student, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


@sweep
def test_the_notebook_for_colab_fetches_what_it_needs(
    public, python_of_student, tmp_path
):
    published = tmp_path / "published"
    shutil.copytree(public[1], published)
    git = [
        "git",
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "init.defaultBranch=main",
    ]
    for command in (["init"], ["add", "."], ["commit", "-m", "all"]):
        subprocess.run([*git, *command], cwd=published, check=True, capture_output=True)
    home = tmp_path / "home"
    home.mkdir()
    notebook = (public[1] / "colab" / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8")
    (home / "alone.ipynb").write_text(
        notebook.replace(REPOSITORY, published.as_uri()), encoding="utf-8"
    )
    env = {
        "PATH": os.pathsep.join([str(python_of_student.parent), "/usr/bin", "/bin"]),
        "HOME": str(home),
    }
    command = [
        python_of_student.with_name("jupyter"),
        "execute",
        "--inplace",
        "alone.ipynb",
    ]
    for _ in range(2):  # the first cell may be run again
        done = subprocess.run(
            command, cwd=home, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        first, *cells = json.loads((home / "alone.ipynb").read_text())["cells"]
        said = "".join("".join(o["text"]) for o in first["outputs"] if "text" in o)
        assert not re.search("fatal|ERROR|No such file", said), said
        checks = [
            c["outputs"][0] for c in cells if "".join(c["source"]).startswith("check(")
        ]
        assert ["".join(o["data"]["text/plain"])[0] for o in checks] == ["✗", "✗", "0"]
    assert (home / "unrolled-exercises" / ASSIGNMENT / f"{ASSIGNMENT}.npz").is_file()
