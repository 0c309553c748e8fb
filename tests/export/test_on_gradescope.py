import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import notebooks as nb
import pytest
from gradescope_format import accepted
from sweeps import sweep

from autograder.export.autograder_zip import make_zip

NAME = nb.UNIT.assignment
HOME = Path("/opt/unrolled")  # where setup.sh puts the environment


@pytest.fixture(scope="module")
def archive(real_course, tmp_path_factory):
    return make_zip(NAME, real_course, tmp_path_factory.mktemp("private") / "ex1.zip")


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


@sweep
def test_of_several_notebooks_the_one_of_the_exercises_name(run):
    _, _, text = run(
        {"a/b/other.ipynb": nb.untouched(), f"a/{NAME}.ipynb": nb.answered()}
    )
    assert accepted(text)["score"] == 20


@sweep
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


@sweep
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
