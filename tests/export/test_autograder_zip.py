"""Gradescope's autograder zip: what it holds, and a run of it in the layout that Gradescope
documents.
"""

import stat
import subprocess
import zipfile

import notebooks as nb
import pytest
from tables import each_row

from autograder import cli, exits
from autograder.export.autograder_zip import locked_requirements, make_zip, secret_files
from autograder.publish import leaks
from autograder.publish.dependencies import package_name, requirements_of
from autograder.unit.course import CourseError

NAME = nb.UNIT.assignment


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
