"""What lies beside a notebook or is in its name: modules, settings, links, archives, odd
folders.
"""

import io
import json
import os
import stat
import subprocess
import sys
import zipfile

import pytest

from autograder import confine
from autograder.collect.find import find_hand_ins
from autograder.confine import NotConfined, choose

from .attack import CELL, FORWARD, WRONG
from .conftest import ASSIGNMENT

TRAP = "import os\nopen(os.environ['TRAP'], 'w').close()\nraise SystemExit(0)\n"
BESIDE = (
    "conftest.py", "numpy.py", "json.py", "sitecustomize.py", "usercustomize.py",
    "pytest_plugin.py", "ex1_rnn_cell.py", "test_ex1_rnn_cell.py", "worker.py", "wire.py",
    "stray_names.py", "jupytext.py",
)  # fmt: skip
SETTINGS = {
    "pytest.ini": "[pytest]\naddopts = -p pytest_plugin --collect-only\n",
    "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--collect-only"\n',
    "course.toml": "[limits]\nmemory_mb = 1\n",
    "trap.pth": "import os; open(os.environ['TRAP'], 'w').close()\n",
    "nbgrader_config.py": TRAP,
}


def run(ground, *arguments, cwd, **environment):
    """The command line, as an instructor calls it."""
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        *map(str, arguments),
        "--sandbox",
        "bubblewrap",
    ]
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def wrong(ground):
    return json.dumps(
        ground.notebook([(CELL, WRONG), (FORWARD, ground.right[FORWARD])])
    )


@pytest.fixture
def inbox(ground, wrong):
    """A submitted tree inside the course, with traps beside the notebook of one student."""
    root = ground.root / "out" / "tree"
    for student in ("mallory", "bob"):
        folder = root / student / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_text(wrong)
    folder = root / "mallory" / ASSIGNMENT
    for name in BESIDE:
        (folder / name).write_text(TRAP)
    for name, text in SETTINGS.items():
        (folder / name).write_text(text)
    return root


def marks(folder):
    return {
        p.parent.name: json.loads(p.read_text())["score"]
        for p in folder.glob(f"*/{ASSIGNMENT}.json")
    }


@pytest.mark.parametrize("where", ["course", "tree", "folder"])
def test_modules_and_settings_beside_a_notebook_do_not_run(
    where, ground, inbox, tmp_path, offered
):
    offered("bubblewrap")
    folder = inbox / "mallory" / ASSIGNMENT
    (
        folder / "course.toml"
    ).unlink()  # that one would make the folder a course of its own
    cwd = {"course": ground.root, "tree": inbox, "folder": folder}[where]
    target = folder / f"{ASSIGNMENT}.ipynb" if where == "folder" else inbox
    trap = tmp_path / "trap"
    done = run(ground, target, "--out", tmp_path / "results", cwd=cwd, TRAP=str(trap))
    assert not trap.exists()
    assert done.returncode == 0, done.stderr
    assert set(marks(tmp_path / "results").values()) == {10}


def test_package_beside_a_notebook_does_not_run(ground, inbox, tmp_path, offered):
    offered("bubblewrap")
    folder = inbox / "mallory" / ASSIGNMENT / "autograder"
    folder.mkdir(exist_ok=True)
    for name in ("__init__.py", "__main__.py", "cli.py"):
        (folder / name).write_text(TRAP)
    trap = tmp_path / "trap"
    done = run(
        ground, inbox, "--out", tmp_path / "results", cwd=ground.root, TRAP=str(trap)
    )
    assert not trap.exists()
    assert marks(tmp_path / "results") == {"mallory": 10, "bob": 10}, done.stderr


@pytest.mark.parametrize("opened", ["solutions", ".git", "grading"])
def test_user_way_is_refused_where_a_secret_is_open(opened, ground, offered):
    """It cannot hide what every user may read; grading stops and says what to close."""
    offered("user")
    choose("user", secrets=ground.course.secrets)
    confine._examined.cache_clear()
    try:
        (ground.root / opened).chmod(0o755)
        with pytest.raises(NotConfined, match="chmod 700"):
            choose("user", secrets=ground.course.secrets)
    finally:
        (ground.root / opened).chmod(0o700)
        confine._examined.cache_clear()


def test_names_of_folders_reach_no_terminal_and_no_page_as_codes(
    ground, wrong, tmp_path, offered
):
    offered("bubblewrap")
    names = [
        "\x1b[2J\x1b]0;x\x07",
        "line\nbreak",
        "[red]x[bold]\\",
        "<script>",
        "..x",
        "a\u202eb",
        "-rf",
        "\udcff",
    ]
    for name in names:
        folder = tmp_path / "in" / name / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_text(wrong)
    done = run(ground, tmp_path / "in", "--out", tmp_path / "results", cwd=ground.root)
    assert done.returncode == 0, done.stderr
    assert not {"\x1b", "\x07", "\u202e"} & set(done.stdout + done.stderr)
    assert len(list((tmp_path / "results").glob(f"*/{ASSIGNMENT}.json"))) == len(names)
    assert {p.name for p in tmp_path.iterdir()} == {"in", "results"}


def test_links_in_a_submission_lead_nowhere(ground, tmp_path, offered):
    offered("bubblewrap")
    token = ground.root / "solutions" / "token.txt"
    for student, target in (
        ("file", token),
        ("device", "/dev/zero"),
        ("loop", f"{ASSIGNMENT}.ipynb"),
    ):
        folder = tmp_path / "in" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").symlink_to(target)
    pipe = tmp_path / "in" / "pipe" / ASSIGNMENT
    pipe.mkdir(parents=True)
    os.mkfifo(pipe / f"{ASSIGNMENT}.ipynb")
    (tmp_path / "in" / "folder").symlink_to(
        ground.root / "grading" / "submitted" / "alice"
    )
    done = run(ground, tmp_path / "in", "--out", tmp_path / "results", cwd=ground.root)
    assert done.returncode == 0, done.stderr
    assert marks(tmp_path / "results") == dict.fromkeys(
        ("file", "device", "loop", "pipe"), 0
    )
    texts = done.stdout + "".join(
        p.read_text() for p in (tmp_path / "results").rglob("*.json")
    )
    assert ground.token not in texts


def entry(name, mode=0o100644):
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def test_archive_stays_in_its_folder(ground, wrong, tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in (
            f"../../{ASSIGNMENT}.ipynb", f"/etc/{ASSIGNMENT}.ipynb",
            f"..\\..\\x_1_2_{ASSIGNMENT}.ipynb", f"bob_1_2_{ASSIGNMENT}.ipynb",
            f"eve_3_4_bob_1_2_{ASSIGNMENT}-9.ipynb", f"a/{'x' * 3000}.ipynb",
            f"\x1b[2J_1_2_{ASSIGNMENT}.ipynb",
        ):  # fmt: skip
            archive.writestr(entry(name), wrong)
        archive.writestr(
            entry(f"link_5_6_{ASSIGNMENT}.ipynb", stat.S_IFLNK | 0o777), "/etc/passwd"
        )
        archive.writestr(entry(f"bomb_7_8_{ASSIGNMENT}.ipynb"), bytes(300 << 20))
    path, scratch = tmp_path / "in.zip", tmp_path / "scratch"
    path.write_bytes(file.getvalue())
    scratch.mkdir()
    found = find_hand_ins(path, [ASSIGNMENT], scratch)
    assert {p.name for p in tmp_path.iterdir()} == {"in.zip", "scratch"}
    assert all(
        f.path.resolve().is_relative_to(scratch) and not f.path.is_symlink()
        for f in found
    )
    assert all(
        f.student.isprintable() and len(f.student) <= 180 and "/" not in f.student
        for f in found
    )
    assert not any(f.student.startswith(".") for f in found)
    by_student = {f.student: f for f in found}
    assert by_student["bob"].turn == 0, "handed in by someone else"
    assert "symbolic link" in by_student["link"].problem
    assert "more than" in by_student["bomb"].problem
    assert sum(p.stat().st_size for p in scratch.rglob("*") if p.is_file()) < 300 << 20
