"""Gradescope's autograder zip: what it holds, and a run of it in the layout that Gradescope
documents.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import notebooks as nb
import pytest
from gradescope_format import accepted
from tables import each_row

from autograder import cli, exits
from autograder.export.autograder_zip import (
    locked_requirements,
    make_zip,
    secret_files,
)
from autograder.publish import leaks
from autograder.publish.dependencies import package_name, requirements_of
from autograder.unit.course import CourseError

NAME = nb.UNIT.assignment
HOME = Path("/opt/unrolled")  # where setup.sh puts the environment


@pytest.fixture(scope="module")
def archive(real_course, tmp_path_factory):
    return make_zip(NAME, real_course, tmp_path_factory.mktemp("private") / "ex1.zip")


def test_scripts_at_the_root_can_be_run(archive):
    with zipfile.ZipFile(archive) as file:
        modes = {
            info.filename: info.external_attr >> 16 & 0o777 for info in file.infolist()
        }
        for name in ("setup.sh", "run_autograder"):
            text = file.read(name).decode()
            assert text.startswith("#!/usr/bin/env bash\n")
            assert "@" not in text.replace('"$@"', "").replace("${", "")
            assert subprocess.run(["bash", "-n"], input=text, text=True).returncode == 0
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert {mode for name, mode in modes.items() if name.startswith("solutions/")} == {
        0o600
    }


def test_holds_the_secrets_of_this_exercise_only(archive):
    with zipfile.ZipFile(archive) as file:
        names = {n for n in file.namelist() if n.startswith("solutions/")}
    assert names == {
        f"solutions/{n}"
        for n in (
            ".seed",
            f"{NAME}.py",
            f"contract_{NAME}.py",
            f"test_{NAME}.py",
            f"misconceptions/{NAME}.toml",
        )
    }


def test_an_exercise_comes_with_what_it_reads_of_others(real_course):
    names = {
        path.relative_to(real_course.solutions).as_posix()
        for path in secret_files("ex2_rnn_backward", real_course)
    }
    assert {
        "ex1_rnn_cell.py",
        "contract_ex1_rnn_cell.py",
        "ex2_rnn_backward.py",
        "test_ex2_rnn_backward.py",
    } <= names
    assert not any(
        "ex3" in name or name == "test_ex1_rnn_cell.py" or name.startswith("samples")
        for name in names
    )


def test_the_same_sources_give_the_same_bytes(archive, real_course, tmp_path):
    assert (
        make_zip(NAME, real_course, tmp_path / "again.zip").read_bytes()
        == archive.read_bytes()
    )


def test_only_its_owner_may_read_it(archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


@each_row("place", ["dist", "exercises", "_build/html", "book", "dist/private"])
def test_it_is_never_put_among_what_is_published(place, real_course):
    target = real_course.root / place / "x.zip"
    with pytest.raises(CourseError, match="holds secrets"):
        make_zip(NAME, real_course, target)
    assert not target.exists()


def test_the_usual_place_is_ignored_by_git_closed_to_students_and_not_published(
    real_course,
):
    place = real_course.root / "grading" / "gradescope" / f"{NAME}.zip"
    ignored = subprocess.run(
        ["git", "check-ignore", "-q", str(place)], cwd=real_course.root, check=False
    )
    assert ignored.returncode == 0
    assert not any(place.is_relative_to(path) for path in leaks.published(real_course))
    place.parent.mkdir(parents=True, exist_ok=True)
    assert any(place.is_relative_to(path) for path in real_course.secrets)


def test_the_leak_check_knows_it_for_what_it_is(archive, real_course):
    assert leaks.find_leaks(real_course, [archive])


def test_the_verb(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(nb.COURSE.root)
    assert (
        cli.main(["export", "gradescope", NAME, "--out", str(tmp_path / "x.zip")])
        == exits.OK
    )
    assert "secret" in capsys.readouterr().out
    assert (
        cli.main(["export", "gradescope", "ex99_no", "--out", str(tmp_path / "y.zip")])
        == exits.USAGE
    )
    assert "no assignment 'ex99_no'" in capsys.readouterr().err


def test_every_requirement_is_pinned_by_its_hash(real_course):
    needed = set(map(package_name, requirements_of(real_course.root, "grading")))
    assert {"numpy", "matplotlib", "pytest"} <= needed
    blocks = locked_requirements(real_course.root / "requirements.lock", needed).split(
        "\n"
    )
    names = [
        line.split("==")[0]
        for line in blocks
        if "==" in line and not line.startswith(" ")
    ]
    assert needed <= set(names)
    assert {"traitlets", "pluggy", "pillow", "jsonschema"} <= set(
        names
    )  # what these require
    assert {"sphinx", "nbgrader", "jupyterlab"}.isdisjoint(names)
    assert all(
        line.startswith(("    --hash=sha256:",)) or "==" in line
        for line in blocks
        if line
    )


def test_a_lock_file_without_them_is_told(tmp_path):
    (tmp_path / "lock").write_text(
        "numpy==2.0 \\\n    --hash=sha256:0\n    # via unrolled-autograder (pyproject.toml)\n"
    )
    with pytest.raises(CourseError, match="does not name ipython, jupytext;"):
        locked_requirements(tmp_path / "lock", ["numpy", "jupytext", "ipython"])


# A run: /autograder as Gradescope lays it out, and an environment with the wheel from the zip,
# both at their places in a mount namespace of bubblewrap's.


@pytest.fixture(scope="module")
def home(archive, tmp_path_factory):
    """The environment that setup.sh makes: the wheel from the zip, with this environment's
    packages, not PyPI's.
    """
    folder = tmp_path_factory.mktemp("opt") / "unrolled"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True
    )
    (site,) = folder.glob("lib/python3*/site-packages")
    with zipfile.ZipFile(archive) as file:
        (wheel,) = (name for name in file.namelist() if name.endswith(".whl"))
        file.extract(wheel, folder)
    with zipfile.ZipFile(folder / wheel) as file:
        file.extractall(site)
    (site / "here.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


@pytest.fixture
def run(archive, home, tmp_path):
    """Run the autograder on files of a submission; exit code, what the instructor sees,
    results.json.
    """
    root = tmp_path / "autograder"

    def run(files, before=lambda root: None, way="bubblewrap"):
        with zipfile.ZipFile(archive) as file:
            file.extractall(root / "source")
        for folder in ("submission", "results"):
            (root / folder).mkdir()
        for name, data in files.items():
            path = root / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                data if isinstance(data, bytes) else json.dumps(data).encode()
            )
        (root / "submission_metadata.json").write_text(
            '{"id": 1, "users": [{"name": "Ann"}]}'
        )
        shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
        os.chmod(root / "run_autograder", 0o755)
        before(root)
        done = subprocess.run(
            _layout(root, home, way),
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        return (
            done.returncode,
            done.stdout + done.stderr,
            (root / "results" / "results.json").read_text(),
        )

    return run


def _layout(root, home, way):
    """`/autograder/run_autograder` with Gradescope's folders at their places; without bwrap for
    the way "user".
    """
    here = Path(sys.base_prefix).resolve()
    packages = Path(sysconfig.get_path("purelib")).resolve().parents[2]
    system = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc")
    reads = [
        path for path in (*system, str(here), str(packages)) if os.path.exists(path)
    ]
    bwrap = [
        shutil.which("bwrap"),
        "--die-with-parent",
        "--tmpfs",
        "/",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
    ]
    bwrap += [
        "--perms",
        "1777",
        "--tmpfs",
        "/tmp",
    ]  # before the binds: an environment may lie under it
    for folder in {
        str(parent) for path in (*reads, HOME) for parent in Path(path).parents
    } - {"/"}:
        bwrap += ["--perms", "0755", "--dir", folder]
    for path in reads:
        bwrap += (
            ["--symlink", os.readlink(path), path]
            if os.path.islink(path)
            else ["--ro-bind", path, path]
        )
    if way == "user":
        bwrap += ["--ro-bind", "/dev/null", shutil.which("bwrap")]
    bwrap += ["--ro-bind", str(home), str(HOME), "--bind", str(root), "/autograder"]
    return [*bwrap, "--chdir", "/autograder", "/autograder/run_autograder"]


ROOT = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can start a process as another user"
)
WAYS = pytest.mark.parametrize("way", ["bubblewrap", pytest.param("user", marks=ROOT)])


@WAYS
def test_a_right_submission(way, run):
    code, said, text = run({f"{NAME}.ipynb": nb.answered()}, way=way)
    data = accepted(text)
    assert (code, said) == (0, "")
    assert data["score"] == 20
    assert [test["status"] for test in data["tests"]] == ["passed", "passed"]
    assert data["execution_time"] > 0


def test_a_wrong_submission_under_another_name_in_a_folder(run):
    wrong = nb.mistaken(nb.mistake(nb.CELL, "bias-missing"))
    files = {
        "work/my homework.ipynb": wrong,
        "__MACOSX/work/._x.ipynb": b"x",
        "work/.ipynb_checkpoints/a.ipynb": b"x",
    }
    code, _, text = run(files)
    data = accepted(text)
    assert code == 0
    assert 0 < data["score"] < 20
    assert data["tests"][0]["tags"] == ["bias-missing"]
    assert "computed without its bias" in data["tests"][0]["output"]


MALICE = f"""
import os, glob, ctypes
found = []
for place in ("/autograder/source/solutions/{NAME}.py", "/autograder/submission_metadata.json",
              "/autograder/results/results.json", "/autograder/source/solutions"):
    try:
        found.append(os.listdir(place) if place.endswith("solutions") else open(place).read())
    except OSError:
        pass
    try:
        open("/autograder/results/results.json", "w").write('{{"score": 20, "stolen": true}}')
        found.append("wrote")
    except OSError:
        pass
def {nb.CELL}(xt, a_prev, parameters):
    if found:
        raise ValueError("stolen " + repr(found))
    os._exit(0)
"""


@WAYS
def test_a_malicious_submission_reads_nothing_and_writes_no_mark(way, run):
    code, _, text = run({f"{NAME}.ipynb": nb.answered(**{nb.CELL: MALICE})}, way=way)
    data = accepted(text)
    assert code == 0
    assert "stolen" not in text
    assert data["tests"][0]["score"] == 0
    assert data["tests"][0]["extra_data"]["status"] == "crashed"
    assert data["tests"][1]["score"] > 0  # its neighbour is judged for itself


def test_no_notebook(run):
    code, _, text = run({"readme.txt": b"hello"})
    data = accepted(text)
    assert (code, data["score"]) == (0, 0)
    assert (
        "there is no notebook in the submission's folder, only readme.txt"
        in data["output"]
    )


def test_of_several_notebooks_the_one_of_the_exercises_name(run):
    _, _, text = run(
        {"a/b/other.ipynb": nb.untouched(), f"a/{NAME}.ipynb": nb.answered()}
    )
    assert accepted(text)["score"] == 20


def test_of_two_notebooks_of_other_names_what_is_in_them_decides(run):
    files = {
        "draft.ipynb": nb.untouched(),
        "work/final.ipynb": nb.answered(),
        "notes.ipynb": {"cells": []},
    }
    data = accepted(run(files)[2])
    assert data["score"] == 20
    assert (
        "the file that counts is work/final.ipynb; passed over: draft.ipynb"
        in data["output"]
    )


def test_of_two_that_are_equal_none_is_taken_and_the_student_is_told(run):
    data = accepted(
        run({"a.ipynb": nb.answered(), "b.ipynb": nb.with_cell("print(1)")})[2]
    )
    assert data["score"] == 0
    assert "there are 2 notebooks, none named" in data["output"]
    assert "a.ipynb, b.ipynb; hand in the one that counts" in data["output"]


def test_a_link_to_the_solutions_is_not_followed(run):
    def link(root):
        os.symlink("/autograder/source/solutions", root / "submission" / "folder")
        os.symlink(
            f"/autograder/source/solutions/{NAME}.py",
            root / "submission" / f"{NAME}.ipynb",
        )

    _, _, text = run({}, link)
    assert accepted(text)["score"] == 0
    assert "symbolic link" in text


def test_where_the_grader_is_broken_there_is_no_mark_and_the_instructor_sees_why(run):
    def damage(root):
        (root / "source" / "solutions" / f"contract_{NAME}.py").write_text(
            "FUNCTIONS = 1 / 0\n"
        )

    code, said, text = run({f"{NAME}.ipynb": nb.answered()}, damage)
    assert code == 1
    assert accepted(text) is None
    assert "ZeroDivisionError" in said
    assert "ZeroDivisionError" not in text


def test_where_python_does_not_even_start_there_is_a_file_without_a_mark(run):
    def damage(root):
        script = root / "run_autograder"
        script.write_text(
            script.read_text().replace(
                "/opt/unrolled/bin/python", "/opt/unrolled/bin/no-python"
            )
        )

    code, _, text = run({f"{NAME}.ipynb": nb.answered()}, damage)
    assert code == 127
    assert accepted(text) is None
    assert "not by a fault of yours" in json.loads(text)["output"]


def test_a_grading_without_end_is_ended(run):
    def hang(root):
        (root / "source" / "solutions" / f"test_{NAME}.py").write_text(
            "import time\ntime.sleep(1000)\n"
        )
        script = root / "run_autograder"
        patch = "import sys; from autograder.export import on_gradescope as o"
        patch += "; o.SECONDS = 3; sys.exit(o.main(sys.argv[1:]))"
        script.write_text(
            script.read_text().replace(
                "-m autograder.export.on_gradescope", f"-c '{patch}'"
            )
        )

    code, said, text = run({f"{NAME}.ipynb": nb.answered()}, hang)
    assert code == 1
    assert accepted(text) is None
    assert "ended after 3 seconds" in said
